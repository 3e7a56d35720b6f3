import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test'
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { findChromium } from '../../../chromium.ts'
import { mainThreadTasks, MORE_CATEGORIES, TRACE_CATEGORIES, type Task, type TraceEvent } from './trace.ts'

const PROBE = join(import.meta.dirname, 'probe.js')

/** What probe.js notes, as far as it is read here; times are ms of the page's performance.now(). */
export interface Probe {
  calls: { id: number; method: string; sent: number; answered: number | null; bytes: number }[]
  events: { name: string; at: number }[]
  changes: { at: number; where: string; what: string }[]
  received: number
}

/** A browser with software WebGL, as in the tests: correct, slow, and in a process of its own that is not counted. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium here.')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--enable-unsafe-swiftshader',
      '--use-angle=swiftshader',
      '--disable-background-networking',
      '--disable-component-update',
      // A million objects with their attributes are more than the usual limit; the peer shall have its chance.
      '--js-flags=--max-old-space-size=8192',
    ],
  })
}

export async function newPage(
  browser: Browser,
  viewport = { width: 1440, height: 900 },
): Promise<{ page: Page; cdp: CDPSession }> {
  const page = await browser.newPage({ viewport, locale: 'en-GB', colorScheme: 'dark' })
  await page.addInitScript(readFileSync(PROBE, 'utf8'))
  const cdp = await page.context().newCDPSession(page)
  return { page, cdp }
}

/** Waits until an expression holds in the page; asked from outside, because the app's own policy allows no eval. */
export async function holds(page: Page, expression: string, timeoutMs: number, everyMs = 60): Promise<void> {
  const until = Date.now() + timeoutMs
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > until) throw new Error(`Still not after ${timeoutMs} ms: ${expression}`)
    await page.waitForTimeout(everyMs)
  }
}

export const probe = (page: Page): Promise<Probe> =>
  page.evaluate('({ ...window.__probe, changes: window.__probe.changes })')

let profiles: string | null = null
/** Keeps a V8 profile of everything that is traced, in a folder. */
export const profileTo = (dir: string | null): void => void (profiles = dir)
let traces: string | null = null
/** Keeps the trace of everything that is traced, with more kinds of events, in a folder: for chrome://tracing. */
export const tracesTo = (dir: string | null): void => void (traces = dir)

/** Main-thread tasks while something is done; their times are those of the page's performance.now(). */
export async function traced(
  browser: Browser,
  { page, cdp }: { page: Page; cdp: CDPSession },
  name: string,
  work: () => Promise<void>,
): Promise<Task[]> {
  if (profiles) {
    await cdp.send('Profiler.enable')
    await cdp.send('Profiler.setSamplingInterval', { interval: 200 })
    await cdp.send('Profiler.start')
  }
  const categories = [...TRACE_CATEGORIES, ...(traces ? MORE_CATEGORIES : [])]
  await browser.startTracing(page, { categories })
  let origin: number
  try {
    origin = await page.evaluate<number>(`performance.mark('probe:origin').startTime`)
    await work()
  } finally {
    if (profiles) {
      const { profile } = await cdp.send('Profiler.stop')
      writeFileSync(join(profiles, `${name}.cpuprofile`), JSON.stringify(profile))
    }
  }
  const text = (await browser.stopTracing()).toString()
  if (traces) writeFileSync(join(traces, `${name}.trace.json`), text)
  const trace = JSON.parse(text) as { traceEvents: TraceEvent[] }
  return mainThreadTasks(trace.traceEvents, 'probe:origin').map((task) => ({ ...task, at: task.at + origin }))
}

export interface Heap {
  /** Objects of the page, after a garbage collection, bytes. */
  used: number
  /** What typed arrays hold outside, bytes; NaN where this Chromium does not say. */
  buffers: number
}
export async function heapOf(cdp: CDPSession): Promise<Heap> {
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  const usage = (await cdp.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number }
  return { used: usage.usedSize, buffers: usage.backingStorageSize ?? NaN }
}

/** A page whose frames take seconds is not moved to the end. */
const MOVING_MS = 40_000

/** Drags across the stage and back, then turns the wheel in and out, at a person's pace; the page is as before after it. */
export async function panAndZoom(page: Page, box: { x: number; y: number; width: number; height: number }) {
  const pause = () => page.waitForTimeout(12)
  const from = { x: box.x + box.width * 0.52, y: box.y + 14 }
  const { mouse } = page
  const until = Date.now() + MOVING_MS
  await mouse.move(from.x, from.y)
  await mouse.down()
  for (let k = 1; k <= 60 && Date.now() < until; k++) {
    const away = k <= 30 ? k : 60 - k
    await mouse.move(from.x + 5 * away, from.y + 4 * away)
    await pause()
  }
  await mouse.up()
  for (let k = 0; k < 16 && Date.now() < until + MOVING_MS; k++) {
    await mouse.wheel(0, k < 8 ? -60 : 60)
    await page.waitForTimeout(40)
  }
}

export const load = () => loadavg()[0]!.toFixed(1)
export const say = (text: string) => process.stdout.write(text + '\n')
export const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
export const ms = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0))

/** A line of the answer: ours, the budget, the peer's, and how many times less ours is. */
export function line(
  name: string,
  ours: number,
  unit: string,
  budget: number | null,
  peer: number | null,
): void {
  const parts = [name.padEnd(44), `${ms(ours)} ${unit}`.padStart(12)]
  if (budget !== null) parts.push(`budget ${budget}${ours <= budget ? '  kept' : '  MISSED'}`.padEnd(20))
  if (peer !== null) parts.push(`peer ${ms(peer)} ${unit}, ${(peer / ours).toFixed(1)}×`)
  say(parts.join('  '))
}
