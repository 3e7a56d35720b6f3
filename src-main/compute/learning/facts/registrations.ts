import { emptyColumns } from './columns.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Registrations this close count as together. */
const NEAR = HOUR
/** The usual rate is taken over this long to either side. */
const AROUND = 7 * DAY

/** Number of values of ascending `sorted` that are < value. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The columns of family 'registration'. `registered` is ms UTC, NaN where unknown; `tz` minutes east of UTC, 0
 * where the file stated none; `newest` the newest fact, ms.
 *
 * registration_burst = (registrations within ±1 h, itself included, + 1) / (what ±7 days would make one expect
 * in 2 h, + 1), the ±7 days cut to the export's first and last registration.
 */
export function registrationColumns(
  registered: Float64Array,
  tz: Float64Array,
  newest: number,
): Map<string, Float32Array> {
  const n = registered.length
  const columns = emptyColumns(
    ['registration_hour_sin', 'registration_hour_cos', 'registration_burst', 'account_age'],
    n,
  )
  const sorted = registered.filter((t) => !Number.isNaN(t)).sort()
  if (sorted.length === 0) return columns
  const first = sorted[0]
  const last = sorted[sorted.length - 1]
  const within = (from: number, to: number) => countBelow(sorted, to + 1) - countBelow(sorted, from)
  for (let u = 0; u < n; u++) {
    const t = registered[u]
    if (Number.isNaN(t)) continue
    const local = t + tz[u] * 60_000
    const angle = (((local % DAY) + DAY) % DAY) * ((2 * Math.PI) / DAY)
    columns.get('registration_hour_sin')![u] = Math.sin(angle)
    columns.get('registration_hour_cos')![u] = Math.cos(angle)
    const from = Math.max(first, t - AROUND)
    const to = Math.min(last, t + AROUND)
    const expected = (within(from, to) * 2 * NEAR) / Math.max(2 * NEAR, to - from)
    columns.get('registration_burst')![u] = (within(t - NEAR, t + NEAR) + 1) / (expected + 1)
    columns.get('account_age')![u] = Math.max(0, newest - t) / DAY
  }
  return columns
}
