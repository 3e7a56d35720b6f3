import type { FindingLevel, ValidationReport } from '../../../common/contract/lab.ts'
import type { Pace } from '../../../common/pace.ts'
import type { FeatureColumn } from '../types.ts'

/** From here a shift is worth a look, from there it is large (the usual reading of PSI; Siddiqi 2006, ch. 9). */
export const PSI_SOME = 0.1
export const PSI_LARGE = 0.25
const BINS = 10
/** Categories beyond the most usual ones count together. */
const CATEGORIES = 20

export interface Psi {
  readonly psi: number
  /**
   * What chance alone stays under 999 times of 1,000 at these sizes: (1/N + 1/M)·χ²(bins − 1) (Yurdakul 2018,
   * Statistical properties of the population stability index).
   */
  readonly byChance: number
  readonly level: FindingLevel
}

/**
 * Population stability index Σ (q − p)·ln(q/p) of a column's later values against its earlier ones, over bins that
 * hold equal shares of the earlier ones (kind 'category': the categories); missing values (NaN) are a bin of their own,
 * every bin gets half an account on both sides so that an empty one stays finite. 'warn' from .1 and 'bad' from .25,
 * where chance does not explain it.
 */
export function psi(earlier: Float32Array, later: Float32Array, kind: 'number' | 'category' = 'number'): Psi {
  if (earlier.length === 0 || later.length === 0) return { psi: 0, byChance: Infinity, level: 'info' }
  const binOf = kind === 'category' ? categoryBins(earlier) : quantileBins(earlier)
  const p = counted(earlier, binOf)
  const q = counted(later, binOf)
  const bins = Math.max(p.length, q.length)
  let used = 0
  for (let b = 0; b < bins; b++) if ((p[b] ?? 0) + (q[b] ?? 0) > 0) used++
  let sum = 0
  for (let b = 0; b < bins; b++) {
    if ((p[b] ?? 0) + (q[b] ?? 0) === 0) continue
    const before = ((p[b] ?? 0) + 0.5) / (earlier.length + used / 2)
    const after = ((q[b] ?? 0) + 0.5) / (later.length + used / 2)
    sum += (after - before) * Math.log(after / before)
  }
  const byChance = (1 / earlier.length + 1 / later.length) * chiSquare999(used - 1)
  const level =
    sum < PSI_SOME || sum <= byChance
      ? ('good' as const)
      : sum < PSI_LARGE
        ? ('warn' as const)
        : ('bad' as const)
  return { psi: sum, byChance, level }
}

/** Bin 0 holds what is missing. */
type BinOf = (value: number) => number

function quantileBins(values: Float32Array): BinOf {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort()
  const edges: number[] = []
  for (let b = 1; b < BINS && sorted.length > 0; b++) {
    const edge = sorted[Math.min(sorted.length - 1, Math.floor((b * sorted.length) / BINS))]
    // Edge e parts values < e from those ≥ e; one at the smallest value would part nothing.
    if (edge > sorted[0] && edge !== edges.at(-1)) edges.push(edge)
  }
  // A value that fills bins (a zero that most accounts have) gets one of its own: the next larger value parts it off.
  const first = sorted.find((v) => v > sorted[0])
  if (first !== undefined && !edges.includes(first)) edges.unshift(first)
  return (value) => {
    if (Number.isNaN(value)) return 0
    let b = 1
    while (b <= edges.length && value >= edges[b - 1]) b++
    return b
  }
}

function categoryBins(values: Float32Array): BinOf {
  const counts = new Map<number, number>()
  for (const v of values) if (!Number.isNaN(v)) counts.set(v, (counts.get(v) ?? 0) + 1)
  const known = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, CATEGORIES)
  const bins = new Map(known.map(([value], b) => [value, b + 2]))
  return (value) => (Number.isNaN(value) ? 0 : (bins.get(value) ?? 1))
}

function counted(values: Float32Array, binOf: BinOf): number[] {
  const counts: number[] = []
  for (const v of values) {
    const b = binOf(v)
    counts[b] = (counts[b] ?? 0) + 1
  }
  return counts
}

/** 99.9th percentile of χ² by Wilson & Hilferty's cube (within 2% from one degree of freedom). */
function chiSquare999(degrees: number): number {
  if (degrees <= 0) return 0
  const z = 3.0902
  const c = 2 / (9 * degrees)
  return degrees * (1 - c + z * Math.sqrt(c)) ** 3
}

/** Values of a column in one of the two populations. */
export type ColumnValues = (column: FeatureColumn, k: number) => Promise<Float32Array>

export interface DriftInput {
  readonly against: 'earlier_export' | 'earlier_accounts'
  readonly columns: readonly FeatureColumn[]
  readonly earlier: { readonly count: number; readonly values: ColumnValues; readonly scores: Float32Array }
  readonly later: { readonly count: number; readonly values: ColumnValues; readonly scores: Float32Array }
}

/** Listed at most; the worst come first. */
const LISTED = 100
/** What an account's age changes by itself: no news that later accounts are younger. */
const TIME_ITSELF = new Set(['account_age'])

export interface Drift {
  readonly report: NonNullable<ValidationReport['drift']>
  /** Quantities with a column that shifted, the largest shift first. */
  readonly shifted: readonly string[]
  /** Quantities compared. */
  readonly compared: number
}

/** PSI of every column and of the score, largest first. */
export async function measureDrift(input: DriftInput, pace: Pace): Promise<Drift> {
  const features: NonNullable<ValidationReport['drift']>['features'] = []
  const shifted = new Map<string, number>()
  const bases = new Set<string>()
  for (const [k, column] of input.columns.entries()) {
    const found = psi(await input.earlier.values(column, k), await input.later.values(column, k), column.kind)
    const time = input.against === 'earlier_accounts' && TIME_ITSELF.has(column.base)
    const level = time && found.level !== 'good' ? 'info' : found.level
    features.push({ name: column.name, family: column.family, psi: found.psi, level })
    bases.add(column.base)
    if (level === 'warn' || level === 'bad')
      shifted.set(column.base, Math.max(shifted.get(column.base) ?? 0, found.psi))
    await pace.checkpoint()
  }
  features.sort((a, b) => b.psi - a.psi)
  const score = psi(input.earlier.scores, input.later.scores)
  return {
    report: {
      against: input.against,
      earlier: input.earlier.count,
      later: input.later.count,
      features: features.slice(0, LISTED),
      score: { psi: score.psi, level: score.level },
    },
    shifted: [...shifted].sort((a, b) => b[1] - a[1]).map(([base]) => base),
    compared: bases.size,
  }
}
