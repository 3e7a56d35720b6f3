import type { Browser, CDPSession, Page } from '@playwright/test'
import {
  heapOf,
  line,
  load,
  mb,
  ms,
  newPage,
  panAndZoom,
  probe,
  say,
  traced,
  type Heap,
  holds,
} from './page.ts'
import { quiet } from './linked.ts'
import type { App } from './served.ts'
import { frameCosts, quantile, spent, type Task } from './trace.ts'

export interface Opened {
  page: Page
  cdp: CDPSession
}

/** From the click on a recent workspace to the frame that shows its map, and what that took. */
export interface Opening {
  /** ms by the clock: until any point and any disc were drawn, until all of them were. */
  firstMs: number
  mapMs: number
  /** ms of the main thread until then: processor time, by the clock (waiting for the GPU process included), longest task. */
  cpuMs: number
  wallMs: number
  longestMs: number
  /** Processor time of core, the engine and compute until then, ms. */
  serverMs: number
  /** Bytes over the websocket until then. */
  received: number
  /** Calls answered last before the map: method, ms on the way, bytes. */
  slowest: string[]
}

/** Opens the app at its start screen and the workspace from there; the page stays open. */
export async function openFromStart(
  browser: Browser,
  app: App,
  points: number,
  name: string,
): Promise<{ opened: Opened; opening: Opening }> {
  const opened = await newPage(browser)
  const { page } = opened
  await page.goto(app.url)
  await page.getByTestId('recent').first().waitFor()
  await page.waitForTimeout(1500) // whatever the page still does by itself
  await page.evaluate(`window.__probe.wanted = ${points}; window.__probe.calls.length = 0;
    addEventListener('click', (event) => (window.__began ??= event.timeStamp), true)`)
  const before = (await probe(page)).received
  let until = 0
  let received = 0
  let serverMs = 0
  const tasks = await traced(browser, opened, name, async () => {
    const cpuBefore = app.cpuMs()
    await page.getByTestId('recent').first().click()
    await holds(page, 'window.__probe.firstMap > 0', 300_000)
    until = await page.evaluate<number>('window.__probe.firstMap')
    serverMs = app.cpuMs() - cpuBefore
    received = (await probe(page)).received - before
  })
  const began = await page.evaluate<number>('window.__began')
  const first = await page.evaluate<number>('window.__probe.anyPoints')
  const { calls } = await probe(page)
  const { cpu, wall, longest } = spent(tasks, began, until)
  const answered = calls.filter(
    ({ sent, answered }) => sent >= began && answered !== null && answered <= until,
  )
  return {
    opened,
    opening: {
      firstMs: first - began,
      mapMs: until - began,
      cpuMs: cpu,
      wallMs: wall,
      longestMs: longest,
      serverMs,
      received,
      slowest: answered
        .sort((a, b) => b.answered! - b.sent - (a.answered! - a.sent))
        .slice(0, 6)
        .map((c) => `${c.method} +${ms(c.sent - began)} ${ms(c.answered! - c.sent)} ms ${mb(c.bytes)}`),
    },
  }
}

export function sayOpening(
  what: string,
  { mapMs, firstMs, cpuMs, wallMs, longestMs, serverMs, received, slowest }: Opening,
) {
  say(
    `${what}: map ${ms(mapMs)} ms (first points ${ms(firstMs)}), main thread ${ms(cpuMs)} ms of processor time ` +
      `(${ms(wallMs)} by the clock, longest task ${ms(longestMs)}), server ${ms(serverMs)} ms, ${mb(received)} received, load ${load()}`,
  )
  for (const call of slowest) say(`    ${call}`)
}

/** The peer's page over the same graph: how long until it has drawn, or why it never did. */
export interface PeerOpening {
  opened: Opened | null
  drawnMs: number
  cpuMs: number
  nodes: number
  edges: number
  /** Null: it drew. */
  failed: string | null
}

/** @param patienceMs after so long the peer is given up. */
export async function openPeer(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
  patienceMs: number,
): Promise<PeerOpening> {
  const opened = await newPage(browser, viewport)
  const { page, cdp } = opened
  const end = { crashed: false }
  page.on('crash', () => (end.crashed = true))
  const read = () =>
    page
      .evaluate<{ nodes: number; edges: number; drawn?: number } | null>(
        'window.__peer ? { nodes: __peer.nodes, edges: __peer.edges, drawn: __peer.drawn } : null',
      )
      .catch(() => null)
  const began = Date.now()
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(url, { waitUntil: 'commit' })
  let state: Awaited<ReturnType<typeof read>> = null
  while (!end.crashed && Date.now() - began < patienceMs && state?.drawn === undefined) {
    await page.waitForTimeout(250).catch(() => {})
    // A page that fills its graph does not answer: no question is left hanging longer than the patience.
    state = await Promise.race([
      read(),
      new Promise<null>((done) =>
        setTimeout(() => done(null), Math.max(1, patienceMs - (Date.now() - began))),
      ),
      new Promise<null>((done) => page.once('crash', () => done(null))),
    ])
  }
  const { nodes = 0, edges = 0 } = state ?? {}
  if (end.crashed || state?.drawn === undefined) {
    await page.close().catch(() => {})
    const seconds = ((Date.now() - began) / 1000).toFixed(0)
    const failed = end.crashed ? `ran out of memory after ${seconds} s` : `not drawn after ${seconds} s`
    return { opened: null, drawnMs: NaN, cpuMs: NaN, nodes, edges, failed }
  }
  const { metrics } = await cdp.send('Performance.getMetrics')
  const cpuMs = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN)
  return { opened, drawnMs: state.drawn, cpuMs, nodes, edges, failed: null }
}

export const heapBytes = ({ used, buffers }: Heap) => used + (Number.isNaN(buffers) ? 0 : buffers)
export async function sayHeap(what: string, cdp: CDPSession, budget: number | null, peer: number | null) {
  const heap = await heapOf(cdp)
  line(what, heapBytes(heap) / 1e6, 'MB', budget, peer)
  say(`    objects ${mb(heap.used)}, typed arrays ${mb(heap.buffers)}`)
  return heapBytes(heap) / 1e6
}

/** Frames while the stage is dragged and zoomed: processor ms of the main thread in each. */
export async function moving(
  browser: Browser,
  opened: Opened,
  selector: string,
  name: string,
): Promise<{ cpu: number[]; wall: number[]; tasks: Task[] }> {
  // What comes after the first picture (the list of communities, the handbook's index) is no part of a frame.
  await quiet(opened.page, 1500)
  const box = (await opened.page.locator(selector).first().boundingBox())!
  const tasks = await traced(browser, opened, name, () => panAndZoom(opened.page, box))
  return { ...frameCosts(tasks), tasks }
}
export function sayMoving(
  what: string,
  ours: { cpu: number[]; wall: number[] },
  peer: { cpu: number[] } | null,
): void {
  for (const [label, share] of [
    ['p50', 0.5],
    ['p95', 0.95],
  ] as const)
    line(
      `${what}, ${label}`,
      quantile(ours.cpu, share),
      'ms',
      8,
      peer && peer.cpu.length > 0 ? quantile(peer.cpu, share) : null,
    )
  say(
    `    ${ours.cpu.length} frames${peer ? `, peer ${peer.cpu.length}` : ''}; by the clock p50 ${ms(quantile(ours.wall, 0.5))}, ` +
      `p95 ${ms(quantile(ours.wall, 0.95))} ms; most ${ms(Math.max(...ours.cpu))} ms; load ${load()}`,
  )
}
