import type { Recipe } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { eachRow, NONE, nodesById, READY } from '../../trust/facts.ts'
import { reader } from '../features/encoding.ts'
import { attributeBase } from '../features/fact-columns.ts'
import type { FeatureSource } from '../features/source.ts'
import type { FeatureColumn } from '../types.ts'
import type { DriftInput } from './drift.ts'
import { columnOf } from './fold-rows.ts'
import { comparable, rowsOf } from './panel.ts'
import { graphAsOf, type PassingSources } from './sources.ts'
import type { Rows } from './types.ts'

/** Accounts on a side, at least. */
const LEAST = 50
/** Accounts on a side that are looked at, at most. */
const MOST = 20_000

/** Who is compared with whom. */
export type Compared =
  | {
      readonly against: 'earlier_export'
      readonly earlier: Uint32Array
      readonly later: Uint32Array
      /** The newest export says the earlier accounts' facts again: what the earlier one said is looked up. */
      readonly again: boolean
      readonly earlierSources: readonly number[]
    }
  | { readonly against: 'earlier_accounts'; readonly earlier: Uint32Array; readonly later: Uint32Array }

/**
 * The newest export's accounts against those of the exports before it; where there is only one export, the accounts
 * that registered later against the earlier half. An export is what one import brought. null: too few on a side.
 */
export async function comparedAccounts(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  born: Float64Array,
): Promise<Compared | null> {
  const sources = ctx.db
    .prepare(
      `SELECT source_id AS id, coalesce(job_id, -source_id) AS export FROM ready_fact
       WHERE table_name = 'accounts' AND rows > 0 ORDER BY imported_at, source_id`,
    )
    .all() as { id: number; export: number }[]
  const newest = sources.at(-1)?.export
  const earlierSources = sources.filter((s) => s.export !== newest).map((s) => s.id)
  if (earlierSources.length > 0) {
    const isNewest = new Set(sources.filter((s) => s.export === newest).map((s) => s.id))
    const isEarlier = new Set(earlierSources)
    const nodeOf = nodesById(accountIds)
    const seen = new Uint8Array(accountIds.length)
    await eachRow(
      ctx,
      `SELECT id, account_id, source_id FROM account_record WHERE id > ? AND ${READY}`,
      (row) => {
        const u = nodeOf[row[1] as number] ?? NONE
        if (u === NONE) return
        if (isNewest.has(row[2] as number)) seen[u] |= 2
        if (isEarlier.has(row[2] as number)) seen[u] |= 1
      },
    )
    const nodes = Uint32Array.from(seen.keys())
    const later = nodes.filter((u) => (seen[u] & 2) !== 0)
    const only = nodes.filter((u) => seen[u] === 1)
    const again = only.length < LEAST
    const earlier = again ? nodes.filter((u) => (seen[u] & 1) !== 0) : only
    if (earlier.length >= LEAST && later.length >= LEAST)
      return { against: 'earlier_export', earlier, later, again, earlierSources }
  }
  const dated = Uint32Array.from(born.keys())
    .filter((u) => !Number.isNaN(born[u]))
    .sort((a, b) => born[a] - born[b] || a - b)
  const half = dated.length >>> 1
  if (half < LEAST || 2 * dated.length < born.length) return null
  return { against: 'earlier_accounts', earlier: dated.slice(0, half), later: dated.slice(half) }
}

/** At most MOST of them, at random. */
function sampled(nodes: Uint32Array, seed: number): Uint32Array {
  if (nodes.length <= MOST) return nodes
  const order = new Random(seed).permutation(nodes.length).subarray(0, MOST)
  return Uint32Array.from(order, (i) => nodes[i]).sort()
}

/** Scores of both sides: as they were scored out of fold (NaN: not scored), or by a model of rows. */
export interface ScoreSides {
  readonly of: Float32Array
  readonly byRows: (rows: Rows) => Promise<Float32Array>
}

/** What drift is measured on: columns and scores of both sides. */
export async function driftInput(
  ctx: ComputeContext,
  passing: PassingSources,
  graph: AccountGraph,
  recipe: Recipe,
  source: FeatureSource,
  compared: Compared,
  scores: ScoreSides,
  seed: number,
): Promise<DriftInput> {
  const earlier = sampled(compared.earlier, seed)
  const later = sampled(compared.later, seed + 1)
  const columns = source.table.columns.filter(comparable)
  const rows = (of: FeatureSource, nodes: Uint32Array, wanted: readonly FeatureColumn[]) =>
    rowsOf(of, null, wanted, nodes, new Uint8Array(nodes.length), ctx)
  const now = await rows(source, later, columns)
  const known = (nodes: Uint32Array) =>
    Float32Array.from(nodes, (u) => scores.of[u]).filter((s) => !Number.isNaN(s))
  const side = (of: Rows, s: Float32Array) => ({
    count: of.rows,
    values: async (_column: FeatureColumn, k: number) => columnOf(of, k),
    scores: s,
  })
  if (compared.against === 'earlier_accounts' || !compared.again) {
    const before = await rows(source, earlier, columns)
    return {
      against: compared.against,
      columns,
      earlier: { ...side(before, known(earlier)), count: compared.earlier.length },
      later: { ...side(now, known(later)), count: compared.later.length },
    }
  }
  const then = await rowsThen(ctx, passing, graph, recipe, source, compared.earlierSources, earlier, columns)
  // What could not be had of then is left out of the comparison, and the score sees the same on both sides.
  const both = columns.filter((c) => then.had.has(c.name))
  const kept = both.map((c) => columns.indexOf(c))
  const narrow = (of: Rows): Rows => {
    const x = new Float32Array(of.rows * kept.length)
    for (let r = 0; r < of.rows; r++)
      for (let k = 0; k < kept.length; k++) x[r * kept.length + k] = of.x[r * columns.length + kept[k]]
    return { ...of, columns: both, x }
  }
  const before = narrow(then.rows)
  const after = narrow(now)
  return {
    against: 'earlier_export',
    columns: both,
    earlier: { ...side(before, await scores.byRows(before)), count: compared.earlier.length },
    later: { ...side(after, await scores.byRows(after)), count: compared.later.length },
  }
}

/** Rows as the earlier exports had them: dated facts up to their newest moment, attributes as their records say. */
async function rowsThen(
  ctx: ComputeContext,
  passing: PassingSources,
  graph: AccountGraph,
  recipe: Recipe,
  source: FeatureSource,
  earlierSources: readonly number[],
  nodes: Uint32Array,
  columns: readonly FeatureColumn[],
): Promise<{ rows: Rows; had: Set<string> }> {
  const had = new Set<string>()
  const at = newestOf(ctx, earlierSources)
  let rows: Rows
  if (at === null)
    rows = {
      columns,
      rows: nodes.length,
      x: new Float32Array(nodes.length * columns.length).fill(NaN),
      y: new Uint8Array(nodes.length),
    }
  else {
    const then = await passing.features(await graphAsOf(ctx, graph, recipe, at), {
      asOf: at,
      encoding: source.encoding,
      like: { columns, graph: graph.sha256 },
    })
    rows = await rowsOf(then, null, columns, nodes, new Uint8Array(nodes.length), ctx)
    await passing.close(then)
    // Attributes carried over edges would be those of today.
    for (const c of columns) if (c.family !== 'attributes') had.add(c.name)
  }
  const readers = source.encoding.attributes
    .filter((attribute) => attribute.kind !== 'left_out')
    .map((attribute) => ({ name: attribute.name, read: reader(attribute, at ?? ctx.now()) }))
  const rowOf = new Map<number, number>()
  nodes.forEach((u, r) => rowOf.set(graph.accountIds[u], r))
  const placeOf = new Map<string, number>()
  for (const [k, c] of columns.entries())
    if (c.family === 'attributes' && c.operator === 'own' && !c.name.startsWith('frequency:'))
      placeOf.set(c.base, k)
  await eachRow(
    ctx,
    `SELECT id, account_id, attributes FROM account_record WHERE source_id IN (${earlierSources.join()}) AND id > ?`,
    ([, account, text]) => {
      const r = rowOf.get(account as number)
      if (r === undefined) return
      const attributes = JSON.parse(text as string) as Record<string, unknown>
      for (const { name, read } of readers) {
        const k = placeOf.get(attributeBase(name))
        if (k === undefined) continue
        had.add(columns[k].name)
        rows.x[r * columns.length + k] = attributes[name] === undefined ? NaN : read(attributes[name])
      }
    },
  )
  return { rows, had }
}

/** Newest moment of any fact that was imported with or before these sources, ms; null where nothing is dated. */
function newestOf(ctx: ComputeContext, earlierSources: readonly number[]): number | null {
  const { last } = ctx.db
    .prepare(`SELECT max(imported_at) AS last FROM source WHERE id IN (${earlierSources.join()})`)
    .get() as { last: number }
  // The files of one export are imported together: those of the same job count, whatever came first.
  const then = `source_id IN (SELECT id FROM source WHERE status = 'ready' AND
    (imported_at <= ${last} OR job_id IN (SELECT job_id FROM source WHERE id IN (${earlierSources.join()}))))`
  let newest: number | null = null
  for (const what of [
    'max(registered_at) FROM account_record',
    'max(coalesce(last_seen, first_seen)) FROM relation',
    'max(coalesce(last_seen, first_seen)) FROM link',
    'max(ts) FROM event',
    'max(ts) FROM report',
  ]) {
    const found = ctx.db.prepare(`SELECT ${what} WHERE ${then}`).pluck().get() as number | null
    if (found !== null && (newest === null || found > newest)) newest = found
  }
  return newest
}
