import type { ComputeContext } from '../../context.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { quiet } from '../facts/progress.ts'
import { ColumnStore } from '../features/column-store.ts'
import { diffuseColumns } from '../features/neighbourhood.ts'
import { derivedName, everyDerivation, NEIGHBOUR_CATEGORIES, type Base } from '../features/plan.ts'
import type { FeatureSource } from '../features/source.ts'
import { imitable, mimic } from './camouflage.ts'

/** Changed columns by name, n values each. */
export type Changed = ReadonlyMap<string, Float32Array>

/**
 * The columns that change when the marked accounts copy a share of their own facts from donors: these, and what is
 * carried from them over edges, computed anew, so that the neighbours' means follow too. Columns made from several
 * accounts' texts (frequency:…) go with their attribute as if the copied value had always been counted.
 */
export async function imitate(
  ctx: ComputeContext,
  graph: AccountGraph,
  source: FeatureSource,
  marked: Uint32Array,
  donors: Uint32Array,
  share: number,
  seed: number,
): Promise<Changed> {
  const { table } = source
  const own = [...table.columns.keys()].filter((k) => imitable(table.columns[k]))
  const columns = own.map((k) => table.columns[k])
  const values: Float32Array[] = []
  for (const k of own) values.push(await table.column(k))
  const changed = mimic(columns, values, marked, donors, share, seed)
  const store = new ColumnStore(ctx, 'imitation', table.n, true)
  const bases: Base[] = []
  for (const [i, column] of columns.entries()) {
    const index = store.put(column, changed[i])
    if (column.kind === 'number') bases.push({ index, column, name: column.base })
    else
      for (const [category, text] of column.categories!.slice(0, NEIGHBOUR_CATEGORIES).entries())
        bases.push({ index, column, category, name: `${column.base}=${text}` })
  }
  const wanted = new Set(table.columns.map((c) => c.name))
  const graphs = new Map<string, Csr>([['all', graph.combined]])
  for (const { id, csr } of graph.channels) graphs.set(id, csr)
  const derived = everyDerivation(bases, [...graphs.keys()]).filter((one) => wanted.has(derivedName(one)))
  for (const [relation, csr] of graphs)
    await diffuseColumns(
      store,
      csr,
      derived.filter((one) => one.relation === relation),
      quiet(ctx),
      () => {},
    )
  return new Map(store.columns.map((column, k) => [column.name, store.read(k)]))
}
