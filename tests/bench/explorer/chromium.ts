/**
 * The explorer in Chromium: the real app (shoal serve, the built renderer) on a workspace, against graphology and sigma
 * used naively on the same graph, in one run. Main-thread milliseconds (processor time of the renderer's main thread by
 * Chromium's own tracing; WebGL is software here and lives in another process, which is not counted) and bytes.
 *
 *   node tests/bench/explorer/chromium.ts [WORKSPACE] [--renderer DIR] [--only open,move,canvas,linked,search] [--runs 3]
 *     [--no-peer] [--selections 8] [--peer-patience SECONDS] [--peer-shares 1,0.25] [--profile DIR] [--traces DIR]
 *
 * A workspace of a million accounts and 20 million events: node tests/bench/explorer/workspace.ts DIR. Without a workspace
 * one of 20,000 accounts and 400,000 events is made for the run. The workspace is used through the app: what is selected is remembered in its session, which each part sets back.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { aroundPart } from './chromium/around.ts'
import { wholeGraph } from './chromium/graph.ts'
import { linkedPart } from './chromium/linked.ts'
import {
  moving,
  openFromStart,
  openPeer,
  sayHeap,
  sayMoving,
  sayOpening,
  type PeerOpening,
} from './chromium/opening.ts'
import { line, load, ms, profileTo, say, startBrowser, tracesTo } from './chromium/page.ts'
import { searchPart } from './chromium/searching.ts'
import { serveApp, servePeer, type App } from './chromium/served.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    renderer: { type: 'string' },
    only: { type: 'string', default: 'open,move,canvas,linked,search' },
    runs: { type: 'string', default: '3' },
    'no-peer': { type: 'boolean', default: false },
    'peer-patience': { type: 'string', default: '180' },
    'peer-shares': { type: 'string', default: '1,0.25,0.0625,0' },
    selections: { type: 'string', default: '8' },
    profile: { type: 'string' },
    traces: { type: 'string' },
  },
})
const only = new Set(values.only.split(','))
const patience = 1000 * Number(values['peer-patience'])
if (values.profile) {
  mkdirSync(values.profile, { recursive: true })
  profileTo(resolve(values.profile))
}
if (values.traces) {
  mkdirSync(values.traces, { recursive: true })
  tracesTo(resolve(values.traces))
}

const scratch = mkdtempSync(join(tmpdir(), 'shoal-chromium-bench-'))
const workspace = positionals[0] ? resolve(positionals[0]) : join(scratch, 'small.shoal')
if (!positionals[0]) {
  const maker = join(import.meta.dirname, 'workspace.ts')
  const args = [maker, workspace, '--accounts', '20000', '--events', '400000']
  const made = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (made.status !== 0) process.exit(made.status ?? 1)
}
const userDir = join(scratch, 'user')
const renderer = values.renderer && resolve(values.renderer)
async function serve(open: boolean): Promise<App> {
  const app = await serveApp({ userDir, ...(renderer && { renderer }), ...(open && { workspace }) })
  stops.push(() => app.stop())
  return app
}
const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!

const browser = await startBrowser()
const stops: (() => void | Promise<void>)[] = [() => browser.close()]
try {
  // Once before: the workspace becomes a recent one, columns are made where they are missing.
  let app = await serve(true)
  const { counts } = (await app.call('workspace.info', {}))!
  const places = await app.call('explore.places', {})
  await forgetScreen(app)
  await app.stop()
  say(
    `${workspace}: ${counts.accounts} accounts (${places.n} on the map), ${counts.relations} relations, ${counts.links} links, ` +
      `${counts.events} events; Chromium ${browser.version()}, Node ${process.version}, load ${load()}`,
  )

  let peer: PeerOpening | null = null
  // Nodes and edges of the peer's page; what it cannot draw is tried with fewer edges.
  if (!values['no-peer'] && (only.has('open') || only.has('move') || only.has('linked'))) {
    const served = await servePeer(join(scratch, 'peer'))
    stops.push(() => served.stop())
    const graph = await wholeGraph(workspace)
    const edges = graph.ends.length / 2
    const viewport = { width: 1040, height: 600 }
    // The same graph; where that is more than a page can hold, as many of its edges as it manages.
    for (const share of values['peer-shares'].split(',').map(Number)) {
      const some = { ...graph, ends: graph.ends.subarray(0, 2 * Math.floor(edges * share)) }
      served.show(some)
      peer = await openPeer(browser, served.url, viewport, patience)
      const what = `peer, ${graph.keys.length} nodes, ${some.ends.length / 2} of ${edges} edges`
      say(
        peer.failed
          ? `${what}: ${peer.failed}, load ${load()}`
          : `${what}: drawn after ${ms(peer.drawnMs)} ms, main thread ${ms(peer.cpuMs)} ms of processor time, load ${load()}`,
      )
      if (!peer.failed) break
    }
  }
  const peerHeap = peer?.opened ? await sayHeap('peer, heap', peer.opened.cdp, null, null) : null

  if (only.has('open') || only.has('move')) {
    const runs = []
    for (let k = 0; k < Number(values.runs); k++) {
      app = await serve(false)
      const { opened, opening } = await openFromStart(browser, app, places.n, `open-${k}`)
      sayOpening(`open, run ${k + 1}`, opening)
      runs.push(opening)
      const last = k === Number(values.runs) - 1
      if (last) {
        await opened.page.waitForTimeout(3000)
        line('first useful map', median(runs.map(({ mapMs }) => mapMs)), 'ms', 1500, peer && peer.drawnMs)
        line('  its main thread', median(runs.map(({ cpuMs }) => cpuMs)), 'ms', null, peer && peer.cpuMs)
        await sayHeap('heap with the map', opened.cdp, 400, peerHeap)
        if (only.has('move')) {
          const theirs = peer?.opened ? await moving(browser, peer.opened, '#stage', 'peer-move') : null
          const ours = await moving(browser, opened, '[data-testid="map-canvas"]', 'move')
          sayMoving('pan and zoom, whole workspace', ours, theirs)
        }
      }
      await opened.page.close()
      await forgetScreen(app)
      await app.stop()
    }
  }
  if (only.has('linked') || only.has('search') || only.has('canvas')) {
    app = await serve(true)
    await forgetScreen(app)
    if (only.has('linked'))
      await linkedPart(browser, app, places.n, peer?.opened ?? null, Number(values.selections))
    if (only.has('search')) await searchPart(browser, app, peer?.opened ?? null)
    await peer?.opened?.page.close()
    if (only.has('canvas')) await aroundPart(browser, app, values['no-peer'] ? null : join(scratch, 'around'))
    await forgetScreen(app)
  }
} finally {
  for (const stop of stops.reverse()) await stop()
  rmSync(scratch, { recursive: true, force: true })
}

/** The screen of a new workspace: what earlier parts left on it is remembered. */
async function forgetScreen(app: App): Promise<void> {
  const info = await app.call('workspace.info', {})
  if (!info) return
  const state = await app.call('session.state', { window: 'main' })
  const changes = Object.entries(state).map(([slice, before]) => ({
    slice,
    shared: slice === 'selection',
    what: null,
    before,
    after: null,
  }))
  if (changes.length > 0)
    await app.call('session.record', { window: 'main', origin: 'bench', workspace: info.path, changes })
}
