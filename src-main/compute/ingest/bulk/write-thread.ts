import Sqlite from 'better-sqlite3'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ComputeContext } from '../../context.ts'
import { sizeOf, type Block, type RowMemory } from './rows.ts'
import { BLOCK_ROWS, Spare, type Storing } from './storing.ts'

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
/** Milliseconds it took, and its memory back; or why it was not stored. */
export type ThreadAnswer =
  { ms: number; memory: RowMemory[] } | { error: { message: string; code: string | null } } | 'ready'

/** Bytes that may be on their way when more rows are made: several batches, so that neither side waits for the other. */
const WAITING_BYTES = 16 * 1024 * 1024
const START_MS = 30_000
/** A transaction hears that it is over between two blocks; the rest is what a slow disk may take to roll it back. */
const STOP_MS = 60_000

/** Stores on a connection of another thread, so that reading, checking and looking keys up go on meanwhile. */
export class ThreadStoring implements Storing {
  readonly blockRows = BLOCK_ROWS
  private readonly worker: Worker
  private readonly stopped: Int32Array
  private blocks: Block[] = []
  private readonly spare = new Spare()
  /** Bytes of each transaction that was cut and not stored yet. */
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
    let worker: Worker | null = null
    try {
      worker = new Worker(script, {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        // It allocates little that lives; the default would let 48 MB of garbage lie.
        resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 },
        workerData: { workspace: ctx.workspace, ...settings, stopped } satisfies ThreadSettings,
      })
      // Rejects when the thread fails before it has said anything.
      await once(worker, 'message', { signal: AbortSignal.timeout(START_MS) })
      return new ThreadStoring(worker, stopped)
    } catch (error) {
      await worker?.terminate()
      ctx.log(
        'warn',
        `No thread for storing could be started (${String(error)}); rows are read and stored in turn.`,
      )
      return null
    }
  }

  put(block: Block): RowMemory {
    this.blocks.push(block)
    return this.spare.like(block)
  }

  cut(): void {
    if (this.error) throw this.error
    const { blocks } = this
    if (blocks.length === 0) return
    this.blocks = []
    this.inFlight.push(blocks.reduce((sum, block) => sum + sizeOf(block), 0))
    this.worker.postMessage({ blocks } satisfies ThreadRequest)
  }

  async room(): Promise<number> {
    await this.until(() => this.inFlight.reduce((sum, bytes) => sum + bytes, 0) <= WAITING_BYTES)
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
    this.spare.give(answer.memory)
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
