import type { Pace } from '../../common/pace.ts'
import { sortSymmetricRows } from './csr.ts'
import type { Sharing } from './sharing-of.ts'
import type { Csr } from './types.ts'

export interface Projection {
  readonly csr: Csr
  /** Parallel to csr.targets: distinct entities the two accounts share; null where nobody asked. */
  readonly shared: Uint16Array | null
}

/**
 * One account's sharing with all others, row by row (Gustavson's sparse product with a dense accumulator). The weight
 * of {u, v} is the sum over the things they share of each × min(factor_u, factor_v): a sharing is as old as the one
 * of the two that left first.
 */
export class SharingProjector {
  /** Of the last row: the other accounts, unordered, `length` of them. */
  readonly targets: Uint32Array
  length = 0
  /** By account, for the last row's targets: the weight, and how many distinct things are shared (at most 65,535). */
  readonly sum: Float64Array
  readonly count: Uint16Array

  private readonly sharing: Sharing
  /** Rows of the sharing that account u is in: rowOf[start[u] .. start[u + 1]), ascending, with u's factor. */
  private readonly start: Uint32Array
  private readonly rowOf: Uint32Array
  private readonly own: Float32Array
  /** The thing by which an account was last counted, so that stretches of one hub count once. */
  private readonly countedBy: Uint32Array | null

  constructor(sharing: Sharing) {
    this.sharing = sharing
    const { n, offsets, accounts, factor, entity } = sharing
    this.start = new Uint32Array(n + 1)
    for (let i = 0; i < accounts.length; i++) this.start[accounts[i] + 1]++
    for (let u = 0; u < n; u++) this.start[u + 1] += this.start[u]
    this.rowOf = new Uint32Array(accounts.length)
    this.own = new Float32Array(accounts.length)
    const cursor = this.start.slice(0, n)
    let repeated = false
    for (let e = 0; e < entity.length; e++) {
      if (e > 0 && entity[e] === entity[e - 1]) repeated = true
      for (let i = offsets[e]; i < offsets[e + 1]; i++) {
        const at = cursor[accounts[i]]++
        this.rowOf[at] = e
        this.own[at] = factor[i]
      }
    }
    this.targets = new Uint32Array(n)
    this.sum = new Float64Array(n)
    this.count = new Uint16Array(n)
    this.countedBy = repeated ? new Uint32Array(n) : null
  }

  /** Fills targets, sum and count for account u. Returns the work done, in accounts looked at. */
  row(u: number): number {
    const { targets, sum, count, countedBy } = this
    const { offsets, accounts, factor, each, entity, near } = this.sharing
    for (let i = 0; i < this.length; i++) {
      sum[targets[i]] = 0
      count[targets[i]] = 0
    }
    let length = 0
    let work = 1
    for (let r = this.start[u]; r < this.start[u + 1]; r++) {
      const e = this.rowOf[r]
      const own = this.own[r]
      const weight = each[e]
      const end = offsets[e + 1]
      for (let i = offsets[e]; i < end; i++) {
        const v = accounts[i]
        if (v === u) continue
        if (count[v] === 0) {
          targets[length++] = v
          count[v] = 1
        } else if (count[v] < 0xffff && (countedBy === null || countedBy[v] !== entity[e])) count[v]++
        if (countedBy !== null) countedBy[v] = entity[e]
        sum[v] += weight * (own < factor[i] ? own : factor[i])
      }
      work += end - offsets[e]
    }
    if (near !== null) {
      for (let i = near.offsets[u]; i < near.offsets[u + 1]; i++) {
        const v = near.targets[i]
        if (count[v] === 0) targets[length++] = v
        if (count[v] < 0xffff) count[v]++
        sum[v] += near.weights[i]
      }
      work += near.offsets[u + 1] - near.offsets[u]
    }
    this.length = length
    return work
  }

  /** At least as much as row(u) will look at. */
  workOf(u: number): number {
    const { offsets, near } = this.sharing
    let work = near === null ? 0 : near.offsets[u + 1] - near.offsets[u]
    for (let r = this.start[u]; r < this.start[u + 1]; r++) {
      const e = this.rowOf[r]
      work += offsets[e + 1] - offsets[e] - 1
    }
    return work
  }
}

/** Projects account–entity sharing to account–account edges. The pairs are never listed: one entry per direction. */
export async function projectEntities(sharing: Sharing, pace: Pace, wantShared = false): Promise<Projection> {
  const projector = new SharingProjector(sharing)
  const rows = new SymmetricRows(sharing.n, sharing.accounts.length * 2, wantShared)
  let work = 0
  for (let u = 0; u < sharing.n; u++) {
    work += projector.row(u)
    rows.room(projector.length)
    for (let i = 0; i < projector.length; i++) {
      const v = projector.targets[i]
      rows.put(v, projector.sum[v], projector.count[v])
    }
    rows.end(u)
    if (work > 50_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  return rows.finish()
}

/** Collects the rows of a symmetric graph whose entries come unordered. */
export class SymmetricRows {
  private readonly n: number
  private readonly offsets: Uint32Array
  private targets: Uint32Array
  private weights: Float32Array
  private shared: Uint16Array | null
  private length = 0

  constructor(n: number, capacity: number, wantShared: boolean) {
    this.n = n
    this.offsets = new Uint32Array(n + 1)
    this.targets = new Uint32Array(Math.max(1024, capacity))
    this.weights = new Float32Array(this.targets.length)
    this.shared = wantShared ? new Uint16Array(this.targets.length) : null
  }

  /** Makes room for so many more entries. */
  room(entries: number): void {
    if (this.length + entries <= this.targets.length) return
    const capacity = Math.max(this.length + entries, Math.ceil(this.targets.length * 1.5))
    const { targets, weights, shared } = this
    this.targets = new Uint32Array(capacity)
    this.targets.set(targets)
    this.weights = new Float32Array(capacity)
    this.weights.set(weights)
    if (shared !== null) {
      this.shared = new Uint16Array(capacity)
      this.shared.set(shared)
    }
  }

  put(target: number, weight: number, shared: number): void {
    this.targets[this.length] = target
    this.weights[this.length] = weight
    if (this.shared !== null) this.shared[this.length] = shared
    this.length++
  }

  end(u: number): void {
    this.offsets[u + 1] = this.length
  }

  finish(): Projection {
    const raw: Csr = {
      n: this.n,
      offsets: this.offsets,
      targets: this.targets.subarray(0, this.length),
      weights: this.weights.subarray(0, this.length),
    }
    const csr = sortSymmetricRows(raw)
    if (this.shared === null) return { csr, shared: null }
    const counts = sortSymmetricRows({
      ...raw,
      weights: Float32Array.from(this.shared.subarray(0, this.length)),
    }).weights
    return { csr, shared: Uint16Array.from(counts) }
  }
}
