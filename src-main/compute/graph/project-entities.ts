import type { Pace } from '../../common/pace.ts'
import { sortSymmetricRows } from './csr.ts'
import type { Csr } from './types.ts'

/** The sharing of one channel's entities: entity e is shared by accounts[offsets[e] .. offsets[e+1]), ascending. */
export interface Sharing {
  /** Accounts (nodes). */
  readonly n: number
  readonly offsets: Uint32Array
  readonly accounts: Uint32Array
  /** Parallel to accounts: time decay of that account's use of the entity, in (0, 1]. */
  readonly factor: Float32Array
}

export interface Projection {
  readonly csr: Csr
  /** Parallel to csr.targets: distinct entities the two accounts share; null where nobody asked. */
  readonly shared: Uint16Array | null
}

/**
 * What one entity shared by d accounts adds to each of its pairs: 1/(d − 1) (Newman 2001, Phys. Rev. E 64,
 * 016132, eq. 2). Every account then gains a total strength of 1 from an entity however many share it, so a
 * device of two weighs as much in an account's neighbourhood as a NAT of fifty, and per pair fifty times more.
 */
export function rarityWeight(d: number): number {
  return 1 / (d - 1)
}

/**
 * Projects account–entity sharing to account–account edges, row by row (Gustavson's sparse product with a dense
 * accumulator): the pairs are never listed, so memory is one entry per resulting edge direction.
 * The weight of {u, v} is weight × Σ over shared entities of rarityWeight(d) × min(factor_u, factor_v): the
 * sharing is as old as the one of the two that left first.
 */
export async function projectEntities(
  sharing: Sharing,
  weight: number,
  pace: Pace,
  wantShared = false,
): Promise<Projection> {
  const { n, offsets, accounts, factor } = sharing
  const entityCount = offsets.length - 1
  // Transpose: account -> its (entity, factor), entities ascending, so both directions sum in the same order.
  const rowStart = new Uint32Array(n + 1)
  for (let i = 0; i < accounts.length; i++) rowStart[accounts[i] + 1]++
  for (let u = 0; u < n; u++) rowStart[u + 1] += rowStart[u]
  const rowEntity = new Uint32Array(accounts.length)
  const rowFactor = new Float32Array(accounts.length)
  const cursor = rowStart.slice(0, n)
  for (let e = 0; e < entityCount; e++) {
    for (let i = offsets[e]; i < offsets[e + 1]; i++) {
      const at = cursor[accounts[i]]++
      rowEntity[at] = e
      rowFactor[at] = factor[i]
    }
  }

  const sum = new Float64Array(n)
  const count = new Uint16Array(n)
  const touched = new Uint32Array(n)
  const outOffsets = new Uint32Array(n + 1)
  let targets = new Uint32Array(Math.max(1024, accounts.length * 2))
  let weights = new Float32Array(targets.length)
  let shared = new Uint16Array(targets.length)
  let length = 0
  let work = 0
  for (let u = 0; u < n; u++) {
    let touchedCount = 0
    for (let r = rowStart[u]; r < rowStart[u + 1]; r++) {
      const e = rowEntity[r]
      const own = rowFactor[r]
      const end = offsets[e + 1]
      const each = weight * rarityWeight(end - offsets[e])
      for (let i = offsets[e]; i < end; i++) {
        const v = accounts[i]
        if (v === u) continue
        if (count[v] === 0) touched[touchedCount++] = v
        if (count[v] < 0xffff) count[v]++
        sum[v] += each * (own < factor[i] ? own : factor[i])
      }
      work += end - offsets[e]
    }
    if (length + touchedCount > targets.length) {
      const capacity = Math.max(length + touchedCount, Math.ceil(targets.length * 1.5))
      const [t, w, s] = [targets, weights, shared]
      targets = new Uint32Array(capacity)
      weights = new Float32Array(capacity)
      shared = new Uint16Array(capacity)
      targets.set(t)
      weights.set(w)
      shared.set(s)
    }
    for (let i = 0; i < touchedCount; i++) {
      const v = touched[i]
      targets[length] = v
      weights[length] = sum[v]
      shared[length++] = count[v]
      sum[v] = 0
      count[v] = 0
    }
    outOffsets[u + 1] = length
    work += touchedCount + 1
    if (work > 50_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  const raw: Csr = {
    n,
    offsets: outOffsets,
    targets: targets.subarray(0, length),
    weights: weights.subarray(0, length),
  }
  const csr = sortSymmetricRows(raw)
  if (!wantShared) return { csr, shared: null }
  const counts = sortSymmetricRows({ ...raw, weights: Float32Array.from(shared.subarray(0, length)) }).weights
  return { csr, shared: Uint16Array.from(counts) }
}
