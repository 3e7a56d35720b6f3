import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { ValidationReport } from '../../../common/contract/lab.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { isCancelled, ShoalError } from '../../../common/errors.ts'
import type { WhyCode } from '../../../common/finding-words.ts'
import { recipeSchema } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { FACT_TABLES, openGraph } from '../../graph/step.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../../store/runs.ts'
import { readRegistered } from '../../trust/facts.ts'
import { quiet } from '../facts/progress.ts'
import { openFeatures } from '../features/source.ts'
import { trainingLabels } from '../../store/labels.ts'
import { requireLabels } from '../scorers/define.ts'
import type { Scorer } from '../scorers/types.ts'
import { rowsAsOfLabels } from './as-of-labels.ts'
import { calibrate, type CalibrationResult } from './calibration.ts'
import { appendVerdictToCard } from './card.ts'
import { measureDrift } from './drift.ts'
import { scoreWithOn, type Lab } from './lab.ts'
import { factsAfterLabels } from './latest-facts.ts'
import { measureAfterLabel, measureFeatures, measureShuffled, type AfterLabel } from './leakage.ts'
import { keepColumns } from './fold-rows.ts'
import { findDoubtful, noiseReport } from './noise.ts'
import { fitOf, importanceOf, openPanel, type StressLearner } from './panel.ts'
import { comparedAccounts, driftInput } from './populations.ts'
import { runSplits } from './run-splits.ts'
import { runCamouflage, runGraphWorth, runReplay, tooLarge } from './run-stress.ts'
import { PassingSources } from './sources.ts'
import { stressLearner } from './stress-learner.ts'
import { verdictOf } from './verdict.ts'

type M = (typeof computeLearningMethods)['compute.validate']
type Input = ParsedInputOf<M>

export const VALIDATION_VERSION = '1'
/** Trainings on shuffled labels. */
const PERMUTATIONS = 8
/** Folds of the stress parts: more where labels are few, and cheap. */
const foldsFor = (labels: number): number => (labels <= 1500 ? 3 : 2)

/** Shares of the whole: of the time on tolokers, with something for the parts that need dates. */
const PARTS = {
  features: 1,
  random: 44,
  community: 26,
  time: 8,
  shuffled: 6,
  leakage: 4,
  afterLabel: 3,
  camouflage: 3,
  drift: 1,
  replay: 4,
} as const
type Part = keyof typeof PARTS

/**
 * Validates a scorer on a graph: splits, calibration, drift, leakage, doubtful labels, camouflage, replay, and the
 * verdict of all (docs/validation.md). Stored as a run of kind 'validation', child of the graph, whose stats are the
 * report; the verdict goes into the card of the model in `folder` where one is named. Throws invalid_input where labels
 * are too few to train on. Nothing of a cancelled validation stays. `instead`: for tests.
 */
export async function validate(
  ctx: ComputeContext,
  input: Input,
  instead: { scorer?: Scorer; stress?: StressLearner } = {},
): Promise<OutputOf<M>> {
  const startedAt = ctx.now()
  const began = performance.now()
  const scorer = instead.scorer ?? (await import('../scorers/index.ts')).scorerById(input.scorer)
  const stress = instead.stress ?? (await stressLearner())
  const graph = await openGraph(ctx, input.graphRunId)
  const labelled = trainingLabels(ctx, graph.accountIds)
  requireLabels(labelled)
  requireEnough(labelled.y)
  const recipe = recipeSchema.parse(
    JSON.parse(ctx.db.prepare('SELECT params FROM run WHERE id = ?').pluck().get(input.graphRunId) as string),
  )
  const runId = beginRun(ctx, {
    kind: 'validation',
    algorithm: scorer.info.id,
    algorithmVersion: VALIDATION_VERSION,
    params: {
      ...input.params,
      scorerVersion: scorer.info.version,
      stress: stress.id,
      capacity: input.capacity,
      prior: input.prior,
    },
    seed: input.seed,
    inputs: { graph: graph.sha256, facts: factsHash(ctx, FACT_TABLES) },
    parentRunId: input.graphRunId,
  })
  const passing = new PassingSources(ctx, runId)
  const tell = teller(ctx)
  try {
    tell('features', 0)
    const source = await openFeatures({ ...ctx, ...quiet(ctx) }, graph)
    try {
      const born = await readRegistered(ctx, graph.accountIds)
      const panel = await openPanel(
        source,
        labelled,
        { folds: foldsFor(labelled.nodes.length), seed: input.seed },
        quiet(ctx),
      )
      const lab: Lab = {
        ctx: { ...ctx, ...quiet(ctx) },
        graph,
        recipe,
        labelled,
        born,
        source,
        passing,
        scorer,
        params: input.params,
        stress,
        panel,
        seed: input.seed,
        capacity: input.capacity,
      }
      const report: ValidationReport = {
        runId,
        scorer: scorer.info.id,
        stressScorer: stress.id,
        modelId: modelOf(ctx, input.folder),
        graphRunId: input.graphRunId,
        startedAt,
        seconds: 0,
        simulated: ctx.db.prepare(`SELECT value FROM meta WHERE key = 'simulated'`).pluck().get() === '1',
        capacity: input.capacity,
        ...(await examine(lab, input.prior, tell)),
      }
      report.seconds = (performance.now() - began) / 1000
      finishRun(ctx, runId, { stats: { ...report } })
      if (input.folder !== null && !appendVerdictToCard(input.folder, report))
        ctx.log('warn', `The verdict was not written into a card: there is none in ${input.folder}.`)
      return report
    } finally {
      await source.close()
    }
  } catch (error) {
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  } finally {
    await passing.remove()
  }
}

/** Labels of either class, at least: parts of them are hidden from every training, and LEAST_LABELS must be left. */
const LEAST = 10

function requireEnough(y: Uint8Array): void {
  const { malicious, benign } = countOf(y)
  if (Math.min(malicious, benign) >= LEAST) return
  throw new ShoalError(
    'invalid_input',
    `Too few labels to validate with: ${malicious} malicious and ${benign} benign. A validation hides part of them from every training; label at least ${LEAST} of each.`,
    { malicious, benign, needed: LEAST },
  )
}

type Examined = Pick<
  ValidationReport,
  'verdict' | 'splits' | 'calibration' | 'drift' | 'leakage' | 'noise' | 'camouflage' | 'replay'
>

async function examine(
  lab: Lab,
  prior: number | null,
  tell: (part: Part, share: number) => void,
): Promise<Examined> {
  const { ctx, labelled, graph, source, panel, stress, scorer, seed } = lab
  const fit = fitOf(stress, ctx)
  const { splits, oof, reviewed, noSplit } = await runSplits(lab, tell)
  const calibration: CalibrationResult | null = scorer.info.probabilities
    ? calibrate({
        y: labelled.y,
        ...oof,
        unlabelled: oof.unlabelled.filter((s) => !Number.isNaN(s)),
        prior,
        seed,
      })
    : null

  tell('shuffled', 0)
  const shuffled = await measureShuffled(
    labelled,
    // The whole way of a scorer is under test here, from the features on; the stress learner takes its place where it
    // would take minutes.
    await shuffledScorer(lab),
    { permutations: PERMUTATIONS, seed },
    { ...ctx, progress: ({ done, total }) => tell('shuffled', done / total!) },
  )
  tell('leakage', 0)
  const features = await measureFeatures(
    panel.folds,
    fit,
    () => importanceOf(panel.folds[0], stress, ctx),
    { seed },
    { ...ctx, progress: ({ done, total }) => tell('leakage', done / total!) },
  )
  const graphWorth = await runGraphWorth(lab, features.full)

  tell('afterLabel', 0)
  const families = await factsAfterLabels(ctx, graph.accountIds, labelled)
  let afterLabel: AfterLabel[] | null = null
  if (families !== null) {
    const late = families.some(({ share }) => share >= 0.01)
    const asOf = late
      ? await rowsAsOfLabels(ctx, lab.passing, graph, lab.recipe, source, labelled, panel)
      : null
    afterLabel = await measureAfterLabel(panel.folds, features.full, families, asOf, fit, { seed }, ctx)
  }

  tell('camouflage', 0)
  const camouflage = await runCamouflage(lab, (share) => tell('camouflage', share))

  const p = calibration?.probabilities ?? null
  const noise = p === null ? null : findDoubtful(labelled.y, p)
  const keyOf = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()

  tell('drift', 0)
  const drift = await runDrift(lab, oof.scores, oof.unlabelled)
  tell('replay', 0)
  const replayed = await runReplay(lab, (share) => tell('replay', share))

  const parts = {
    splits,
    calibration: calibration?.report ?? null,
    camouflage: camouflage.report,
    replay: replayed.report,
  }
  const verdict = verdictOf({
    ...parts,
    labels: countOf(labelled.y),
    simulated: ctx.db.prepare(`SELECT value FROM meta WHERE key = 'simulated'`).pluck().get() === '1',
    noSplit,
    reviewed,
    graph: graphWorth,
    priorFrom: calibration?.priorFrom ?? 'labels',
    eceByChance: calibration?.eceByChance ?? { before: 0, after: 0 },
    tilt: calibration?.tilt ?? { above: 0, below: 0 },
    drift: drift.found?.report ?? null,
    shifted: drift.found?.shifted ?? [],
    compared: drift.found?.compared ?? 0,
    noDrift: drift.why,
    features,
    shuffled,
    afterLabel,
    noise,
    camouflageBase: camouflage.base,
    noCamouflage: camouflage.why,
    noReplay: replayed.why,
  })
  return {
    ...parts,
    verdict,
    drift: drift.found?.report ?? null,
    leakage: {
      shuffled: { auroc: shuffled.auroc, low: shuffled.low, high: shuffled.high },
      features: features.groups.map(({ base, family, auroc, drop, level }) => ({
        name: base,
        family,
        auroc,
        dropAuprc: drop.drop,
        level,
      })),
      fullAuprc: features.fullAuprc,
      afterLabel: (afterLabel ?? []).map(({ family, share, auprcWithout, level }) => ({
        family,
        share,
        auprcWithout,
        level,
      })),
    },
    noise:
      noise === null || p === null
        ? null
        : noiseReport(noise, labelled.y, p, (at) => {
            const accountId = graph.accountIds[labelled.nodes[at]]
            return { accountId, key: keyOf.get(accountId) as string, by: labelled.by[at] }
          }),
  }
}

const countOf = (y: Uint8Array): { malicious: number; benign: number } => {
  const malicious = y.reduce((sum, v) => sum + v, 0)
  return { malicious, benign: y.length - malicious }
}

/** Labels above which the scorer under test is too slow to be trained on shuffled labels again and again. */
const SHUFFLED_LABELS = 3000

async function shuffledScorer(lab: Lab) {
  if (lab.labelled.nodes.length <= SHUFFLED_LABELS) return scoreWithOn(lab, lab.source)
  const { SCORERS } = await import('../scorers/index.ts')
  const quick = SCORERS.find((scorer) => scorer.info.id === 'boosting')
  return scoreWithOn(quick === undefined ? lab : { ...lab, scorer: quick, params: { folds: 2 } }, lab.source)
}

async function runDrift(
  lab: Lab,
  scores: Float32Array,
  unlabelled: Float32Array,
): Promise<{ found: Awaited<ReturnType<typeof measureDrift>> | null; why: WhyCode }> {
  const { ctx, graph, labelled, panel, stress, seed } = lab
  const compared = await comparedAccounts(ctx, graph.accountIds, lab.born)
  if (compared === null)
    return { found: null, why: lab.born.some((t) => !Number.isNaN(t)) ? 'too_few_accounts' : 'one_export' }
  if (compared.against === 'earlier_export' && compared.again && tooLarge(lab))
    return { found: null, why: 'too_large' }
  const of = new Float32Array(graph.combined.n).fill(NaN)
  labelled.nodes.forEach((u, i) => (of[u] = scores[i]))
  for (let u = 0, j = 0; u < of.length; u++) if (Number.isNaN(of[u])) of[u] = unlabelled[j++]
  const input = await driftInput(
    ctx,
    lab.passing,
    graph,
    lab.recipe,
    lab.source,
    compared,
    {
      of,
      async byRows(rows) {
        const at = rows.columns.map((c) => panel.columns.findIndex((own) => own.name === c.name))
        const member = await stress.train(keepColumns(panel.folds[0].train, at), seed, ctx)
        return member.predict(rows.x, rows.rows)
      },
    },
    seed,
  )
  return { found: await measureDrift(input, ctx), why: 'too_few_accounts' }
}

function modelOf(ctx: ComputeContext, folder: string | null): number | null {
  if (folder === null) return null
  const name = folder
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1)
  return (ctx.db.prepare('SELECT id FROM model WHERE folder = ? AND removed_at IS NULL').pluck().get(name) ??
    null) as number | null
}

/** Progress of the whole in percent, phase 'validate.<part>'. */
function teller(ctx: ComputeContext): (part: Part, share: number) => void {
  const total = Object.values(PARTS).reduce((a, b) => a + b, 0)
  return (part, share) => {
    let before = 0
    for (const [name, weight] of Object.entries(PARTS)) {
      if (name === part) break
      before += weight
    }
    ctx.progress({
      phase: `validate.${part}`,
      done: (100 * (before + PARTS[part] * share)) / total,
      total: 100,
      unit: 'steps',
    })
  }
}
