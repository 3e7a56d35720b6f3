import type { Explanation } from '../../../common/contract/accounts.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openGraph } from '../../graph/step.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { openAccountModel } from './account-model.ts'
import type { AccountModel } from './account-model.ts'
import { gapColumns, operatorsOf, scaleFeatures } from './channels.ts'
import { featuresFileName, readFeaturesFile, writeFeaturesFile } from './features-file.ts'
import type { FeaturesFile } from './features-file.ts'
import { LocalColumns } from './local.ts'
import { neighboursOf } from './neighbours.ts'
import { reasonsOf } from './reasons.ts'
import { prepare } from './step.ts'
import { familiesOf } from '../facts/structure.ts'

/**
 * Why accounts have the scores that a run gave them, by occlusion: groups of columns are set to what is typical in
 * this population (their medians) and the change of the score is counted for the group. Because one change hides
 * behind another (a score of 0.999 stays, whichever single thing is taken away), groups are exchanged one after the
 * other in several random orders and their changes averaged: Shapley values by sampling (Štrumbelj & Kononenko 2014),
 * which add up to score − baseline. A neighbour's contribution is the change when its tie is left out, averaged with
 * the change when it is the only one; both to first order (see LocalColumns).
 *
 * Throws run_missing for a run that isn't a finished scores run, not_found for an account outside its graph,
 * model_invalid where the model folder is another one by now, derived_missing where the facts have changed since.
 */
export async function explainAccounts(
  ctx: ComputeContext,
  scoresRunId: number,
  accountIds: readonly number[],
): Promise<Explanation[]> {
  return withAccountModel(ctx, scoresRunId, async ({ graph, model, raw, typical, local }) => {
    const baseline = (await model.score(Float32Array.from(typical.columns), 1))[0]
    const out: Explanation[] = []
    for (const accountId of accountIds) {
      const u = nodeOf(graph, scoresRunId, accountId)
      const { score, reasons } = await reasonsOf(u, raw, typical, local, model)
      const neighbours = await neighboursOf(ctx, u, score, graph, local, model)
      out.push({
        accountId,
        score,
        baseline,
        method: 'occlusion',
        reasons,
        neighbours,
      })
      await ctx.checkpoint()
    }
    return out
  })
}

/** What questions about a run of the account model are answered from. */
export interface OpenedAccountModel extends FeaturesFile {
  readonly graph: AccountGraph
  readonly model: AccountModel
  readonly local: LocalColumns
}

/** Does work with the account model and the columns of one of its runs. Throws as `explainAccounts` does. */
export async function withAccountModel<T>(
  ctx: ComputeContext,
  scoresRunId: number,
  work: (opened: OpenedAccountModel) => Promise<T>,
): Promise<T> {
  const run = scoresRun(ctx, scoresRunId)
  const model = await openAccountModel(ctx.modelsDir, { log: (level, text) => ctx.log(level, text) })
  try {
    if (model.loaded.sha256 !== run.modelSha256)
      throw new ShoalError(
        'model_invalid',
        `Run ${scoresRunId} was scored by another version of ${run.modelName}. Analyze again to get reasons.`,
        { run: run.modelSha256, installed: model.loaded.sha256 },
      )
    const graph = await openGraph(ctx, run.graphRunId)
    const families = familiesOf(graph)
    const { raw, typical } = await featuresOf(ctx, graph, model, run.derived, scoresRunId)
    const local = new LocalColumns(operatorsOf(families), scaleFeatures(raw, model.scale), gapColumns(raw))
    return await work({ graph, model, raw, typical, local })
  } finally {
    await model.loaded.release()
  }
}

/** The node of an account; throws not_found. */
export function nodeOf(graph: AccountGraph, scoresRunId: number, accountId: number): number {
  const u = indexOf(graph.accountIds, accountId)
  if (u < 0)
    throw new ShoalError('not_found', `Account ${accountId} is not in the graph of run ${scoresRunId}.`)
  return u
}

interface ScoresRun {
  graphRunId: number
  derived: string
  modelName: string
  modelSha256: string
}

function scoresRun(ctx: ComputeContext, runId: number): ScoresRun {
  const row = ctx.db
    .prepare(
      `SELECT parent_run_id AS graphRunId, derived, model_name AS modelName, model_sha256 AS modelSha256
       FROM run WHERE id = ? AND kind = 'scores' AND status = 'done'`,
    )
    .get(runId) as ScoresRun | undefined
  if (!row) throw new ShoalError('run_missing', `There is no finished scores run ${runId}.`, { runId })
  return row
}

/** The run's features file, written anew where it is gone; the facts must be what they were. */
async function featuresOf(
  ctx: ComputeContext,
  graph: AccountGraph,
  model: AccountModel,
  name: string,
  runId: number,
): Promise<FeaturesFile> {
  try {
    return await readFeaturesFile(ctx, name)
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code !== 'derived_missing') throw error
  }
  const content = await prepare(ctx, graph, familiesOf(graph), model.scale)
  if (featuresFileName(content) !== name)
    throw new ShoalError(
      'derived_missing',
      `The imported facts have changed since run ${runId}. Analyze again to get reasons.`,
      { runId },
    )
  await writeFeaturesFile(ctx, content)
  return content
}

function indexOf(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] < value) low = middle + 1
    else high = middle
  }
  return ascending[low] === value ? low : -1
}
