import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { isCancelled, ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openGraph } from '../../graph/step.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { readManifest } from '../../onnx/load.ts'
import type { Manifest } from '../../onnx/manifest.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../../store/runs.ts'
import { runScoresStep } from '../account-gnn/step.ts'
import { openFeatures, type FeatureOptions, type FeatureSource } from '../features/source.ts'
import { tellScores } from '../facts/progress.ts'
import { engineOf } from '../foreign/spec.ts'
import { trainingLabels } from '../../store/labels.ts'
import { openTableModel, tableParams } from './model-folder.ts'
import { within } from './progress.ts'
import { BATCH, everyNode, RowReader, scoreNodes } from './score-table.ts'
import { FACT_TABLES, TABLE_ALGORITHM, TABLE_ALGORITHM_VERSION } from './train.ts'
import { knownProviders, summarise, sweepScores, writeScores } from './write-scores.ts'
import type { ScoresStats, ScoreWarning } from './write-scores.ts'

type M = (typeof computeLearningMethods)['compute.score']

/** Shown where a model from elsewhere states no threshold. */
const DEFAULT_THRESHOLD = 0.5

interface Scored {
  scores: Float32Array
  sha256: string
  provider: string
  goldenError: number
  failures: readonly { provider: string; error: string }[]
  /** Columns that this workspace does not have, of how many. */
  missing: readonly string[]
  of: number
}

/**
 * Scores every account of a graph with a model folder and records the run: a table model by the names of its columns,
 * a message-passing model from elsewhere over the graph, or the model that ships with the app. Label columns are made
 * of the labels that stand now. Throws model_invalid where the folder is not sound.
 */
export async function scoreWithModel(
  ctx: ComputeContext,
  input: Pick<ParsedInputOf<M>, 'graphRunId' | 'folder'>,
): Promise<OutputOf<M>> {
  const manifest = await readManifest(input.folder)
  const engine = engineOf(manifest, input.folder)
  const graph = await openGraph(ctx, input.graphRunId)
  if (engine === 'account_gnn') return runScoresStep(ctx, graph)
  const labels = trainingLabels(ctx, graph.accountIds)
  const runId = beginRun(ctx, {
    kind: 'scores',
    algorithm: engine === 'table' ? TABLE_ALGORITHM : 'message-passing',
    algorithmVersion: TABLE_ALGORITHM_VERSION,
    params: {
      threshold: manifest.threshold ?? DEFAULT_THRESHOLD,
      modelVersion: manifest.version,
      ...(manifest.params['scorer'] !== undefined && { scorer: manifest.params['scorer'] }),
    },
    inputs: { facts: factsHash(ctx, FACT_TABLES), graph: graph.sha256 },
    parentRunId: graph.runId,
    modelName: manifest.name,
    modelSha256: manifest.sha256,
  })
  let source: FeatureSource | null = null
  try {
    const featuring = within(ctx, (f) => tellScores(ctx, 'features', f))
    source = await openFeatures(featuring, graph, optionsFor(manifest))
    const done =
      engine === 'table'
        ? await scoreTable(ctx, source, input.folder, manifest, labels)
        : await scoreMessagePassing(ctx, graph, source, input.folder)
    await writeScores(ctx, runId, graph.accountIds, done.scores, (f) => tellScores(ctx, 'write', f))
    const stats: ScoresStats = {
      ...summarise(done.scores, manifest.threshold ?? DEFAULT_THRESHOLD),
      missingFeatures: [...done.missing],
      trainedOn: manifest.trained_on,
      warnings: warningsOf(manifest, graph, done),
      goldenError: done.goldenError,
    }
    finishRun(ctx, runId, { stats: { ...stats }, provider: done.provider })
    return { runId, scored: done.scores.length, provider: done.provider }
  } catch (error) {
    sweepScores(ctx, runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  } finally {
    await source?.close()
  }
}

/** Features as the model's training read them. */
export function optionsFor(manifest: Manifest): FeatureOptions {
  const params = tableParams(manifest)
  if (params === null) return {}
  return { encoding: params.encoding, like: { columns: params.columns, graph: params.graph } }
}

async function scoreTable(
  ctx: ComputeContext,
  source: FeatureSource,
  folder: string,
  manifest: Manifest,
  labels: ReturnType<typeof trainingLabels>,
): Promise<Scored> {
  const names = manifest.features?.map((feature) => feature.name) ?? []
  const seed = tableParams(manifest)?.seed ?? 1
  const needsLabels = manifest.features?.some((feature) => feature.family === 'labels') ?? false
  const block =
    needsLabels && labels.nodes.length > 0
      ? await source.labelColumns(
          labels,
          { seed },
          within(ctx, () => {}),
        )
      : null
  const reader = new RowReader(source, block, names)
  if (reader.knowsNone)
    throw new ShoalError(
      'model_invalid',
      `The model ${manifest.name} looks at none of the columns that this workspace has (${names.slice(0, 3).join(', ')}, …). Export it anew from this workspace's columns.`,
    )
  const { n } = source.graph.combined
  const nodes = everyNode(n)
  const rows = Math.min(n, BATCH)
  const sample = new Float32Array(rows * names.length)
  await reader.read(nodes.subarray(0, rows), sample)
  const model = await openTableModel(folder, {
    providers: await knownProviders(ctx),
    log: (level, message) => ctx.log(level, message),
    sample: { x: sample, rows, batches: Math.ceil(n / BATCH) },
  })
  try {
    const scores = await scoreNodes(model, reader, nodes, ctx, (f) => tellScores(ctx, 'network', f))
    const { sha256, provider, goldenError, failures } = model.loaded
    const missing = reader.missing.filter((name) => !unaligned(manifest, source.graph).has(name))
    return { scores, sha256, provider, goldenError, failures, missing, of: names.length }
  } finally {
    await model.loaded.release()
  }
}

async function scoreMessagePassing(
  ctx: ComputeContext,
  graph: AccountGraph,
  source: FeatureSource,
  folder: string,
): Promise<Scored> {
  const { scoreForeign } = await import('../foreign/score.ts')
  const done = await scoreForeign(ctx, graph, source.table, folder, { providers: await knownProviders(ctx) })
  return { ...done, of: done.manifest.features?.length ?? 0 }
}

/** Columns that only mean something on the graph that the model was trained on, where this is another one. */
function unaligned(manifest: Manifest, graph: AccountGraph): ReadonlySet<string> {
  const params = tableParams(manifest)
  if (params === null || params.graph === graph.sha256) return new Set()
  return new Set(params.columns.filter((c) => c.operator === 'embedding').map((c) => c.name))
}

function warningsOf(
  manifest: Manifest,
  graph: AccountGraph,
  { missing, of, failures }: Scored,
): ScoreWarning[] {
  const warnings: ScoreWarning[] = []
  if (manifest.trained_on === 'simulated') warnings.push({ code: 'trained_on_simulation', params: {} })
  const embedding = unaligned(manifest, graph).size
  if (embedding > 0) warnings.push({ code: 'embedding_not_aligned', params: { missing: embedding } })
  if (missing.length > 0)
    warnings.push({
      code: missing.length > of / 2 ? 'most_features_missing' : 'features_missing',
      params: { missing: missing.length, of },
    })
  if (graph.combined.targets.length === 0) warnings.push({ code: 'no_edges', params: {} })
  for (const failure of failures) warnings.push({ code: 'provider_given_up', params: { ...failure } })
  return warnings
}
