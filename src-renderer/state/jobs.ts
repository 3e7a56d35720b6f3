import { create } from 'zustand'
import type { Job } from '../../src-main/common/contract/jobs.ts'
import type { Progress } from '../../src-main/common/pace.ts'

/** How fast a job has moved over the last seconds of one phase. */
export interface Rate {
  marks: { phase: string; at: number; done: number; rows: number | null }[]
  /** In the progress's unit; null until there is enough to tell. */
  perSecond: number | null
  /** Where the work counts rows beside another unit. */
  rowsPerSecond: number | null
}
const RATE_WINDOW_MS = 4000
const RATE_LEAST_MS = 500

/** The rate after one more progress message at time `now`, ms. A new phase starts to be measured anew. */
export function nextRate(old: Rate | undefined, progress: Progress | null, now: number): Rate {
  if (!progress || progress.unit === 'steps') return { marks: [], perSecond: null, rowsPerSecond: null }
  const last = old?.marks.at(-1)
  const continues = last?.phase === progress.phase && progress.done >= last.done
  const marks = (continues ? old!.marks : []).filter((mark) => now - mark.at < RATE_WINDOW_MS)
  const first = marks[0]
  const elapsed = first ? now - first.at : 0
  const rows = progress.rows ?? null
  const per = (from: number | null | undefined, to: number | null) =>
    from === undefined || from === null || to === null || elapsed < RATE_LEAST_MS
      ? null
      : ((to - from) / elapsed) * 1000
  return {
    marks: [...marks, { phase: progress.phase, at: now, done: progress.done, rows }],
    perSecond: per(first?.done, progress.done),
    rowsPerSecond: per(first?.rows, rows),
  }
}

interface JobsState {
  /** Newest first. */
  jobs: Job[]
  rates: Record<number, Rate>
  replace(jobs: Job[]): void
  put(job: Job): void
}

const newestFirst = (a: Job, b: Job) => b.id - a.id

export const useJobs = create<JobsState>()((set) => ({
  jobs: [],
  rates: {},
  replace: (jobs) => set({ jobs: [...jobs].sort(newestFirst), rates: {} }),
  put: (job) =>
    set((s) => ({
      jobs: [job, ...s.jobs.filter((other) => other.id !== job.id)].sort(newestFirst),
      rates: { ...s.rates, [job.id]: nextRate(s.rates[job.id], job.progress, performance.now()) },
    })),
}))

export function isActive(job: Job): boolean {
  return job.status === 'running' || job.status === 'queued'
}
