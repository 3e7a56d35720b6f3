import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import { FEW_LABELS } from '../../../common/contract/learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { isCancelled, ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openGraph } from '../../graph/step.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../../store/runs.ts'
import { openFeatures, type FeatureSource } from '../features/source.ts'
import { trainingLabels, type TrainingLabels } from '../../store/labels.ts'
import { dropKeptScores } from '../reasons/keeper.ts'
import { modelCard, type CardFacts } from './card.ts'
import { countLabels, requireLabels } from './define.ts'
import { scorerById } from './index.ts'
import {
  GOLDEN_ROWS,
  openTableModel,
  readChoices,
  rewriteThreshold,
  writeModelFolder,
} from './model-folder.ts'
import { tellTraining, within } from './progress.ts'
import { BATCH, everyNode, RowReader, scoreNodes } from './score-table.ts'
import { thresholdByCapacity } from './threshold.ts'
import type { Scorer, ScoringResult, TrainedScorer } from './types.ts'
import { knownProviders, summarise, sweepScores, writeScores } from './write-scores.ts'
import type { ScoresStats, ScoreWarning } from './write-scores.ts'

type M = (typeof computeLearningMethods)['compute.train']

/** Raise when scores of a model folder change their meaning. */
export const TABLE_ALGORITHM = 'table-model'
export const TABLE_ALGORITHM_VERSION = '1'
export const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports']

/**
 * Trains a scorer from the labels of the workspace, writes models/<folder> and scores every account with what was
 * written (not with what was trained: the file is what others will run). Two runs, 'training' and 'scores', both
 * children of the graph. Cancelled or failed it leaves neither folder nor scores.
 */
export async function trainScorer(ctx: ComputeContext, input: ParsedInputOf<M>): Promise<OutputOf<M>> {
  const scorer = scorerById(input.scorer)
  if (!scorer.info.trainable)
    throw new ShoalError(
      'invalid_input',
      `The scorer ${scorer.info.id} can't be saved as a model. Look at it in the bench instead.`,
    )
  // Its memory is needed, and it is about the scores that are about to be old.
  await dropKeptScores()
  const refit = input.refit === null ? undefined : await readChoices(input.refit, scorer.info.id)
  const graph = await openGraph(ctx, input.graphRunId)
  const labels = trainingLabels(ctx, graph.accountIds)
  requireLabels(labels)
  const started = performance.now()
  const facts = factsHash(ctx, FACT_TABLES)
  const inputs = { facts, graph: graph.sha256, labels: labelsHash(graph, labels) }
  const trainingRunId = beginRun(ctx, {
    kind: 'training',
    algorithm: scorer.info.id,
    algorithmVersion: scorer.info.version,
    params: { ...scorer.params.parse(input.params), refit: input.refit },
    seed: input.seed,
    inputs,
    parentRunId: graph.runId,
    modelName: input.folder,
  })
  const part = join(ctx.workspace, 'models', `${input.folder}.part`)
  const folder = join(ctx.workspace, 'models', input.folder)
  let scoresRunId: number | null = null
  let source: FeatureSource | null = null
  try {
    tellTraining(ctx, 'features', 0)
    source = await openFeatures(
      within(ctx, (f) => tellTraining(ctx, 'features', f)),
      graph,
    )
    const result = await scorer.run(ctx, {
      source,
      labelled: labels,
      target: new Uint32Array(0),
      seed: input.seed,
      params: input.params,
      ...(refit && { refit }),
    })
    const { trained } = result
    if (trained === undefined) throw new ShoalError('internal', `${scorer.info.id} returned no model.`)
    tellTraining(ctx, 'save', 0)
    const about = await describe(ctx, { scorer, graph, labels, input, facts, started, result, trained })
    const { sha256, ...written } = writeModelFolder(part, {
      name: input.folder,
      description: `Trained in this workspace by the scorer ${scorer.info.id} from ${labels.y.length} labels.`,
      scorer: scorer.info.id,
      trained,
      trainedOn: about.simulated ? 'simulated' : 'workspace',
      encoding: source.encoding,
      graphSha256: graph.sha256,
      seed: input.seed,
      training: {
        malicious: about.malicious,
        benign: about.benign,
        graph: graph.sha256,
        facts,
        runId: trainingRunId,
      },
      metrics: result.inner === null ? {} : { inner: result.inner },
      golden: await goldenRows(source, result, labels),
    })
    let { manifest } = written
    // From here on only the file is used.
    const reader = new RowReader(
      source,
      result.labels ?? null,
      trained.columns.map((column) => column.name),
    )
    const sample = new Float32Array(Math.min(BATCH, graph.combined.n) * trained.columns.length)
    const sampled = everyNode(Math.min(BATCH, graph.combined.n))
    await reader.read(sampled, sample)
    const model = await openTableModel(part, {
      providers: await knownProviders(ctx),
      log: (level, message) => ctx.log(level, message),
      sample: { x: sample, rows: sampled.length, batches: Math.ceil(graph.combined.n / BATCH) },
    })
    let scores: Float32Array
    const { provider, failures, goldenError } = model.loaded
    try {
      scores = await scoreNodes(model, reader, everyNode(graph.combined.n), ctx, (f) =>
        tellTraining(ctx, 'score', f),
      )
    } finally {
      await model.loaded.release()
    }
    let { choices } = trained
    const capacity = input.params['capacity']
    if (typeof capacity === 'number') {
      choices = { ...choices, threshold: thresholdByCapacity(unlabelledScores(scores, labels), capacity) }
      manifest = rewriteThreshold(part, manifest, choices)
    }
    const seconds = (performance.now() - started) / 1000
    writeFileSync(join(part, 'card.md'), modelCard({ ...about, choices, seconds }))
    const warnings = warningsOf(about, graph, failures)
    scoresRunId = beginRun(ctx, {
      kind: 'scores',
      algorithm: TABLE_ALGORITHM,
      algorithmVersion: TABLE_ALGORITHM_VERSION,
      params: { threshold: choices.threshold.value, modelVersion: manifest.version, scorer: scorer.info.id },
      seed: input.seed,
      inputs,
      parentRunId: graph.runId,
      modelName: manifest.name,
      modelSha256: sha256,
    })
    await writeScores(ctx, scoresRunId, graph.accountIds, scores, (f) => tellTraining(ctx, 'write', f))
    const stats: ScoresStats = {
      ...summarise(scores, choices.threshold.value),
      missingFeatures: [],
      trainedOn: manifest.trained_on,
      warnings,
      goldenError,
    }
    const members = choices.members.map(({ id, weight }) => ({ id, weight }))
    await ctx.checkpoint()
    renameSync(part, folder)
    finishRun(ctx, trainingRunId, {
      stats: {
        scorer: scorer.info.id,
        malicious: about.malicious,
        benign: about.benign,
        by: about.by,
        few: about.few,
        inner: result.inner,
        members,
        folds: choices.folds,
        calibration: choices.calibration.method,
        threshold: choices.threshold,
        columns: trained.columns.length,
        refit: input.refit !== null,
        seconds,
        folder: input.folder,
        sha256,
        trainedOn: manifest.trained_on,
        warnings,
      },
    })
    finishRun(ctx, scoresRunId, { stats: { ...stats }, provider })
    return {
      trainingRunId,
      scoresRunId,
      scorer: scorer.info.id,
      malicious: about.malicious,
      benign: about.benign,
      few: about.few,
      auroc: result.inner?.auroc ?? null,
      auprc: result.inner?.auprc ?? null,
      members,
      seconds,
      folder,
      sha256,
      version: manifest.version,
    }
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    const how = isCancelled(error) ? 'cancelled' : 'failed'
    if (scoresRunId !== null) {
      sweepScores(ctx, scoresRunId)
      abandonRun(ctx, scoresRunId, how)
    }
    abandonRun(ctx, trainingRunId, how)
    throw error
  } finally {
    await source?.close()
  }
}

/** What training read of labels: account, label and who gave it, in the order of accounts. */
function labelsHash(graph: AccountGraph, labels: TrainingLabels): string {
  const hash = createHash('sha256')
  labels.nodes.forEach((u, i) => hash.update(`${graph.accountIds[u]} ${labels.y[i]} ${labels.by[i]}\n`))
  return hash.digest('hex')
}

/** Labelled accounts of both kinds and some without a label, as the model sees them when it scores. */
async function goldenRows(
  source: FeatureSource,
  result: ScoringResult,
  labels: TrainingLabels,
): Promise<{ x: Float32Array; rows: number }> {
  const { n } = source.graph.combined
  const third = Math.floor(GOLDEN_ROWS / 3)
  const chosen = new Set<number>()
  for (const kind of [1, 0]) {
    let left = third
    for (let i = 0; i < labels.nodes.length && left > 0; i++)
      if (labels.y[i] === kind && chosen.size < n) {
        chosen.add(labels.nodes[i])
        left--
      }
  }
  for (let k = 0; k < n && chosen.size < Math.min(n, GOLDEN_ROWS); k++) chosen.add(k)
  const nodes = Uint32Array.from(chosen).sort()
  const columns = result.trained!.columns
  const x = new Float32Array(nodes.length * columns.length)
  await new RowReader(
    source,
    result.labels ?? null,
    columns.map((column) => column.name),
  ).read(nodes, x)
  return { x, rows: nodes.length }
}

function unlabelledScores(scores: Float32Array, labels: TrainingLabels): Float32Array {
  const labelled = new Set(labels.nodes)
  return scores.filter((_, u) => !labelled.has(u))
}

async function describe(
  ctx: ComputeContext,
  from: {
    scorer: Scorer
    graph: AccountGraph
    labels: TrainingLabels
    input: ParsedInputOf<M>
    facts: string
    started: number
    result: ScoringResult
    trained: TrainedScorer
  },
): Promise<CardFacts> {
  const { scorer, graph, labels, input, facts, result, trained } = from
  const { malicious, benign } = countLabels(labels)
  const by = new Map<string, { who: string; malicious: number; benign: number }>()
  let newest = -Infinity
  labels.by.forEach((who, i) => {
    const entry = by.get(who) ?? { who, malicious: 0, benign: 0 }
    entry[labels.y[i] === 1 ? 'malicious' : 'benign']++
    by.set(who, entry)
    if (labels.at[i] > newest) newest = labels.at[i]
  })
  return {
    name: input.folder,
    scorer: scorer.info.id,
    scorerVersion: scorer.info.version,
    simulated: ctx.db.prepare("SELECT value FROM meta WHERE key = 'simulated'").pluck().get() === '1',
    malicious,
    benign,
    by: Array.from(by.values()).sort((a, b) => b.malicious + b.benign - a.malicious - a.benign),
    newest: Number.isFinite(newest) ? newest : null,
    trainedAt: ctx.now(),
    actor: input.actor,
    accounts: graph.combined.n,
    edges: graph.combined.targets.length / 2,
    graphRunId: graph.runId,
    graphSha256: graph.sha256,
    factsSha256: facts,
    columns: trained.columns,
    choices: trained.choices,
    inner: result.inner,
    refitOf: input.refit,
    few: Math.min(malicious, benign) < FEW_LABELS,
    seed: input.seed,
    seconds: 0,
    appVersion: ctx.appVersion,
  }
}

function warningsOf(
  about: CardFacts,
  graph: AccountGraph,
  failures: readonly { provider: string; error: string }[],
): ScoreWarning[] {
  const warnings: ScoreWarning[] = []
  if (about.simulated) warnings.push({ code: 'trained_on_simulation', params: {} })
  if (about.few)
    warnings.push({ code: 'few_labels', params: { malicious: about.malicious, benign: about.benign } })
  if (graph.combined.targets.length === 0) warnings.push({ code: 'no_edges', params: {} })
  for (const failure of failures) warnings.push({ code: 'provider_given_up', params: { ...failure } })
  return warnings
}
