import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openGraph } from '../../graph/step.ts'
import { readManifest } from '../../onnx/load.ts'
import type { Manifest } from '../../onnx/manifest.ts'
import { factsHash } from '../../store/runs.ts'
import { openFeatures } from '../features/source.ts'
import type { FeatureSource } from '../features/source.ts'
import { trainingLabels } from '../../store/labels.ts'
import type { TrainingLabels } from '../../store/labels.ts'
import { openTableModel, tableParams } from '../scorers/model-folder.ts'
import type { TableModel } from '../scorers/model-folder.ts'
import { RowReader } from '../scorers/score-table.ts'
import { optionsFor } from '../scorers/score.ts'
import type { LabelBlock } from '../scorers/table-data.ts'
import { FACT_TABLES } from '../scorers/train.ts'
import type { TrainedScorer } from '../scorers/types.ts'
import type { FeatureColumn } from '../types.ts'
import { whileKept } from './keeper.ts'
import { medians } from './typical.ts'

/** Everything that questions about one scores run of a table model need, opened once. */
export interface Scored {
  readonly runId: number
  readonly source: FeatureSource
  readonly labels: TrainingLabels
  /** Seed of the label columns' folds. */
  readonly seed: number
  readonly block: LabelBlock | null
  readonly reader: RowReader
  readonly model: TableModel
  /** The model's inputs, in order. */
  readonly columns: readonly FeatureColumn[]
  /** null for models from elsewhere, whose parts are not known. */
  readonly scorer: TrainedScorer | null
  /** Median of each of the model's columns over a spread of accounts; NaN where most have none. */
  readonly typical: Float32Array
  readonly threshold: number
  /** What is worked out once for all questions, by name: products over the whole graph, crowds of things. */
  readonly memo: Map<string, unknown>
}

export interface ScoresRun {
  readonly id: number
  readonly graphRunId: number
  readonly algorithm: string
  readonly inputs: string
  readonly modelName: string
  readonly modelSha256: string
}

/** A finished scores run; throws run_missing. */
export function scoresRun(ctx: Pick<ComputeContext, 'db'>, runId: number): ScoresRun {
  const row = ctx.db
    .prepare(
      `SELECT id, parent_run_id AS graphRunId, algorithm, inputs, model_name AS modelName,
              model_sha256 AS modelSha256
       FROM run WHERE id = ? AND kind = 'scores' AND status = 'done'`,
    )
    .get(runId) as ScoresRun | undefined
  if (row === undefined)
    throw new ShoalError('run_missing', `There is no finished scores run ${runId}.`, { runId })
  return row
}

/** The folder in the workspace of the model with this hash; throws model_invalid where it is gone. */
function folderOf(ctx: Pick<ComputeContext, 'workspace'>, run: ScoresRun): string {
  const dir = join(ctx.workspace, 'models')
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    try {
      const text = readFileSync(join(dir, name, 'model.json'), 'utf8')
      if ((JSON.parse(text) as { sha256?: string }).sha256 === run.modelSha256) return join(dir, name)
    } catch {
      // Not a model folder, or a damaged one: another may still be the right one.
    }
  }
  throw new ShoalError(
    'model_invalid',
    `The model ${run.modelName} that made scores run ${run.id} is not in the workspace any more. Score again to get reasons.`,
    { runId: run.id, sha256: run.modelSha256 },
  )
}

/**
 * Answers a question about a scores run of a table model, from memory where the last question was about the same run
 * and the labels are the same: label columns are those of the labels that stand now. Throws model_invalid where the
 * model is gone, derived_missing where facts were imported since.
 */
export async function withScored<T>(
  ctx: ComputeContext,
  run: ScoresRun,
  work: (scored: Scored) => Promise<T>,
): Promise<T> {
  return whileKept(
    keyOf(ctx, run),
    () => open(ctx, run),
    () => ctx.checkpoint(),
    work,
  )
}

function keyOf(ctx: ComputeContext, run: ScoresRun): string {
  const facts = factsHash(ctx, FACT_TABLES)
  if ((JSON.parse(run.inputs) as { facts?: string }).facts !== facts)
    throw new ShoalError(
      'derived_missing',
      `The imported facts have changed since run ${run.id}. Analyze again to get reasons.`,
      { runId: run.id },
    )
  const labels = ctx.db
    .prepare(
      `SELECT (SELECT count(*) || ' ' || coalesce(max(id), 0) FROM label) || ' ' ||
              (SELECT count(*) || ' ' || count(retracted_at) || ' ' || coalesce(max(id), 0) FROM judgement)`,
    )
    .pluck()
    .get() as string
  return `${ctx.workspace} ${run.id} ${run.modelSha256} ${facts} ${labels}`
}

async function open(ctx: ComputeContext, run: ScoresRun): Promise<Scored> {
  const folder = folderOf(ctx, run)
  const manifest = await readManifest(folder)
  const graph = await openGraph(ctx, run.graphRunId)
  const labels = trainingLabels(ctx, graph.accountIds)
  const source = await openFeatures(ctx, graph, optionsFor(manifest))
  try {
    const seed = tableParams(manifest)?.seed ?? 1
    const wantsLabels = manifest.features?.some((feature) => feature.family === 'labels') ?? false
    const block =
      wantsLabels && labels.nodes.length > 0 ? await source.labelColumns(labels, { seed }, ctx) : null
    const model = await openTableModel(folder, { log: (level, message) => ctx.log(level, message) })
    const reader = new RowReader(source, block, model.names)
    return {
      runId: run.id,
      source,
      labels,
      seed,
      block,
      reader,
      model,
      columns: model.params?.columns ?? columnsOf(manifest, source, block),
      scorer: model.params === null ? null : await model.members(),
      typical: await medians(reader, graph.combined.n, model.names.length),
      threshold: manifest.threshold ?? 0.5,
      memo: new Map(),
    }
  } catch (error) {
    await source.close()
    throw error
  }
}

/** Inputs of a model from elsewhere: as the workspace knows the column, else as the model's own list says. */
function columnsOf(manifest: Manifest, source: FeatureSource, block: LabelBlock | null): FeatureColumn[] {
  const known = new Map([...source.table.columns, ...(block?.columns ?? [])].map((c) => [c.name, c]))
  return (manifest.features ?? []).map(
    ({ name, family, relation, hop }): FeatureColumn =>
      known.get(name) ?? {
        name,
        base: name,
        family: (family ?? 'attributes') as FeatureColumn['family'],
        relation: relation ?? null,
        hop: hop ?? 0,
        operator: 'own',
        kind: 'number',
      },
  )
}

/** The node of an account; throws not_found. */
export function nodeOf(scored: Scored, accountId: number): number {
  const u = indexOf(scored.source.graph.accountIds, accountId)
  if (u >= 0) return u
  throw new ShoalError(
    'not_found',
    `Account ${accountId} is not in the graph of scores run ${scored.runId}. It was imported later: analyze again.`,
    { accountId, runId: scored.runId },
  )
}

/** Where a value stands in ascending ones; -1: nowhere. */
export function indexOf(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] === value) return middle
    if (ascending[middle] < value) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Rows of the model's columns of some nodes, row-major. */
export async function rowsOf(scored: Scored, nodes: Uint32Array): Promise<Float32Array> {
  const rows = new Float32Array(nodes.length * scored.columns.length)
  await scored.reader.read(nodes, rows)
  return rows
}
