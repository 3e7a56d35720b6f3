import { isCancelled } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { Provider } from '../../onnx/provider-names.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../../store/runs.ts'
import { ACCOUNT_MODEL, BATCH, openAccountModel } from './account-model.ts'
import type { AccountModel } from './account-model.ts'
import { COLUMN_COUNT, diffuse, fillColumns, gapColumns, operatorsOf, scaleFeatures } from './channels.ts'
import type { FeatureScale, Operators } from './channels.ts'
import { FEATURES } from './feature-list.ts'
import { absentFeatures, rawFeatures } from './features.ts'
import type { RawFeatures } from './features.ts'
import { writeFeaturesFile } from './features-file.ts'
import { tellScores } from '../facts/progress.ts'
import { knownProviders, summarise, sweepScores, writeScores } from '../scorers/write-scores.ts'
import type { ScoresStats, ScoreWarning } from '../scorers/write-scores.ts'
import { familiesOf } from '../facts/structure.ts'
import type { GraphFamilies } from '../facts/structure.ts'
import { typicalOf } from './typical.ts'
import type { Typical } from './typical.ts'

/** Version of the features and channels: raise it when their meaning changes, so that old runs are told apart. */
export const SCORES_ALGORITHM_VERSION = '1'
/** Labels are left out: they are never features. */
const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports']
export interface ScoresOptions {
  /** ONNX providers to try, in this order. Default: what a probe found to work, where ctx has a place to keep it. */
  providers?: readonly Provider[]
}

/** Everything the network needs of a graph and its facts. */
export interface Prepared {
  readonly raw: RawFeatures
  readonly channels: readonly Float32Array[]
  readonly gaps: Uint8Array
  readonly operators: Operators
  readonly typical: Typical
}

/** Features, diffusion channels and medians of all accounts. Deterministic: no seed, no sampling but for medians. */
export async function prepare(
  ctx: ComputeContext,
  graph: AccountGraph,
  families: GraphFamilies,
  scale: FeatureScale,
): Promise<Prepared> {
  const raw = await rawFeatures(ctx, graph, families)
  const operators = operatorsOf(families)
  const gaps = gapColumns(raw)
  const channels = await diffuse(operators, scaleFeatures(raw, scale), ctx)
  const { offsets } = families.all
  const typical = typicalOf(raw, channels, gaps, (u) => offsets[u + 1] > offsets[u])
  return { raw, channels, gaps, operators, typical }
}

/** Scores of all accounts, 0..1, in the order of nodes. */
export async function scoreAll(
  ctx: ComputeContext,
  model: AccountModel,
  prepared: Pick<Prepared, 'raw' | 'channels' | 'gaps'>,
): Promise<Float32Array> {
  const { n } = prepared.raw
  const scores = new Float32Array(n)
  const batch = new Float32Array(Math.min(n, BATCH) * COLUMN_COUNT)
  for (let from = 0; from < n; from += BATCH) {
    const to = Math.min(n, from + BATCH)
    fillColumns(prepared.channels, prepared.gaps, from, to, batch)
    scores.set(await model.score(batch, to - from), from)
    tellScores(ctx, 'network', to / n)
    await ctx.checkpoint()
  }
  return scores
}

/**
 * Scores every account of a graph with models/account-gnn and records the run (kind 'scores', one row of `score`
 * per account). Throws model_invalid where the model folder is not sound, cancelled where the job was cancelled;
 * either way the run is marked and its rows are never shown.
 */
export async function runScoresStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  options: ScoresOptions = {},
): Promise<{ runId: number; scored: number; provider: string }> {
  if (options.providers === undefined) tellScores(ctx, 'providers', 0)
  const model = await openAccountModel(ctx.modelsDir, {
    providers: options.providers ?? (await knownProviders(ctx)),
    log: (level, message) => ctx.log(level, message),
  })
  const { manifest, sha256, provider, failures, goldenError } = model.loaded
  const runId = beginRun(ctx, {
    kind: 'scores',
    algorithm: ACCOUNT_MODEL,
    algorithmVersion: SCORES_ALGORITHM_VERSION,
    params: { threshold: model.threshold, modelVersion: manifest.version, batch: BATCH },
    inputs: { facts: factsHash(ctx, FACT_TABLES), graph: graph.sha256 },
    parentRunId: graph.runId,
    modelName: manifest.name,
    modelSha256: sha256,
  })
  try {
    const families = familiesOf(graph)
    const prepared = await prepare(ctx, graph, families, model.scale)
    const derived = await writeFeaturesFile(ctx, prepared)
    const scores = await scoreAll(ctx, model, prepared)
    await writeScores(ctx, runId, graph.accountIds, scores, (fraction) => tellScores(ctx, 'write', fraction))

    const missingFeatures = absentFeatures(prepared.raw)
    const warnings: ScoreWarning[] = []
    if (manifest.trained_on === 'simulated') warnings.push({ code: 'trained_on_simulation', params: {} })
    if (missingFeatures.length > 0)
      warnings.push({
        code: missingFeatures.length > FEATURES.length / 2 ? 'most_features_missing' : 'features_missing',
        params: { missing: missingFeatures.length, of: FEATURES.length },
      })
    if (graph.combined.targets.length === 0) warnings.push({ code: 'no_edges', params: {} })
    for (const failure of failures) warnings.push({ code: 'provider_given_up', params: { ...failure } })
    const stats: ScoresStats = {
      ...summarise(scores, model.threshold),
      missingFeatures,
      trainedOn: manifest.trained_on,
      warnings,
      goldenError,
    }
    finishRun(ctx, runId, { stats: { ...stats }, derived, provider })
    return { runId, scored: scores.length, provider }
  } catch (error) {
    sweepScores(ctx, runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  } finally {
    await model.loaded.release()
  }
}
