import { analysisFraction } from '../../common/analysis-progress.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { isCancelled, ShoalError, toErrorShape } from '../../common/errors.ts'
import type { Progress } from '../../common/pace.ts'
import type { OpenWorkspace } from '../context.ts'
import { appendJournal } from '../journal/journal.ts'
import { insertJob, jobById, listJobs, updateJob } from './queries.ts'

export interface JobWork {
  kind: Job['kind']
  params: Record<string, unknown>
  run(call: {
    jobId: number
    signal: AbortSignal
    onProgress: (progress: Progress) => void
  }): Promise<Record<string, unknown>>
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
              secondsLeft: secondsLeft(fraction, now() - mine.job.startedAt!),
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
        const cancelled = isCancelled(error) || mine.controller.signal.aborted
        end(mine, { status: cancelled ? 'cancelled' : 'failed', error: toErrorShape(error) })
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
  return progress.total ? Math.min(1, progress.done / progress.total) : null
}

/** What is left at the rate so far; null until there is enough to go by. */
export function secondsLeft(fraction: number | null, elapsedMs: number): number | null {
  if (fraction === null || fraction < 0.02 || elapsedMs < 1500) return null
  return Math.max(0, ((elapsedMs / fraction) * (1 - fraction)) / 1000)
}
