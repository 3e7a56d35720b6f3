import type { Pace } from '../../../common/pace.ts'
import { betaWavelet } from '../../diffusion/filters.ts'
import { multiply, neighbourMax } from '../../diffusion/multiply.ts'
import { rowNormalised, symmetric } from '../../diffusion/operator.ts'
import type { Operator } from '../../diffusion/operator.ts'
import type { Csr } from '../../graph/types.ts'
import type { FeatureColumn } from '../types.ts'
import type { ColumnStore } from './column-store.ts'
import { derivedColumn } from './plan.ts'
import type { Base, Derived } from './plan.ts'

/** Base columns carried at a time: one line of cache, and 64 bytes an account for each of some five matrices. */
const BLOCK = 16

/**
 * Computes derived columns over one graph and puts them into the store, a block of base columns at a time. P = D⁻¹W.
 * With m = 1 where x is known and 0 elsewhere:
 *
 * mean     Px / Pm, the weighted mean of the neighbours whose value is known
 * spread   √(Px² / Pm − mean²)
 * max      the largest known value of a neighbour
 * power k  Pᵏx / Pᵏm (SIGN, Frasca et al. 2020)
 * residual x − mean
 * band     the Beta wavelet p = q = 1 (BWGNN, Tang et al. 2022) of x, unknown values at the mean of the known ones
 *
 * NaN where there is no neighbour, or none whose value is known. `derived` is all of this one relation.
 */
export async function diffuseColumns(
  store: ColumnStore,
  csr: Csr,
  derived: readonly Derived[],
  pace: Pace,
  tell: (share: number) => void,
): Promise<void> {
  const wanted = new Map<Base, Derived[]>()
  for (const one of derived) wanted.set(one.base, [...(wanted.get(one.base) ?? []), one])
  const bases = [...wanted.keys()]
  if (bases.length === 0) return
  const p = rowNormalised(csr)
  const s = derived.some((one) => one.operator === 'band') ? symmetric(csr) : null
  for (let from = 0; from < bases.length; from += BLOCK) {
    const block = bases.slice(from, from + BLOCK)
    const asked = block.map((base) => wanted.get(base)!)
    const values = block.map((base) => baseValues(store, base))
    const computed = new Block(csr, p, s, values, pace)
    await computed.load()
    await computed.run(asked, (column, result) => store.put(column, result))
    tell(Math.min(1, (from + BLOCK) / bases.length))
    await pace.checkpoint()
  }
}

/** A base's values, or where it has its category: 1, 0, or NaN where it is not known. */
function baseValues(store: ColumnStore, { index, category }: Base): Float32Array {
  const values = store.read(index)
  if (category === undefined) return values
  return values.map((value) => (Number.isNaN(value) ? NaN : value === category ? 1 : 0))
}

/** Some base columns side by side: standardised, so that squares lose no digits, and with their masks behind them. */
class Block {
  private readonly csr: Csr
  private readonly p: Operator
  private readonly s: Operator | null
  private readonly values: readonly Float32Array[]
  private readonly pace: Pace
  private readonly centre: number[] = []
  private readonly scale: number[] = []
  /** Column of each base's mask in the matrix; -1: known of everybody. */
  private readonly mask: number[] = []
  private width = 0
  private z: Float32Array = new Float32Array(0)

  constructor(csr: Csr, p: Operator, s: Operator | null, values: readonly Float32Array[], pace: Pace) {
    this.csr = csr
    this.p = p
    this.s = s
    this.values = values
    this.pace = pace
  }

  async load(): Promise<void> {
    const { values } = this
    const { n } = this.csr
    const masks: number[] = []
    for (const [k, column] of values.entries()) {
      const { mean, deviation, missing } = moments(column)
      this.centre.push(mean)
      this.scale.push(deviation)
      let at = -1
      if (missing > 0) {
        at = masks.findIndex((other) => sameGaps(values[other], column))
        if (at < 0) at = masks.push(k) - 1
      }
      this.mask.push(at)
      await this.pace.checkpoint()
    }
    this.width = values.length + masks.length
    for (const [k, at] of this.mask.entries()) if (at >= 0) this.mask[k] = values.length + at
    this.z = new Float32Array(n * this.width)
    for (const [k, column] of values.entries()) {
      const mean = this.centre[k]
      const scale = this.scale[k]
      for (let u = 0, at = k; u < n; u++, at += this.width) {
        const value = column[u]
        if (!Number.isNaN(value)) this.z[at] = (value - mean) / scale
      }
    }
    for (const [i, k] of masks.entries()) {
      const column = values[k]
      for (let u = 0, at = values.length + i; u < n; u++, at += this.width)
        this.z[at] = Number.isNaN(column[u]) ? 0 : 1
    }
    await this.pace.checkpoint()
  }

  /** Hands over the asked columns, base by base and step by step, so that only two products are held at once. */
  async run(
    asked: readonly (readonly Derived[])[],
    put: (column: FeatureColumn, values: Float32Array) => void,
  ): Promise<void> {
    const any = (operator: Derived['operator'], hop?: number): boolean =>
      asked.some((list) =>
        list.some((one) => one.operator === operator && (hop === undefined || one.hop === hop)),
      )
    const emit = (operator: Derived['operator'], hop: number, make: (k: number) => Float32Array): void => {
      for (const [k, list] of asked.entries()) {
        const one = list.find((d) => d.operator === operator && (operator !== 'power' || d.hop === hop))
        if (one !== undefined) put(derivedColumn(one), make(k))
      }
    }
    const hops = any('power', 3) ? 3 : any('power', 2) ? 2 : 1
    let near: Float32Array = this.z
    for (let hop = 1; hop <= hops; hop++) {
      near = await multiply(this.p, near, this.width, this.pace)
      if (hop > 1) {
        emit('power', hop, (k) => this.means(near, k))
        continue
      }
      emit('mean', 1, (k) => this.means(near, k))
      emit('residual', 1, (k) => this.residuals(near, k))
      if (any('spread')) {
        const squares = await this.squares()
        emit('spread', 1, (k) => this.spreads(near, squares, k))
      }
    }
    if (any('max')) {
      const most = await this.maxima()
      emit('max', 1, (k) => most[k])
    }
    if (any('band')) {
      const band = await this.band()
      emit('band', 2, (k) => band[k])
    }
  }

  private linked(u: number): boolean {
    return this.csr.offsets[u + 1] > this.csr.offsets[u]
  }

  /** The mean of z by this product, standardised; NaN where nothing is known. */
  private meanAt(product: Float32Array, k: number, u: number): number {
    if (!this.linked(u)) return NaN
    const row = u * this.width
    const mask = this.mask[k]
    if (mask < 0) return product[row + k]
    const known = product[row + mask]
    return known > 0 ? product[row + k] / known : NaN
  }

  private means(product: Float32Array, k: number): Float32Array {
    const out = new Float32Array(this.csr.n)
    for (let u = 0; u < out.length; u++) out[u] = this.centre[k] + this.scale[k] * this.meanAt(product, k, u)
    return out
  }

  private residuals(product: Float32Array, k: number): Float32Array {
    const out = new Float32Array(this.csr.n)
    const values = this.values[k]
    for (let u = 0; u < out.length; u++)
      out[u] = values[u] - (this.centre[k] + this.scale[k] * this.meanAt(product, k, u))
    return out
  }

  private async squares(): Promise<Float32Array> {
    const width = this.values.length
    const { n } = this.csr
    const squares = new Float32Array(n * width)
    for (let u = 0; u < n; u++)
      for (let k = 0; k < width; k++) squares[u * width + k] = this.z[u * this.width + k] ** 2
    await this.pace.checkpoint()
    return multiply(this.p, squares, width, this.pace)
  }

  private spreads(product: Float32Array, squares: Float32Array, k: number): Float32Array {
    const out = new Float32Array(this.csr.n)
    const width = this.values.length
    const mask = this.mask[k]
    for (let u = 0; u < out.length; u++) {
      const mean = this.meanAt(product, k, u)
      const square = squares[u * width + k] / (mask < 0 ? 1 : product[u * this.width + mask])
      // What rounding to single precision leaves of equal values is no spread.
      const variance = square - mean * mean
      out[u] = Number.isNaN(mean) ? NaN : variance < 1e-6 * square ? 0 : this.scale[k] * Math.sqrt(variance)
    }
    return out
  }

  private async maxima(): Promise<Float32Array[]> {
    const width = this.values.length
    const { n } = this.csr
    const dense = new Float32Array(n * width)
    for (const [k, column] of this.values.entries())
      for (let u = 0, at = k; u < n; u++, at += width)
        dense[at] = Number.isNaN(column[u]) ? -Infinity : column[u]
    const most = await neighbourMax(this.csr, dense, width, this.pace)
    return this.values.map((_, k) => {
      const out = new Float32Array(n)
      for (let u = 0, at = k; u < n; u++, at += width) out[u] = most[at] === -Infinity ? NaN : most[at]
      return out
    })
  }

  private async band(): Promise<Float32Array[]> {
    const wave = await betaWavelet(this.s!, this.z, this.width, 1, 1, this.pace)
    return this.values.map((_, k) => {
      const out = new Float32Array(this.csr.n)
      for (let u = 0; u < out.length; u++)
        out[u] = this.linked(u) ? this.scale[k] * wave[u * this.width + k] : NaN
      return out
    })
  }
}

/** Mean and standard deviation (1 where there is none) of what is known, and how much is not. */
function moments(column: Float32Array): { mean: number; deviation: number; missing: number } {
  let sum = 0
  let known = 0
  for (const value of column) {
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  const mean = known > 0 ? sum / known : 0
  let squares = 0
  for (const value of column) if (!Number.isNaN(value)) squares += (value - mean) ** 2
  const deviation = known > 0 ? Math.sqrt(squares / known) : 0
  return { mean, deviation: deviation > 0 ? deviation : 1, missing: column.length - known }
}

function sameGaps(a: Float32Array, b: Float32Array): boolean {
  for (let u = 0; u < a.length; u++) if (Number.isNaN(a[u]) !== Number.isNaN(b[u])) return false
  return true
}
