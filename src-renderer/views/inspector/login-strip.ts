import { isFailure as failed, isLogin } from '../../../src-main/common/outcomes.ts'
import type { EventRow } from '../../../src-main/common/contract/accounts.ts'

export interface HourCell {
  /** 0..23 local hour, 0 = Monday .. 6 = Sunday. */
  hour: number
  weekday: number
  count: number
}

/** Counts logins by local weekday and hour: when somebody is awake says more than when a server was. */
export function hourOfWeek(events: readonly EventRow[], fallbackOffset: number): Uint32Array {
  const cells = new Uint32Array(7 * 24)
  for (const e of events) {
    if (!isLogin(e.kind)) continue
    const local = new Date(e.ts + (e.tzOffset ?? fallbackOffset) * 60_000)
    // getUTCDay counts from Sunday.
    const weekday = (local.getUTCDay() + 6) % 7
    cells[weekday * 24 + local.getUTCHours()]++
  }
  return cells
}

export interface StripMark {
  /** 0..1 along the strip. */
  at: number
  event: EventRow
}

/** Events placed between the first and last of them; a single one stands in the middle. */
export function stripMarks(events: readonly EventRow[]): StripMark[] {
  if (events.length === 0) return []
  let from = Infinity
  let to = -Infinity
  for (const e of events) {
    from = Math.min(from, e.ts)
    to = Math.max(to, e.ts)
  }
  const width = to - from
  return events.map((event) => ({ at: width > 0 ? (event.ts - from) / width : 0.5, event }))
}

export function isFailure(event: EventRow): boolean {
  return failed(event.outcome)
}
