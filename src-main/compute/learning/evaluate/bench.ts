import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { BenchResult } from '../../../common/contract/lab.ts'
import type { ScorerInfo } from '../../../common/contract/learning.ts'
import type { ParsedInputOf } from '../../../common/contract/method.ts'
import { isCancelled, ShoalError, toErrorShape } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { abandonRun, beginRun, finishRun } from '../../store/runs.ts'
import { trainingLabels, type TrainingLabels } from '../../store/labels.ts'
import { SCORERS, scorerById } from '../scorers/index.ts'
import type { Scorer } from '../scorers/types.ts'
import { PassingSources } from '../validation/sources.ts'
import { describeGraph, openGraphs, Views, type BenchGraph, type Control } from './bench-graph.ts'
import { curveSteps, inCurve, pickLabels, RowMaker } from './bench-row.ts'
import { planSplits, positives, type Split, type SplitPlan } from './splits.ts'

export const BENCH_VERSION = '1'
/** Splits that controls are run on: they are there to compare with, and cost as much as the real thing. */
const CONTROL_SPLITS = 3

type Input = ParsedInputOf<(typeof computeLearningMethods)['compute.bench']>

/** A scorer on one graph, really or as a control. */
interface Job {
  readonly scorer: Scorer
  readonly params: Record<string, unknown>
  readonly control: Control | null
  /** The caller asked for it by name: what fails is told. Otherwise what does not fit the export is left out. */
  readonly named: boolean
  readonly maker: RowMaker
}

/**
 * The diffusion bench: every scorer on the same splits of every graph, with controls, stored as a run of kind
 * 'evaluation' (stats: BenchResult). Labels of tested and validation accounts are hidden from everything. A scorer that
 * fails has its message in its row and stops nobody else.
 */
export async function runBench(ctx: ComputeContext, input: Input): Promise<BenchResult> {
  const started = performance.now()
  const scorers = chosen(input)
  const { graphs, notes } = await openGraphs(ctx, input.graphRunIds, input.recipes)
  const [first] = graphs
  const labelled = trainingLabels(ctx, first.graph.accountIds)
  requireSameAccounts(graphs)
  const plan = await planSplits(ctx, first.graph, labelled, input.protocol, input.seed)
  const { protocol } = input
  const runId = beginRun(ctx, {
    kind: 'evaluation',
    algorithm: 'bench',
    algorithmVersion: BENCH_VERSION,
    params: {
      scorers: scorers.map(({ info }) => `${info.id}@${info.version}`),
      params: input.params,
      protocol:
        protocol.kind === 'splits'
          ? { kind: 'splits', file: protocol.file, splits: protocol.splits.map(({ name }) => name) }
          : protocol,
      capacity: input.capacity,
      controls: input.controls,
      curve: input.curve,
      recipes: graphs.map(({ recipe }) => recipe.name),
    },
    seed: input.seed,
    inputs: Object.fromEntries(graphs.map(({ graph }) => [`graph ${graph.runId}`, graph.sha256])),
    parentRunId: first.graph.runId,
  })
  const passing = new PassingSources(ctx, runId)
  const progress = new BenchProgress(ctx)
  try {
    const makers: RowMaker[] = []
    for (const [g, of] of graphs.entries()) {
      const jobs = jobsOf(input, scorers, of, g)
      progress.plan(g, graphs.length, jobs, plan)
      const views = new Views(progress.ctx, of, passing, input.seed)
      try {
        await runJobs(input, jobs, views, labelled, plan, progress)
      } finally {
        await views.close()
      }
      makers.push(...jobs.filter((job) => job.named || !job.maker.unfit).map((job) => job.maker))
    }
    const tests = plan.splits.map(({ test }) => test)
    const least = tests.reduce((a, b) => (b.length < a.length ? b : a))
    const result: BenchResult = {
      runId,
      protocol: protocol.kind,
      protocolText: plan.text,
      seeds: plan.splits.map(({ seed }) => seed),
      capacity: input.capacity,
      tested: least.length,
      baseRate: positives(labelled.y, least) / least.length,
      simulated: isSimulated(ctx),
      graphs: graphs.map((of) => describeGraph(of, labelled, plan.splits[0].train)),
      rows: makers.map((maker) => maker.row()),
      notes: [...notes, ...plan.notes, ...controlNote(input, plan)],
      seconds: (performance.now() - started) / 1000,
    }
    finishRun(ctx, runId, { stats: { ...result } })
    return result
  } catch (error) {
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  } finally {
    await passing.remove()
  }
}

/** Scorers by name, once each; all of them where none is named. Throws invalid_input for one that there is not. */
function chosen({ scorers }: Input): readonly Scorer[] {
  return scorers.length === 0 ? SCORERS : [...new Set(scorers)].map(scorerById)
}

/** Graphs of the same accounts have the same nodes: splits hold for all of them. */
function requireSameAccounts(graphs: readonly BenchGraph[]): void {
  const [first] = graphs
  for (const { graph } of graphs) {
    const same =
      graph.accountIds.length === first.graph.accountIds.length &&
      graph.accountIds.every((id, u) => id === first.graph.accountIds[u])
    if (!same)
      throw new ShoalError(
        'invalid_input',
        `Graphs ${first.graph.runId} and ${graph.runId} have different accounts, as something was imported in between. Build the older one anew to compare them.`,
      )
  }
}

function paramsOf({ scorers, params }: Input, id: string): Record<string, unknown> {
  if (new Set(scorers).size === 1) return params
  return (params[id] ?? {}) as Record<string, unknown>
}

/** Controls that say something of a scorer of this group. */
const CONTROLS: Record<ScorerInfo['group'], readonly Control[]> = {
  ensemble: ['features_only', 'rewired'],
  trees: ['features_only', 'rewired'],
  network: ['features_only', 'rewired'],
  spreading: ['rewired'],
  baseline: ['features_only', 'rewired'],
  control: [],
  unusual: [],
}

/** It looks at nothing of the graph to begin with: its controls would be itself. */
const GRAPH_FREE = 'boosting-raw'

function jobsOf(input: Input, scorers: readonly Scorer[], { graph }: BenchGraph, index: number): Job[] {
  const edges = graph.combined.targets.length > 0
  return scorers.flatMap((scorer) => {
    const { id, group } = scorer.info
    const controls = CONTROLS[group].filter(
      // The accounts' own facts are the same on every graph.
      (control) => edges && id !== GRAPH_FREE && (control === 'rewired' || index === 0),
    )
    return [null, ...(input.controls ? controls : [])].map((control) => ({
      scorer,
      params: paramsOf(input, id),
      control,
      named: input.scorers.length > 0,
      maker: new RowMaker({ scorer: id, graphRunId: graph.runId, control }, input.capacity),
    }))
  })
}

const controlNote = ({ controls }: Input, { splits }: SplitPlan): string[] =>
  controls && splits.length > CONTROL_SPLITS
    ? [`Controls were run on the first ${CONTROL_SPLITS} of ${splits.length} splits.`]
    : []

/** Split after split, so that what may be seen at a moment is made once for all scorers. */
async function runJobs(
  input: Input,
  jobs: readonly Job[],
  views: Views,
  labelled: TrainingLabels,
  { splits }: SplitPlan,
  progress: BenchProgress,
): Promise<void> {
  for (const [s, split] of splits.entries()) {
    const test = Uint32Array.from(split.test, (i) => labelled.nodes[i])
    for (const job of jobs) {
      if (job.control !== null && s >= CONTROL_SPLITS) continue
      progress.begin(`${job.scorer.info.id}${job.control === null ? '' : ` (${job.control})`}, ${split.name}`)
      if (!job.maker.failed) await runJob(progress.ctx, input, job, views, labelled, split, s, test)
      progress.end()
    }
  }
}

async function runJob(
  ctx: ComputeContext,
  input: Input,
  { scorer, params, control, maker }: Job,
  views: Views,
  labelled: TrainingLabels,
  split: Split,
  index: number,
  test: Uint32Array,
): Promise<void> {
  const { capacity } = input
  const { seed } = split
  try {
    const view = await views.view(split, control, looksAtFeatures(scorer.info))
    const task = { source: view.source, target: test, seed, capacity, params }
    const result = await scorer.run(ctx, { ...task, labelled: pickLabels(labelled, split.train) })
    const seconds = result.seconds + view.seconds
    await maker.add(split, labelled, { ...result, seconds }, ctx)
    if (!input.curve || control !== null || !inCurve(index) || !scorer.info.needsLabels) return
    const y = Uint8Array.from(split.test, (i) => labelled.y[i])
    for (const { step, at } of curveSteps(labelled, split)) {
      const point = await scorer.run(ctx, { ...task, labelled: pickLabels(labelled, at) })
      maker.addPoint(step, at.length, y, point.scores)
    }
  } catch (error) {
    if (isCancelled(error)) throw error
    const { code, message } = toErrorShape(error)
    // What a person can mend is told as it is; everything else is ours and belongs in the log too.
    if (code === 'internal') ctx.log('error', `${scorer.info.id}: ${(error as Error).stack ?? message}`)
    maker.fail(message, code === 'nothing_to_analyze')
  }
}

/** Spreading and degrees look at the graph only: features are not made for them. */
const looksAtFeatures = ({ group }: ScorerInfo): boolean => group !== 'spreading' && group !== 'control'

const isSimulated = (ctx: Pick<ComputeContext, 'db'>): boolean =>
  ctx.db.prepare(`SELECT value FROM meta WHERE key = 'simulated'`).pluck().get() === '1'

/** One bar for everything: each scorer on each split is a step, in which its own progress counts. */
class BenchProgress {
  /** For scorers: what they report fills their step. */
  readonly ctx: ComputeContext
  private readonly outer: ComputeContext
  private total = 1
  private done = 0
  private within = 0
  private detail = ''

  constructor(ctx: ComputeContext) {
    this.outer = ctx
    this.ctx = {
      ...ctx,
      progress: ({ done, total }) => {
        // Parts of a scorer may each begin at nothing; the bar never goes back.
        const share = total === null || total === 0 ? 0 : Math.min(1, done / total)
        if (share > this.within) {
          this.within = share
          this.tell()
        }
      },
    }
  }

  plan(graph: number, graphs: number, jobs: readonly Job[], { splits }: SplitPlan): void {
    const steps = jobs.reduce(
      (sum, { control }) =>
        sum + (control === null ? splits.length : Math.min(CONTROL_SPLITS, splits.length)),
      0,
    )
    // Further graphs are taken to be as much work.
    this.total = this.done + steps * (graphs - graph)
  }

  begin(detail: string): void {
    this.detail = detail
    this.within = 0
    this.tell()
  }

  end(): void {
    this.done++
    this.within = 0
    this.tell()
  }

  private tell(): void {
    this.outer.progress({
      phase: 'bench',
      done: this.done + 0.99 * this.within,
      total: this.total,
      unit: 'steps',
      detail: this.detail,
    })
  }
}
