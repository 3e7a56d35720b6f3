import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { bootstrap } from '../evaluate/bootstrap.ts'
import type { FeatureSource, LabelDiffusion } from '../features/source.ts'
import type { LabelledNodes, Learner, TrainedMember } from '../types.ts'
import { calibrate, calibrated } from './calibration.ts'
import { combine, MARGIN_CLIP, quality, type Candidate } from './combine.ts'
import { countLabels } from './define.ts'
import { inFold, representative, sampleRows } from './folds.ts'
import { choose, Rows, type LabelBlock } from './table-data.ts'
import { tellTraining, within } from './progress.ts'
import { thresholdByF1 } from './threshold.ts'
import type { Choices, ColumnChoice, FittedMember, InnerQuality, TrainedScorer } from './types.ts'

/** Rows × columns of a fit at most, so that memory (4 bytes each, three times) and time stay in bounds; but never fewer rows. */
const MOST_CELLS = 24_000_000
const LEAST_CAP = 10_000

/** A candidate: what to train on which columns with which settings. */
export interface MemberSpec {
  readonly id: string
  readonly learner: Learner<never>
  readonly columns: ColumnChoice
  /** Complete parameters of the learner. */
  readonly params: Record<string, unknown>
}

/** What may be chosen from, and how. */
export interface EnsemblePlan {
  readonly candidates: readonly MemberSpec[]
  /** By its id; throws model_invalid for one that this version does not have. */
  learner(id: string): Learner<never>
  /** Inner folds, at least 2. */
  readonly folds: number
  /** Most rows of a fit. */
  readonly mostRows: number
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

/**
 * Trains. Every candidate is fitted on each choice of all folds but one; its predictions for the fold left out are what
 * weights, calibration and threshold are chosen by, and the mean of these models is the member: as good as one fitted
 * anew on all labels, or better, without its cost. A refit takes the choices over and fits each member once.
 */
export async function trainEnsemble(
  ctx: ComputeContext,
  task: EnsembleTask,
  plan: EnsemblePlan,
): Promise<EnsembleResult> {
  const { source, labelled, seed } = task
  tellTraining(ctx, 'labels', 0)
  const diffusion = await source.diffuseLabels(
    labelled,
    { seed },
    within(ctx, (fraction) => tellTraining(ctx, 'labels', fraction)),
  )
  const labels = diffusion.columns()
  const width = source.table.columns.length + labels.columns.length
  const mostRows = Math.min(plan.mostRows, Math.max(LEAST_CAP, Math.floor(MOST_CELLS / width)))
  const sample = sampleRows(labelled.y, mostRows, seed)
  const rows = await Rows.of(source, labels.columns, pickNodes(labelled, sample.at), ctx)
  const y = Uint8Array.from(sample.at, (i) => labelled.y[i])

  if (task.refit === undefined) {
    const { choices, inner, members } = await chooseByFolds(ctx, task, plan, diffusion, rows, sample, y)
    return { trained: scorerOf(rows.columns, choices, members), inner, labels }
  }
  rows.fill(labels)
  const everyRow = Uint32Array.from(y, (_, i) => i)
  const members: FittedMember[] = []
  for (const [k, choice] of task.refit.members.entries()) {
    tellTraining(ctx, 'fit', k / task.refit.members.length, choice.id)
    const learner = plan.learner(choice.learner)
    const columns = choose(rows.columns, choice.columns)
    const data = rows.data(everyRow, columns, y, sample.weights)
    const quiet = within(ctx, () => {})
    const model = await learner.train(data, choice.params as never, memberSeed(seed, choice.id), quiet)
    members.push({ choice, models: [model], columns })
  }
  return { trained: scorerOf(rows.columns, task.refit, members), inner: null, labels }
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
): Promise<{ choices: Choices; inner: InnerQuality; members: FittedMember[] }> {
  // Each inner fold is some of the folds that labels were carried by, so that hiding it takes no pass over the graph.
  const folds = Math.min(plan.folds, diffusion.folds)
  const fold = diffusion.foldOf.map((f) => f % folds)
  const rowFold = Uint8Array.from(sample.at, (i) => fold[i])
  const usable = plan.candidates
    .map((spec) => ({
      spec,
      columns: choose(rows.columns, spec.columns),
      margins: new Float64Array(y.length),
      models: [] as TrainedMember[],
    }))
    .filter(({ columns }) => columns.length > 0)
  if (usable.length === 0)
    throw new ShoalError(
      'nothing_to_analyze',
      'There is nothing to learn from: the accounts have neither facts of their own nor relations. Import more of the export.',
    )
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
    for (const { spec, columns, margins, models } of usable) {
      tellTraining(ctx, 'folds', step++ / steps, `${spec.id} ${f + 1}/${folds}`)
      const data = rows.data(seen, columns, seenY, seenWeights)
      const member = await spec.learner.train(
        data,
        spec.params as never,
        memberSeed(seed + 1 + f, spec.id),
        within(ctx, () => {}),
      )
      models.push(member)
      const predicted = member.predict(rows.part(hidden, columns), hidden.length)
      for (let k = 0; k < hidden.length; k++) margins[hidden[k]] = predicted[k]
      await ctx.checkpoint()
    }
  }
  const judged = representative(sample, labelled.y, seed)
  const judgedY = Uint8Array.from(judged, (i) => y[i])
  const fitted = usable.filter(({ models }) => models.length > 0)
  const candidates = fitted.map(({ spec, margins }): Candidate => ({
    id: spec.id,
    own: spec.columns === 'own',
    margins: Float64Array.from(judged, (i) => margins[i]),
  }))
  const { coefficients, intercept, z, graphHelps } = combine(candidates, judgedY, seed)
  const calibration = calibrate(z, judgedY)
  const p = z.map((value) => calibrated(calibration, value))
  const total = coefficients.reduce((sum, w) => sum + w, 0)
  const members = fitted
    .map(({ spec, models, columns }, k): FittedMember => {
      const { id, learner, params } = spec
      const coefficient = coefficients[k]
      const choice = {
        id,
        learner: learner.id,
        columns: spec.columns,
        params,
        weight: coefficient / total,
        coefficient,
      }
      return { choice, models, columns }
    })
    .filter(({ choice }) => choice.weight > 0)
    .sort((a, b) => b.choice.weight - a.choice.weight)
  const { auroc, auprc } = quality(judgedY, z)
  const intervals = await bootstrap(judgedY, z, { resamples: 200, seed }, ctx)
  return {
    members,
    choices: {
      members: members.map(({ choice }) => choice),
      intercept,
      graphHelps,
      calibration,
      threshold: thresholdByF1(p, judgedY),
      folds,
      rows: sample.at.length,
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

/** Members and choices as one scorer. */
export function scorerOf(
  columns: TrainedScorer['columns'],
  choices: Choices,
  members: readonly FittedMember[],
): TrainedScorer {
  return {
    columns,
    choices,
    members,
    score(x, rows) {
      const z = jointMargins(members, choices.intercept, columns.length, x, rows)
      return Float32Array.from(z, (value) => calibrated(choices.calibration, value))
    },
  }
}

/** Joint log-odds of all members: what the calibration is applied to. */
export function jointMargins(
  members: readonly FittedMember[],
  intercept: number,
  width: number,
  x: Float32Array,
  rows: number,
): Float64Array {
  const z = new Float64Array(rows).fill(intercept)
  const mean = new Float64Array(rows)
  for (const { choice, models, columns } of members) {
    const part = columns.length === width ? x.subarray(0, rows * width) : partOf(x, width, rows, columns)
    mean.fill(0)
    for (const model of models) {
      const margins = model.predict(part, rows)
      for (let i = 0; i < rows; i++) mean[i] += margins[i] / models.length
    }
    for (let i = 0; i < rows; i++)
      z[i] += choice.coefficient * Math.max(-MARGIN_CLIP, Math.min(MARGIN_CLIP, mean[i]))
  }
  return z
}

function partOf(x: Float32Array, width: number, rows: number, columns: Uint32Array): Float32Array {
  const part = new Float32Array(rows * columns.length)
  let to = 0
  for (let i = 0; i < rows; i++) for (const c of columns) part[to++] = x[i * width + c]
  return part
}

/** The plan's size by how many labels there are: fewer folds and members where labels are few or very many. */
export function foldsFor(labelled: Pick<LabelledNodes, 'y'>, wanted: number, mostRows: number): number {
  const { malicious, benign } = countLabels(labelled)
  const rows = Math.min(malicious + benign, mostRows)
  return Math.max(2, Math.min(wanted, malicious, benign, rows > 20_000 ? 3 : wanted))
}
