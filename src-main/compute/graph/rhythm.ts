import type { Recipe } from '../../common/recipe.ts'
import type { Pace } from '../../common/pace.ts'
import type { ComputeContext } from '../context.ts'
import { PairTable } from './pair-table.ts'
import { forEachPage, packed, readyRows } from './read-columns.ts'
import { NONE, type AccountIndex } from './read-facts.ts'

const MINUTE_MS = 60_000
/** Single precision and the order of sums leave this much in doubt when a bound decides what is not looked at. */
const SLACK = 1e-6

/** Who was active when: account of row r had `count` events in bin `bin`, rows by account, then bin. */
export interface Activity {
  /** Nodes with enough events, ascending. */
  readonly nodes: Uint32Array
  /** Row bounds of nodes[k]: [start[k], start[k + 1]). */
  readonly start: Uint32Array
  /** Bins from 0; bin b is [origin + b × binMinutes, …). */
  readonly bin: Uint32Array
  readonly count: Float64Array
  readonly bins: number
  /** Start of bin 0, milliseconds UTC. */
  readonly origin: number
}

/** Reads how many events each account had in each bin of `binMinutes`, bins aligned to the epoch in UTC. */
export async function readActivity(
  ctx: ComputeContext,
  accounts: AccountIndex,
  settings: Recipe['rhythm'],
  window: Recipe['window'],
): Promise<Activity> {
  const rows = readyRows(ctx, 'event')
  const binMs = settings.binMinutes * MINUTE_MS
  const bounds = window === null ? '' : ` AND ts >= ${window.from} AND ts < ${window.to}`
  const [least, most] = ctx.db
    .prepare(`SELECT min(ts), max(ts) FROM event WHERE true${rows.where}${bounds}`)
    .raw()
    .get() as [number | null, number | null]
  const n = accounts.accountIds.length
  const first = Math.floor((least ?? 0) / binMs)
  const bins = least === null ? 0 : Math.floor(most! / binMs) - first + 1
  const table = new PairTable(n, bins, 'sum')
  const ids = packed([{ column: 'account_id', largest: accounts.nodeOf.length - 1 }])
  await forEachPage(
    ctx,
    { ...rows, where: rows.where + bounds },
    [...ids.expressions, 'ts'],
    (page, length) => {
      const [who] = ids.unpack(page, length)
      const times = page[1] as number[]
      for (let i = 0; i < length; i++) {
        const u = accounts.nodeOf[who[i]]
        if (u !== NONE) table.push(u, Math.floor(times[i] / binMs) - first, 1)
      }
    },
  )
  const { a, b, value, length } = table.distinct()
  const nodes: number[] = []
  const start: number[] = [0]
  let kept = 0
  for (let i = 0, end; i < length; i = end) {
    let events = 0
    for (end = i; end < length && a[end] === a[i]; end++) events += value[end]
    if (events < settings.minEvents) continue
    nodes.push(a[i])
    for (let j = i; j < end; j++, kept++) {
      b[kept] = b[j]
      value[kept] = value[j]
    }
    start.push(kept)
  }
  return {
    nodes: Uint32Array.from(nodes),
    start: Uint32Array.from(start),
    bin: b.slice(0, kept),
    count: value.slice(0, kept),
    bins,
    origin: first * binMs,
  }
}

/** Ties, each once with a < b ascending. */
export interface RhythmPairs {
  readonly a: Uint32Array
  readonly b: Uint32Array
  /** Cosine, in [minSimilarity, 1]. */
  readonly similarity: Float64Array
  /** Bins in which both were active, and the last of them. */
  readonly shared: Uint32Array
  readonly lastBin: Uint32Array
}

/**
 * Accounts that are active in the same bins of the whole time. An account's vector has ln(1 + events) × ln(A / A_b)
 * for each bin b, A accounts having a rhythm and A_b of them being active in b: a bin in which everybody is active
 * weighs nothing, so a rush hour binds nobody. Pairs with cosine ≥ minSimilarity count, and of those each account's
 * `neighbours` strongest (equal ones by account number), joined where either has the other among them.
 *
 * Exact: with bins from common to rare, a prefix of a unit vector whose length is below the threshold can't make a
 * pair alone, so both must share a bin behind their prefixes (Bayardo, Ma, Srikant 2007, All pairs similarity
 * search). Only those rare bins are indexed, and candidates are checked by their whole vectors.
 */
export async function rhythmPairs(
  activity: Activity,
  settings: Pick<Recipe['rhythm'], 'minSimilarity' | 'neighbours'>,
  pace: Pace,
): Promise<RhythmPairs> {
  const { nodes, start } = activity
  const count = nodes.length
  const { rank, weight } = unitVectors(activity)
  const least = settings.minSimilarity
  // Where each vector's rare part begins, and how long the common part before it is.
  const suffix = new Uint32Array(count)
  const prefixLength = new Float64Array(count)
  const listStart = new Uint32Array(activity.bins + 1)
  for (let k = 0; k < count; k++) {
    let i = start[k]
    let squares = 0
    for (; i < start[k + 1]; i++) {
      const longer = squares + weight[i] ** 2
      if (Math.sqrt(longer) >= least - SLACK) break
      squares = longer
    }
    prefixLength[k] = Math.sqrt(squares)
    // Common bins come first, so those that weigh nothing are before all others.
    while (i < start[k + 1] && weight[i] === 0) i++
    suffix[k] = i
    for (; i < start[k + 1]; i++) listStart[rank[i] + 1]++
  }
  for (let b = 0; b < activity.bins; b++) listStart[b + 1] += listStart[b]
  const cursor = listStart.slice()
  const list = new Uint32Array(listStart[activity.bins])
  const listWeight = new Float64Array(list.length)
  const partial = new Float64Array(count)
  const touched = new Uint32Array(count)
  const best = new Strongest(count, settings.neighbours)
  const row = new Float64Array(activity.bins)
  let work = 0
  for (let k = 0; k < count; k++) {
    // Only earlier vectors are in the index yet, so each pair is checked once.
    let candidates = 0
    for (let i = suffix[k]; i < start[k + 1]; i++) {
      const b = rank[i]
      for (let j = listStart[b]; j < cursor[b]; j++) {
        const other = list[j]
        if (partial[other] === 0) touched[candidates++] = other
        partial[other] += weight[i] * listWeight[j]
      }
      work += cursor[b] - listStart[b]
    }
    for (let i = start[k]; i < start[k + 1]; i++) row[rank[i]] = weight[i]
    for (let c = 0; c < candidates; c++) {
      const other = touched[c]
      // What is not in `partial` lies in the longer of the two prefixes.
      const bound = partial[other] + Math.max(prefixLength[k], prefixLength[other])
      partial[other] = 0
      if (bound < least - SLACK) continue
      let cosine = 0
      for (let i = start[other]; i < start[other + 1]; i++) cosine += row[rank[i]] * weight[i]
      work += start[other + 1] - start[other]
      cosine = Math.min(1, cosine)
      if (cosine >= least && cosine > 0) best.add(k, other, cosine)
    }
    for (let i = start[k]; i < start[k + 1]; i++) row[rank[i]] = 0
    for (let i = suffix[k]; i < start[k + 1]; i++) {
      const at = cursor[rank[i]]++
      list[at] = k
      listWeight[at] = weight[i]
    }
    if (work > 200_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  return described(activity, best.pairs())
}

/** Every row's bin by rarity (0 = most common) and its share of the account's unit vector, bins from common to rare. */
function unitVectors({ nodes, start, bin, count, bins }: Activity): {
  rank: Uint32Array
  weight: Float64Array
} {
  const active = new Uint32Array(bins)
  for (let i = 0; i < bin.length; i++) active[bin[i]]++
  const order = Uint32Array.from({ length: bins }, (_, b) => b).sort((x, y) => active[y] - active[x] || x - y)
  const rankOf = new Uint32Array(bins)
  for (let r = 0; r < bins; r++) rankOf[order[r]] = r
  const rank = new Uint32Array(bin.length)
  const weight = new Float64Array(bin.length)
  for (let k = 0; k < nodes.length; k++) {
    const rows = Array.from({ length: start[k + 1] - start[k] }, (_, i) => start[k] + i)
    rows.sort((x, y) => rankOf[bin[x]] - rankOf[bin[y]])
    let squares = 0
    for (const [i, r] of rows.entries()) {
      const value = Math.log(1 + count[r]) * Math.log(nodes.length / active[bin[r]])
      rank[start[k] + i] = rankOf[bin[r]]
      weight[start[k] + i] = value
      squares += value * value
    }
    const length = Math.sqrt(squares)
    for (let i = start[k]; i < start[k + 1]; i++) weight[i] = length > 0 ? weight[i] / length : 0
  }
  return { rank, weight }
}

/** Each one's strongest few partners. Small sorted lists: the number is at most 50. */
class Strongest {
  private readonly limit: number
  private readonly partners: number[][]
  private readonly strengths: number[][]

  constructor(count: number, limit: number) {
    this.limit = limit
    this.partners = Array.from({ length: count }, () => [])
    this.strengths = Array.from({ length: count }, () => [])
  }

  add(x: number, y: number, strength: number): void {
    this.offer(x, y, strength)
    this.offer(y, x, strength)
  }

  private offer(owner: number, partner: number, strength: number): void {
    const partners = this.partners[owner]
    const strengths = this.strengths[owner]
    let i = partners.length
    while (
      i > 0 &&
      (strengths[i - 1] < strength || (strengths[i - 1] === strength && partners[i - 1] > partner))
    )
      i--
    if (i >= this.limit) return
    partners.splice(i, 0, partner)
    strengths.splice(i, 0, strength)
    if (partners.length > this.limit) {
      partners.pop()
      strengths.pop()
    }
  }

  /** Pairs of which either has the other, x < y, ascending. */
  pairs(): { x: number; y: number; strength: number }[] {
    const pairs: { x: number; y: number; strength: number }[] = []
    for (const [owner, partners] of this.partners.entries()) {
      for (const [i, partner] of partners.entries()) {
        if (owner < partner || !this.partners[partner].includes(owner))
          pairs.push({
            x: Math.min(owner, partner),
            y: Math.max(owner, partner),
            strength: this.strengths[owner][i],
          })
      }
    }
    return pairs.sort((p, q) => p.x - q.x || p.y - q.y)
  }
}

function described(activity: Activity, pairs: { x: number; y: number; strength: number }[]): RhythmPairs {
  const { nodes, start, bin } = activity
  const shared = new Uint32Array(pairs.length)
  const lastBin = new Uint32Array(pairs.length)
  for (const [p, { x, y }] of pairs.entries()) {
    for (let i = start[x], j = start[y]; i < start[x + 1] && j < start[y + 1];) {
      if (bin[i] < bin[j]) i++
      else if (bin[i] > bin[j]) j++
      else {
        shared[p]++
        lastBin[p] = bin[i++]
        j++
      }
    }
  }
  return {
    a: Uint32Array.from(pairs, ({ x }) => nodes[x]),
    b: Uint32Array.from(pairs, ({ y }) => nodes[y]),
    similarity: Float64Array.from(pairs, ({ strength }) => strength),
    shared,
    lastBin,
  }
}
