import type { Database } from 'better-sqlite3'
import type { ComputeContext } from '../context.ts'

export type Param = string | number

/** Literals longer than this are shown shortened: a set of 100,000 ids is nothing to read. */
const SHOWN = 400
/** Slices that a long statement is run in, so that a cancel is heard between them. */
const SLICES = 48

/** Statements that are run and kept as text that somebody can check: what was asked, with its parameters written in. */
export class Script {
  readonly lines: string[] = []
  private readonly ctx: Pick<ComputeContext, 'db' | 'checkpoint'>
  private readonly tables: string[] = []

  constructor(ctx: Pick<ComputeContext, 'db' | 'checkpoint'>) {
    this.ctx = ctx
  }

  get db(): Database {
    return this.ctx.db
  }

  /** Says something in the text without running it. */
  comment(text: string): void {
    this.lines.push(`-- ${text}`)
  }

  /** Makes a temporary table; it goes with `drop`. */
  table(name: string, columns: string, kind: '' | ' WITHOUT ROWID' = ''): void {
    const sql = `CREATE TEMP TABLE ${name} (${columns})${kind}`
    this.db.exec(`DROP TABLE IF EXISTS temp.${name}; ${sql}`)
    this.tables.push(name)
    this.lines.push(`${sql};`)
  }

  async run(sql: string, params: readonly Param[] = []): Promise<void> {
    await this.ctx.checkpoint()
    this.db.prepare(sql).run(...params)
    this.lines.push(`${written(sql, params)};`)
    await this.ctx.checkpoint()
  }

  /**
   * Runs a statement for ranges of `column` (a number 1 … max) one after the other; its text has `:RANGE:` where the
   * range stands. Shown once, whole.
   */
  async sliced(sql: string, column: string, max: number, params: readonly Param[] = []): Promise<void> {
    const statement = this.db.prepare(sql.replace(':RANGE:', `${column} > ? AND ${column} <= ?`))
    const at = sql.slice(0, sql.indexOf(':RANGE:')).split('?').length - 1
    const step = Math.max(1, Math.ceil(max / SLICES))
    for (let from = 0; from < max; from += step) {
      await this.ctx.checkpoint()
      statement.run(...params.slice(0, at), from, from + step, ...params.slice(at))
    }
    this.lines.push(`${written(sql.replace(':RANGE:', `${column} > 0`), params)};`)
  }

  one<T>(sql: string, ...params: Param[]): T {
    return this.db
      .prepare(sql)
      .pluck()
      .get(...params) as T
  }

  drop(): void {
    for (const name of this.tables.splice(0)) this.db.exec(`DROP TABLE IF EXISTS temp.${name}`)
  }

  get text(): string {
    return this.lines.map(tidy).join('\n')
  }
}

/** SQL with its parameters written in. */
export function written(sql: string, params: readonly Param[]): string {
  let next = 0
  return sql.replace(/\?/g, () => shown(params[next++]!))
}
function shown(value: Param): string {
  if (typeof value === 'number') return String(value)
  const text = `'${value.replaceAll("'", "''")}'`
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN / 2)} /* ${value.length} characters */ …'`
}
const tidy = (line: string) =>
  line
    .split('\n')
    .map((part, i) => (i === 0 ? part.trimEnd() : `  ${part.trim()}`))
    .join('\n')
