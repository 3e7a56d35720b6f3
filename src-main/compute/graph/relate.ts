import type { Recipe } from '../../common/recipe.ts'
import { csrFromPairs, emptyCsr, filterCsr } from './csr.ts'
import type { Pairs } from './pair-table.ts'
import type { RelationPairs } from './read-facts.ts'
import type { Csr } from './types.ts'

/** What the summed, decayed weight s > 0 of a pair's rows becomes. One fresh row of weight 1 gives 1 in all kinds. */
export function dampedWeight(s: number, damping: Recipe['relations']['damping']): number {
  if (damping === 'log') return Math.log2(1 + s)
  if (damping === 'sqrt') return Math.sqrt(s)
  return damping === 'none' ? s : 1
}

export interface Related {
  readonly csr: Csr
  /** Accounts with more neighbours than the cap: they keep no edge of this type. */
  readonly hubs: number
}

/** The graph of one relation channel. `weight` multiplies every edge. */
export function relate(
  n: number,
  pairs: RelationPairs | undefined,
  settings: Recipe['relations'],
  weight: number,
): Related {
  if (pairs === undefined) return { csr: emptyCsr(n), hubs: 0 }
  const { damping, hubCap } = settings
  const both = pairs.backward === null ? pairs.forward : inBoth(pairs.forward, pairs.backward)
  const csr = csrFromPairs(n, both, (s) => weight * dampedWeight(s, damping))
  if (hubCap === null) return { csr, hubs: 0 }
  const hub = new Uint8Array(n)
  let hubs = 0
  for (let u = 0; u < n; u++) {
    if (csr.offsets[u + 1] - csr.offsets[u] <= hubCap) continue
    hub[u] = 1
    hubs++
  }
  if (hubs === 0) return { csr, hubs }
  const keep = new Uint8Array(csr.targets.length)
  for (let u = 0; u < n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) keep[e] = hub[u] | hub[csr.targets[e]] ? 0 : 1
  return { csr: filterCsr(csr, keep), hubs }
}

/** The pairs that both tables have, with the sum of their values. Merge of two sorted tables. */
export function inBoth(x: Pairs, y: Pairs): Pairs {
  const most = Math.min(x.length, y.length)
  const a = new Uint32Array(most)
  const b = new Uint32Array(most)
  const value = new Float64Array(most)
  let n = 0
  for (let i = 0, j = 0; i < x.length && j < y.length;) {
    const order = x.a[i] - y.a[j] || x.b[i] - y.b[j]
    if (order < 0) i++
    else if (order > 0) j++
    else {
      a[n] = x.a[i]
      b[n] = x.b[i]
      value[n++] = x.value[i++] + y.value[j++]
    }
  }
  return { length: n, a, b, value }
}
