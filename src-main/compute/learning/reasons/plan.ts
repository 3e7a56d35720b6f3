import { NEIGHBOUR_CATEGORIES } from '../features/plan.ts'
import type { FeatureColumn } from '../types.ts'
import type { OverlapQuantity } from './triangles.ts'

/** What is carried over edges: a column of the model's rows, or where it has one of its categories. */
export interface LocalBase {
  readonly column: number
  readonly category: number | null
}

export type StructureQuantity =
  'degree' | 'strength' | 'neighbour_rarity' | 'neighbour_share' | OverlapQuantity
type CarriedOperator = 'mean' | 'spread' | 'max' | 'residual' | 'power2' | 'power3'

/** How a column of one account follows from its ties and its neighbours' rows. */
export type LocalColumn =
  | { readonly kind: 'structure'; readonly quantity: StructureQuantity; readonly relation: number }
  | {
      readonly kind: 'derived'
      readonly operator: CarriedOperator
      readonly relation: number
      readonly base: number
      /** Columns with the neighbours' mean and power2 of the same base and relation; −1: none. */
      readonly mean: number
      readonly power2: number
    }
  | { readonly kind: 'rate'; readonly hop: 1 | 2; readonly relation: number; readonly known: boolean }
  | {
      readonly kind: 'spreading'
      readonly relation: number
      readonly known: boolean
      /** Columns with the rate and with how much is known. */
      readonly pair: readonly [number, number]
    }
  /** It stays as it is while ties are left; without any it is missing, 0, or the prior's. */
  | {
      readonly kind: 'isolated'
      readonly relation: number
      readonly becomes: 'missing' | 'zero' | 'base rate'
    }
  /** Not recomputed: it stays as it is when ties go. */
  | { readonly kind: 'held' }
  /** What the account alone says. */
  | { readonly kind: 'own' }

export interface ColumnPlan {
  /** Parallel to the model's columns. */
  readonly columns: readonly LocalColumn[]
  readonly bases: readonly LocalBase[]
}

const STRUCTURE: ReadonlySet<string> = new Set<StructureQuantity>([
  'degree',
  'strength',
  'neighbour_rarity',
  'neighbour_share',
  'triangles',
  'clustering',
  'overlap_sum',
  'overlap',
  'overlap_most',
])
const OPERATORS = new Set(['mean', 'spread', 'max', 'residual', 'power'])
const HELD = { kind: 'held' } as const

/** Reads off the columns how each one is made; what it does not know is held. */
export function planColumns(columns: readonly FeatureColumn[], relations: readonly string[]): ColumnPlan {
  const at = new Map(columns.map((column, k) => [column.name, k]))
  const relationAt = new Map(relations.map((id, r) => [id, r]))
  const bases: LocalBase[] = []
  const baseAt = new Map<string, number>()
  const baseOf = (name: string, column: FeatureColumn): number => {
    const key = `${column.family === 'structure' ? column.relation : ''} ${name}`
    const had = baseAt.get(key)
    if (had !== undefined) return had
    const found = findBase(name, column, columns, at)
    const index = found === null ? -1 : bases.push(found) - 1
    baseAt.set(key, index)
    return index
  }
  const local = columns.map((column): LocalColumn => {
    const { name, operator, relation: id, hop } = column
    if (id === null) return { kind: 'own' }
    const relation = relationAt.get(id)
    if (relation === undefined) return HELD
    if (operator === 'own')
      return STRUCTURE.has(column.base)
        ? { kind: 'structure', quantity: column.base as StructureQuantity, relation }
        : column.family === 'community'
          ? { kind: 'isolated', relation, becomes: 'missing' }
          : column.base === 'core'
            ? { kind: 'isolated', relation, becomes: 'zero' }
            : HELD
    if (OPERATORS.has(operator)) {
      const how = operator === 'power' ? `power${hop}` : operator
      const prefix = `${how}:${id}:`
      if (!name.startsWith(prefix) || (operator === 'power' && hop > 3)) return HELD
      const rest = name.slice(prefix.length)
      const base = baseOf(rest, column)
      const mean = at.get(`mean:${id}:${rest}`) ?? -1
      const power2 = at.get(`power2:${id}:${rest}`) ?? -1
      if (base < 0 || (how === 'power2' && mean < 0) || (how === 'power3' && (mean < 0 || power2 < 0)))
        return HELD
      return { kind: 'derived', operator: how as CarriedOperator, relation, base, mean, power2 }
    }
    const known = name.startsWith('known:')
    const plain = known ? name.slice('known:'.length) : name
    if (operator === 'rate' && (hop === 1 || hop === 2) && plain === `rate:${id}:${hop}`)
      return { kind: 'rate', hop, relation, known }
    if (operator === 'rate') return { kind: 'isolated', relation, becomes: known ? 'zero' : 'base rate' }
    const pair = [at.get(plain), at.get(`known:${plain}`)]
    if (operator === 'spreading' && pair[0] !== undefined && pair[1] !== undefined)
      return { kind: 'spreading', relation, known, pair: [pair[0], pair[1]] }
    return HELD
  })
  return { columns: local, bases }
}

function findBase(
  name: string,
  column: FeatureColumn,
  columns: readonly FeatureColumn[],
  at: ReadonlyMap<string, number>,
): LocalBase | null {
  const own = at.get(column.family === 'structure' ? `${name}:${column.relation}` : name)
  if (own !== undefined && columns[own].kind === 'number') return { column: own, category: null }
  const of = at.get(column.base)
  const categories = of === undefined ? undefined : columns[of].categories
  if (of === undefined || categories === undefined) return null
  const category = categories
    .slice(0, NEIGHBOUR_CATEGORIES)
    .findIndex((text) => name === `${columns[of].name}=${text}`)
  return category < 0 ? null : { column: of, category }
}
