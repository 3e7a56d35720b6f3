import { create } from 'zustand'
import type { Job } from '../../src-main/common/contract/jobs.ts'

interface JobsState {
  /** Newest first. */
  jobs: Job[]
  replace(jobs: Job[]): void
  put(job: Job): void
}

const newestFirst = (a: Job, b: Job) => b.id - a.id

export const useJobs = create<JobsState>()((set) => ({
  jobs: [],
  replace: (jobs) => set({ jobs: [...jobs].sort(newestFirst) }),
  put: (job) =>
    set((s) => ({ jobs: [job, ...s.jobs.filter((other) => other.id !== job.id)].sort(newestFirst) })),
}))

export function isActive(job: Job): boolean {
  return job.status === 'running' || job.status === 'queued'
}
