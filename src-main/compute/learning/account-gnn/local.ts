import type { Operator } from '../../diffusion/operator.ts'
import { COLUMN_COUNT } from './channels.ts'
import type { Operators } from './channels.ts'
import { FEATURES, GAPS } from './feature-list.ts'

const WIDTH = FEATURES.length

/**
 * The columns of single accounts, computed from their surroundings alone: what `diffuse` and `fillColumns` give
 * for the whole graph, without the memory for it. Made for one explanation; keeps the rows it has computed.
 */
export class LocalColumns {
  private readonly operators: Operators
  private readonly x: Float32Array
  private readonly gaps: Uint8Array
  private readonly near = new Map<number, Float64Array>()
  private readonly smooth = new Map<number, Float64Array>()

  /** `x`: scaled features, n × FEATURES.length; `gaps`: n × GAPS.length. */
  constructor(operators: Operators, x: Float32Array, gaps: Uint8Array) {
    this.operators = operators
    this.x = x
    this.gaps = gaps
  }

  /** Mean over direct neighbours (row u of P_all x), scaled. */
  nearOf(u: number): Float64Array {
    return cached(this.near, u, () => this.sum(this.operators.all, u, everybody, 1, this.rowOfX))
  }

  /**
   * The columns of node u (COLUMN_COUNT, not yet normalised). With `keep`, as if u were joined only to neighbours
   * that pass: exact for direct neighbourhoods, while what lies two steps away still sees the old graph and the
   * account's own features (degree, core, …) stay as they are. A first-order estimate.
   */
  columns(u: number, keep: (neighbour: number) => boolean = everybody): Float32Array {
    const { relations, entities, all, symmetric } = this.operators
    const out = new Float32Array(COLUMN_COUNT)
    const self = this.rowOfX(u)
    // Rows of P sum to 1 again over who is left; rows of S grow by the root of that.
    const again = rescale(all, u, keep)
    const near = this.sum(all, u, keep, again, this.rowOfX)
    const far = this.sum(all, u, keep, again, (v) => this.nearOf(v))
    const twice = this.sum(symmetric, u, keep, Math.sqrt(again), (v) =>
      cached(this.smooth, v, () => this.sum(symmetric, v, everybody, 1, this.rowOfX)),
    )
    const alone = again === 0
    const parts: ArrayLike<number>[] = [
      self,
      this.sum(relations, u, keep, rescale(relations, u, keep), this.rowOfX),
      this.sum(entities, u, keep, rescale(entities, u, keep), this.rowOfX),
      near.map((v, k) => (alone ? 0 : self[k] - v)),
      far,
      // The Beta wavelet p = q = 1: 3 · (I − S)/2 · (I + S)/2 = ¾ (I − S²).
      twice.map((v, k) => (alone ? 0 : 0.75 * (self[k] - v))),
    ]
    parts.forEach((part, channel) => out.set(part, channel * WIDTH))
    for (let g = 0; g < GAPS.length; g++) out[parts.length * WIDTH + g] = this.gaps[u * GAPS.length + g]
    return out
  }

  private readonly rowOfX = (u: number): Float32Array => this.x.subarray(u * WIDTH, (u + 1) * WIDTH)

  /** factor × Σ over kept neighbours v of a(u, v) × row(v). */
  private sum(
    a: Operator,
    u: number,
    keep: (v: number) => boolean,
    factor: number,
    rowOf: (v: number) => Float32Array | Float64Array,
  ): Float64Array {
    const out = new Float64Array(WIDTH)
    if (factor === 0) return out
    for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) {
      const v = a.targets[e]
      if (!keep(v)) continue
      const weight = a.values[e] * factor
      const row = rowOf(v)
      for (let k = 0; k < WIDTH; k++) out[k] += weight * row[k]
    }
    return out
  }
}

const everybody = (): boolean => true

/** What row u of a row-normalised operator is multiplied with so that its kept entries sum to 1; 0 without any. */
function rescale(a: Operator, u: number, keep: (v: number) => boolean): number {
  if (keep === everybody) return a.offsets[u] === a.offsets[u + 1] ? 0 : 1
  let kept = 0
  for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) if (keep(a.targets[e])) kept += a.values[e]
  return kept > 0 ? 1 / kept : 0
}

function cached(map: Map<number, Float64Array>, u: number, make: () => Float64Array): Float64Array {
  let row = map.get(u)
  if (row === undefined) map.set(u, (row = make()))
  return row
}
