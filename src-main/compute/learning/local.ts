import type { Operator } from '../diffusion/operator.ts'
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
    return cached(this.near, u, () => this.firstRow(this.operators.all, u, -1, 1))
  }

  private smoothOf(u: number): Float64Array {
    return cached(this.smooth, u, () => this.firstRow(this.operators.symmetric, u, -1, 1))
  }

  /**
   * The columns of node u (COLUMN_COUNT, not yet normalised). With `without`, as if u were not joined to that
   * neighbour: exact for direct neighbourhoods, while what lies two steps away still sees the old graph and the
   * account's own features (degree, core, …) stay as they are. A first-order estimate.
   */
  columns(u: number, without = -1): Float32Array {
    const { relations, entities, all, symmetric } = this.operators
    const out = new Float32Array(COLUMN_COUNT)
    const self = this.x.subarray(u * WIDTH, (u + 1) * WIDTH)
    // Rows of P sum to 1 again without the neighbour; rows of S grow by the root of that.
    const kept = 1 - valueAt(all, u, without)
    const near = without < 0 ? this.nearOf(u) : this.firstRow(all, u, without, rescale(kept))
    const far = this.secondRow(all, u, without, rescale(kept), (v) => this.nearOf(v))
    const twice = this.secondRow(symmetric, u, without, Math.sqrt(rescale(kept)), (v) => this.smoothOf(v))
    const alone = all.offsets[u] === all.offsets[u + 1] || kept < 1e-7
    const parts: ArrayLike<number>[] = [
      self,
      this.firstRow(relations, u, without, rescale(1 - valueAt(relations, u, without))),
      this.firstRow(entities, u, without, rescale(1 - valueAt(entities, u, without))),
      near.map((v, k) => (alone ? 0 : self[k] - v)),
      far,
      // The Beta wavelet p = q = 1: 3 · (I − S)/2 · (I + S)/2 = ¾ (I − S²).
      twice.map((v, k) => (alone ? 0 : 0.75 * (self[k] - v))),
    ]
    parts.forEach((part, channel) => out.set(part, channel * WIDTH))
    for (let g = 0; g < GAPS.length; g++) out[parts.length * WIDTH + g] = this.gaps[u * GAPS.length + g]
    return out
  }

  private firstRow(a: Operator, u: number, without: number, factor: number): Float64Array {
    const out = new Float64Array(WIDTH)
    for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) {
      const v = a.targets[e]
      if (v === without) continue
      const weight = a.values[e] * factor
      for (let k = 0; k < WIDTH; k++) out[k] += weight * this.x[v * WIDTH + k]
    }
    return out
  }

  private secondRow(
    a: Operator,
    u: number,
    without: number,
    factor: number,
    rowOf: (v: number) => Float64Array,
  ): Float64Array {
    const out = new Float64Array(WIDTH)
    for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) {
      const v = a.targets[e]
      if (v === without) continue
      const weight = a.values[e] * factor
      const row = rowOf(v)
      for (let k = 0; k < WIDTH; k++) out[k] += weight * row[k]
    }
    return out
  }
}

const rescale = (kept: number): number => (kept < 1e-7 ? 0 : 1 / kept)

/** Entry (u, v), 0 where there is none. */
function valueAt(a: Operator, u: number, v: number): number {
  if (v < 0) return 0
  for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) if (a.targets[e] === v) return a.values[e]
  return 0
}

function cached(map: Map<number, Float64Array>, u: number, make: () => Float64Array): Float64Array {
  let row = map.get(u)
  if (row === undefined) map.set(u, (row = make()))
  return row
}
