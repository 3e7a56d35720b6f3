import type { Database } from 'better-sqlite3'
import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import type { Pace } from '../../common/pace.ts'
import { eachRow, NO_ROW, row, type AccountColumns } from './accounts.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import { orderOf } from './radix.ts'

/** Every event, by time: 11 bytes each where times are whole seconds and codes few. */
export interface EventColumns {
  n: number
  /** Time = origin + ts × unit ms. Seconds (u32) where every time is a whole second, else milliseconds (f64). */
  ts: Uint32Array | Float64Array
  origin: number
  unit: 1 | 1000
  /** Row of the account. */
  row: Uint32Array
  /** Index into `acts`. */
  act: Uint8Array | Uint16Array
  /** Index into `contexts`; the type's greatest value: none. */
  context: Uint8Array | Uint16Array
  /** Index into `countries`; likewise. */
  country: Uint8Array | Uint16Array
  /** Events of each account. */
  perAccount: Uint32Array
  /** Kind and outcome of an event: the pairs that occur. */
  acts: Act[]
  contexts: string[]
  countries: string[]
}
export interface Act {
  kind: string
  outcome: string | null
  class: 0 | 1 | 2 | 3
}
/** What a timeline counts apart. */
export const LOGIN = 0
export const FAILED = 1
export const REGISTRATION = 2
export const OTHER = 3

const NONE = 0xffff
/** What a column of codes holds where there is none. */
export const noneOf = (column: Uint8Array | Uint16Array): number =>
  column.BYTES_PER_ELEMENT === 1 ? 255 : NONE

/** The first event at or after a moment (ms). */
export function firstAt({ ts, n, origin, unit }: EventColumns, ms: number): number {
  const wanted = (ms - origin) / unit
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ts[middle] < wanted) low = middle + 1
    else high = middle
  }
  return low
}

export const timeOf = ({ ts, origin, unit }: EventColumns, i: number): number => origin + ts[i] * unit

interface Meta {
  origin: number
  unit: 1 | 1000
  acts: Act[]
  contexts: string[]
  countries: string[]
}

/** The columns from their file, or from the database and then to the file. */
export async function loadEvents(
  db: Database,
  workspace: string,
  key: string,
  accounts: AccountColumns,
  pace: Pace,
): Promise<EventColumns> {
  const kept = { workspace, group: 'events', key, keep: 1 }
  const file = await readColumns<Meta>(pathOf(kept), pace)
  if (file) {
    const columns = file.columns as never as Omit<EventColumns, keyof Meta | 'n'>
    return { ...columns, ...file.meta, n: columns.row.length }
  }
  const { n: _, origin, unit, acts, contexts, countries, ...columns } = await readEvents(db, accounts, pace)
  const meta: Meta = { origin, unit, acts, contexts, countries }
  await keepColumns(kept, { meta, columns: { ...columns } }, pace)
  return { ...columns, ...meta, n: columns.row.length }
}

function classOf(kind: string, outcome: string | null): Act['class'] {
  if (isLogin(kind)) return isFailure(outcome) ? FAILED : LOGIN
  return isRegistration(kind) ? REGISTRATION : OTHER
}

/** A column that grows. */
class Growing<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array> {
  values: T
  constructor(values: T) {
    this.values = values
  }
  reserve(length: number): void {
    if (length <= this.values.length) return
    const wider = new (this.values.constructor as new (n: number) => T)(Math.ceil(length * 1.25))
    wider.set(this.values as never)
    this.values = wider
  }
}

/** Small numbers for terms, in the order in which they are met. */
class Codes {
  readonly values: string[] = []
  readonly #codes = new Map<number, number>()
  readonly #terms: Map<number, string>
  constructor(terms: Map<number, string>) {
    this.#terms = terms
  }
  of(term: number | null): number {
    if (term === null) return -1
    let code = this.#codes.get(term)
    if (code === undefined) {
      code = this.values.push(this.#terms.get(term) ?? '') - 1
      this.#codes.set(term, code)
    }
    return code
  }
}

type EventRow = [
  id: number,
  ts: number,
  account: number,
  kind: number,
  outcome: number | null,
  context: number | null,
  country: number | null,
]

/** Reads the events as they are stored, which is one pass over the table, and sorts the columns by time then. */
async function readEvents(db: Database, accounts: AccountColumns, pace: Pace): Promise<EventColumns> {
  const terms = new Map(db.prepare('SELECT id, value FROM term').raw().all() as [number, string][])
  const stated = db
    .prepare(`SELECT coalesce(sum(rows), 0) FROM ready_fact WHERE table_name = 'events'`)
    .pluck()
    .get() as number
  const first = (db.prepare('SELECT min(ts) FROM event').pluck().get() as number | null) ?? 0
  const origin = Math.floor(first / 1000) * 1000
  let ts: Growing<Uint32Array | Float64Array> = new Growing(new Uint32Array(stated))
  let unit: 1 | 1000 = 1000
  const rows = new Growing(new Uint32Array(stated))
  // The greatest value of a column says "none", so a byte holds 255 codes.
  const act = new Growing<Uint8Array | Uint16Array>(new Uint8Array(stated))
  const context = new Growing<Uint8Array | Uint16Array>(new Uint8Array(stated))
  const country = new Growing<Uint8Array | Uint16Array>(new Uint8Array(stated))
  const perAccount = new Uint32Array(accounts.n)
  const acts: Act[] = []
  const actOf = new Map<number, number>()
  const contexts = new Codes(terms)
  const countries = new Codes(terms)
  let n = 0
  const put = (column: Growing<Uint8Array | Uint16Array>, code: number) => {
    if (code === 255 && column.values.BYTES_PER_ELEMENT === 1) {
      const wide = Uint16Array.from(column.values)
      for (let i = 0; i < n; i++) if (wide[i] === 255) wide[i] = NONE
      column.values = wide
    }
    column.values[n] = code < 0 ? NONE : Math.min(code, NONE) // none is 255 in bytes
  }
  await eachRow<EventRow>(
    db,
    `SELECT id, ts, account_id, kind_id, outcome_id, context_id, country_id FROM event
     WHERE source_id IN (SELECT id FROM ready_source) AND id > ? ORDER BY id LIMIT ?`,
    [],
    pace,
    ([, at, account, kind, outcome, place, land]) => {
      const r = row(accounts, account)
      if (r === NO_ROW) return
      for (const column of [ts, rows, act, context, country]) column.reserve(n + 1)
      if (unit === 1000 && ((at - origin) % 1000 !== 0 || at - origin >= 4_294_967_295_000)) {
        unit = 1
        const fine = new Float64Array(ts.values.length)
        for (let i = 0; i < n; i++) fine[i] = ts.values[i] * 1000
        ts = new Growing(fine)
      }
      const pair = kind * 4_194_304 + (outcome === null ? 0 : outcome + 1)
      let a = actOf.get(pair)
      if (a === undefined) {
        const kindName = terms.get(kind) ?? ''
        const outcomeName = outcome === null ? null : (terms.get(outcome) ?? null)
        a = acts.push({ kind: kindName, outcome: outcomeName, class: classOf(kindName, outcomeName) }) - 1
        actOf.set(pair, a)
      }
      ts.values[n] = (at - origin) / unit
      rows.values[n] = r
      put(act, a)
      put(context, contexts.of(place))
      put(country, countries.of(land))
      perAccount[r]++
      n++
    },
  )
  const order = orderOf(ts.values.subarray(0, n), false)
  await pace.checkpoint()
  const sorted = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>({
    values,
  }: Growing<T>): T => {
    const column = new (values.constructor as new (n: number) => T)(n)
    for (let i = 0; i < n; i++) column[i] = values[order[i]]
    return column
  }
  const columns = {
    ts: sorted(ts),
    row: sorted(rows),
    act: sorted(act),
    context: sorted(context),
    country: sorted(country),
  }
  return {
    n,
    origin,
    unit,
    ...columns,
    perAccount,
    acts,
    contexts: contexts.values,
    countries: countries.values,
  }
}
