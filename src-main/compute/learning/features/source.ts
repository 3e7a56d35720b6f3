import { createHash } from 'node:crypto'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { factsHash } from '../../store/runs.ts'
import { newestFact } from '../facts/activity.ts'
import { reportClassesRun } from '../facts/report-classes.ts'
import type { ColumnFamily, ColumnOperator, FeatureColumn, FeatureTable, LabelledNodes } from '../types.ts'
import { detectEncoding } from './attributes.ts'
import { ColumnStore, MEMORY_BYTES, openStoredTable } from './column-store.ts'
import type { StoredTable } from './column-store.ts'
import { PARTITIONS } from './communities.ts'
import type { Encoding } from './encoding.ts'
import { diffuseLabels } from './labels.ts'
import type { LabelDiffusion, LabelGraph, LabelOptions } from './labels.ts'
import { diffuseColumns } from './neighbourhood.ts'
import { ownColumns, putEmbedding } from './own-columns.ts'
import type { OwnColumns } from './own-columns.ts'
import { DEFAULT_OPERATORS, mostColumns, everyDerivation, derivedName, planDerived } from './plan.ts'
import { alignTo } from './views.ts'
import type { ColumnBlock } from './views.ts'

export { alignTo, withLabels } from './views.ts'
export type { ColumnBlock } from './views.ts'
export type { Encoding, AttributeEncoding } from './encoding.ts'
export type { LabelDiffusion, LabelOptions } from './labels.ts'

/** Raise when a column's meaning changes: tables made before are then made anew. */
export const FEATURES_VERSION = '3'
/** Labels are spread over each relation where there are at most this many: a dozen products for each. */
const MOST_SPREAD = 4
/** Labels are never features. */
const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports']

export interface FeatureOptions {
  /** ms: nothing dated later is seen (undated facts are). The graph is the caller's, already built for that window. */
  readonly asOf?: number
  /** false leaves a family out; 'neighbourhood' stands for everything carried over edges. */
  readonly groups?: Partial<Record<ColumnFamily | 'neighbourhood', boolean>>
  /** Features-only control: what an account's own rows say, nothing of others and nothing of the graph. */
  readonly graphFree?: boolean
  /** Operators to compute. Default: DEFAULT_OPERATORS. */
  readonly operators?: readonly ColumnOperator[]
  /** Read attributes as another table did, instead of deciding anew. */
  readonly encoding?: Encoding
  /** The columns of a model, in its order: exactly these (label columns left aside), NaN where they can't be had. */
  readonly like?: {
    readonly columns: readonly FeatureColumn[]
    /** AccountGraph.sha256 that the model was trained on: on another graph its embedding columns are missing. */
    readonly graph: string
  }
  /** Larger tables are worked on and kept on disk; default 256 MB. */
  readonly memoryBytes?: number
  /** Default: by the number of accounts (plan.ts). */
  readonly mostColumns?: number
}

export interface FeatureSource {
  /** Label-free columns, cached in derived/ by hash. */
  readonly table: FeatureTable
  readonly graph: AccountGraph
  /** How the attributes were read: kept with a model, handed in again as options.encoding. */
  readonly encoding: Encoding
  /** What was left out, in words for a log. */
  readonly notes: readonly string[]
  /**
   * Label columns for all n nodes, cross-fitted: a labelled node sees the labels of other folds only, so never its
   * own. Hidden nodes simply are not in `labelled`. No columns with graphFree.
   */
  labelColumns(labelled: LabelledNodes, options: LabelOptions, pace: Pace): Promise<ColumnBlock>
  /** The same before folds are chosen: one pass over the graph serves every inner validation fold. */
  diffuseLabels(labelled: LabelledNodes, options: LabelOptions, pace: Pace): Promise<LabelDiffusion>
  close(): Promise<void>
}

/** What a table remembers of its making. */
interface About {
  readonly encoding: Encoding
  readonly notes: readonly string[]
}

/**
 * The features of all accounts of a graph: computed, or read from derived/ where the same graph, facts and options
 * were asked for before. Deterministic. docs/features.md lists every column.
 */
export async function openFeatures(
  ctx: ComputeContext,
  graph: AccountGraph,
  options: FeatureOptions = {},
): Promise<FeatureSource> {
  const key = keyOf(ctx, graph, options)
  const memoryBytes = options.memoryBytes ?? MEMORY_BYTES
  const stored =
    (await sameTable(ctx, graph, options, memoryBytes)) ??
    (await openStoredTable(ctx, key, memoryBytes, ctx)) ??
    (await compute(ctx, graph, options, key, memoryBytes))
  const about = stored.about as About
  const labelGraphs =
    options.graphFree === true || options.groups?.labels === false ? [] : carriers(graph, stored)
  const diffuse = (labelled: LabelledNodes, label: LabelOptions, pace: Pace): Promise<LabelDiffusion> =>
    diffuseLabels(labelGraphs, labelled, label, pace, (share) => tell(pace, 'labels', share))
  return {
    table:
      options.like === undefined ? stored.table : alignTo(stored.table, unlabelled(options.like.columns)),
    graph,
    encoding: about.encoding,
    notes: about.notes,
    diffuseLabels: diffuse,
    async labelColumns(labelled, label, pace) {
      return (await diffuse(labelled, label, pace)).columns()
    },
    close: () => stored.table.close(),
  }
}

/**
 * The table that a model was trained on, where it is still there: it has all of the model's columns, read in the same
 * way from the same facts. Scoring right after training then computes nothing.
 */
async function sameTable(
  ctx: ComputeContext,
  graph: AccountGraph,
  options: FeatureOptions,
  memoryBytes: number,
): Promise<StoredTable | null> {
  const { like, encoding, ...plain } = options
  if (like === undefined || encoding === undefined || like.graph !== graph.sha256) return null
  const stored = await openStoredTable(ctx, keyOf(ctx, graph, plain), memoryBytes, ctx)
  if (stored === null) return null
  const names = new Set(stored.table.columns.map((column) => column.name))
  const same =
    JSON.stringify((stored.about as About).encoding) === JSON.stringify(encoding) &&
    unlabelled(like.columns).every((column) => names.has(column.name))
  if (same) return stored
  await stored.table.close()
  return null
}

const unlabelled = (columns: readonly FeatureColumn[]): FeatureColumn[] =>
  columns.filter((column) => column.family !== 'labels')

function keyOf(ctx: ComputeContext, graph: AccountGraph, options: FeatureOptions): string {
  const { asOf, groups = {}, graphFree = false, operators = DEFAULT_OPERATORS, encoding, like } = options
  const what = {
    version: FEATURES_VERSION,
    graph: graph.sha256,
    facts: factsHash(ctx, FACT_TABLES),
    reportClasses: reportClassesRun(ctx),
    asOf: asOf ?? null,
    groups: Object.entries(groups)
      .filter(([, on]) => !on)
      .map(([name]) => name)
      .sort(),
    graphFree,
    operators: [...operators].sort(),
    encoding: encoding ?? null,
    like: like === undefined ? null : [like.graph, unlabelled(like.columns).map((column) => column.name)],
    mostColumns: options.mostColumns ?? mostColumns(graph.combined.n),
  }
  return createHash('sha256').update(JSON.stringify(what)).digest('hex')
}

/** The graphs that columns are made of: all together, and each relation where there are several. */
function graphsOf(graph: AccountGraph): Map<string, Csr> {
  const graphs = new Map<string, Csr>()
  if (graph.combined.targets.length === 0) return graphs
  graphs.set('all', graph.combined)
  const used = graph.channels.filter(({ csr }) => csr.targets.length > 0)
  if (used.length > 1) for (const { id, csr } of used) graphs.set(id, csr)
  return graphs
}

function carriers(graph: AccountGraph, stored: StoredTable): LabelGraph[] {
  const graphs = [...graphsOf(graph)]
  return graphs.map(([relation, csr]) => ({
    relation,
    csr,
    spread: relation === 'all' || graphs.length - 1 <= MOST_SPREAD,
    partitions: new Map(
      relation === 'all' ? PARTITIONS.map(({ id }) => [id, Uint32Array.from(stored.kept(id))]) : [],
    ),
  }))
}

/** Where each part begins and ends, percent of the whole on tolokers. */
const PARTS = {
  attributes: [0, 15],
  facts: [15, 25],
  structure: [25, 45],
  communities: [45, 60],
  embedding: [60, 80],
  neighbours: [80, 100],
  labels: [0, 100],
} as const

function tell(pace: Pace, part: keyof typeof PARTS, share: number): void {
  const [from, to] = PARTS[part]
  pace.progress({ phase: `features.${part}`, done: from + (to - from) * share, total: 100, unit: 'steps' })
}

async function compute(
  ctx: ComputeContext,
  graph: AccountGraph,
  options: FeatureOptions,
  key: string,
  memoryBytes: number,
): Promise<StoredTable> {
  const { asOf = Infinity, groups = {}, graphFree = false, like } = options
  const operators = new Set(options.operators ?? DEFAULT_OPERATORS)
  const n = graph.accountIds.length
  tell(ctx, 'attributes', 0)
  const encoding =
    options.encoding ??
    (groups.attributes === false
      ? { version: 1, attributes: [] }
      : await detectEncoding(ctx, graph.accountIds, (share) => tell(ctx, 'attributes', share / 2)))
  const graphs = graphFree ? new Map<string, Csr>() : graphsOf(graph)
  const notes: string[] = []
  const most = options.mostColumns ?? mostColumns(graph.combined.n)
  const bases = encoding.attributes.length + 50
  const columns = graphFree ? bases : Math.min(Math.max(most, 2 * bases), 12 * bases)
  const store = new ColumnStore(ctx, key, n, columns * n * 4 <= memoryBytes)
  try {
    const own: OwnColumns = {
      ctx,
      graph,
      encoding,
      newest: asOf < Infinity ? asOf : newestFact(ctx),
      asOf,
      store,
      graphs,
      graphFree,
      wants: (family) => groups[family] !== false,
      keepAll: like !== undefined,
      note: (text) => notes.push(text),
      tell: (part, share) => tell(ctx, part, part === 'attributes' ? (1 + share) / 2 : share),
    }
    const carried = await ownColumns(own)
    const sameGraph = like === undefined || like.graph === graph.sha256
    if (!graphFree && operators.has('embedding') && sameGraph) await putEmbedding(own)
    const relations = [...graphs.keys()]
    const wanted = like === undefined ? null : new Set(like.columns.map((column) => column.name))
    const derived =
      graphFree || groups.neighbourhood === false
        ? []
        : wanted === null
          ? planDerived(carried, store.columns.length, relations, operators, most)
          : everyDerivation(carried, relations).filter((one) => wanted.has(derivedName(one)))
    let done = 0
    if (derived.length > 0) tell(ctx, 'neighbours', 0)
    for (const [relation, csr] of graphs) {
      const ofIt = derived.filter((one) => one.relation === relation)
      await diffuseColumns(store, csr, ofIt, ctx, (share) =>
        tell(ctx, 'neighbours', (done + share * ofIt.length) / derived.length),
      )
      done += ofIt.length
    }
    const about: About = { encoding, notes }
    return await store.finish(about, ctx)
  } catch (error) {
    store.abandon()
    throw error
  }
}
