import type { Ego } from './ego.ts'
import { labelSums } from './label-columns.ts'
import type { StructureQuantity } from './plan.ts'
import { joinedPairs, overlapOf } from './triangles.ts'
import type { JoinedPairs, OverlapQuantity } from './triangles.ts'
import type { Relation } from './world.ts'

/** What the columns of one relation are made of, for some weights of the account's ties over it. */
interface Ties {
  readonly relation: Relation
  readonly r: number
  /** Weights before and now. */
  readonly from: Float64Array
  readonly to: Float64Array
  readonly strength: number
  readonly count: number
  /** null: held. */
  readonly overlap: Record<OverlapQuantity, number> | null
}

/**
 * The columns of one account after its ties changed. Structure (degree, strength, rarity and crowding of neighbours,
 * triangles, clustering, overlap), mean, spread, max, residual, power2 and label rates are what the whole computation on
 * the changed graph gives, but for rounding; power3 and spreading to first order. Everything else stays, and so do the
 * neighbours' own rows. Made for one account; keeps what does not change from one question to the next.
 */
export class Recomputer {
  private readonly ego: Ego
  private readonly values = new Map<number, Float64Array>()
  private readonly before: Float64Array
  private readonly sums: ReturnType<typeof labelSums>
  private readonly joined: readonly (JoinedPairs | null)[]

  constructor(ego: Ego) {
    this.ego = ego
    this.sums = labelSums(ego)
    this.joined = ego.around.relations.map((_, r) => joinedPairs(ego, r))
    this.before = this.compute(ego.weights, null)
  }

  /** The row with these weights over each relation (see `changedWeights`). */
  row(weights: readonly Float64Array[]): Float32Array {
    const { row, truncated } = this.ego
    const changed = weights.map((to, r) => to.some((w, i) => w !== this.ego.weights[r][i]))
    const now = this.compute(weights, changed)
    const out = row.slice()
    for (let k = 0; k < out.length; k++) {
      const [before, after] = [this.before[k], now[k]]
      if (Object.is(before, after)) continue
      // Of an account with too many ties only a part was looked at: what that part changes is what changes.
      out[k] = truncated && !Number.isNaN(after - before) ? row[k] + (after - before) : after
    }
    return out
  }

  private compute(weights: readonly Float64Array[], changed: readonly boolean[] | null): Float64Array {
    const { ego } = this
    const out = changed === null ? new Float64Array(ego.row.length).fill(NaN) : this.before.slice()
    const ties = ego.around.relations.map((relation, r): Ties => {
      let strength = 0
      let count = 0
      for (const w of weights[r]) {
        strength += w
        if (w > 0) count++
      }
      const pairs = changed === null || changed[r] ? this.joined[r] : null
      const overlap = pairs === null ? null : overlapOf(ego, r, pairs, weights[r])
      return { relation, r, from: ego.weights[r], to: weights[r], strength, count, overlap }
    })
    for (const [k, local] of ego.around.plan.columns.entries()) {
      if (local.kind === 'own' || local.kind === 'held') continue
      if (changed !== null && !changed[local.relation]) continue
      const of = ties[local.relation]
      if (local.kind === 'isolated') {
        // Any value that no column has will do: it only has to be the same before and after.
        if (of.count > 0) out[k] = Infinity
        else out[k] = { missing: NaN, zero: 0, 'base rate': this.sums.base }[local.becomes]
      } else if (local.kind === 'structure') out[k] = this.structure(local.quantity, of)
      else if (local.kind === 'rate') out[k] = this.sums.rate(local.relation, local.hop, local.known, of.to)
      else if (local.kind === 'spreading') out[k] = this.sums.spreading(local, of.to)
      else if (of.count === 0) out[k] = NaN
      else out[k] = this.derived(local, of, out)
    }
    return out
  }

  private structure(quantity: StructureQuantity, { relation, to, strength, count, overlap }: Ties): number {
    if (quantity === 'degree') return count
    if (quantity === 'strength') return strength
    if (quantity !== 'neighbour_rarity' && quantity !== 'neighbour_share')
      return overlap === null ? NaN : overlap[quantity]
    const { offsets } = relation.csr
    let sum = 0
    for (const [i, v] of this.ego.neighbours.entries()) {
      if (to[i] === 0) continue
      const degree = offsets[v + 1] - offsets[v]
      sum += quantity === 'neighbour_rarity' ? 1 / Math.log1p(degree) : 1 / degree
    }
    return sum
  }

  /** The neighbours' values of a base column, NaN where they are not known. */
  private base(b: number): Float64Array {
    let values = this.values.get(b)
    if (values === undefined) {
      const { rows, neighbours, around } = this.ego
      const width = this.ego.row.length
      const { column, category } = around.plan.bases[b]
      values = new Float64Array(neighbours.length)
      for (let i = 0; i < values.length; i++) values[i] = valueOf(rows[i * width + column], category)
      this.values.set(b, values)
    }
    return values
  }

  private derived(
    local: Extract<Ego['around']['plan']['columns'][number], { kind: 'derived' }>,
    ties: Ties,
    now: Float64Array,
  ): number {
    const x = this.base(local.base)
    const { to } = ties
    switch (local.operator) {
      case 'mean':
        return meanOf(x, to)
      case 'residual': {
        const { column, category } = this.ego.around.plan.bases[local.base]
        return valueOf(this.ego.row[column], category) - meanOf(x, to)
      }
      case 'spread': {
        const mean = meanOf(x, to)
        let squares = 0
        let known = 0
        for (let i = 0; i < x.length; i++) {
          if (to[i] === 0 || Number.isNaN(x[i])) continue
          squares += to[i] * (x[i] - mean) ** 2
          known += to[i]
        }
        return known > 0 ? Math.sqrt(squares / known) : NaN
      }
      case 'max': {
        let most = NaN
        for (let i = 0; i < x.length; i++)
          if (to[i] > 0 && !Number.isNaN(x[i]) && !(most >= x[i])) most = x[i]
        return most
      }
      default:
        return this.power(local, ties, x, now)
    }
  }

  /** (Pᵏx) / (Pᵏm), k = 2 or 3, from the neighbours' (Pᵏ⁻¹x), corrected for what the tie carried back. */
  private power(
    local: Extract<Ego['around']['plan']['columns'][number], { kind: 'derived' }>,
    { relation, r, from, to, strength }: Ties,
    x: Float64Array,
    now: Float64Array,
  ): number {
    const { ego } = this
    const { column, category } = ego.around.plan.bases[local.base]
    const share = ego.around.shares.get(`${r} ${column}`)
    const width = ego.row.length
    const third = local.operator === 'power3'
    const own = valueOf(ego.row[column], category)
    // What a neighbour's product held of this account, and holds now, for each unit of the tie's weight.
    let heldX = Number.isNaN(own) ? 0 : own
    let heldM = Number.isNaN(own) ? 0 : 1
    // Its own degree is another one by now.
    let holdsX = ego.around.plan.columns[column].kind === 'structure' ? now[column] : heldX
    let holdsM = heldM
    if (third) {
      const was = sums(x, from)
      const is = sums(x, to)
      heldX = was.weight > 0 ? was.x / was.weight : 0
      heldM = was.weight > 0 ? was.m / was.weight : 0
      holdsX = is.x / strength
      holdsM = is.m / strength
    }
    let top = 0
    let bottom = 0
    for (const [i, v] of ego.neighbours.entries()) {
      if (to[i] === 0) continue
      const m = share === undefined ? 1 : third ? share.far[v] : share.near[v]
      const mean = ego.rows[i * width + (third ? local.power2 : local.mean)]
      const s = relation.strength[v]
      const left = s - (from[i] - to[i])
      const carried = m === 0 || Number.isNaN(mean) ? 0 : mean * m
      top += (to[i] * (carried * s - from[i] * heldX + to[i] * holdsX)) / left
      bottom += (to[i] * (m * s - from[i] * heldM + to[i] * holdsM)) / left
    }
    // What rounding leaves of nothing is nothing.
    return bottom / strength > 1e-6 ? top / bottom : NaN
  }
}

const valueOf = (value: number, category: number | null): number =>
  category === null || Number.isNaN(value) ? value : value === category ? 1 : 0

function sums(x: Float64Array, weights: Float64Array): { x: number; m: number; weight: number } {
  const out = { x: 0, m: 0, weight: 0 }
  for (let i = 0; i < x.length; i++) {
    out.weight += weights[i]
    if (Number.isNaN(x[i])) continue
    out.x += weights[i] * x[i]
    out.m += weights[i]
  }
  return out
}

function meanOf(x: Float64Array, weights: Float64Array): number {
  const { x: sum, m } = sums(x, weights)
  return m > 0 ? sum / m : NaN
}
