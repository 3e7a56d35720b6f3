/** One event of Chromium's trace format; times are microseconds of one clock. */
export interface TraceEvent {
  name: string
  cat: string
  ph: string
  pid: number
  tid: number
  ts: number
  /** Length by the clock, and by the processor time that the thread itself had. */
  dur?: number
  tdur?: number
}

/** One task of the page's main thread, milliseconds since the trace's first mark. */
export interface Task {
  at: number
  ms: number
  cpuMs: number
  /** Whether it was a frame: callbacks of requestAnimationFrame ran in it. */
  frame: boolean
}

export const TRACE_CATEGORIES = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'blink.user_timing',
]
/** What else tells where a task's time went; tracing it takes time itself. */
export const MORE_CATEGORIES = ['toplevel', 'blink', 'cc', 'v8', 'disabled-by-default-v8.gc']

/**
 * Tasks of the thread that set a mark (performance.mark) of that name: the page's main thread. What other threads and
 * processes do (compositor, raster, GPU) is not in it.
 * @throws Error where no such mark was set
 */
export function mainThreadTasks(events: readonly TraceEvent[], mark: string): Task[] {
  const origin = events.find(({ name, cat }) => name === mark && cat.includes('blink.user_timing'))
  if (!origin) throw new Error(`The trace has no mark ${mark}.`)
  const mine = events.filter(({ pid, tid, ph }) => pid === origin.pid && tid === origin.tid && ph === 'X')
  const tasks = mine
    .filter(({ name }) => name === 'RunTask')
    .sort((a, b) => a.ts - b.ts)
    .map((event) => ({
      from: event.ts,
      to: event.ts + (event.dur ?? 0),
      at: (event.ts - origin.ts) / 1000,
      ms: (event.dur ?? 0) / 1000,
      cpuMs: (event.tdur ?? 0) / 1000,
      frame: false,
    }))
  let at = 0
  const frames = mine.filter(({ name }) => name === 'FireAnimationFrame').sort((a, b) => a.ts - b.ts)
  for (const { ts } of frames) {
    while (at < tasks.length && tasks[at]!.to < ts) at++
    if (at < tasks.length && tasks[at]!.from <= ts) tasks[at]!.frame = true
  }
  return tasks.map(({ at: begin, ms, cpuMs, frame }) => ({ at: begin, ms, cpuMs, frame }))
}

/** What each frame cost the main thread: all its tasks since the frame before, ms by processor time and by the clock. */
export function frameCosts(tasks: readonly Task[]): { cpu: number[]; wall: number[] } {
  const cpu: number[] = []
  const wall: number[] = []
  let begun = false
  let [c, w] = [0, 0]
  for (const task of tasks) {
    c += task.cpuMs
    w += task.ms
    if (!task.frame) continue
    // What came before the first frame belongs to no frame that is measured.
    if (begun) {
      cpu.push(c)
      wall.push(w)
    }
    begun = true
    ;[c, w] = [0, 0]
  }
  return { cpu, wall }
}

/** Main-thread time between two moments, ms of the trace; a task counts where it begins. */
export function spent(
  tasks: readonly Task[],
  from: number,
  to: number,
): { cpu: number; wall: number; longest: number } {
  const within = tasks.filter(({ at }) => at >= from && at < to)
  return {
    cpu: within.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    wall: within.reduce((sum, { ms }) => sum + ms, 0),
    longest: Math.max(0, ...within.map(({ cpuMs }) => cpuMs)),
  }
}

/** The value below which a share (0..1) of the values lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
