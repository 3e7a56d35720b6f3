import { normalizeText } from './normalize.ts'
import type { NormalizedText } from './normalize.ts'

/**
 * Hashed character n-grams: every run of 1 to 4 code points of the normalised text is hashed into one of
 * 2^18 buckets; a bucket's value is 1 + ln(count), and the vector is scaled to length 1.
 * Hashing: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (unsigned here,
 * so that a bucket's weight reads as that of its n-gram). Hash: MurmurHash3 x86 32-bit (A. Appleby) over the
 * code points as little-endian 32-bit words, i.e. over the n-gram in UTF-32LE.
 */
export interface HashingParams {
  readonly minN: number
  readonly maxN: number
  /** log2 of the number of buckets. */
  readonly bits: number
  readonly seed: number
}

export const HASHING: HashingParams = { minN: 1, maxN: 4, bits: 18, seed: 0 }

/** Bump when normalisation or hashing changes: a model names the version it was trained on. */
export const HASHING_VERSION = 1

export interface SparseVector {
  /** Buckets, in order of first appearance, each once. */
  readonly ids: Int32Array
  /** Parallel to ids; L2 norm 1 (or no entries). */
  readonly values: Float32Array
}

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, C1)
  k = (k << 15) | (k >>> 17)
  let h = hash ^ Math.imul(k, C2)
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

function finish(hash: number, bytes: number): number {
  let h = hash ^ bytes
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return h >>> 0
}

/** MurmurHash3 x86 32 of `words[from .. from+n)` as little-endian 32-bit words; unsigned. */
export function murmur3Words(words: Uint32Array, from: number, n: number, seed: number): number {
  let h = seed | 0
  for (let i = from; i < from + n; i++) h = mixWord(h, words[i])
  return finish(h, n * 4)
}

/** Calls `visit(bucket, from, n)` for every n-gram of the text, where it starts and how many code points it has. */
export function visitGrams(
  text: NormalizedText,
  visit: (bucket: number, from: number, n: number) => void,
  params: HashingParams = HASHING,
): void {
  const { codes } = text
  const mask = 2 ** params.bits - 1
  for (let from = 0; from < codes.length; from++) {
    const most = Math.min(params.maxN, codes.length - from)
    let h = params.seed | 0
    for (let n = 1; n <= most; n++) {
      // The words of a longer n-gram begin with those of the shorter: its hash goes on from theirs.
      h = mixWord(h, codes[from + n - 1])
      if (n >= params.minN && !(n === 1 && codes[from] === 0x20)) visit(finish(h, n * 4) & mask, from, n)
    }
  }
}

/** Hashes texts, keeping one table of counts between them; not to be shared between concurrent callers. */
export class TextHasher {
  readonly params: HashingParams
  readonly #counts: Int32Array
  #touched: Int32Array

  constructor(params: HashingParams = HASHING) {
    this.params = params
    this.#counts = new Int32Array(2 ** params.bits)
    this.#touched = new Int32Array(4096)
  }

  /** How often each bucket was hit: buckets by first appearance, and counts. */
  count(text: NormalizedText): { ids: Int32Array; counts: Int32Array } {
    let n = 0
    visitGrams(
      text,
      (bucket) => {
        if (this.#counts[bucket]++ > 0) return
        if (n === this.#touched.length) {
          const longer = new Int32Array(n * 2)
          longer.set(this.#touched)
          this.#touched = longer
        }
        this.#touched[n++] = bucket
      },
      this.params,
    )
    const ids = this.#touched.slice(0, n)
    const counts = new Int32Array(n)
    for (let i = 0; i < n; i++) {
      counts[i] = this.#counts[ids[i]]
      this.#counts[ids[i]] = 0
    }
    return { ids, counts }
  }

  /** The model's input for one text. A text of nothing but blanks has no entries. */
  vector(text: string): SparseVector {
    const { ids, counts } = this.count(normalizeText(text))
    return { ids, values: tfValues(counts) }
  }
}

/** 1 + ln(count), scaled so that the squares add up to 1. */
export function tfValues(counts: Int32Array): Float32Array {
  const values = new Float64Array(counts.length)
  let squares = 0
  for (let i = 0; i < counts.length; i++) {
    values[i] = 1 + Math.log(counts[i])
    squares += values[i] * values[i]
  }
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
  return Float32Array.from(values, (v) => v * scale)
}
