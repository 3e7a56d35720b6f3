import { murmur3Words } from '../text/hashing.ts'
import { normalizeText } from '../text/normalize.ts'

/** Code points of a shingle. Short enough for Chinese, long enough that English words do not all look alike. */
export const SHINGLE = 5
const SEED = 0x5ba1
const OTHER_SEED = 0x2c1b

export interface Shingles {
  /** 32-bit hashes of the distinct 5-grams of the normalised text, ascending. */
  readonly set: Uint32Array
  /** Code points of the normalised text, without padding. */
  readonly length: number
  /** 53-bit hash of the whole normalised text: equal for texts that read the same. */
  readonly identity: number
}

/**
 * The character 5-grams of a text after `normalizeText` (case, width, whitespace and digits don't count; the one
 * space of padding makes a beginning and an end grams of their own). Shingles are told apart by a 32-bit hash: two
 * different ones of a pair of texts meet in about one of 10⁵ pairs of 100-character texts.
 */
export function shinglesOf(text: string): Shingles {
  const { codes } = normalizeText(text)
  const grams = Math.max(0, codes.length - SHINGLE + 1)
  const hashes = new Uint32Array(grams)
  for (let i = 0; i < grams; i++) hashes[i] = murmur3Words(codes, i, SHINGLE, SEED)
  hashes.sort()
  let n = 0
  for (let i = 0; i < grams; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[n++] = hashes[i]
  const high = murmur3Words(codes, 0, codes.length, SEED)
  const low = murmur3Words(codes, 0, codes.length, OTHER_SEED) >>> 11
  return {
    set: hashes.subarray(0, n),
    length: Math.max(0, codes.length - 2),
    identity: high * 2 ** 21 + low,
  }
}

/**
 * Jaccard similarity of two ascending sets, or -1 where it is below `atLeast` (found out early). Two empty sets are
 * not alike: 0.
 */
export function jaccard(a: Uint32Array, b: Uint32Array, atLeast = 0): number {
  const both = a.length + b.length
  if (both === 0) return atLeast > 0 ? -1 : 0
  // |a∩b| / (|a| + |b| - |a∩b|) >= t  <=>  |a∩b| >= t (|a| + |b|) / (1 + t); a hair less for rounding.
  const need = (atLeast * both) / (1 + atLeast) - 1e-9
  if (Math.min(a.length, b.length) < need) return -1
  let common = 0
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const x = a[i]
    const y = b[j]
    if (x === y) {
      common++
      i++
      j++
    } else {
      if (x < y) i++
      else j++
      if (common + Math.min(a.length - i, b.length - j) < need) return -1
    }
  }
  return common < need ? -1 : common / (both - common)
}
