import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import type { Pace } from '../../common/pace.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { NO_ROW, row, type AccountColumns } from './accounts.ts'
import { readColumns, sweepColumns, writeColumns } from './column-file.ts'

/** Every event, by time: 10 bytes each where times are whole seconds. */
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
  /** Events of each account. */
  perAccount: Uint32Array
  /** Kind and outcome of an event: the pairs that occur. */
  acts: Act[]
  contexts: string[]
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

export const noContext = (events: EventColumns): number =>
  events.context.BYTES_PER_ELEMENT === 1 ? 255 : 65_535

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
}

/** The columns from their file, or from the database and then to the file. */
export async function loadEvents(
  db: Database,
  workspace: string,
  key: string,
  accounts: AccountColumns,
  pace: Pace,
): Promise<EventColumns> {
  const path = join(workspace, DERIVED_DIR, `explore-events-${key}.bin`)
  const file = await readColumns<Meta>(path, pace)
  if (file) {
    const columns = file.columns as never as Omit<EventColumns, keyof Meta | 'n'>
    return { ...columns, ...file.meta, n: columns.row.length }
  }
  const { n: _, origin, unit, acts, contexts, ...columns } = await readEvents(db, accounts, pace)
  const meta: Meta = { origin, unit, acts, contexts }
  await writeColumns(path, { meta, columns: { ...columns } }, pace)
  sweepColumns(join(workspace, DERIVED_DIR), 'events', 1)
  return { ...columns, ...meta, n: columns.row.length }
}

const CHUNK = 100_000

function classOf(kind: string, outcome: string | null): Act['class'] {
  if (isLogin(kind)) return isFailure(outcome) ? FAILED : LOGIN
  return isRegistration(kind) ? REGISTRATION : OTHER
}

/** A column that grows, and that becomes wider when a value doesn't fit. */
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

async function readEvents(db: Database, accounts: AccountColumns, pace: Pace): Promise<EventColumns> {
  const terms = new Map(db.prepare('SELECT id, value FROM term').raw().all() as [number, string][])
  const stated = db
    .prepare(
      `SELECT coalesce(sum(rows_stored), 0) FROM source WHERE status = 'ready' AND table_name = 'events'`,
    )
    .pluck()
    .get() as number
  const importing = db.prepare(`SELECT 1 FROM source WHERE status = 'importing'`).get() !== undefined
  const origin =
    Math.floor(((db.prepare('SELECT min(ts) FROM event').pluck().get() as number | null) ?? 0) / 1000) * 1000
  let ts: Growing<Uint32Array | Float64Array> = new Growing(new Uint32Array(stated))
  let unit: 1 | 1000 = 1000
  const rows = new Growing(new Uint32Array(stated))
  let act: Growing<Uint8Array | Uint16Array> = new Growing(new Uint8Array(stated))
  let context: Growing<Uint8Array | Uint16Array> = new Growing(new Uint8Array(stated))
  const perAccount = new Uint32Array(accounts.n)
  const acts: Act[] = []
  const actOf = new Map<number, number>()
  const contexts: string[] = []
  const contextOf = new Map<number, number>()
  let n = 0
  const widen = <T extends Uint8Array | Uint16Array>(column: Growing<T>) => {
    const wide = new Uint16Array(column.values.length)
    wide.set(column.values)
    return new Growing(wide)
  }

  // Where a chunk ends in time, so that equal times stay together. While an import writes, its rows are left out.
  const end = db.prepare('SELECT ts FROM event WHERE ts >= ? ORDER BY ts LIMIT 1 OFFSET ?').pluck()
  const read = db
    .prepare(
      `SELECT ts, account_id, kind_id, outcome_id, context_id FROM event WHERE ts >= ? AND ts < ?
       ${importing ? 'AND source_id IN (SELECT id FROM ready_source)' : ''} ORDER BY ts`,
    )
    .raw()
  let from: number | undefined = origin
  while (from !== undefined) {
    let to = end.get(from, CHUNK) as number | undefined
    if (to === from) to = from + 1
    const chunk = read.all(from, to ?? Number.MAX_SAFE_INTEGER) as number[][]
    for (const column of [ts, rows, act, context]) column.reserve(n + chunk.length)
    for (const [at, account, kind, outcome, place] of chunk as [
      number,
      number,
      number,
      number | null,
      number | null,
    ][]) {
      const r = row(accounts, account)
      if (r === NO_ROW) continue
      if (unit === 1000 && ((at - origin) % 1000 !== 0 || at - origin >= 4294967295000)) {
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
        if (a === 256) act = widen(act as Growing<Uint8Array>)
      }
      let c = -1
      if (place !== null) {
        c = contextOf.get(place) ?? -1
        if (c < 0) {
          c = contexts.push(terms.get(place) ?? '') - 1
          contextOf.set(place, c)
          if (c === 255) {
            context = widen(context as Growing<Uint8Array>)
            for (let i = 0; i < n; i++) if (context.values[i] === 255) context.values[i] = 65_535
          }
        }
      }
      ts.values[n] = (at - origin) / unit
      rows.values[n] = r
      act.values[n] = a
      context.values[n] = c < 0 ? 65_535 : c // 255 in bytes
      perAccount[r]++
      n++
    }
    from = to
    await pace.checkpoint()
  }
  const cut = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>({ values }: Growing<T>): T =>
    (values.length === n ? values : values.slice(0, n)) as T
  return {
    n,
    ts: cut(ts),
    origin,
    unit,
    row: cut(rows),
    act: cut(act),
    context: cut(context),
    perAccount,
    acts,
    contexts,
  }
}
