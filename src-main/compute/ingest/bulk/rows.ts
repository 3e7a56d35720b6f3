import type { Database } from 'better-sqlite3'

/** What is stored of a cell that is no number; bytes go in as a BLOB. */
export type Text = string | Uint8Array | null

/** What an INSERT stores: columns of numbers, then columns of text or bytes, then the same literal in every row. */
export interface InsertSpec {
  table: string
  /** At least one. */
  numbers: readonly string[]
  texts: readonly string[]
  /** SQL literals by column. */
  constants: Readonly<Record<string, string>>
}

/** Rows of one INSERT. Plain data: it can go to another thread, and `numbers` without being copied. */
export interface Block {
  spec: InsertSpec
  rows: number
  /** Row by row, in the order of `spec.numbers`; NaN is NULL. May be longer than the rows are. */
  numbers: Float64Array<ArrayBuffer>
  /** Row by row, in the order of `spec.texts`. */
  texts: Text[]
}

/** Takes rows to be stored: at once, or with the next transaction. */
export interface RowSink {
  /** Rows of a block. */
  readonly blockRows: number
  /** Takes a block over; a buffer of at least the same length for the next one, which may be the same. */
  put(block: Block): Float64Array<ArrayBuffer>
}

/**
 * Rows of one INSERT on their way to a sink. Numbers wait in a typed array, which costs nothing to hand to another thread.
 *
 * Per row: `const v = rows.numbers; let i = rows.at; v[i++] = …` for each column in order, NaN for NULL;
 * `rows.texts.push(…)` likewise; then `rows.end(i)`. `flush` hands on what waits: call it before every transaction's end.
 */
export class Rows {
  numbers: Float64Array<ArrayBuffer>
  texts: Text[] = []
  /** Where the next row's numbers go. */
  at = 0
  private readonly sink: RowSink
  private readonly spec: InsertSpec
  private readonly full: number

  constructor(
    sink: RowSink,
    table: string,
    columns: { numbers: readonly string[]; texts?: readonly string[] },
    constants: Readonly<Record<string, string>> = {},
  ) {
    this.sink = sink
    this.spec = { table, numbers: columns.numbers, texts: columns.texts ?? [], constants }
    this.full = sink.blockRows * columns.numbers.length
    this.numbers = new Float64Array(this.full)
  }

  /** The row whose numbers end before `at` is complete. */
  end(at: number): void {
    this.at = at
    if (at === this.full) this.flush()
  }

  /** Hands the rows that wait to the sink. */
  flush(): void {
    if (this.at === 0) return
    const { spec, numbers, texts } = this
    this.numbers = this.sink.put({ spec, rows: this.at / spec.numbers.length, numbers, texts })
    this.at = 0
    this.texts = []
  }
}

/** Rows of one statement: a call into SQLite costs as much as three rows of an event do, so rows go in together. */
const TOGETHER = 128
/** Statements that are kept: those of sources that were stored long ago are not used again. */
const KEPT = 64

interface Prepared {
  one: { run(...values: unknown[]): unknown }
  many: { run(...values: unknown[]): unknown }
  values: unknown[]
}

/** Runs blocks on a connection, in the caller's transaction. */
export class BlockWriter {
  private readonly db: Database
  private readonly prepared = new Map<string, Prepared>()

  constructor(db: Database) {
    this.db = db
  }

  /** Throws what SQLite throws. */
  run({ spec, rows, numbers, texts }: Block): void {
    const { one, many, values } = this.statements(spec)
    const n = spec.numbers.length
    const t = spec.texts.length
    let at = 0
    let text = 0
    for (let done = 0; done < rows;) {
      const together = rows - done < TOGETHER ? 1 : TOGETHER
      let i = 0
      for (let row = 0; row < together; row++) {
        for (let k = 0; k < n; k++) {
          const value = numbers[at++]!
          values[i++] = Number.isNaN(value) ? null : value
        }
        for (let k = 0; k < t; k++) values[i++] = texts[text++]
      }
      // As arguments: read from an array, each value costs a call more.
      if (together === 1) one.run(...values.slice(0, i))
      else many.run(...values)
      done += together
    }
  }

  private statements(spec: InsertSpec): Prepared {
    const literals = Object.entries(spec.constants)
    const names = [...spec.numbers, ...spec.texts, ...literals.map(([name]) => name)].join(', ')
    const width = spec.numbers.length + spec.texts.length
    const row = `(${[...Array<string>(width).fill('?'), ...literals.map(([, sql]) => sql)].join(', ')})`
    const into = `INSERT INTO ${spec.table} (${names}) VALUES `
    const key = into + row
    const kept = this.prepared.get(key)
    if (kept) return kept
    const made: Prepared = {
      one: this.db.prepare(key),
      many: this.db.prepare(into + Array<string>(TOGETHER).fill(row).join(', ')),
      values: Array<unknown>(TOGETHER * width).fill(null),
    }
    if (this.prepared.size === KEPT) this.prepared.delete(this.prepared.keys().next().value!)
    this.prepared.set(key, made)
    return made
  }
}

/** Stores blocks as they come, in the caller's transaction. */
export class DirectSink implements RowSink {
  readonly blockRows = TOGETHER
  private readonly writer: BlockWriter

  constructor(db: Database) {
    this.writer = new BlockWriter(db)
  }

  put(block: Block): Float64Array<ArrayBuffer> {
    this.writer.run(block)
    return block.numbers
  }
}
