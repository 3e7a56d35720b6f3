import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { membersOf, type Members } from './best-match.ts'
import { LEAST_SIZE, type Finding } from './findings.ts'
import { createPeeler } from './peel.ts'
import { seedFor } from './resample.ts'
import { rewire } from './rewire.ts'
import type { Rerun } from './stability.ts'

/** A community is compared with communities of chance whose size differs by at most this factor. */
const SIZE_FACTOR = 1.25
/** Where there are fewer than this, larger and smaller ones help out, in ways that can only raise p. */
const WANTED = 199
/** With fewer in all, there is no result. */
const LEAST = 19

/** Mean weight of a pair of members (0 where they are not joined), of every community. */
export function pairWeights(csr: Csr, membership: Uint32Array, members: Members): Float64Array {
  const count = members.offsets.length - 1
  const inside = new Float64Array(count)
  for (let u = 0; u < csr.n; u++) {
    const c = membership[u]
    if (c >= count) continue
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (membership[csr.targets[e]] === c) inside[c] += csr.weights[e]
    }
  }
  for (let c = 0; c < count; c++) {
    const size = members.offsets[c + 1] - members.offsets[c]
    inside[c] = size > 1 ? inside[c] / (size * (size - 1)) : 0
  }
  return inside
}

/** A community of chance: density[s] is that of its densest core of s members; its own is the last one. */
interface ByChance {
  size: number
  density: number
  cores: Float32Array
}

/**
 * Are communities denser than those that the same detector finds where there are none? The graph is rewired with the
 * same degrees and searched again `rewirings` times. Communities are chosen for their density, so a test against
 * random sets of accounts would call every one of them dense; this null model is chosen for density too.
 *
 * p = (1 + at least as dense) / (1 + n) among the n communities of chance of like size (±25%). Chance often has none
 * that small. Where there are fewer than 199, the densest core of that many members of every larger one counts as well,
 * and then the next smaller ones: both are denser than communities of chance of that size would be, so p errs on
 * the safe side. Below 19 in all there is no result.
 * Measured by the weight of a member's ties to other members, on average, which hardly depends on the size among
 * communities of chance; the helpers stand in with their mean pair weight × (size − 1).
 * observed, expected (median of chance): that weight.
 *
 * `rerun` must choose its parameters as it did for `csr`. Memory: ~30 bytes an entry.
 */
export async function densityTest(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  rerun: Rerun,
  options: { rewirings: number; seed: number },
  pace: Pace,
  onRewired: (done: number) => void = () => {},
): Promise<Finding[]> {
  const count = members.offsets.length - 1
  let largest = 0
  for (let c = 0; c < count; c++) largest = Math.max(largest, members.offsets[c + 1] - members.offsets[c])
  const pool: ByChance[] = []
  for (let i = 0; i < options.rewirings; i++) {
    const { csr: random } = await rewire(csr, seedFor(options.seed, 'rewire', i), pace)
    const found = await rerun(random, seedFor(options.seed, 'null', i))
    await collect(random, found, largest, pool, pace)
    onRewired(i + 1)
  }
  // By falling size; equal ones as they came.
  pool.sort((a, b) => b.size - a.size)
  const observed = pairWeights(csr, membership, members)
  const findings: Finding[] = []
  const bySize = new Map<number, Float64Array>()
  for (let c = 0; c < count; c++) {
    if ((c & 255) === 0) await pace.checkpoint()
    const size = members.offsets[c + 1] - members.offsets[c]
    if (size < LEAST_SIZE) continue
    let alike = bySize.get(size)
    if (alike === undefined) {
      bySize.set(size, (alike = comparable(pool, size)))
      await pace.checkpoint()
    }
    if (alike.length < LEAST) continue
    const value = observed[c] * (size - 1)
    const denser = alike.length - firstAtLeast(alike, value)
    findings.push({
      community: c,
      observed: value,
      expected: alike[alike.length >> 1],
      p: (1 + denser) / (1 + alike.length),
    })
  }
  return findings
}

/** Adds the communities of two members and more that were found in a rewired graph. */
async function collect(
  random: Csr,
  found: Uint32Array,
  largest: number,
  pool: ByChance[],
  pace: Pace,
): Promise<void> {
  const groups = membersOf(found, random.n)
  const density = pairWeights(random, found, groups)
  const peel = createPeeler(random, found, groups)
  let sinceCheck = 0
  for (let c = 0; c < random.n; c++) {
    const size = groups.offsets[c + 1] - groups.offsets[c]
    if (size < 2) continue
    pool.push({ size, density: density[c], cores: peel(c, largest) })
    if ((sinceCheck += size) > 2048) {
      sinceCheck = 0
      await pace.checkpoint()
    }
  }
}

/** Weights of a member's ties inside, ascending, that a community of `size` is compared with. */
function comparable(pool: readonly ByChance[], size: number): Float64Array {
  let from = 0
  while (from < pool.length && pool[from].size > size * SIZE_FACTOR) from++
  let to = from
  while (to < pool.length && pool[to].size * SIZE_FACTOR >= size) to++
  const values = pool.slice(from, to).map((other) => other.density * (other.size - 1))
  if (values.length < WANTED) for (let i = 0; i < from; i++) values.push(pool[i].cores[size] * (size - 1))
  while (values.length < WANTED && to < pool.length) values.push(pool[to++].density * (size - 1))
  return Float64Array.from(values).sort()
}

function firstAtLeast(ascending: Float64Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    // Rounding of sums must not make equal densities differ (cores are kept in single precision).
    if (ascending[middle] < value * (1 - 1e-6)) low = middle + 1
    else high = middle
  }
  return low
}
