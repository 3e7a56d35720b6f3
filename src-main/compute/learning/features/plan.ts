import type { ColumnFamily, ColumnOperator, FeatureColumn } from '../types.ts'

/**
 * Columns of a table at most, unless one operator over all of an account's own columns needs more. Many accounts get
 * fewer: a training must stay a matter of minutes and a refit one of seconds, and the operators that are left out first are
 * those that brought least (docs/features.md).
 */
export const mostColumns = (accounts: number): number => (accounts > MANY_ACCOUNTS ? 300 : 1000)
/** From here on accounts are many. */
export const MANY_ACCOUNTS = 50_000
/** Categories whose share among the neighbours is a column. */
export const NEIGHBOUR_CATEGORIES = 8

/** What is carried over edges: a column of the store, or where it has one of its categories. */
export interface Base {
  /** Number of the column in the store. */
  readonly index: number
  readonly column: FeatureColumn
  /** The category whose indicator (1 or 0) is carried. */
  readonly category?: number
  /** Name within the derived columns' names: 'f3', 'platform=ios'. */
  readonly name: string
}

export interface Derivation {
  readonly operator: Extract<ColumnOperator, 'mean' | 'spread' | 'max' | 'power' | 'band' | 'residual'>
  readonly hop: number
}

/** One derived column: `derivation` of `base` over the graph `relation`. */
export interface Derived extends Derivation {
  readonly base: Base
  readonly relation: string
}

const MEAN: Derivation = { operator: 'mean', hop: 1 }
const SPREAD: Derivation = { operator: 'spread', hop: 1 }
const MAX: Derivation = { operator: 'max', hop: 1 }
const TWO: Derivation = { operator: 'power', hop: 2 }
const THREE: Derivation = { operator: 'power', hop: 3 }
const BAND: Derivation = { operator: 'band', hop: 2 }
const RESIDUAL: Derivation = { operator: 'residual', hop: 1 }

/** In the order in which they are given up last: over the whole graph, and over each relation. */
const OVERALL: readonly Derivation[] = [MEAN, TWO, SPREAD, THREE, MAX, BAND, RESIDUAL]
const PER_RELATION: readonly Derivation[] = [MEAN, SPREAD, MAX, TWO, BAND, RESIDUAL]
/** Computed unless asked otherwise (docs/features.md says on what evidence). */
export const DEFAULT_OPERATORS: readonly ColumnOperator[] = ['mean', 'spread', 'max', 'power', 'embedding']

/** Families that are carried over every relation; structure is carried over its own. */
const CARRIED: ReadonlySet<ColumnFamily> = new Set([
  'attributes',
  'sharing',
  'registration',
  'logins',
  'reports',
])
const STRUCTURE_CARRIED: Readonly<Record<string, readonly Derivation[]>> = {
  degree: [MEAN, SPREAD, MAX, TWO],
  clustering: [MEAN],
}

/**
 * Which derived columns to compute. Operators are added one by one, for all base columns at once, while the table
 * stays within `most` columns: with many attributes or relations there are fewer operators, never fewer attributes. The
 * neighbours' mean over the whole graph is always there.
 */
export function planDerived(
  bases: readonly Base[],
  ownColumns: number,
  relations: readonly string[],
  operators: ReadonlySet<ColumnOperator>,
  most: number,
): Derived[] {
  const out: Derived[] = []
  let columns = ownColumns
  const offered = (derivation: Derivation): boolean => operators.has(derivation.operator)
  for (const base of bases) {
    const { family, relation } = base.column
    if (family !== 'structure' || relation === null) continue
    for (const derivation of STRUCTURE_CARRIED[base.column.base] ?? [])
      if (offered(derivation)) out.push({ ...derivation, base, relation })
  }
  columns += out.length
  const carried = bases.filter(({ column }) => CARRIED.has(column.family))
  const tier = (relation: string, derivation: Derivation, always = false): void => {
    if (!offered(derivation)) return
    const added = carried
      // Of a category there is a share among neighbours, near or far; its spread follows from that.
      .filter(({ category }) => category === undefined || ['mean', 'power'].includes(derivation.operator))
      .map((base): Derived => ({ ...derivation, base, relation }))
    if (!always && columns + added.length > most) return
    columns += added.length
    out.push(...added)
  }
  const [all, ...parts] = relations
  if (all === undefined) return out
  tier(all, MEAN, true)
  tier(all, TWO)
  for (const part of parts) tier(part, MEAN)
  for (const derivation of OVERALL.slice(2, 5)) tier(all, derivation)
  for (const derivation of PER_RELATION.slice(1)) for (const part of parts) tier(part, derivation)
  for (const derivation of OVERALL.slice(5)) tier(all, derivation)
  return out
}

/** All that could be derived: what a model's columns are looked up in. */
export function everyDerivation(bases: readonly Base[], relations: readonly string[]): Derived[] {
  return bases.flatMap((base) =>
    (base.column.relation === null ? relations : [base.column.relation]).flatMap((relation) =>
      OVERALL.map((derivation): Derived => ({ ...derivation, base, relation })),
    ),
  )
}

/** The name of a derived column: 'mean:all:f3', 'power2:relation:friend:f3'. */
export function derivedName({ operator, hop, relation, base }: Derived): string {
  return `${operator}${operator === 'power' ? hop : ''}:${relation}:${base.name}`
}

export function derivedColumn(derived: Derived): FeatureColumn {
  const { base, operator, hop, relation } = derived
  const { column } = base
  return {
    name: derivedName(derived),
    base: column.base,
    family: column.family,
    relation,
    hop,
    operator,
    kind: 'number',
    ...(base.category !== undefined ? { unit: 'share' } : column.unit !== undefined && { unit: column.unit }),
  }
}
