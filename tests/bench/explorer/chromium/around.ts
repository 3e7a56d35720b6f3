import type { Browser } from '@playwright/test'
import { line, load, newPage, say, holds } from './page.ts'
import { moving, openPeer, sayHeap, sayMoving } from './opening.ts'
import { quiet } from './linked.ts'
import { servePeer, type App } from './served.ts'

const NODES = 10_000
const EDGES = 50_000

/** The neighbourhood canvas with 10,000 accounts and the 50,000 strongest ties between them, against sigma on the same. */
export async function aroundPart(browser: Browser, app: App, peerDir: string | null): Promise<void> {
  const { path } = (await app.call('workspace.info', {}))!
  // Whole communities, the largest first: accounts that hang together, as an investigation would bring them.
  const map = await app.call('communities.map', { selection: {} })
  const accounts: number[] = []
  for (const id of map.id) {
    const { accountId } = await app.call('communities.members', { id, selection: {} })
    accounts.push(...accountId.slice(0, NODES - accounts.length))
    if (accounts.length >= NODES) break
  }
  const seeds = accounts.map((id) => `a${id}`)
  const set = (after: (before: unknown) => unknown, slice: string, before: unknown) => ({
    slice,
    shared: false,
    what: null,
    before,
    after: after(before),
  })
  const state = await app.call('session.state', { window: 'main' })
  await app.call('session.record', {
    window: 'main',
    origin: 'bench',
    workspace: path,
    changes: [
      set(
        () => ({ seeds, expansions: [], between: false, layout: 'force' }),
        'around',
        state['around'] ?? null,
      ),
      set(() => ({ camera: null, around: accounts, strip: true }), 'map.camera', state['map.camera'] ?? null),
    ],
  })
  const opened = await newPage(browser)
  const { page, cdp } = opened
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(app.url)
  await holds(page, `(window.__shoalAround?.edges() ?? 0) > 0`, 120_000)
  await page.waitForTimeout(1000)
  const { metrics } = await cdp.send('Performance.getMetrics')
  const until = 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  // The layout runs in a worker and may take a while; moving is measured when it has come to rest.
  await page.evaluate('Object.assign(window.__probe, { watch: true, changes: [] })')
  await quiet(page, 3000)
  await page.evaluate('window.__probe.watch = false')
  const { nodes, edges } = await page.evaluate<{
    nodes: { key: string; x: number; y: number }[]
    edges: number
  }>('({ nodes: __shoalAround.nodes(), edges: __shoalAround.edges() })')
  say(`canvas: ${nodes.length} nodes, ${edges} edges, load ${load()}`)
  line('canvas, main thread until it is there', until, 'ms', null, null)
  let theirs = null
  let theirHeap: number | null = null
  if (peerDir) {
    const served = await servePeer(peerDir)
    const scene = await app.call('graph.scene', { accountIds: accounts, maxEdges: EDGES } as never)
    const rowOf = new Map(nodes.map(({ key }, row) => [key, row]))
    const { a, b } = scene.edges
    const key = (row: number) => rowOf.get(`a${scene.accounts.id[row]}`) ?? -1
    const ends = Uint32Array.from({ length: 2 * a.length }, (_, i) => key((i % 2 ? b : a)[i >> 1]!))
    served.show({
      // The very places that our layout has found; the screen's y grows downwards.
      places: Float32Array.from(nodes.flatMap(({ x, y }) => [x, -y])),
      colors: Uint8Array.from(nodes, (_, row) => Math.round(255 * (scene.accounts.score[row] || 0))),
      keys: nodes.map(({ key: name }) => name),
      ends,
    })
    const box = (await page.locator('[data-testid="around-canvas"]').boundingBox())!
    const viewport = { width: Math.round(box.width), height: Math.round(box.height) }
    const peer = await openPeer(browser, served.url, viewport, 120_000)
    say(
      `peer: ${peer.nodes} nodes, ${peer.edges} edges, drawn after ${peer.drawnMs.toFixed(0)} ms ${peer.failed ?? ''}`,
    )
    if (peer.opened) {
      theirHeap = await sayHeap('peer, heap', peer.opened.cdp, null, null)
      theirs = await moving(browser, peer.opened, '#stage', 'canvas-peer-move')
      await peer.opened.page.close()
    }
    served.stop()
  }
  await page.bringToFront()
  sayMoving(
    'pan and zoom, canvas',
    await moving(browser, opened, '[data-testid="around-canvas"]', 'canvas-move'),
    theirs,
  )
  await sayHeap('heap with the canvas', opened.cdp, null, theirHeap)
  await page.close()
}
