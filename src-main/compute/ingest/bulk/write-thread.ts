import Sqlite from 'better-sqlite3'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ComputeContext } from '../../context.ts'
import type { Block } from './rows.ts'
import { BLOCK_ROWS, type Storing } from './storing.ts'

/** What the thread is started with. */
export interface ThreadSettings {
  workspace: string
  /** Pages in the write-ahead log before it is copied into the database. */
  walPages: number
  cacheKib: number
  /** One Int32: not 0 once nothing more is to be stored. */
  stopped: SharedArrayBuffer
}
/** One transaction. */
export type ThreadRequest = { blocks: Block[] }
/** Milliseconds it took, and its buffers back; or why it was not stored. */
export type ThreadAnswer =
  | { ms: number; buffers: Float64Array<ArrayBuffer>[] }
  | { error: { message: string; code: string | null } }
  | 'ready'
  | 'stopped'

/**
 * Blocks that may be on their way when more rows are made: the thread shall not wait for work, and a hundred blocks of
 * events are ten MB.
 */
const WAITING_BLOCKS = 96
const START_MS = 30_000
/** A transaction hears that it is over between two blocks; the rest is what a slow disk may take to roll it back. */
const STOP_MS = 60_000

/** Stores on a connection of another thread, so that reading, checking and looking keys up go on meanwhile. */
export class ThreadStoring implements Storing {
  readonly blockRows = BLOCK_ROWS
  private readonly worker: Worker
  private readonly stopped: Int32Array
  private blocks: Block[] = []
  private readonly spare = new Map<number, Float64Array<ArrayBuffer>[]>()
  /** Blocks of each transaction that was cut and not stored yet. */
  private readonly inFlight: number[] = []
  private took = 0
  private error: Error | null = null
  private ended = false
  private wake: (() => void) | null = null

  private constructor(worker: Worker, stopped: SharedArrayBuffer) {
    this.worker = worker
    this.stopped = new Int32Array(stopped)
    worker.on('message', (answer: ThreadAnswer) => this.hear(answer))
    worker.on('error', (error) => this.fail(error))
    worker.on('exit', () => this.end())
  }

  /** Null where no thread can be had; the log says why. The connection's pragmas are its own. */
  static async start(
    ctx: Pick<ComputeContext, 'workspace' | 'writeWorker' | 'log'>,
    settings: Pick<ThreadSettings, 'walPages' | 'cacheKib'>,
  ): Promise<ThreadStoring | null> {
    const script = ctx.writeWorker ?? new URL('./write-worker.ts', import.meta.url)
    const stopped = new SharedArrayBuffer(4)
    try {
      const worker = new Worker(script, {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        workerData: { workspace: ctx.workspace, ...settings, stopped } satisfies ThreadSettings,
      })
      // Rejects when the thread fails before it has said anything.
      await once(worker, 'message', { signal: AbortSignal.timeout(START_MS) })
      return new ThreadStoring(worker, stopped)
    } catch (error) {
      ctx.log(
        'warn',
        `No thread for storing could be started (${String(error)}); rows are read and stored in turn.`,
      )
      return null
    }
  }

  put(block: Block): Float64Array<ArrayBuffer> {
    this.blocks.push(block)
    return this.spare.get(block.numbers.length)?.pop() ?? new Float64Array(block.numbers.length)
  }

  cut(): void {
    if (this.error) throw this.error
    const { blocks } = this
    if (blocks.length === 0) return
    this.blocks = []
    this.inFlight.push(blocks.length)
    this.worker.postMessage(
      { blocks } satisfies ThreadRequest,
      blocks.map(({ numbers }) => numbers.buffer),
    )
  }

  async room(): Promise<number> {
    await this.until(() => this.inFlight.reduce((sum, blocks) => sum + blocks, 0) <= WAITING_BLOCKS)
    return this.took
  }

  settle(): Promise<void> {
    return this.until(() => this.inFlight.length === 0)
  }

  async stop(): Promise<void> {
    Atomics.store(this.stopped, 0, 1)
    this.blocks = []
    if (this.ended) return
    this.worker.postMessage({ blocks: [] } satisfies ThreadRequest)
    await once(this.worker, 'exit', { signal: AbortSignal.timeout(STOP_MS) }).catch(() =>
      this.worker.terminate(),
    )
  }

  private async until(done: () => boolean): Promise<void> {
    for (;;) {
      if (this.error) throw this.error
      if (done()) return
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  private hear(answer: ThreadAnswer): void {
    if (typeof answer === 'string') return
    this.inFlight.shift()
    if ('error' in answer) {
      const { message, code } = answer.error
      return this.fail(code === null ? new Error(message) : new Sqlite.SqliteError(message, code))
    }
    this.took = answer.ms
    for (const numbers of answer.buffers) {
      const list = this.spare.get(numbers.length) ?? []
      this.spare.set(numbers.length, list)
      list.push(numbers)
    }
    this.awake()
  }

  private fail(error: Error): void {
    this.error ??= error
    this.awake()
  }

  private end(): void {
    this.ended = true
    if (Atomics.load(this.stopped, 0) === 0)
      this.fail(new Error('The thread that stores rows ended by itself.'))
    this.awake()
  }

  private awake(): void {
    this.wake?.()
    this.wake = null
  }
}
