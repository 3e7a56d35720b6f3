import { MAX_FIELDS, type Row } from './read/row.ts'
import { parseNumber } from './number.ts'
import type { ProblemCode } from './problems.ts'
import { TimeParser } from './time/parse.ts'

const DAY_MS = 86_400_000

/**
 * Reads typed cells of a row. The first cell that is wrong makes `failed` true and is described; what is read
 * after it has no meaning. Column positions may be -1: the file doesn't have the column.
 */
export class Cells {
  failed = false
  column = ''
  code: ProblemCode = 'missing_value'
  message = ''
  /** Offset that the last time read stated, in minutes east of UTC; null where it stated none. */
  tzOffset: number | null = null

  private readonly usual = new TimeParser()
  private readonly times: Record<string, TimeParser>
  private readonly names: Record<string, string>

  /** `names`: what roles are called in the file, where they are called otherwise; `times`: how those roles are written. */
  constructor(names: Record<string, string> = {}, times: Record<string, TimeParser> = {}) {
    this.names = names
    this.times = times
  }

  start(): void {
    this.failed = false
  }

  empty(row: Row, at: number): boolean {
    return at < 0 || row.starts[at] === row.ends[at]
  }

  /** A cell that must not be empty. */
  require(row: Row, at: number, column: string): void {
    if (this.empty(row, at))
      this.fail(column, 'missing_value', `${this.nameOf(column)} is empty. Every row needs one.`)
  }

  /** Text, verbatim; null where empty or absent. */
  text(row: Row, at: number): string | null {
    return this.empty(row, at) ? null : row.text(at)
  }

  /** Milliseconds UTC; null where empty or absent. Sets tzOffset. */
  time(row: Row, at: number, column: string): number | null {
    this.tzOffset = null
    if (this.empty(row, at)) return null
    const times = this.times[column] ?? this.usual
    const ms = times.parse(row.bytes, row.starts[at], row.ends[at])
    if (Number.isNaN(ms)) {
      const said = `${this.nameOf(column)} is "${clip(row.text(at))}", `
      this.fail(
        column,
        'bad_time',
        times.fault === 'range'
          ? `${said}which is before 1990 or after 2100. Epoch times must be seconds, milliseconds or microseconds.`
          : `${said}which is no time Shoal reads. Write it like 2024-01-31T12:34:56Z, or as epoch seconds.`,
      )
      return null
    }
    this.tzOffset = times.tzOffset
    return ms
  }

  /** A number above 0; `absent` where empty or absent. */
  positive(row: Row, at: number, column: string, absent: number): number {
    if (this.empty(row, at)) return absent
    const value = parseNumber(row.bytes, row.starts[at], row.ends[at])
    if (value > 0) return value
    this.fail(
      column,
      'bad_number',
      `${this.nameOf(column)} is "${clip(row.text(at))}". Write a number above 0, with a point for decimals.`,
    )
    return absent
  }

  /** A whole number of at least 1; `absent` where empty or absent. */
  count(row: Row, at: number, column: string, absent: number): number {
    if (this.empty(row, at)) return absent
    const value = parseNumber(row.bytes, row.starts[at], row.ends[at])
    if (Number.isSafeInteger(value) && value >= 1) return value
    this.fail(
      column,
      'bad_number',
      `${this.nameOf(column)} is "${clip(row.text(at))}". Write a whole number, 1 or more.`,
    )
    return absent
  }

  /** first_seen and last_seen in the right order. A last_seen that is a date means that whole day. */
  inOrder(first: number | null, last: number | null): void {
    if (first === null || last === null) return
    if (last < first && (last % DAY_MS !== 0 || last + DAY_MS <= first)) {
      this.fail('last_seen', 'bad_range', 'last_seen is before first_seen. Swap or correct them.')
    }
  }

  private nameOf(role: string): string {
    return this.names[role] ?? role
  }

  fail(column: string, code: ProblemCode, message: string): void {
    if (this.failed) return
    this.failed = true
    this.column = this.nameOf(column)
    this.code = code
    this.message = message
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** The further columns of a row as a JSON object of verbatim strings; empty cells are left out. */
export class AttributeWriter {
  private readonly columns: { at: number; prefix: string }[]

  constructor(attributes: readonly { at: number; name: string }[]) {
    this.columns = attributes
      .filter((column) => column.at < MAX_FIELDS)
      .map(({ at, name }) => ({ at, prefix: `${JSON.stringify(name)}:` }))
  }

  /** `{}` where every further cell is empty. */
  json(row: Row): string {
    let out = ''
    for (const { at, prefix } of this.columns) {
      if (row.starts[at] === row.ends[at]) continue
      out += out === '' ? '{' : ','
      out += prefix
      out += plainCell(row, at) ? `"${row.text(at)}"` : JSON.stringify(row.text(at))
    }
    return out === '' ? '{}' : `${out}}`
  }
}

/** True where the cell's bytes need no escaping in JSON. */
function plainCell(row: Row, at: number): boolean {
  if (row.escaped[at]) return false
  const { bytes } = row
  for (let i = row.starts[at], end = row.ends[at]; i < end; i++) {
    const byte = bytes[i]
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return false
  }
  return true
}
