import { formatInstant } from '../../ui/format.ts'

const DAY = 86_400_000

/**
 * A span of dates as short as its length allows: months for long ones, days for short ones, and what both ends
 * share only once. @param zone minutes east of UTC.
 */
export function spanWords(from: number, to: number, zone: number): string {
  const a = formatInstant(from, zone, false)
  const b = formatInstant(to, zone, false)
  if (a === b) return a
  if (to - from > 120 * DAY) return `${a.slice(0, 7)} – ${b.slice(0, 7)}`
  return a.slice(0, 4) === b.slice(0, 4) ? `${a} – ${b.slice(5)}` : `${a} – ${b}`
}
