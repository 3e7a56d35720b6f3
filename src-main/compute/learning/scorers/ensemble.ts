import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { bootstrap } from '../evaluate/bootstrap.ts'
import type { FeatureSource, LabelDiffusion } from '../features/source.ts'
import type { LabelledNodes, TrainedMember } from '../types.ts'
import { calibrate, calibrated } from './calibration.ts'
import { combine, quality, type Candidate } from './combine.ts'
import { countLabels } from './define.ts'
import { inFold, representative, sampleRows } from './folds.ts'
import { columnImportance } from './importance.ts'
import { scorerOf } from './joint.ts'
import { fitAll, memberSeed } from './fitting.ts'
import { refitMembers } from './refit.ts'
import { learnerById, type LearnerId } from './learners.ts'
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
  readonly learner: LearnerId
  readonly columns: ColumnChoice
  /** Complete parameters of the learner. */
  readonly params: Record<string, unknown>
}

/** What may be chosen from, and how. */
export interface EnsemblePlan {
  readonly candidates: readonly MemberSpec[]
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
 * anew on all labels, or better, without its cost. A refit takes the choices over and fits each member once, on the columns
 * that carried what the model said.
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
    rows.fill(labels)
    const importance = await columnImportance(rows.columns, members, rows.x, y.length, ctx)
    return {
      trained: scorerOf(rows.columns, { ...choices, importance }, members),
      inner,
      labels,
    }
  }
  return {
    trained: await refitMembers(ctx, task.refit, seed, { rows, labels, y, weights: sample.weights }),
    inner: null,
    labels,
  }
}

const pickNodes = (labelled: LabelledNodes, at: Uint32Array): Uint32Array =>
  Uint32Array.from(at, (i) => labelled.nodes[i])

/** The folds of label columns that make up inner fold `f` of `folds`. */
const foldsAt = (all: number, folds: number, f: number): number[] =>
  Array.from({ length: all }, (_, k) => k).filter((k) => k % folds === f)

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
      models: [] as (TrainedMember | undefined)[],
    }))
    .filter(({ columns }) => columns.length > 0)
  if (usable.length === 0)
    throw new ShoalError(
      'nothing_to_analyze',
      'There is nothing to learn from: the accounts have neither facts of their own nor relations. Import more of the export.',
    )
  // With hardly any labels a fold may hold all of a class: nothing can be learnt from the rest, and 0 says so.
  const parts = Array.from({ length: folds }, (_, f) => {
    const seen = inFold(rowFold, f, false)
    return { f, seen, hidden: inFold(rowFold, f, true), y: Uint8Array.from(seen, (i) => y[i]) }
  }).filter((part) => new Set(part.y).size === 2 && part.hidden.length > 0)
  const fits = parts.flatMap((part) => usable.map((candidate) => ({ part, candidate })))
  let filled = -1
  let fitted = 0
  await fitAll(
    ctx,
    fits.length,
    y.length * Math.max(...usable.map(({ columns }) => columns.length)),
    (k) => {
      const { part, candidate } = fits[k]
      const { spec, columns } = candidate
      tellTraining(ctx, 'folds', fitted / fits.length, `${spec.id} ${part.f + 1}/${folds}`)
      if (filled !== part.f) {
        // The hidden fold's labels are gone from the label columns too, or members would be judged on what they were told.
        rows.fill(diffusion.columns(foldsAt(diffusion.folds, folds, part.f)))
        filled = part.f
      }
      const weights = sample.weights && Float32Array.from(part.seen, (i) => sample.weights![i])
      return {
        learner: spec.learner,
        params: spec.params,
        seed: memberSeed(seed + 1 + part.f, spec.id),
        data: rows.data(part.seen, columns, part.y, weights),
        hidden: { x: rows.part(part.hidden, columns), rows: part.hidden.length },
      }
    },
    (k, { member, margins: predicted }) => {
      const { part, candidate } = fits[k]
      candidate.models[part.f] = member
      part.hidden.forEach((row, i) => (candidate.margins[row] = predicted![i]))
      tellTraining(ctx, 'folds', ++fitted / fits.length)
    },
  )
  const judged = representative(sample, labelled.y, seed)
  const judgedY = Uint8Array.from(judged, (i) => y[i])
  const judgeable = usable
    .map((candidate) => ({ ...candidate, models: candidate.models.filter((model) => model !== undefined) }))
    .filter(({ models }) => models.length > 0)
  const candidates = judgeable.map(({ spec, margins }): Candidate => ({
    id: spec.id,
    own: spec.columns === 'own',
    margins: Float64Array.from(judged, (i) => margins[i]),
  }))
  const { coefficients, intercept, z, graphHelps } = combine(candidates, judgedY, seed)
  const calibration = calibrate(z, judgedY)
  const p = z.map((value) => calibrated(calibration, value))
  const total = coefficients.reduce((sum, w) => sum + w, 0)
  const members = judgeable
    .map(({ spec, models, columns }, k): FittedMember => {
      const { id, learner, params } = spec
      const coefficient = coefficients[k]
      const { forRefit } = learnerById(learner)
      const choice = {
        id,
        learner,
        columns: spec.columns,
        params,
        ...(forRefit && { refitParams: forRefit(params as never, models) }),
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

/** The plan's size by how many labels there are: fewer folds and members where labels are few or very many. */
export function foldsFor(labelled: Pick<LabelledNodes, 'y'>, wanted: number, mostRows: number): number {
  const { malicious, benign } = countLabels(labelled)
  const rows = Math.min(malicious + benign, mostRows)
  return Math.max(2, Math.min(wanted, malicious, benign, rows > 20_000 ? 3 : wanted))
}
