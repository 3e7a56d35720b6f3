import type { Database } from 'better-sqlite3'
import { BlockWriter, KEPT_BYTES, rowMemory, type Block, type RowMemory, type RowSink } from './rows.ts'

/** Rows of a block that waits for its transaction. */
export const BLOCK_ROWS = 1024

/**
 * Stores an import's rows in transactions, of which this process may be working on the next ones while one is stored. After an
 * error nothing more is stored; what had been committed stays for the sweep.
 */
export interface Storing extends RowSink {
  /** What was put since the last cut is one transaction. Throws what storing an earlier one threw. */
  cut(): void
  /**
   * Resolves when it is time to make more rows: not more than a few transactions wait. Milliseconds that storing the
   * last one took. Throws what storing threw.
   */
  room(): Promise<number>
  /** Resolves when everything that was cut is stored. Throws what storing threw. */
  settle(): Promise<void>
  /** Ends: what was not stored yet is not. Never throws. */
  stop(): Promise<void>
}

/** Memory of blocks that are stored, for the next ones of the same shape. */
export class Spare {
  private readonly lists = new Map<string, RowMemory[]>()

  /** Memory of the same shape as that of a block, whether it was used before or not. */
  like({ numbers, ends }: RowMemory): RowMemory {
    return this.lists.get(`${numbers.length} ${ends.length}`)?.pop() ?? rowMemory(numbers.length, ends.length)
  }

  give(memory: readonly RowMemory[]): void {
    for (const one of memory) {
      if (one.bytes.length > KEPT_BYTES) continue
      const shape = `${one.numbers.length} ${one.ends.length}`
      const list = this.lists.get(shape) ?? []
      this.lists.set(shape, list)
      list.push(one)
    }
  }
}

/** Stores on the caller's connection, in its thread, at each cut. */
export class LocalStoring implements Storing {
  readonly blockRows = BLOCK_ROWS
  private readonly db: Database
  private readonly writer: BlockWriter
  private blocks: Block[] = []
  private readonly spare = new Spare()
  private took = 0

  constructor(db: Database) {
    this.db = db
    this.writer = new BlockWriter(db)
  }

  put(block: Block): RowMemory {
    this.blocks.push(block)
    return this.spare.like(block)
  }

  cut(): void {
    const { blocks } = this
    this.blocks = []
    const started = performance.now()
    storeBlocks(this.db, this.writer, blocks)
    this.took = performance.now() - started
    this.spare.give(blocks)
  }

  room(): Promise<number> {
    return Promise.resolve(this.took)
  }

  settle(): Promise<void> {
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.blocks = []
    return Promise.resolve()
  }
}

/** One transaction. `going`: asked before each block; where it says no, nothing is stored and false is returned. */
export function storeBlocks(
  db: Database,
  writer: BlockWriter,
  blocks: readonly Block[],
  going: () => boolean = () => true,
): boolean {
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const block of blocks) {
      if (!going()) {
        db.exec('ROLLBACK')
        return false
      }
      writer.run(block)
    }
    db.exec('COMMIT')
    return true
  } catch (error) {
    // SQLite may have rolled back by itself, as it does on a full disk.
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
