/** A line from values to pixels. */
export interface Axis {
  from: number
  to: number
  /** Round values within the axis, ascending. */
  ticks: number[]
}

/** 1, 2 or 5 times a power of ten, so that about `count` of them make up `span`. */
export function roundStep(span: number, count: number): number {
  if (!(span > 0)) return 1
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9))! * power
}

/**
 * An axis that holds all values, with round ticks and ends at quarters of their step, kept within `least`..`most`.
 * Values that are no numbers are passed over; without any it is least..most.
 */
export function axisOf(values: readonly number[], least: number, most: number, count = 4): Axis {
  const known = values.filter((v) => Number.isFinite(v))
  const low = known.length > 0 ? Math.min(...known) : least
  const high = known.length > 0 ? Math.max(...known) : most
  // Values that rounding alone tells apart are one value: steps between them could not be counted.
  const room = Number.isFinite(most - least) ? most - least : 0
  const nothing = 1e-9 * Math.max(Math.abs(low), Math.abs(high), room)
  const span = [high - low, Math.abs(high), room].find((size) => size > nothing) ?? 1
  const step = roundStep(span, count)
  // Down to one digit more than the step's own, so that 0.30000000000000004 is 0.3.
  const clean = (v: number) => Number(v.toPrecision(12))
  const quarter = step / 4
  const from = Math.max(least, clean(Math.floor(low / quarter + 1e-9) * quarter))
  const to = Math.min(most, clean(Math.ceil(high / quarter - 1e-9) * quarter))
  const ticks: number[] = []
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) ticks.push(clean(k * step))
  return from < to ? { from, to, ticks } : { from: least, to: most, ticks: [least, most] }
}

/** Where a value lies on an axis, 0..1; values beyond an end stand at that end. */
export function placeOn(axis: Axis, value: number): number {
  return Math.min(1, Math.max(0, (value - axis.from) / (axis.to - axis.from)))
}

/** Digits that tell an axis's ticks apart. */
export function tickDigits(axis: Axis): number {
  const step = axis.ticks.length > 1 ? axis.ticks[1]! - axis.ticks[0]! : 1
  return Math.min(4, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
}

/** A logarithmic axis over positive values as exponents of ten. */
export function logPlace(value: number, from: number, to: number): number {
  if (!(from > 0) || !(to > from)) return 0
  return Math.min(1, Math.max(0, Math.log(value / from) / Math.log(to / from)))
}

/** Moves labels apart that would overlap, in order, each at least `gap` from the next, all within `height`. */
export function spread(wanted: readonly number[], gap: number, height: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!)
  const out = [...wanted]
  let last = -Infinity
  for (const i of order) {
    out[i] = Math.max(wanted[i]!, last + gap)
    last = out[i]!
  }
  // Back up from the bottom where they ran over it.
  let limit = height
  for (const i of order.toReversed()) {
    out[i] = Math.min(out[i]!, limit)
    limit = out[i]! - gap
  }
  return out
}
