import { orderOf } from './radix.ts'

/** Bytes of a channel that say where a value lies; 255: no value. */
export const STOPS = 255
export const NO_VALUE = 255

/** Values spread over the bytes 0..254, ascending, and the known values' least and greatest. */
export interface Scale {
  stops: Float64Array
  known: number
  min: number
  max: number
  /** Most values lie in a small part of the range: steps go by rank, histogram bins by ratio. */
  heavy: boolean
}

/**
 * The scale of a column (NaN: unknown). `even`: steps are of equal width whatever the spread (0..1 scores, times); `range`
 * fixes both ends. Otherwise a column whose middle nine tenths fill less than a third of its range goes by rank.
 */
export function scaleOf(
  values: ArrayLike<number>,
  { even = false, range }: { even?: boolean; range?: [number, number] } = {},
): Scale {
  if (even) return evenScale(values, range)
  const order = orderOf(values, false)
  let known = order.length
  while (known > 0 && Number.isNaN(values[order[known - 1]])) known--
  const stops = new Float64Array(STOPS)
  if (known === 0) return { stops, known, min: 0, max: 0, heavy: false }
  const at = (share: number) => values[order[Math.round(share * (known - 1))]]
  const [min, max] = range ?? [at(0), at(1)]
  const heavy = max > min && at(0.95) - at(0.05) < (max - min) / 3
  for (let b = 0; b < STOPS; b++) {
    const share = b / (STOPS - 1)
    stops[b] = heavy ? at(share) : min + (max - min) * share
  }
  return { stops, known, min, max, heavy }
}

/** Even steps need no order of the values. */
function evenScale(values: ArrayLike<number>, range: [number, number] | undefined): Scale {
  let known = 0
  let least = Infinity
  let greatest = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value !== value) continue
    known++
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  const stops = new Float64Array(STOPS)
  if (known === 0) return { stops, known, min: 0, max: 0, heavy: false }
  const [min, max] = range ?? [least, greatest]
  for (let b = 0; b < STOPS; b++) stops[b] = min + (max - min) * (b / (STOPS - 1))
  return { stops, known, min, max, heavy: false }
}

/** The byte of every value: its place among the stops (the nearest where they are even). */
export function bytesOf(values: ArrayLike<number>, scale: Scale): Uint8Array {
  const bytes = new Uint8Array(values.length).fill(NO_VALUE)
  const { stops, min, max, heavy, known } = scale
  if (known === 0) return bytes
  const factor = max > min ? (STOPS - 1) / (max - min) : 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value !== value) continue
    if (!heavy) {
      bytes[i] = Math.min(STOPS - 1, Math.max(0, Math.round((value - min) * factor)))
      continue
    }
    let low = 0
    let high = STOPS - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (stops[middle] < value) low = middle + 1
      else high = middle
    }
    bytes[i] = low
  }
  return bytes
}

/** Edges of `bins` bins over a scale: of equal width, or of equal ratio (of 1 + distance from the least) where it is heavy. */
export function edgesOf({ min, max, heavy }: Scale, bins: number): Float64Array {
  const edges = new Float64Array(bins + 1)
  const span = max > min ? max - min : 1
  for (let b = 0; b <= bins; b++) {
    const share = b / bins
    edges[b] = min + (heavy ? Math.expm1(share * Math.log1p(span)) : share * span)
  }
  edges[bins] = min + span
  return edges
}

/** The bin of a value between the edges; the last bin holds its upper edge too. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length - 2
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (edges[middle] <= value) low = middle
    else high = middle - 1
  }
  return low
}
