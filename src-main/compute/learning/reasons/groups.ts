import type { ScoreReason } from '../../../common/contract/accounts.ts'
import type { FeatureColumn } from '../types.ts'

/** Reasons that change the score by less are noise to a reader. */
export const LEAST_CONTRIBUTION = 0.001
const MOST_REASONS = 150

/** Columns that tell the same quantity, over the same relation and as far away. */
export interface ColumnGroup {
  readonly columns: readonly number[]
  /** The column whose value is told. */
  readonly told: number
}

export function groupColumns(columns: readonly FeatureColumn[]): ColumnGroup[] {
  const groups = new Map<string, number[]>()
  columns.forEach((column, k) => {
    const key = `${column.family} ${column.base} ${column.relation ?? ''} ${column.hop}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [k])
    else group.push(k)
  })
  return [...groups.values()].map((of) => ({ columns: of, told: toldColumn(columns, of) }))
}

/** The column whose value stands for its group: the value itself, else the mean, else the rate. */
function toldColumn(columns: readonly FeatureColumn[], of: readonly number[]): number {
  for (const operator of ['own', 'mean', 'power', 'rate', 'spreading'] as const) {
    const found = of.find((k) => columns[k].operator === operator && !columns[k].name.startsWith('known:'))
    if (found !== undefined) return found
  }
  return of[0]
}

/** Groups and what they contribute as reasons, largest first; those too small to matter are left out. */
export function reasonsOf(
  columns: readonly FeatureColumn[],
  groups: readonly ColumnGroup[],
  contributions: readonly number[],
  row: Float32Array,
  typical: Float32Array,
): ScoreReason[] {
  return groups
    .map(({ told }, i): ScoreReason => {
      const { base, family, relation, hop } = columns[told]
      return {
        feature: base,
        family,
        relation,
        hop,
        value: shown(row[told], columns[told]),
        typical: shown(typical[told], columns[told]),
        contribution: contributions[i],
      }
    })
    .filter(({ contribution }) => Math.abs(contribution) >= LEAST_CONTRIBUTION)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MOST_REASONS)
}

/** A number to show; null where there is none, or where it is a code (a category, a place in an embedding). */
const shown = (value: number, column: FeatureColumn): number | null =>
  Number.isNaN(value) || column.kind === 'category' || column.operator === 'embedding' ? null : value
