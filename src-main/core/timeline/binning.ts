/**
 * Bin widths that people read: seconds to years. The smallest that covers the span in at most `bins` bins.
 */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WIDTHS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
]

/**
 * Bins over [from, to): `from` is moved back to a multiple of the width in the zone `tzOffset` minutes east of
 * UTC, so that days begin at midnight there.
 */
export function binsFor(
  span: { from: number; to: number },
  bins: number,
  tzOffset: number,
): { from: number; to: number; binMs: number; count: number } {
  const length = Math.max(1, span.to - span.from)
  const binMs = WIDTHS.find((width) => Math.ceil(length / width) + 1 <= bins) ?? WIDTHS.at(-1)!
  const shift = tzOffset * MINUTE
  const from = Math.floor((span.from + shift) / binMs) * binMs - shift
  const count = Math.max(1, Math.ceil((span.to - from) / binMs))
  return { from, to: from + count * binMs, binMs, count }
}
