import type { Statement } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import { READY, linkInterval, windowSql, type Window } from '../sharing/account-facts.ts'

export interface AccountFactsRow {
  /** Distinct things it uses. */
  readonly entities: ReadonlySet<number>
  /** Moments of its events, ascending, milliseconds. */
  readonly times: Float64Array
}

/** Reads single accounts' things and moments by index; a few dozen microseconds each, kept once read. */
export class AccountReader {
  readonly #events: Statement
  readonly #links: Statement
  readonly #window: Window
  readonly #kept = new Map<number, AccountFactsRow>()

  constructor(ctx: Pick<ComputeContext, 'db'>, window: Window) {
    this.#window = window
    this.#events = ctx.db
      .prepare(
        `SELECT ts, ip_id, device_id FROM event WHERE account_id = ? AND ${READY}${windowSql(window, 'ts')}
         ORDER BY ts`,
      )
      .raw(true)
    this.#links = ctx.db
      .prepare(
        `SELECT entity_id, first_seen, last_seen FROM link WHERE account_id = ? AND ${READY}${current(ctx.db, 'link')}`,
      )
      .raw(true)
  }

  read(account: number): AccountFactsRow {
    const kept = this.#kept.get(account)
    if (kept !== undefined) return kept
    const events = this.#events.all(account) as [number, number | null, number | null][]
    const entities = new Set<number>()
    const times = new Float64Array(events.length)
    for (const [i, [ts, ip, device]] of events.entries()) {
      times[i] = ts
      if (ip !== null) entities.add(ip)
      if (device !== null) entities.add(device)
    }
    for (const [entity, first, last] of this.#links.all(account) as [number, number | null, number | null][])
      if (linkInterval(first, last, this.#window) !== null) entities.add(entity)
    const row = { entities, times }
    this.#kept.set(account, row)
    return row
  }
}
