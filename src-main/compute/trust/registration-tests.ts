import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import type { Members } from './best-match.ts'
import { binomialTail, clampP, incompleteBeta } from './distributions.ts'
import { LEAST_SIZE, type Finding } from './findings.ts'
import { degreeStrata, NO_STRATUM } from './strata.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Windows that registrations are counted in, hours. The smallest p counts, times their number (Bonferroni). */
export const BURST_HOURS = [1, 24, 168] as const

/** Number of values of ascending `sorted` below `value`, or up to it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}

const quantile = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))]

/** How long windows of one length are filled: the shares of all other accounts in [t, t + length], t any account's time. */
interface Fill {
  readonly hours: number
  /** Upper bounds of the shares, in groups that differ by at most 5%. */
  readonly share: Float64Array
  /** How much of all accounts each group has; sums to 1. */
  readonly weight: Float64Array
  readonly mean: number
}

function fillOf(sorted: Float64Array, hours: number): Fill {
  const n = sorted.length
  const groups = new Map<number, { most: number; count: number }>()
  let mean = 0
  let first = 0
  let end = 0
  for (let i = 0; i < n; i++) {
    // Equal times count for each other, whichever comes first in the list.
    if (sorted[i] !== sorted[first]) first = i
    while (end < n && sorted[end] <= sorted[i] + hours * HOUR) end++
    const share = n > 1 ? (end - first - 1) / (n - 1) : 0
    mean += share / n
    const key = share === 0 ? Infinity : Math.floor(Math.log(share) / Math.log(1.05))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { most: share, count: 1 })
    else {
      group.count++
      if (share > group.most) group.most = share
    }
  }
  const used = [...groups.values()].filter((g) => g.most > 0)
  return {
    hours,
    share: Float64Array.from(used, (g) => g.most),
    weight: Float64Array.from(used, (g) => g.count / n),
    mean,
  }
}

/** Most of the ascending `times` in any window of `hours`. */
function mostWithin(times: Float64Array, hours: number): number {
  let most = 0
  for (let i = 0, j = 0; j < times.length; j++) {
    while (times[j] - times[i] > hours * HOUR) i++
    if (j - i + 1 > most) most = j - i + 1
  }
  return most
}

/**
 * Two tests of when members registered, against accounts with as many neighbours drawn at random.
 *
 * age_spread: width of the middle half of the members' times (all of it up to four members). Let W be the share of
 * comparable accounts (those of the members' degree strata, in the members' proportions) that registered in that
 * width, ends included. For members drawn at random W is at least the distance of two order statistics of uniform
 * numbers, which has the distribution Beta(d, s + 1 − d) for a distance of d ranks among s: p is exact but for ties
 * and strata, which make it larger. observed, expected: days.
 *
 * registration_burst: most members in any window of 1 hour, 1 day or 7 days, against the workspace's own rate over
 * time, busy days included. If the window with k of the s members is to exist, one member must have k − 1 others
 * within that time after it: p = s × mean over all accounts' times t of P(Binomial(s − 1, share of others in
 * [t, t + window]) ≥ k − 1), an upper bound (the union bound), times the number of windows tried. observed: k;
 * expected: members around any one, 1 + (s − 1) × mean share. detail: the window's hours.
 *
 * `registered[u]`: ms UTC, NaN where unknown. A community with fewer than three known times has no result.
 */
export async function registrationTests(
  csr: Csr,
  members: Members,
  registered: Float64Array,
  pace: Pace,
): Promise<{ age_spread: Finding[]; registration_burst: Finding[] }> {
  const strata = degreeStrata(csr, (u) => !Number.isNaN(registered[u]))
  const byStratum = Array.from(strata.sizes, (size) => new Float64Array(size))
  const cursor = new Uint32Array(strata.sizes.length)
  for (let u = 0; u < csr.n; u++) {
    const b = strata.of[u]
    if (b !== NO_STRATUM) byStratum[b][cursor[b]++] = registered[u]
  }
  for (const times of byStratum) {
    times.sort()
    await pace.checkpoint()
  }
  const all = Float64Array.from(byStratum.flatMap((times) => [...times])).sort()
  await pace.checkpoint()
  const fills = BURST_HOURS.map((hours) => fillOf(all, hours))
  const age: Finding[] = []
  const burst: Finding[] = []
  const drawn = new Uint32Array(byStratum.length)
  for (let c = 0; c + 1 < members.offsets.length; c++) {
    if ((c & 255) === 0) await pace.checkpoint()
    drawn.fill(0)
    const known: number[] = []
    for (let i = members.offsets[c]; i < members.offsets[c + 1]; i++) {
      const u = members.nodes[i]
      if (strata.of[u] === NO_STRATUM) continue
      drawn[strata.of[u]]++
      known.push(registered[u])
    }
    if (known.length < LEAST_SIZE) continue
    const times = Float64Array.from(known).sort()
    age.push(ageSpread(c, times, drawn, byStratum))
    burst.push(registrationBurst(c, times, fills))
  }
  return { age_spread: age, registration_burst: burst }
}

function ageSpread(
  community: number,
  times: Float64Array,
  drawn: Uint32Array,
  byStratum: readonly Float64Array[],
): Finding {
  const s = times.length
  const trim = Math.floor((s - 1) / 4)
  const from = times[trim]
  const to = times[s - 1 - trim]
  const distance = s - 1 - 2 * trim
  const half = distance / (s + 1) / 2
  let share = 0
  let expected = 0
  for (let b = 0; b < byStratum.length; b++) {
    if (drawn[b] === 0) continue
    const sorted = byStratum[b]
    const inside = countBelow(sorted, to, true) - countBelow(sorted, from, false)
    share += (drawn[b] / s) * (inside / sorted.length)
    expected += (drawn[b] / s) * (quantile(sorted, 0.5 + half) - quantile(sorted, 0.5 - half))
  }
  return {
    community,
    observed: (to - from) / DAY,
    expected: expected / DAY,
    p: clampP(incompleteBeta(share, distance, s + 1 - distance)),
  }
}

function registrationBurst(community: number, times: Float64Array, fills: readonly Fill[]): Finding {
  const s = times.length
  let best: Finding | null = null
  for (const fill of fills) {
    const k = mostWithin(times, fill.hours)
    let tail = 0
    // Two together are found in every community of some size.
    if (k >= 3) {
      for (let g = 0; g < fill.share.length; g++) {
        tail += fill.weight[g] * binomialTail(k - 1, s - 1, fill.share[g])
      }
    } else tail = 1
    const p = clampP(fills.length * s * tail)
    if (best === null || p < best.p) {
      best = { community, detail: fill.hours, observed: k, expected: 1 + (s - 1) * fill.mean, p }
    }
  }
  return best!
}
