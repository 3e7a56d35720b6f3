import type { Pace } from '../../common/pace.ts'
import { PairTable } from '../graph/pair-table.ts'
import { jaccard } from './shingles.ts'
import { TextSets } from './text-sets.ts'

export interface NearDuplicateOptions {
  /** Jaccard similarity of character 5-grams that a pair must have, in (0, 1]. */
  readonly minSimilarity: number
  /** Texts with fewer code points (after normalisation) are left out. */
  readonly minLength: number
  /** A text of more owners than this joins nobody and is counted as a hub. */
  readonly hubCap: number
  /** Up to this many distinct texts every pair is compared instead of hashed. */
  readonly exactUpTo?: number
}

export interface OwnedText {
  /** Whose text it is: an integer in [0, 2^32). One owner may have many. */
  readonly owner: number
  readonly text: string
}

/** Pairs of owners a < b, ascending by (a, b), each once with the similarity of their most alike texts. */
export interface NearDuplicates {
  readonly a: Uint32Array
  readonly b: Uint32Array
  /** Exact Jaccard similarity, in [minSimilarity, 1]. */
  readonly similarity: Float32Array
  /** Texts that more than hubCap owners have word for word; none of their pairs is listed. */
  readonly hubs: number
}

/** At most two million comparisons, well under a second. */
const EXACT_TEXTS = 2_000
/** A pair at the threshold is found with this probability (LSH); one above it with more. */
const RECALL = 0.995
/** MinHash values per text at most. */
const MOST_HASHES = 192
/** Operations between two checkpoints. */
const WORK = 2_000_000

/**
 * Bands and rows for locality-sensitive hashing: the longest rows (fewest false candidates) for which a pair of
 * similarity s becomes a candidate with probability 1 − (1 − s^rows)^bands ≥ 0.995.
 * Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4.
 */
export function chooseBands(similarity: number): { bands: number; rows: number } {
  let best = { bands: Math.ceil(Math.log(1 - RECALL) / Math.log(1 - Math.min(0.999, similarity))), rows: 1 }
  for (let rows = 2; rows <= 24; rows++) {
    const p = Math.min(0.9999, similarity ** rows)
    const bands = Math.max(1, Math.ceil(Math.log(1 - RECALL) / Math.log(1 - p)))
    if (bands * rows > MOST_HASHES) break
    best = { bands, rows }
  }
  return best
}

/**
 * Which owners have near-identical texts: MinHash signatures (Broder 1997) in bands find candidates, and every
 * candidate is checked by its exact Jaccard similarity, so that nothing below the threshold is ever returned. Up to
 * 2,000 distinct texts are compared pair by pair. Deterministic: the same texts in any order give the same pairs.
 *
 * No clique of a huge group is listed: a text of more than `hubCap` owners is skipped and counted; where more than
 * `hubCap` different texts fall into one bucket, each is compared with the `hubCap` most like it by further hashes.
 */
export async function nearDuplicates(
  texts: Iterable<OwnedText> | AsyncIterable<OwnedText>,
  options: NearDuplicateOptions,
  pace: Pace,
): Promise<NearDuplicates> {
  const sets = new TextSets()
  for await (const { owner, text } of texts) {
    sets.add(owner, text, options.minLength)
    if (sets.added % 256 === 0) await pace.checkpoint()
  }
  const groups = sets.finish(options.hubCap)
  const { owners, ownerCount, live } = groups
  const table = new PairTable(ownerCount, ownerCount, 'max')
  const join = (x: number, y: number, similarity: number): void => {
    for (let i = groups.start[x]; i < groups.start[x + 1]; i++) {
      for (let j = x === y ? i + 1 : groups.start[y]; j < groups.start[y + 1]; j++) {
        const [u, v] = [groups.ownerOf[i], groups.ownerOf[j]]
        if (u !== v) table.push(Math.min(u, v), Math.max(u, v), similarity)
      }
    }
  }
  for (const x of live) join(x, x, 1)
  await pace.checkpoint()

  await alikeTexts(groups, options, join, pace)

  const pairs = table.distinct()
  const a = new Uint32Array(pairs.length)
  const b = new Uint32Array(pairs.length)
  for (let i = 0; i < pairs.length; i++) {
    a[i] = owners[pairs.a[i]]
    b[i] = owners[pairs.b[i]]
  }
  return { a, b, similarity: Float32Array.from(pairs.value.subarray(0, pairs.length)), hubs: groups.hubs }
}

type Sets = ReturnType<TextSets['finish']>

/**
 * Calls `onPair` for pairs of distinct live texts of at least `minSimilarity`, with their exact similarity; a pair may
 * be told more than once. `hubCap` bounds how many of one bucket each is compared with.
 */
export async function alikeTexts(
  groups: Sets,
  options: Pick<NearDuplicateOptions, 'minSimilarity' | 'hubCap' | 'exactUpTo'>,
  onPair: (x: number, y: number, similarity: number) => void,
  pace: Pace,
): Promise<void> {
  const { live } = groups
  const compare = (x: number, y: number): void => {
    const similarity = jaccard(groups.set(x), groups.set(y), options.minSimilarity)
    if (similarity >= 0) onPair(x, y, similarity)
  }
  if (live.length <= (options.exactUpTo ?? EXACT_TEXTS))
    await allPairs(groups, live, options.minSimilarity, compare, pace)
  else await bandedPairs(groups, live, options, compare, pace)
}

async function allPairs(
  groups: Sets,
  live: Uint32Array,
  minSimilarity: number,
  compare: (x: number, y: number) => void,
  pace: Pace,
): Promise<void> {
  // By size: once the larger set is too large for the threshold, so are all after it.
  const order = live.slice().sort((x, y) => groups.size(x) - groups.size(y) || x - y)
  let work = 0
  for (let i = 0; i < order.length; i++) {
    const most = groups.size(order[i]) / minSimilarity + 1e-9
    for (let j = i + 1; j < order.length && groups.size(order[j]) <= most; j++) {
      compare(order[i], order[j])
      work += 16 + groups.size(order[i])
    }
    if (work > WORK) {
      work = 0
      await pace.checkpoint()
    }
  }
}

/** Fixed odd multipliers and offsets of the hash family h(x) = a·x + b mod 2³²; the shingles are hashes already. */
function hashFamily(k: number): { a: number; b: number } {
  const mix = (x: number): number => {
    let h = x | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return (h ^ (h >>> 16)) >>> 0
  }
  return { a: mix(2 * k + 1) | 1, b: mix(0x9e3779b9 + k) }
}

/** The combined key of `rows` MinHash values, from hash number `first`. */
function signature(set: Uint32Array, first: number, rows: number): number {
  let key = 0
  for (let k = first; k < first + rows; k++) {
    const { a, b } = FAMILY[k]
    let least = 0xffffffff
    for (let i = 0; i < set.length; i++) {
      // Folding the product's halves keeps the low bits as mixed as the high ones.
      let h = Math.imul(set[i], a) + b
      h = (h ^ (h >>> 15)) >>> 0
      if (h < least) least = h
    }
    key = Math.imul(key ^ least, 0x01000193) + Math.imul(least >>> 7, 0x9e3779b1)
  }
  return key >>> 0
}

const EXTRA_HASHES = 4
const FAMILY = Array.from({ length: MOST_HASHES + 32 + EXTRA_HASHES }, (_, k) => hashFamily(k))

async function bandedPairs(
  groups: Sets,
  live: Uint32Array,
  options: Pick<NearDuplicateOptions, 'minSimilarity' | 'hubCap'>,
  compare: (x: number, y: number) => void,
  pace: Pace,
): Promise<void> {
  const { bands, rows } = chooseBands(options.minSimilarity)
  const n = live.length
  const keys = new Uint32Array(n)
  let work = 0
  for (let band = 0; band < bands; band++) {
    for (let i = 0; i < n; i++) {
      const set = groups.set(live[i])
      keys[i] = signature(set, band * rows, rows)
      work += rows * set.length
      if (work > WORK) {
        work = 0
        await pace.checkpoint()
      }
    }
    const order = byKey(keys)
    for (let from = 0; from < n;) {
      let to = from + 1
      while (to < n && keys[order[to]] === keys[order[from]]) to++
      let bucket = order.subarray(from, to)
      if (bucket.length > options.hubCap) bucket = byFurtherHashes(groups, live, bucket)
      for (let i = 0; i < bucket.length; i++) {
        const end = Math.min(bucket.length, i + 1 + options.hubCap)
        for (let j = i + 1; j < end; j++) {
          compare(live[bucket[i]], live[bucket[j]])
          work += groups.size(live[bucket[i]])
        }
        if (work > WORK) {
          work = 0
          await pace.checkpoint()
        }
      }
      from = to
    }
  }
}

/** Brings the most alike of an overfull bucket next to each other. */
function byFurtherHashes(groups: Sets, live: Uint32Array, bucket: Uint32Array): Uint32Array {
  const further = new Map<number, number>()
  const first = FAMILY.length - EXTRA_HASHES
  for (const i of bucket) further.set(i, signature(groups.set(live[i]), first, EXTRA_HASHES))
  return bucket.slice().sort((x, y) => further.get(x)! - further.get(y)! || x - y)
}

/** Indexes in ascending key, equal keys in ascending index: two passes of a counting sort. */
function byKey(keys: Uint32Array): Uint32Array {
  let order = new Uint32Array(keys.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  for (const shift of [0, 16]) {
    const start = new Uint32Array(65_537)
    for (let i = 0; i < keys.length; i++) start[((keys[i] >>> shift) & 0xffff) + 1]++
    for (let k = 0; k < 65_536; k++) start[k + 1] += start[k]
    const sorted = new Uint32Array(keys.length)
    for (let i = 0; i < order.length; i++) sorted[start[(keys[order[i]] >>> shift) & 0xffff]++] = order[i]
    order = sorted
  }
  return order
}
