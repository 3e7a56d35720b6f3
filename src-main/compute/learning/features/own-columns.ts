import type { ComputeContext } from '../../context.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { activityColumns } from '../facts/activity.ts'
import { quiet } from '../facts/progress.ts'
import { reportClassColumns, reportClassesRun } from '../facts/report-classes.ts'
import type { ColumnFamily, FeatureColumn } from '../types.ts'
import { attributeColumns, readAttributes } from './attributes.ts'
import type { AttributeColumn } from './attributes.ts'
import type { ColumnStore } from './column-store.ts'
import { PARTITIONS, communityColumns, partitions } from './communities.ts'
import { embedding, embeddingRank } from './embedding.ts'
import { REST } from './encoding.ts'
import type { Encoding } from './encoding.ts'
import { FACT_COLUMNS, attributeBase } from './fact-columns.ts'
import { NEIGHBOUR_CATEGORIES } from './plan.ts'
import type { Base } from './plan.ts'
import { structureOf } from './structure.ts'

/** Memory for attributes that are read in one pass over the records; more are read in several. */
const PASS_BYTES = 128 * 2 ** 20

/** What the account's own columns are made of. */
export interface OwnColumns {
  readonly ctx: ComputeContext
  readonly graph: AccountGraph
  readonly encoding: Encoding
  /** The moment that ages are counted back from, ms; and the last moment whose facts are seen (Infinity: all). */
  readonly newest: number
  readonly asOf: number
  readonly store: ColumnStore
  /** Graph id -> graph: 'all' first, then the relations where there are several. */
  readonly graphs: ReadonlyMap<string, Csr>
  readonly graphFree: boolean
  wants(family: ColumnFamily): boolean
  /** Columns that tell nothing (the same for everybody) are kept too: a model wants them. */
  readonly keepAll: boolean
  note(text: string): void
  tell(part: 'attributes' | 'facts' | 'structure' | 'communities' | 'embedding', share: number): void
}

/** Puts the own columns into the store and returns what is carried over edges. */
export async function ownColumns(own: OwnColumns): Promise<Base[]> {
  const bases: Base[] = []
  await putAttributes(own, bases)
  await putFacts(own, bases)
  if (own.graphFree) return bases
  await putStructure(own, bases)
  await putCommunities(own)
  return bases
}

function tells(values: Float32Array): boolean {
  const first = values[0]
  const gap = Number.isNaN(first)
  return values.some((value) => (gap ? !Number.isNaN(value) : value !== first))
}

function put(
  own: OwnColumns,
  bases: Base[] | null,
  column: FeatureColumn,
  values: Float32Array,
  name = column.base,
): void {
  if (!own.keepAll && !tells(values)) return
  const index = own.store.put(column, values)
  if (bases === null) return
  if (column.kind === 'number') bases.push({ index, column, name })
  else
    for (const [category, text] of column.categories!.slice(0, NEIGHBOUR_CATEGORIES).entries())
      bases.push({ index, column, category, name: `${name}=${text}` })
}

async function putAttributes(own: OwnColumns, bases: Base[]): Promise<void> {
  if (!own.wants('attributes')) return
  const { ctx, graph, encoding, newest } = own
  // How many others have the same value is nothing that an account's own record says.
  const columns = attributeColumns(encoding).filter(({ of }) => of === 'value' || !own.graphFree)
  const perPass = Math.max(16, Math.floor(PASS_BYTES / (4 * Math.max(1, own.store.n))))
  for (let from = 0; from < columns.length; from += perPass) {
    const pass = columns.slice(from, from + perPass)
    const values = await readAttributes(ctx, graph.accountIds, pass, newest, (share) =>
      own.tell('attributes', (from + share * pass.length) / columns.length),
    )
    for (const [k, column] of pass.entries()) put(own, bases, attributeColumn(column), values[k])
  }
}

function attributeColumn({ encoding, of }: AttributeColumn): FeatureColumn {
  const base = attributeBase(encoding.name)
  const shared = { family: 'attributes', relation: null, hop: 0, operator: 'own' } as const
  if (of === 'frequency')
    return { ...shared, name: `frequency:${base}`, base: `frequency:${base}`, kind: 'number' }
  if (encoding.kind === 'category')
    return {
      ...shared,
      name: base,
      base,
      kind: 'category',
      categories: encoding.categories!.map((text) => (text === REST ? 'other' : text)),
    }
  const unit = encoding.kind === 'date' ? 'days' : encoding.kind === 'text' ? 'characters' : undefined
  return { ...shared, name: base, base, kind: 'number', ...(unit !== undefined && { unit }) }
}

async function putFacts(own: OwnColumns, bases: Base[]): Promise<void> {
  const { ctx, graph, asOf, newest } = own
  if (!(['sharing', 'registration', 'logins', 'reports'] as const).some((family) => own.wants(family))) return
  const told = { ...ctx, ...quiet(ctx), progress: share(own) }
  const columns = await activityColumns(told, graph.accountIds, { asOf, newest })
  const run = reportClassesRun(ctx)
  if (run !== null && own.wants('reports'))
    for (const [name, values] of await reportClassColumns(ctx, graph.accountIds, run, asOf))
      columns.set(name, values)
  for (const [name, values] of columns) {
    const info = FACT_COLUMNS[name]
    if (info === undefined) throw new Error(`The fact column ${name} has no entry in FACT_COLUMNS.`)
    if (!own.wants(info.family) || (own.graphFree && info.ofOthers)) continue
    const column: FeatureColumn = {
      name,
      base: name,
      family: info.family,
      relation: null,
      hop: 0,
      operator: 'own',
      kind: 'number',
      unit: info.unit,
    }
    put(own, bases, column, values)
  }
}

/** activityColumns counts in percent of the account model's step; its part of that is 25 to 74. */
const share =
  (own: OwnColumns) =>
  ({ done }: { done: number }): void =>
    own.tell('facts', Math.min(1, Math.max(0, (done - 25) / 49)))

async function putStructure(own: OwnColumns, bases: Base[]): Promise<void> {
  const { ctx } = own
  if (!own.wants('structure')) return
  let done = 0
  for (const [relation, csr] of own.graphs) {
    for (const { base, unit, values } of await structureOf(csr, ctx, (text) =>
      own.note(`${relation}: ${text}`),
    )) {
      const column: FeatureColumn = {
        name: `${base}:${relation}`,
        base,
        family: 'structure',
        relation,
        hop: 1,
        operator: 'own',
        kind: 'number',
        ...(unit !== undefined && { unit }),
      }
      put(own, bases, column, values)
    }
    own.tell('structure', ++done / own.graphs.size)
  }
}

/** Communities are kept in the store whether their columns are wanted or not: label columns need them. */
async function putCommunities(own: OwnColumns): Promise<void> {
  const csr = own.graphs.get('all')
  if (csr === undefined) return
  const found = await partitions(csr, own.ctx, (part) => own.tell('communities', part))
  for (const { id } of PARTITIONS) {
    const membership = found.get(id)!
    // Single precision counts exactly up to 2²⁴ communities.
    own.store.keep(id, Float32Array.from(membership))
    if (!own.wants('community')) continue
    for (const { base, unit, values } of communityColumns(csr, membership, id))
      put(
        own,
        null,
        {
          name: base,
          base,
          family: 'community',
          relation: 'all',
          hop: 1,
          operator: 'own',
          kind: 'number',
          unit,
        },
        values,
      )
  }
}

/** Puts the embedding's columns; `missing`: as if nothing were known of it. */
export async function putEmbedding(own: OwnColumns): Promise<void> {
  const csr = own.graphs.get('all')
  if (csr === undefined || !own.wants('structure')) return
  const rank = embeddingRank(csr.n)
  const columns = await embedding(csr, rank, own.ctx, (part) => own.tell('embedding', part))
  for (const [k, values] of columns.entries())
    put(
      own,
      null,
      {
        name: `embedding:all:${k + 1}`,
        base: 'embedding',
        family: 'structure',
        relation: 'all',
        hop: 3,
        operator: 'embedding',
        kind: 'number',
      },
      values,
    )
}
