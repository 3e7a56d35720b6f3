import type { BenchResult } from '../../../common/contract/lab.ts'
import { isCancelled, toErrorShape } from '../../../common/errors.ts'
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { capWeights, combineCsr, emptyCsr } from '../../graph/csr.ts'
import { BENIGN, labelFit, MALICIOUS } from '../../graph/homophily.ts'
import { openGraph, runGraphStep } from '../../graph/step.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { shownGraph } from '../../sharing/graph-run.ts'
import { rewire } from '../../trust/rewire.ts'
import { quiet } from '../facts/progress.ts'
import { openFeatures, type FeatureSource } from '../features/source.ts'
import type { LabelledNodes } from '../types.ts'
import { graphAsOf, type PassingSources } from '../validation/sources.ts'
import type { Split } from './splits.ts'

export type Control = 'features_only' | 'rewired'

/** A graph to compare scorers on, with its recipe. */
export interface BenchGraph {
  readonly graph: AccountGraph
  readonly recipe: Recipe
}

/**
 * The graph of a recipe; where it can't be built (too large for this machine, say), one without edges, so that scorers
 * still have the accounts' own facts, and a note.
 */
export async function buildOrBare(
  ctx: ComputeContext,
  recipe: Recipe,
): Promise<BenchGraph & { note: string | null }> {
  try {
    return { graph: await runGraphStep(ctx, recipe), recipe, note: null }
  } catch (error) {
    const { code, message } = toErrorShape(error)
    if (isCancelled(error) || code === 'nothing_to_analyze') throw error
    const none = recipeSchema.parse({
      name: 'no edges',
      relations: { types: [] },
      entities: { types: [] },
    })
    return {
      graph: await runGraphStep(ctx, none),
      recipe: none,
      note: `The graph of ${recipe.name} could not be built (${message}), so scorers had the accounts' own facts only.`,
    }
  }
}

export async function openGraphs(
  ctx: ComputeContext,
  graphRunIds: readonly number[],
  recipes: readonly Recipe[],
): Promise<{ graphs: BenchGraph[]; notes: string[] }> {
  const graphs: BenchGraph[] = []
  const notes: string[] = []
  for (const id of graphRunIds)
    graphs.push({ graph: await openGraph(ctx, id), recipe: shownGraph(ctx, id)!.recipe })
  const wanted = graphRunIds.length + recipes.length === 0 ? [DEFAULT_RECIPE] : recipes
  for (const recipe of wanted) {
    const { note, ...built } = await buildOrBare(ctx, recipe)
    if (!graphs.some(({ graph }) => graph.runId === built.graph.runId)) graphs.push(built)
    if (note !== null) notes.push(note)
  }
  return { graphs, notes }
}

/** A graph in which every account has as many ties of each channel as before, but with whom is drawn anew. */
export async function rewiredGraph(
  ctx: ComputeContext,
  { graph, recipe }: BenchGraph,
  seed: number,
): Promise<AccountGraph> {
  const channels = []
  for (const [k, { id, csr }] of graph.channels.entries())
    channels.push({ id, csr: csr.targets.length === 0 ? csr : (await rewire(csr, seed + 101 * k, ctx)).csr })
  if (channels.length === 0) return bareGraph(graph)
  const { csr, mask } = combineCsr(
    graph.combined.n,
    channels.map((channel) => channel.csr),
  )
  return {
    ...graph,
    sha256: `${graph.sha256}-rewired-${seed}`,
    combined: recipe.maxWeight === null ? csr : capWeights(csr, recipe.maxWeight),
    channelMask: mask,
    channels,
  }
}

/** The same accounts without any tie. */
function bareGraph(graph: AccountGraph): AccountGraph {
  return {
    ...graph,
    sha256: `${graph.sha256}-bare`,
    combined: emptyCsr(graph.combined.n),
    channelMask: new Uint16Array(0),
    channels: [],
  }
}

/** What scorers are given for a split: features and graph as far as they may be seen, real or of a control. */
export interface View {
  readonly source: FeatureSource
  /** Making the features, seconds; 0 where they were there already. */
  readonly seconds: number
}

/**
 * The views of one graph. Those of the whole export are opened once and kept; those up to a moment, only while they are
 * the newest asked for. What is rewired or of a moment lies in a passing folder.
 */
export class Views {
  private readonly ctx: ComputeContext
  private readonly of: BenchGraph
  private readonly passing: PassingSources
  private readonly seed: number
  private readonly graphs = new Map<boolean, { asOf: number | undefined; graph: AccountGraph }>()
  private readonly kept = new Map<string, View & { passing: boolean }>()

  constructor(ctx: ComputeContext, of: BenchGraph, passing: PassingSources, seed: number) {
    this.ctx = ctx
    this.of = of
    this.passing = passing
    this.seed = seed
  }

  /**
   * Where the split says what may be seen, views of other moments are closed. Without `features` only the graph is
   * made: asking such a view for its table is an error.
   */
  async view(split: Split, control: Control | null, features = true): Promise<View> {
    if (!features) return this.graphOnly(split.asOf, control)
    const moment = split.asOf === undefined ? '' : String(split.asOf)
    const key = `${moment} ${control ?? ''}`
    const before = this.kept.get(key)
    if (before !== undefined) return { source: before.source, seconds: 0 }
    for (const [other, view] of this.kept) {
      const [at] = other.split(' ')
      if (at === '' || at === moment) continue
      this.kept.delete(other)
      await this.passing.close(view.source)
    }
    const started = performance.now()
    const made = await this.open(split.asOf, control)
    const seconds = (performance.now() - started) / 1000
    this.kept.set(key, { ...made, seconds })
    return { source: made.source, seconds }
  }

  private async open(
    asOf: number | undefined,
    control: Control | null,
  ): Promise<{ source: FeatureSource; passing: boolean }> {
    const { ctx, of, passing } = this
    const options = asOf === undefined ? {} : { asOf }
    if (control === 'features_only') {
      const source = await passing.features(bareGraph(of.graph), { ...options, graphFree: true })
      return { source, passing: true }
    }
    if (asOf === undefined && control === null)
      return { source: await openFeatures(ctx, of.graph, {}), passing: false }
    const graph = await this.graph(asOf, control === 'rewired')
    return { source: await passing.features(graph, options), passing: true }
  }

  private async graphOnly(asOf: number | undefined, control: Control | null): Promise<View> {
    const graph =
      control === 'features_only' ? bareGraph(this.of.graph) : await this.graph(asOf, control === 'rewired')
    return { source: withoutFeatures(graph), seconds: 0 }
  }

  /** The graph as it was at a moment, as it is or rewired. The last of each is kept: it is the same for all scorers. */
  private async graph(asOf: number | undefined, rewired: boolean): Promise<AccountGraph> {
    if (asOf === undefined && !rewired) return this.of.graph
    const before = this.graphs.get(rewired)
    if (before !== undefined && before.asOf === asOf) return before.graph
    const { ctx, of } = this
    let graph: AccountGraph
    if (rewired) {
      const real = await this.graph(asOf, false)
      graph = await rewiredGraph({ ...ctx, ...quiet(ctx) }, { ...of, graph: real }, this.seed)
    } else graph = await graphAsOf(ctx, of.graph, of.recipe, asOf!)
    this.graphs.set(rewired, { asOf, graph })
    return graph
  }

  async close(): Promise<void> {
    for (const view of this.kept.values())
      await (view.passing ? this.passing.close(view.source) : view.source.close())
    this.kept.clear()
  }
}

/** A graph for scorers that look at nothing else. */
function withoutFeatures(graph: AccountGraph): FeatureSource {
  const none = (): never => {
    throw new Error('A scorer asked for features, but its group says that it looks at the graph only.')
  }
  return {
    graph,
    get table() {
      return none()
    },
    get encoding() {
      return none()
    },
    notes: [],
    labelColumns: none,
    diffuseLabels: none,
    close: async () => {},
  }
}

type Described = BenchResult['graphs'][number]

/** What a graph says of the labels before anything is scored. */
export function describeGraph(
  { graph, recipe }: BenchGraph,
  labelled: LabelledNodes,
  train: Uint32Array,
): Described {
  const every = Uint32Array.from(labelled.y, (_, i) => i)
  const { labelled: counts, ...all } = fitOf(graph.combined, labelled, every)
  const { homophily, badGivenBad } = fitOf(graph.combined, labelled, train)
  return {
    graphRunId: graph.runId,
    recipe: recipe.name,
    accounts: graph.accountIds.length,
    edges: graph.combined.targets.length / 2,
    labelled: counts,
    ...all,
    training: { homophily, badGivenBad },
  }
}

function fitOf(
  csr: Csr,
  { nodes, y }: LabelledNodes,
  at: Uint32Array,
): Pick<Described, 'labelled' | 'homophily' | 'badGivenBad'> {
  const labels = new Uint8Array(csr.n)
  for (const i of at) labels[nodes[i]] = y[i] === 1 ? MALICIOUS : BENIGN
  const { labelled, homophily: h, badGivenBad: b } = labelFit(csr, labels)
  return {
    labelled,
    homophily: h === null ? null : { plain: h.value, adjusted: h.adjusted },
    badGivenBad: b === null ? null : { rate: b.value, low: b.low, high: b.high, base: b.baseRate },
  }
}
