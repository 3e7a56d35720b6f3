import type { Csr } from '../graph/types.ts'
import { conductanceOf } from './sets.ts'

export interface SweepOptions {
  minSize: number
  maxSize: number
  /** 'first': the first dip that a rise ends; 'lowest': the lowest of all. */
  cut: 'first' | 'lowest'
  /** Factor by which conductance must rise above a dip for it to end a community; at least 1. */
  rise: number
}

export interface Sweep {
  /** The first `size` nodes of the order are the set; 0 where the order is shorter than minSize. */
  size: number
  conductance: number
  /** Conductance of the first 1, 2, … nodes. */
  profile: Float64Array
}

/**
 * A small rise may be noise inside a community: while more than half of a set's ties leave it, a dip that a rise has
 * ended still gives way to one that is clearly lower, among sets of up to this many times its size.
 */
const LOOSE = 0.5
const CLEARLY_LOWER = 0.75
const LOOK_AHEAD = 3

/**
 * Sweep cut (Andersen, Chung, Lang 2006): of the sets of the first 1, 2, … nodes of `order`, the one of best
 * conductance. Always looking for the lowest of all favours large sets, since conductance falls with size; 'first'
 * stops where the first community ends (Yang & Leskovec 2012, ICDM, §5). `inside` is n zero bytes, and zero again
 * afterwards. O(entries of the nodes looked at).
 */
export function sweepCut(
  csr: Csr,
  order: Uint32Array,
  total: number,
  inside: Uint8Array,
  { minSize, maxSize, cut, rise }: SweepOptions,
): Sweep {
  const length = Math.min(order.length, maxSize)
  const profile = new Float64Array(length)
  let volume = 0
  let boundary = 0
  let best = -1
  let ended = false
  let looked = 0
  for (; looked < length; looked++) {
    const u = order[looked]
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      volume += csr.weights[e]
      boundary += inside[csr.targets[e]] === 1 ? -csr.weights[e] : csr.weights[e]
    }
    inside[u] = 1
    const conductance = conductanceOf(volume, boundary, total)
    profile[looked] = conductance
    if (looked + 1 < minSize) continue
    if (best < 0) best = looked
    else if (cut === 'lowest') best = conductance < profile[best] ? looked : best
    else if (!ended || conductance < CLEARLY_LOWER * profile[best]) {
      if (conductance < profile[best]) {
        best = looked
        ended = false
      } else if (conductance > rise * profile[best]) ended = true
    }
    if (ended && (profile[best] <= LOOSE || looked + 1 >= LOOK_AHEAD * (best + 1))) {
      looked++
      break
    }
  }
  for (let i = 0; i < looked; i++) inside[order[i]] = 0
  return best < 0
    ? { size: 0, conductance: 1, profile: profile.slice(0, looked) }
    : { size: best + 1, conductance: profile[best], profile: profile.slice(0, looked) }
}
