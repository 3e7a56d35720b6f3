import type { ComputeContext } from '../../context.ts'
import { bootstrap } from '../evaluate/bootstrap.ts'
import type { FeatureSource, LabelDiffusion } from '../features/source.ts'
import type { LabelledNodes, Learner, TrainedMember } from '../types.ts'
import { calibrate, calibrated, fitPlatt } from './calibration.ts'
import { chooseWeights, equalWeights, quality, type Candidate, type Combination } from './combine.ts'
import { countLabels } from './define.ts'
import { inFold, representative, sampleRows } from './folds.ts'
import { choose, Rows, type LabelBlock } from './table-data.ts'
import { tellTraining } from './progress.ts'
import { thresholdByF1 } from './threshold.ts'
import type { Choices, ColumnChoice, InnerQuality, MemberChoice, TrainedScorer } from './types.ts'

/** A candidate: what to train on which columns with which settings. */
export interface MemberSpec {
  readonly id: string
  readonly learner: Learner<never>
  readonly columns: ColumnChoice
  /** Complete parameters of the learner. */
  readonly params: Record<string, unknown>
  /** Weights are pulled towards an equal mean of these. */
  readonly core: boolean
}

/** What may be chosen from, and how. */
export interface EnsemblePlan {
  readonly candidates: readonly MemberSpec[]
  /** Inner folds, at least 2. */
  readonly folds: number
  /** equal: labels are too few to choose weights by. */
  readonly weights: 'chosen' | 'equal'
  /** Most rows of a fit. */
  readonly mostRows: number
  /** This member alone where the chosen mix is no better out of fold; null: there is no such guard. */
  readonly plain: string | null
}

export interface EnsembleTask {
  readonly source: FeatureSource
  readonly labelled: LabelledNodes
  readonly seed: number
  readonly refit?: Choices
}

export interface EnsembleResult {
  readonly trained: TrainedScorer
  readonly inner: InnerQuality | null
  /** Label columns of all nodes as scoring sees them. */
  readonly labels: LabelBlock
}

/** Trains: choices by inner cross-validation (or taken over), then every chosen member on all labels. */
export async function trainEnsemble(
  ctx: ComputeContext,
  task: EnsembleTask,
  plan: EnsemblePlan,
): Promise<EnsembleResult> {
  const { source, labelled, seed } = task
  tellTraining(ctx, 'labels', 0)
  const diffusion = await source.diffuseLabels(labelled, { seed }, ctx)
  const labels = diffusion.columns()
  const sample = sampleRows(labelled.y, task.refit?.mostRows ?? plan.mostRows, seed)
  const rows = await Rows.of(source, labels.columns, pickNodes(labelled, sample.at), ctx)
  const y = Uint8Array.from(sample.at, (i) => labelled.y[i])

  let inner: InnerQuality | null = null
  let choices = task.refit
  if (choices === undefined) {
    const made = await chooseByFolds(ctx, task, plan, diffusion, rows, sample, y)
    choices = made.choices
    inner = made.inner
  }
  rows.fill(labels)
  const everyRow = Uint32Array.from(y, (_, i) => i)
  const members: TrainedScorer['members'][number][] = []
  for (const [k, choice] of choices.members.entries()) {
    tellTraining(ctx, 'fit', k / choices.members.length, choice.id)
    const spec = plan.candidates.find((candidate) => candidate.learner.id === choice.learner)
    if (spec === undefined) throw new Error(`This version has no learner ${choice.learner}.`)
    const columns = choose(rows.columns, choice.columns)
    const data = rows.data(everyRow, columns, y, sample.weights)
    const member = await spec.learner.train(data, choice.params as never, memberSeed(seed, choice.id), ctx)
    members.push({ choice, member, columns })
  }
  return { trained: scorerOf(rows.columns, choices, members), inner, labels }
}

const pickNodes = (labelled: LabelledNodes, at: Uint32Array): Uint32Array =>
  Uint32Array.from(at, (i) => labelled.nodes[i])

/** Members differ in their seeds, the same member keeps its own whatever others there are. */
function memberSeed(seed: number, id: string): number {
  let hash = 2166136261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619)
  return (seed * 7919 + (hash >>> 8)) % 2 ** 31
}

/** Out-of-fold predictions of every candidate, and what follows from them. */
async function chooseByFolds(
  ctx: ComputeContext,
  { labelled, seed }: EnsembleTask,
  plan: EnsemblePlan,
  diffusion: LabelDiffusion,
  rows: Rows,
  sample: ReturnType<typeof sampleRows>,
  y: Uint8Array,
): Promise<{ choices: Choices; inner: InnerQuality }> {
  // Each inner fold is some of the folds that labels were carried by, so that hiding it takes no pass over the graph.
  const folds = Math.min(plan.folds, diffusion.folds)
  const fold = diffusion.foldOf.map((f) => f % folds)
  const rowFold = Uint8Array.from(sample.at, (i) => fold[i])
  const usable = plan.candidates
    .map((spec) => ({
      spec,
      columns: choose(rows.columns, spec.columns),
      margins: new Float64Array(y.length),
    }))
    .filter(({ columns }) => columns.length > 0)
  const steps = folds * usable.length
  let step = 0
  for (let f = 0; f < folds; f++) {
    tellTraining(ctx, 'folds', step / steps, `${f + 1}/${folds}`)
    // The hidden fold's labels are gone from the label columns too, or members would be judged on what they were told.
    const hiddenFolds = Array.from({ length: diffusion.folds }, (_, k) => k).filter((k) => k % folds === f)
    rows.fill(diffusion.columns(hiddenFolds))
    const seen = inFold(rowFold, f, false)
    const hidden = inFold(rowFold, f, true)
    const seenY = Uint8Array.from(seen, (i) => y[i])
    // With hardly any labels a fold may hold all of a class: nothing can be learnt from the rest, and 0 says so.
    if (new Set(seenY).size < 2 || hidden.length === 0) continue
    const seenWeights = sample.weights && Float32Array.from(seen, (i) => sample.weights![i])
    for (const { spec, columns, margins } of usable) {
      tellTraining(ctx, 'folds', step++ / steps, `${spec.id} ${f + 1}/${folds}`)
      const data = rows.data(seen, columns, seenY, seenWeights)
      const member = await spec.learner.train(
        data,
        spec.params as never,
        memberSeed(seed + 1 + f, spec.id),
        ctx,
      )
      const predicted = member.predict(rows.part(hidden, columns), hidden.length)
      for (let k = 0; k < hidden.length; k++) margins[hidden[k]] = predicted[k]
      await ctx.checkpoint()
    }
  }
  const judged = representative(sample, labelled.y, seed)
  const judgedY = Uint8Array.from(judged, (i) => y[i])
  const candidates = usable.map(({ spec, margins }): Candidate => ({
    id: spec.id,
    margins: Float64Array.from(judged, (i) => margins[i]),
  }))
  const chosen = combine(candidates, judgedY, plan)
  const calibration = calibrate(chosen.z, judgedY)
  const p = chosen.z.map((z) => calibrated(calibration, z))
  const members = chosen.members.map((weighted): MemberChoice => {
    const { learner, columns, params } = usable.find(({ spec }) => spec.id === weighted.id)!.spec
    return { ...weighted, learner: learner.id, columns, params }
  })
  members.sort((a, b) => b.weight - a.weight)
  const { auroc, auprc } = quality(judgedY, chosen.z)
  const intervals = await bootstrap(judgedY, chosen.z, { resamples: 200, seed }, ctx)
  return {
    choices: {
      members,
      calibration,
      threshold: thresholdByF1(p, judgedY),
      folds,
      mostRows: plan.mostRows,
      secondStage: false,
    },
    inner: {
      auroc,
      auprc,
      aurocInterval: intervals.auroc,
      auprcInterval: intervals.auprc,
      members: Object.fromEntries(
        candidates.map(({ id, margins }) => {
          const alone = quality(judgedY, margins)
          return [id, { auroc: alone.auroc, auprc: alone.auprc }]
        }),
      ),
    },
  }
}

function combine(candidates: readonly Candidate[], y: Uint8Array, plan: EnsemblePlan): Combination {
  const core = new Set(plan.candidates.filter((c) => c.core).map((c) => c.id))
  const mix = plan.weights === 'equal' ? equalWeights(candidates, y) : chooseWeights(candidates, y, core)
  const plain = candidates.find(({ id }) => id === plan.plain)
  if (plain === undefined || quality(y, mix.z).value > quality(y, plain.margins).value) return mix
  // Neither the graph nor the mix brought anything: the plain member alone is easier to explain.
  const { slope, intercept } = fitPlatt(plain.margins, y)
  return {
    members: [{ id: plain.id, weight: 1, slope, intercept }],
    z: plain.margins.map((m) => slope * m + intercept),
  }
}

/** Members and choices as one scorer. */
export function scorerOf(
  columns: TrainedScorer['columns'],
  choices: Choices,
  members: TrainedScorer['members'],
): TrainedScorer {
  return {
    columns,
    choices,
    members,
    score(x, rows) {
      const z = jointMargins(members, columns.length, x, rows)
      return Float32Array.from(z, (value) => calibrated(choices.calibration, value))
    },
  }
}

/** Weighted, scaled margins of all members: what the calibration is applied to. */
export function jointMargins(
  members: readonly { choice: MemberChoice; member: Pick<TrainedMember, 'predict'>; columns: Uint32Array }[],
  width: number,
  x: Float32Array,
  rows: number,
): Float64Array {
  const z = new Float64Array(rows)
  for (const { choice, member, columns } of members) {
    const part = new Float32Array(rows * columns.length)
    let to = 0
    for (let i = 0; i < rows; i++) for (const c of columns) part[to++] = x[i * width + c]
    const margins = member.predict(part, rows)
    for (let i = 0; i < rows; i++) z[i] += choice.weight * (choice.slope * margins[i] + choice.intercept)
  }
  return z
}

/** The plan's size by how many labels there are: fewer folds and members where labels are few or very many. */
export function foldsFor(labelled: Pick<LabelledNodes, 'y'>, wanted: number, mostRows: number): number {
  const { malicious, benign } = countLabels(labelled)
  const rows = Math.min(malicious + benign, mostRows)
  return Math.max(2, Math.min(wanted, malicious, benign, rows > 20_000 ? 3 : wanted))
}
