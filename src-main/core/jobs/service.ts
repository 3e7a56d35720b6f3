import { analysisFraction } from '../../common/analysis-progress.ts'
import { checkFraction, importFraction } from '../../common/import-progress.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { isCancelled, ShoalError, toErrorShape } from '../../common/errors.ts'
import type { Progress } from '../../common/pace.ts'
import type { OpenWorkspace } from '../context.ts'
import { appendJournal } from '../journal/journal.ts'
import { insertJob, jobById, listJobs, updateJob } from './queries.ts'
import { createTimeLeft } from './time-left.ts'

export interface JobWork {
  kind: Job['kind']
  params: Record<string, unknown>
  run(call: {
    jobId: number
    signal: AbortSignal
    onProgress: (progress: Progress) => void
  }): Promise<Record<string, unknown>>
  /** What can be gone on with where the job's process was lost: such a job is 'interrupted' and has it as its result. */
  left?(): Record<string, unknown>
  /** After the job is recorded as done; its failure is the job's own business no more. */
  after?(result: Record<string, unknown>): void
}

export interface JobService {
  /** Queues work; one heavy job runs at a time in a workspace, in the order they came. */
  start(work: JobWork): Job
  cancel(id: number): Job
  list(): Job[]
  /** Resolves with the job when it has ended, however it ended. */
  ended(id: number): Promise<Job>
  /** Cancels everything and waits for it. */
  close(): Promise<void>
}

interface Live {
  job: Job
  work: JobWork
  controller: AbortController
  waiters: ((job: Job) => void)[]
}

export interface JobServiceOptions {
  workspace: OpenWorkspace
  actor: string
  now(): number
  changed(job: Job): void
  /** Told of what could not be recorded (a full disk): the app goes on without. */
  problem(error: unknown): void
}

export function createJobService(options: JobServiceOptions): JobService {
  const { workspace, now } = options
  const { db } = workspace
  const live = new Map<number, Live>()
  /** Jobs whose end could not be written down; the next start marks them as interrupted. */
  const unrecorded = new Map<number, Job>()
  const queue: Live[] = []
  let running: Promise<void> | null = null
  /** Cleared in the same breath as the queue is found empty, so that no job can fall between. */
  let busy = false
  let closed = false

  function end(entry: Live, patch: Partial<Job>): void {
    entry.job = { ...entry.job, ...patch, finishedAt: now(), secondsLeft: null }
    const { job } = entry
    try {
      record(job)
    } catch (error) {
      unrecorded.set(job.id, job)
      options.problem(error)
    }
    live.delete(job.id)
    options.changed(job)
    for (const waiter of entry.waiters) waiter(job)
  }

  function record(job: Job): void {
    db.transaction(() => {
      updateJob(db, job)
      appendJournal(db, {
        actor: options.actor,
        action: `job.${job.status}`,
        payload: {
          job: job.id,
          kind: job.kind,
          params: job.params,
          ...(job.result && { result: job.result }),
          ...(job.error && { error: { code: job.error.code, message: job.error.message } }),
        },
        now: now(),
      })
    })()
  }

  async function runNext(): Promise<void> {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const mine = entry
      if (mine.controller.signal.aborted) {
        end(mine, { status: 'cancelled', error: { code: 'cancelled', message: 'Cancelled.' } })
        continue
      }
      mine.job = { ...mine.job, status: 'running', startedAt: now() }
      const timeLeft = createTimeLeft(mine.job.startedAt!)
      options.changed(mine.job)
      try {
        updateJob(db, mine.job)
        const result = await mine.work.run({
          jobId: mine.job.id,
          signal: mine.controller.signal,
          onProgress: (progress) => {
            const fraction = fractionOf(mine.job.kind, progress)
            mine.job = {
              ...mine.job,
              progress,
              fraction,
              secondsLeft: timeLeft.update(fraction, now()),
            }
            options.changed(mine.job)
          },
        })
        end(mine, { status: 'done', result, fraction: 1 })
        try {
          mine.work.after?.(result)
        } catch (error) {
          options.problem(error) // the job itself is done
        }
      } catch (error) {
        const shape = toErrorShape(error)
        const cancelled = isCancelled(error) || mine.controller.signal.aborted
        if (!cancelled && shape.code === 'compute_lost' && mine.work.left)
          end(mine, { status: 'interrupted', result: mine.work.left(), error: shape })
        else end(mine, { status: cancelled ? 'cancelled' : 'failed', error: shape })
      }
    }
    busy = false
  }

  return {
    start(work) {
      if (closed) throw new ShoalError('no_workspace', 'The workspace is being closed.')
      const id = insertJob(db, { kind: work.kind, params: work.params, createdAt: now() })
      const entry: Live = { job: jobById(db, id)!, work, controller: new AbortController(), waiters: [] }
      live.set(id, entry)
      queue.push(entry)
      options.changed(entry.job)
      if (!busy) {
        busy = true
        running = Promise.resolve().then(runNext)
      }
      return entry.job
    },
    cancel(id) {
      const entry = live.get(id)
      if (entry) {
        entry.controller.abort()
        const waiting = queue.indexOf(entry)
        if (waiting >= 0) {
          queue.splice(waiting, 1)
          end(entry, { status: 'cancelled', error: { code: 'cancelled', message: 'Cancelled.' } })
        }
        return entry.job
      }
      const job = unrecorded.get(id) ?? jobById(db, id)
      if (!job) throw new ShoalError('not_found', `There is no job ${id}.`)
      return job
    },
    list: () => listJobs(db).map((job) => live.get(job.id)?.job ?? unrecorded.get(job.id) ?? job),
    ended(id) {
      const entry = live.get(id)
      if (entry) return new Promise((resolve) => entry.waiters.push(resolve))
      const job = jobById(db, id)
      return job
        ? Promise.resolve(job)
        : Promise.reject(new ShoalError('not_found', `There is no job ${id}.`))
    },
    async close() {
      closed = true
      for (const id of Array.from(live.keys())) this.cancel(id)
      await running
    },
  }
}

function fractionOf(kind: Job['kind'], progress: Progress): number | null {
  if (kind === 'analyze') return analysisFraction(progress)
  if (kind === 'import') return importFraction(progress)
  if (kind === 'check') return checkFraction(progress)
  return progress.total ? Math.min(1, progress.done / progress.total) : null
}
