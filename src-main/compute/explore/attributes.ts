import type { Database } from 'better-sqlite3'
import type { Pace } from '../../common/pace.ts'
import { numberOf } from '../../common/selection/where.ts'
import { eachRow, NO_CODE, NO_ROW, row, type AccountColumns } from './accounts.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'

/** A further column of the account file, as the newest record of each account states it. */
export type AttributeColumn =
  /** NaN: not stated. */
  | { kind: 'number'; values: Float64Array }
  /** Index into `words`; NO_CODE: not stated. */
  | { kind: 'category'; codes: Uint16Array; words: string[] }
  /** Too many different words to hold; selections look them up by SQL. */
  | { kind: 'text'; stated: number }
export type AttributeColumns = Map<string, AttributeColumn>

/** Different words that a column may have and still be held. */
const MOST_WORDS = 10_000
/** Numbers of fewer different values are categories too: codes, flags, counts of few. */
const MOST_NUMERALS = 12

interface Meta {
  attributes: { name: string; kind: AttributeColumn['kind']; words?: string[]; stated?: number }[]
}

export async function loadAttributes(
  db: Database,
  workspace: string,
  key: string,
  accounts: AccountColumns,
  pace: Pace,
): Promise<AttributeColumns> {
  const kept = { workspace, group: 'attributes', key, keep: 1 }
  const file = await readColumns<Meta>(pathOf(kept), pace)
  if (file) {
    const kept: AttributeColumns = new Map()
    for (const [k, { name, kind, words, stated }] of file.meta.attributes.entries()) {
      const column = file.columns[String(k)]
      if (kind === 'number') kept.set(name, { kind, values: column as Float64Array })
      else if (kind === 'category') kept.set(name, { kind, codes: column as Uint16Array, words: words! })
      else kept.set(name, { kind, stated: stated! })
    }
    return kept
  }
  const made = await readAttributes(db, accounts, pace)
  const meta: Meta = { attributes: [] }
  const columns: Record<string, Float64Array | Uint16Array> = {}
  for (const [k, [name, column]] of [...made].entries()) {
    meta.attributes.push({
      name,
      kind: column.kind,
      ...(column.kind === 'category' && { words: column.words }),
      ...(column.kind === 'text' && { stated: column.stated }),
    })
    if (column.kind === 'number') columns[String(k)] = column.values
    if (column.kind === 'category') columns[String(k)] = column.codes
  }
  await keepColumns(kept, { meta, columns }, pace)
  return made
}

/** An attribute while it is read: words as long as they are few, numbers as long as all are. */
interface Reading {
  codes: Uint16Array
  words: Map<string, number> | null
  numbers: Float64Array | null
  stated: number
}

async function readAttributes(db: Database, accounts: AccountColumns, pace: Pace): Promise<AttributeColumns> {
  const reading = new Map<string, Reading>()
  await eachRow<[number, string | null]>(
    db,
    'SELECT id, attributes FROM account_current WHERE id > ? ORDER BY id LIMIT ?',
    [],
    pace,
    ([account, text]) => {
      const r = row(accounts, account)
      if (r === NO_ROW || text === null || text === '{}') return
      for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
        if (value === null || value === '') continue
        const word = String(value)
        let column = reading.get(name)
        if (!column) {
          column = {
            codes: new Uint16Array(accounts.n).fill(NO_CODE),
            words: new Map(),
            numbers: new Float64Array(accounts.n).fill(NaN),
            stated: 0,
          }
          reading.set(name, column)
        }
        column.stated++
        if (column.numbers) {
          const number = numberOf(word)
          if (number === null) column.numbers = null
          else column.numbers[r] = number
        }
        if (column.words) {
          let code = column.words.get(word)
          if (code === undefined) {
            code = column.words.size
            if (code >= MOST_WORDS) {
              column.words = null
              continue
            }
            column.words.set(word, code)
          }
          column.codes[r] = code
        }
      }
    },
  )
  const columns: AttributeColumns = new Map()
  for (const [name, { codes, words, numbers, stated }] of [...reading].sort()) {
    if (numbers && (words === null || words.size > MOST_NUMERALS))
      columns.set(name, { kind: 'number', values: numbers })
    else if (words) columns.set(name, { kind: 'category', codes, words: [...words.keys()] })
    else columns.set(name, { kind: 'text', stated })
  }
  return columns
}
