import type { Browser, Page } from '@playwright/test'
import type { Selection } from '../../../../src-main/common/contract/selection.ts'
import { line, load, ms, newPage, probe, say, traced, holds } from './page.ts'
import type { Opened } from './opening.ts'
import type { App } from './served.ts'
import { quantile, spent } from './trace.ts'

/** What one change of the selection led to; ms since the page learnt of it. */
interface Linked {
  /** The end of the main thread's task in which the last view changed; the last one by view. */
  doneMs: number
  byView: Record<string, number>
  /** When the last question was asked and the last answer could be read. */
  askedMs: number
  answeredMs: number
  /** The longest that one question took, and the main thread's processor time until all was done. */
  serverMs: number
  cpuMs: number
  longestMs: number
  /** Processor time of core and the engine meanwhile. */
  serverCpuMs: number
  /** Every question: when it was asked, how long its answer took. */
  calls: string[]
  /** What changed last. */
  last: string
}

/** Nothing has changed, nothing is asked: for so long, ms. */
const QUIET_MS = 600
/** Not part of what the views show. */
const ASIDE = /^(session|undo|views)\./

/** Waits until the page is quiet and what it has drawn is on the screen: with WebGL in software that takes a while. */
export async function quiet(page: Page, ms = QUIET_MS): Promise<void> {
  await holds(
    page,
    `(() => { const { calls, changes } = window.__probe
      if (calls.some((call) => call.answered === null)) return false
      const last = Math.max(0, changes.at(-1)?.at ?? 0, ...calls.slice(-20).map((call) => call.answered))
      return performance.now() - last > ${ms} })()`,
    120_000,
  )
  const frame = 'new Promise((done) => requestAnimationFrame(() => done(0)))'
  for (let k = 0; k < 3; k++) await page.evaluate(frame)
}

/** Main-thread processor ms that an expression takes in a page, with the frame after it. */
export async function cpuOf({ page, cdp }: Opened, expression: string): Promise<number> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spentSoFar = async () =>
    1000 *
    (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value
  const before = await spentSoFar()
  await page.evaluate(
    `(${expression}, new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0)))))`,
  )
  return (await spentSoFar()) - before
}

async function measure(
  browser: Browser,
  app: App,
  opened: Opened,
  name: string,
  began: string,
  change: () => Promise<unknown>,
): Promise<Linked> {
  const { page } = opened
  await page.evaluate(
    'Object.assign(window.__probe, { watch: true, changes: [], calls: [], events: [] }), window.__clicked = undefined',
  )
  let serverCpuMs = 0
  const tasks = await traced(browser, opened, name, async () => {
    const before = app.cpuMs()
    await change()
    await page.waitForTimeout(150)
    await quiet(page)
    serverCpuMs = app.cpuMs() - before
  })
  const from = await page.evaluate<number>(began)
  const { calls, changes } = await probe(page)
  await page.evaluate('window.__probe.watch = false')
  const endOf = (at: number) => {
    const task = tasks.find((one) => one.at <= at && one.at + one.ms >= at)
    return task ? task.at + task.ms : at
  }
  const byView: Record<string, number> = {}
  for (const { at, where } of changes) if (at >= from) byView[where] = endOf(at) - from
  const doneMs = Math.max(0, ...Object.values(byView))
  const asked = calls.filter(({ method, sent }) => sent >= from - 1 && !ASIDE.test(method))
  const took = (call: (typeof asked)[number]) => (call.answered ?? Infinity) - call.sent
  const { cpu, longest } = spent(tasks, from - 2, from + doneMs)
  return {
    doneMs,
    byView,
    askedMs: Math.max(0, ...asked.map(({ sent }) => sent - from)),
    answeredMs: Math.max(0, ...asked.map(({ answered }) => answered! - from)),
    last: changes.at(-1)?.what ?? '',
    serverMs: Math.max(0, ...asked.map(took)),
    cpuMs: cpu,
    longestMs: longest,
    serverCpuMs,
    calls: asked
      .sort((a, b) => a.sent - b.sent)
      .map(
        (call) =>
          `${call.method} +${ms(call.sent - from)} ${ms(took(call))} ms ${(call.bytes / 1000).toFixed(0)} kB`,
      ),
  }
}

function tell(what: string, linked: Linked): void {
  const views = Object.entries(linked.byView)
    .sort((a, b) => a[1] - b[1])
    .map(([view, at]) => `${view} ${ms(at)}`)
  say(
    `${what.padEnd(34)} ${ms(linked.doneMs).padStart(6)} ms  asked by ${ms(linked.askedMs)}, answered by ${ms(linked.answeredMs)}; ` +
      `slowest answer ${ms(linked.serverMs)}; main thread ${ms(linked.cpuMs)} (longest ${ms(linked.longestMs)}), server ${ms(linked.serverCpuMs)} of processor time; load ${load()}`,
  )
  say(`    ${views.join(', ')}; last ${linked.last}`)
  say(`    ${linked.calls.join('; ')}`)
}

type Node =
  | { type: 'leaf'; size?: number; data: { id: string; views: string[]; activeView?: string } }
  | { type: 'branch'; size?: number; data: Node[] }
interface Dock {
  grid: { root: Node }
  panels: Record<string, { id: string; contentComponent: string; title: string }>
}

/** The dock with the account table and the communities beside the timeline: every view that follows a selection is seen. */
function withTables(dock: Dock): Dock {
  const leaf = (view: string): Node => ({
    type: 'leaf',
    size: 400,
    data: { id: `bench-${view}`, views: [view], activeView: view },
  })
  const walk = (node: Node): Node => {
    if (node.type === 'branch') return { ...node, data: node.data.map(walk) }
    if (!node.data.views.includes('timeline')) return node
    const { size, ...rest } = node
    return {
      type: 'branch',
      ...(size !== undefined && { size: Math.max(size, 320) }),
      data: [{ ...rest, size: 400 }, leaf('accounts'), leaf('communities')],
    }
  }
  const panel = (id: string) => ({ id, contentComponent: 'view', title: id })
  return {
    ...dock,
    grid: { ...dock.grid, root: walk(dock.grid.root) },
    panels: { ...dock.panels, accounts: panel('accounts'), communities: panel('communities') },
  }
}

/** From a change of the selection to the last view that shows it: map, timeline, account table, communities, inspector. */
export async function linkedPart(
  browser: Browser,
  app: App,
  points: number,
  peer: Opened | null,
  most: number,
): Promise<void> {
  const { path } = (await app.call('workspace.info', {}))!
  const opened = await newPage(browser, { width: 1920, height: 1080 })
  const { page } = opened
  await page.addInitScript(`window.__probe.wanted = ${points};
    addEventListener('click', (event) => (window.__clicked ??= event.timeStamp), true)`)
  const ready = async () => {
    await holds(page, 'window.__probe.firstMap > 0', 300_000)
    await page.waitForTimeout(1500)
    await quiet(page)
  }
  await page.goto(app.url)
  await ready()
  const { layout } = await app.call('session.state', { window: 'main' })
  const record = (slice: string, shared: boolean, before: unknown, after: unknown) =>
    app.call('session.record', {
      window: shared ? 'bench' : 'main',
      origin: 'bench',
      workspace: path,
      changes: [{ slice, shared, what: shared ? 'selection' : null, before, after }],
    })
  await record('layout', false, layout, withTables(layout as Dock))
  await page.reload()
  await page.getByTestId('panel-accounts').waitFor()
  await page.getByTestId('panel-communities').waitFor()
  await ready()

  let now: Selection = {}
  const select = async (selection: Selection) => {
    await record('selection', true, now, selection)
    now = selection
  }
  const map = await app.call('communities.map', { selection: {} })
  const { from, binMs, logins } = await app.call('timeline.get', { selection: {}, bins: 400 })
  const to = from + binMs * logins.length
  const day = 86_400_000
  const wide = { from: Math.round(to - 60 * day), to: Math.round(to - 30 * day) }
  const narrow = { from: Math.round(to - 20 * day), to: Math.round(to - 19 * day) }
  const selections: [string, Selection][] = [
    ['the largest community', { communities: [map.id[0]!] }],
    ['twelve communities', { communities: Array.from(map.id.subarray(20, 32)) }],
    ['a month of events', { time: wide }],
    ['a day of events', { time: narrow }],
    ['the riskiest', { risk: { min: 0.9, max: 1 } }],
    ['registered in a month', { registered: wide }],
    ['share a device', { sharing: { type: 'device', atLeast: 1 } }],
    ['labelled malicious in that month', { labels: ['malicious'], time: wide }],
  ]
  const heard = `window.__probe.events.find(({ name }) => name === 'session.changed').at`
  const clear = async () => {
    await select({})
    await page.waitForTimeout(200)
    await quiet(page)
  }
  const first: Linked[] = []
  const again: Linked[] = []
  for (const [k, [what, selection]] of selections.slice(0, most).entries()) {
    await page.evaluate('Object.assign(window.__probe, { watch: true, changes: [], calls: [] })')
    for (const [round, list] of [
      ['first', first],
      ['again', again],
    ] as const) {
      const linked = await measure(browser, app, opened, `linked-${k + 1}-${round}`, heard, () =>
        select(selection),
      )
      list.push(linked)
      tell(`${what}, ${round}`, linked)
      await page.evaluate('window.__probe.watch = true')
      await clear()
    }
  }
  // By hand: a click on a disc, with the inspector following.
  const disc = await page.evaluate<{ x: number; y: number } | null>(`(() => {
    const box = document.querySelector('[data-testid="map-canvas"]').getBoundingClientRect()
    return __shoalMap.positions().filter(({ x, y, r }) => r > 2 && x > box.left + 60 && x < box.right - 60 &&
      y > box.top + 60 && y < box.bottom - 60).sort((a, b) => b.r - a.r)[0] ?? null })()`)
  if (disc) {
    await page.mouse.move(disc.x, disc.y)
    await page.waitForTimeout(500)
    await quiet(page)
    const clicked = await measure(browser, app, opened, 'linked-click', 'window.__clicked', () =>
      page.mouse.click(disc.x, disc.y),
    )
    tell('a click on a community', clicked)
    await clear()
  }
  const dimmed = peer
    ? await cpuOf(
        peer,
        `(__peer.sigma.setSetting('nodeReducer', (node, data) => data.color > '#e6' ? data : { ...data, color: '#333', label: '' }),
          __peer.sigma.refresh())`,
      )
    : null
  const values = (list: Linked[], of: (one: Linked) => number) => list.map(of)
  line(
    'selection to all views, asked first, p50',
    quantile(
      values(first, (l) => l.doneMs),
      0.5,
    ),
    'ms',
    100,
    null,
  )
  line('  worst', Math.max(...values(first, (l) => l.doneMs)), 'ms', 100, null)
  line(
    'selection to all views, again, p50',
    quantile(
      values(again, (l) => l.doneMs),
      0.5,
    ),
    'ms',
    100,
    null,
  )
  line(
    '  its slowest answer, p50',
    quantile(
      values(first, (l) => l.serverMs),
      0.5,
    ),
    'ms',
    null,
    null,
  )
  line(
    '  its main thread, p50',
    quantile(
      values(first, (l) => l.cpuMs),
      0.5,
    ),
    'ms',
    null,
    dimmed,
  )
  line(
    '  its server, p50',
    quantile(
      values(first, (l) => l.serverCpuMs),
      0.5,
    ),
    'ms',
    null,
    null,
  )
  await page.close()
}
