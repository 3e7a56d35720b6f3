import { expect, it } from 'vitest'
import type { Job } from '../../../src-main/common/contract/jobs.ts'
import { firstJobs } from './job-list.tsx'

const job = (id: number, kind: Job['kind'], status: Job['status'] = 'done') => ({ id, kind, status }) as Job

it('shows the newest five, whatever runs, and the newest import', () => {
  const trainings = Array.from({ length: 9 }, (_, i) => job(20 - i, 'train'))
  const jobs = [...trainings, job(3, 'analyze', 'running'), job(2, 'import'), job(1, 'import')]
  expect(firstJobs(jobs).map(({ id }) => id)).toEqual([20, 19, 18, 17, 16, 3, 2])
  expect(firstJobs(jobs.slice(-2)).map(({ id }) => id)).toEqual([2, 1])
})
