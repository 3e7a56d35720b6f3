import type { Database, Statement } from 'better-sqlite3'

/** Rows of one statement: a call into SQLite costs as much as three rows of an event do, so rows go in together. */
const ROWS = 128

type Value = number | string | null

/**
 * Inserts rows of one table, many with a statement. Nothing is stored before `ROWS` are together or `flush` is called,
 * which must be before the transaction's COMMIT; rows that were given up with a ROLLBACK are not taken back here.
 *
 * Per row: `const v = inserts.values; let i = inserts.at; v[i++] = …` for each column in order, then `inserts.end(i)`.
 */
export class Inserts {
  /** Where the next row's values go. */
  readonly values: Value[]
  at = 0
  private readonly one: Statement
  private readonly many: Statement
  private readonly width: number

  /** `columns` are what `values` takes, in order; `constants` are SQL literals of further columns. */
  constructor(
    db: Database,
    table: string,
    columns: readonly string[],
    constants: Record<string, string> = {},
  ) {
    this.width = columns.length
    const names = [...columns, ...Object.keys(constants)].join(', ')
    const row = `(${[...columns.map(() => '?'), ...Object.values(constants)].join(', ')})`
    const into = `INSERT INTO ${table} (${names}) VALUES `
    this.one = db.prepare(into + row)
    this.many = db.prepare(into + Array<string>(ROWS).fill(row).join(', '))
    this.values = Array<Value>(ROWS * this.width).fill(null)
  }

  /** The row whose values end before `at` is complete. */
  end(at: number): void {
    this.at = at
    if (at === this.values.length) {
      this.at = 0
      // As arguments: read from an array, each value costs a call more.
      this.many.run(...this.values)
    }
  }

  /** Stores the rows that wait. */
  flush(): void {
    const end = this.at
    this.at = 0
    for (let i = 0; i < end; i += this.width) this.one.run(this.values.slice(i, i + this.width))
  }
}
