import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { fromErrorShape, ShoalError, type ErrorShape } from '../../../common/errors.ts'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import type { TrainedMember, TrainingData } from '../types.ts'
import { learnerById } from './learners.ts'
import { memberFromBytes } from './member-files.ts'
import { within } from './progress.ts'

/** One member to fit, and rows that it then predicts. Plain data: it goes to a thread as it is. */
export interface FitRequest {
  readonly learner: string
  readonly params: Record<string, unknown>
  readonly seed: number
  /** Its x goes to the thread, and so does hidden.x: whoever made them has them no more. */
  readonly data: TrainingData
  /** Row-major rows × data.columns.length values. */
  readonly hidden?: { readonly x: Float32Array; readonly rows: number }
}

export interface Fitted {
  readonly member: TrainedMember
  /** Margins of the hidden rows; null where there were none. */
  readonly margins: Float32Array | null
}

/** What a thread says: that it is there, what it fitted, or what went wrong. */
export type FitAnswer =
  { bytes: Uint8Array; about: Record<string, unknown>; margins: Float32Array | null } | { error: ErrorShape }

/** Fits of fewer values than this are over before a thread has started. */
const WORTH_THREADS = 200_000
const MOST_THREADS = 8
/** What all threads may hold: each has its rows as they came, binned or encoded. */
const MOST_BYTES = 2 ** 31
const BYTES_PER_VALUE = 12
/** A thread that has not come up by then never will. */
const START_MS = 20_000

/** Members differ in their seeds, the same member keeps its own whatever others there are. */
export function memberSeed(seed: number, id: string): number {
  let hash = 2166136261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619)
  return (seed * 7919 + (hash >>> 8)) % 2 ** 31
}

/** Trains one member in this thread. */
export async function fitMember(request: FitRequest, pace: Pace): Promise<Fitted> {
  const { learner, params, seed, data, hidden } = request
  const quiet = within(pace, () => {})
  const member = await learnerById(learner).train(data, params as never, seed, quiet)
  return { member, margins: hidden === undefined ? null : member.predict(hidden.x, hidden.rows) }
}

/**
 * Fits `count` members side by side on the machine's cores. `make(k)` is called once for each k, in ascending order, when
 * somebody is free to fit it; `done` in the order in which they finish. Every fit is deterministic, so that what comes out
 * does not depend on how many threads there are. Threads and not processes: nothing of ONNX runs in them (design.md §3), so
 * that ending one inside a fit is safe. Without threads (small fits, one core, or they can't be started) it fits here.
 * @param cells values of the largest fit
 */
export async function fitAll(
  ctx: ComputeContext,
  count: number,
  cells: number,
  make: (k: number) => FitRequest,
  done: (k: number, fitted: Fitted) => void,
): Promise<void> {
  const affordable = Math.max(1, Math.floor(MOST_BYTES / (cells * BYTES_PER_VALUE)))
  const threads = Math.min(availableParallelism(), MOST_THREADS, count, affordable)
  let next = 0
  if (threads < 2 || cells < WORTH_THREADS) {
    for (; next < count; next++) {
      done(next, await fitMember(make(next), ctx))
      await ctx.checkpoint()
    }
    return
  }
  const started = await Promise.all(Array.from({ length: threads }, () => FitThread.start(ctx)))
  const lanes = started.filter((thread) => thread !== null)
  const stop = (): void => lanes.forEach((lane) => lane.end())
  ctx.signal.addEventListener('abort', stop)
  try {
    await ctx.checkpoint()
    // With none of them, this thread does it all.
    const fitters = lanes.length > 0 ? lanes : [{ fit: (request: FitRequest) => fitMember(request, ctx) }]
    await Promise.all(
      fitters.map(async (fitter) => {
        while (next < count) {
          const k = next++
          done(k, await fitter.fit(make(k)))
          await ctx.checkpoint()
        }
      }),
    )
  } finally {
    ctx.signal.removeEventListener('abort', stop)
    stop()
  }
}

/** A thread that fits one member at a time. */
class FitThread {
  private readonly worker: Worker
  private waiting: PromiseWithResolvers<FitAnswer> | null = null
  private gone: ShoalError | null = null

  private constructor(worker: Worker) {
    this.worker = worker
    worker.on('message', (answer: FitAnswer) => this.waiting?.resolve(answer))
    worker.on('error', (error) =>
      this.fail(new ShoalError('internal', `A training thread failed: ${String(error)}`)),
    )
    worker.on('exit', () => this.fail(new ShoalError('internal', 'A training thread ended by itself.')))
  }

  /** Null where no thread can be had; the log says why. */
  static async start(ctx: ComputeContext): Promise<FitThread | null> {
    const script = ctx.fitWorker ?? new URL('./fit-worker.ts', import.meta.url)
    try {
      const worker = new Worker(script, { execArgv: ['--disable-warning=ExperimentalWarning'] })
      // Rejects when the thread fails before it has said anything.
      await once(worker, 'message', { signal: AbortSignal.timeout(START_MS) })
      return new FitThread(worker)
    } catch (error) {
      ctx.log(
        'warn',
        `No training thread could be started (${String(error)}); members are fitted one by one.`,
      )
      return null
    }
  }

  async fit(request: FitRequest): Promise<Fitted> {
    if (this.gone !== null) throw this.gone
    const { data, hidden } = request
    const moved = [data.x.buffer, ...(hidden ? [hidden.x.buffer] : [])] as ArrayBuffer[]
    this.worker.postMessage(request, moved)
    this.waiting = Promise.withResolvers<FitAnswer>()
    const answer = await this.waiting.promise
    if ('error' in answer) throw fromErrorShape(answer.error)
    return { member: memberFromBytes(request.learner, answer.bytes, answer.about), margins: answer.margins }
  }

  end(): void {
    this.fail(new ShoalError('cancelled', 'Cancelled.'))
    void this.worker.terminate()
  }

  private fail(error: ShoalError): void {
    this.gone ??= error
    this.waiting?.reject(this.gone)
  }
}
