import { isFailure, isRegistration } from '../../common/outcomes.ts'
import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { FAILED, REGISTERED, type UseColumns } from './stats.ts'

export type Window = Recipe['window']
export const READY = 'source_id IN (SELECT id FROM ready_source)'
export const PAGE_ROWS = 20_000

/** The columns of an event that sharing looks at, in the order of EVENT_COLUMNS. */
export type EventRow = [
  id: number,
  account: number,
  ip: number | null,
  device: number | null,
  ts: number,
  offset: number | null,
  kind: number,
  outcome: number | null,
  country: number | null,
  city: number | null,
  context: number | null,
]
export const EVENT_COLUMNS = `id, account_id, ip_id, device_id, ts, tz_offset, kind_id, outcome_id, country_id,
  city_id, context_id`

/** [from, to) as SQL over `column`; nothing where there is no window. */
export function windowSql(window: Window, column: string): string {
  return window === null ? '' : ` AND ${column} >= ${window.from} AND ${column} < ${window.to}`
}

/** Tells what an event's terms mean: which kinds are registrations, which outcomes failures. */
export function eventFlags(
  ctx: Pick<ComputeContext, 'db'>,
): (kind: number, outcome: number | null) => number {
  const terms = ctx.db
    .prepare(`SELECT id, domain, value FROM term WHERE domain IN ('event_kind', 'outcome')`)
    .raw(true)
    .all() as [number, string, string][]
  const flags = new Map<number, number>()
  for (const [id, domain, value] of terms) {
    if (domain === 'event_kind' && isRegistration(value)) flags.set(id, REGISTERED)
    if (domain === 'outcome' && isFailure(value)) flags.set(id, FAILED)
  }
  return (kind, outcome) => (flags.get(kind) ?? 0) | (outcome === null ? 0 : (flags.get(outcome) ?? 0))
}

export function putEvent(
  columns: UseColumns,
  at: number,
  row: EventRow,
  partner: number | null,
  flags: number,
): void {
  columns.account[at] = row[1]
  columns.minute[at] = Math.floor(row[4] / 60_000)
  columns.offset[at] = row[5] ?? 0
  columns.partner[at] = partner ?? 0
  columns.place[at] = row[9] ?? row[8] ?? 0
  columns.country[at] = row[8] ?? 0
  columns.context[at] = row[10] ?? 0
  columns.flags[at] = flags
}

/** A link's dates, cut at the window's end; null where the window leaves it out. NaN: undated. */
export function linkInterval(
  first: number | null,
  last: number | null,
  window: Window,
): { first: number; last: number } | null {
  const start = first ?? last
  const end = last ?? first
  if (start === null || end === null) return window === null ? { first: NaN, last: NaN } : null
  if (window === null) return { first: start, last: end }
  if (end < window.from || start >= window.to) return null
  return { first: start, last: Math.min(end, window.to - 1) }
}
