import type { Pace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import { sortSymmetricRows } from '../graph/csr.ts'
import type { Csr } from '../graph/types.ts'

/** Tries to place an edge among those not yet dealt, then by trading with one that is. */
const TRIES = 30
const CHUNK = 1 << 15

/** A graph from distinct undirected edges (u[i], v[i]) without loops, in any order. O(n + edges). */
async function csrFromEdgeLists(
  n: number,
  u: Uint32Array,
  v: Uint32Array,
  weight: Float32Array,
  pace: Pace,
): Promise<Csr> {
  const offsets = new Uint32Array(n + 1)
  for (let i = 0; i < u.length; i++) {
    offsets[u[i] + 1]++
    offsets[v[i] + 1]++
  }
  for (let w = 0; w < n; w++) offsets[w + 1] += offsets[w]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(offsets[n])
  const weights = new Float32Array(offsets[n])
  for (let i = 0; i < u.length; i++) {
    if (i % CHUNK === 0) await pace.checkpoint()
    targets[cursor[u[i]]] = v[i]
    weights[cursor[u[i]]++] = weight[i]
    targets[cursor[v[i]]] = u[i]
    weights[cursor[v[i]]++] = weight[i]
  }
  await pace.checkpoint()
  const sorted = sortSymmetricRows({ n, offsets, targets, weights })
  await pace.checkpoint()
  return sorted
}

/** A set of node pairs: open addressing on doubles, which hold u × n + v exactly. */
class PairSet {
  private readonly slots: Float64Array
  private readonly mask: number
  private readonly n: number

  constructor(n: number, pairs: number) {
    this.n = n
    let size = 16
    while (size < 2 * pairs) size *= 2
    this.slots = new Float64Array(size).fill(-1)
    this.mask = size - 1
  }

  private key(u: number, v: number): number {
    return u < v ? u * this.n + v : v * this.n + u
  }

  private start(key: number): number {
    const low = (key % 4294967296) | 0
    const high = (key / 4294967296) | 0
    return (Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ Math.imul(high + 1, 0x297a2d39)) & this.mask
  }

  has(u: number, v: number): boolean {
    const key = this.key(u, v)
    for (let i = this.start(key); this.slots[i] !== -1; i = (i + 1) & this.mask) {
      if (this.slots[i] === key) return true
    }
    return false
  }

  add(u: number, v: number): void {
    const key = this.key(u, v)
    let i = this.start(key)
    while (this.slots[i] >= 0) i = (i + 1) & this.mask
    this.slots[i] = key
  }

  remove(u: number, v: number): void {
    const key = this.key(u, v)
    let i = this.start(key)
    while (this.slots[i] !== key) i = (i + 1) & this.mask
    this.slots[i] = -2 // not empty: searches go on behind it
  }
}

/**
 * A random graph in which every node has as many neighbours as in `csr`: edges keep one end and their weight, and the
 * other ends are dealt out anew (configuration model; which end stays is drawn). A pair that would be a loop or a
 * second edge is dealt again, at last by trading ends with an edge that stands; the few that still fit nowhere (in
 * small dense graphs) are left out and counted in `lost`. Deterministic by seed. ~30 bytes an entry while it runs.
 */
export async function rewire(csr: Csr, seed: number, pace: Pace): Promise<{ csr: Csr; lost: number }> {
  const m = csr.targets.length / 2
  const random = new Random(seed)
  const tail = new Uint32Array(m)
  const head = new Uint32Array(m)
  const weight = new Float32Array(m)
  let at = 0
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      if (v <= u) continue
      const turn = (random.u32() & 1) === 1
      tail[at] = turn ? v : u
      head[at] = turn ? u : v
      weight[at++] = csr.weights[e]
      if (at % CHUNK === 0) await pace.checkpoint()
    }
  }
  const pairs = new PairSet(csr.n, m)
  const free = (u: number, v: number) => u !== v && !pairs.has(u, v)
  const swap = (i: number, j: number) => {
    const kept = head[i]
    head[i] = head[j]
    head[j] = kept
  }
  const placed = new Uint8Array(m)
  let lost = 0
  for (let i = 0; i < m; i++) {
    if (i % CHUNK === 0) await pace.checkpoint()
    for (let t = 0; t < TRIES && placed[i] === 0; t++) {
      swap(i, i + random.int(m - i))
      if (free(tail[i], head[i])) placed[i] = 1
    }
    const trades = i > 0 ? TRIES : 0
    for (let t = 0; t < trades && placed[i] === 0; t++) {
      const j = random.int(i)
      if (placed[j] === 0) continue
      pairs.remove(tail[j], head[j])
      const fits = free(tail[i], head[j]) && free(tail[j], head[i])
      if (fits) {
        swap(i, j)
        pairs.add(tail[j], head[j])
        // The traded edge may be the very pair this one now wants.
        if (free(tail[i], head[i])) placed[i] = 1
        else {
          pairs.remove(tail[j], head[j])
          swap(i, j)
          pairs.add(tail[j], head[j])
        }
      } else pairs.add(tail[j], head[j])
    }
    if (placed[i] === 1) pairs.add(tail[i], head[i])
    else lost++
  }
  if (lost > 0) {
    let kept = 0
    for (let i = 0; i < m; i++) {
      if (placed[i] === 0) continue
      tail[kept] = tail[i]
      head[kept] = head[i]
      weight[kept++] = weight[i]
    }
  }
  const kept = m - lost
  await pace.checkpoint()
  const ends = [tail.subarray(0, kept), head.subarray(0, kept)] as const
  return {
    csr: await csrFromEdgeLists(csr.n, ...ends, weight.subarray(0, kept), pace),
    lost,
  }
}
