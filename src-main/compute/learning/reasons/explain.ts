import type { Explanation } from '../../../common/contract/accounts.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { explainAccounts as explainByAccountModel } from '../account-gnn/explain.ts'
import { ACCOUNT_MODEL } from '../account-gnn/account-model.ts'
import { openEgo } from './ego.ts'
import { nodeOf, scoresRun, withScored } from './kept.ts'
import type { Scored, ScoresRun } from './kept.ts'
import { neighbourContributions } from './neighbours.ts'
import { occludedReasons } from './occlusion.ts'
import { tableReasons } from './table-reasons.ts'

/**
 * Why accounts have the scores that a run gave them, in the order asked. Models trained here: TreeSHAP for trees and the
 * additive parts of other members; the shipped account model and table models from elsewhere: by occlusion. Label
 * columns are those of the labels that stand now, so that the score may differ from the run's where somebody labelled
 * since. Throws run_missing, not_found, model_invalid, derived_missing; unsupported_here for message passing.
 */
export async function explainAccounts(
  ctx: ComputeContext,
  scoresRunId: number,
  accountIds: readonly number[],
): Promise<Explanation[]> {
  const run = scoresRun(ctx, scoresRunId)
  if (engineOfRun(run) === 'account_gnn') return explainByAccountModel(ctx, scoresRunId, accountIds)
  refuseMessagePassing(run)
  return withScored(ctx, run, async (scored) => {
    const out: Explanation[] = []
    for (const accountId of accountIds) {
      out.push(await explainOne(ctx, scored, accountId))
      await ctx.checkpoint()
    }
    return out
  })
}

/** Which sort of model made a scores run. */
export function engineOfRun(run: ScoresRun): 'account_gnn' | 'message_passing' | 'table' {
  if (run.modelName === ACCOUNT_MODEL && run.algorithm === ACCOUNT_MODEL) return 'account_gnn'
  return run.algorithm === 'message-passing' ? 'message_passing' : 'table'
}

/** Throws unsupported_here for a run of a message-passing model. */
export function refuseMessagePassing(run: ScoresRun): void {
  if (engineOfRun(run) !== 'message_passing') return
  throw new ShoalError(
    'unsupported_here',
    `${run.modelName} passes messages over the whole graph: what single facts do to its scores can't be told in a moment. Train a scorer in this workspace to get reasons.`,
    { runId: run.id },
  )
}

async function explainOne(ctx: ComputeContext, scored: Scored, accountId: number): Promise<Explanation> {
  const u = nodeOf(scored, accountId)
  const ego = await openEgo(scored, u, ctx)
  const { row } = ego
  const { scorer, typical } = scored
  const neighbours = await neighbourContributions(ctx, ego)
  if (scorer === null) {
    const { score, baseline, reasons } = await occludedReasons(scored, row)
    return { accountId, score, baseline, method: 'occlusion', reasons, neighbours }
  }
  const { score, baseline, exact, reasons } = tableReasons(scorer, row, typical)
  return {
    accountId,
    score,
    baseline,
    method: exact ? 'tree_shap' : 'occlusion',
    reasons,
    neighbours,
  }
}
