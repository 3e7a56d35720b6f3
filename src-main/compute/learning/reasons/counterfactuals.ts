import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { ScoreReason } from '../../../common/contract/accounts.ts'
import type { Counterfactuals } from '../../../common/contract/lab.ts'
import type { ParsedInputOf } from '../../../common/contract/method.ts'
import type { ComputeContext } from '../../context.ts'
import { nodeOf as accountNodeOf, withAccountModel } from '../account-gnn/explain.ts'
import { AccountQuestions } from './account-questions.ts'
import { candidatesOf, poolOf, together } from './candidates.ts'
import type { Candidate } from './candidates.ts'
import { openEgo } from './ego.ts'
import { engineOfRun, refuseMessagePassing } from './explain.ts'
import { fidelityOf } from './fidelity.ts'
import { smallestFlip } from './flip.ts'
import { nodeOf, scoresRun, withScored } from './kept.ts'
import { occludedReasons } from './occlusion.ts'
import { Questions } from './questions.ts'
import { tableReasons } from './table-reasons.ts'
import { Things } from './things.ts'
import { openTies } from './ties.ts'
import type { Ties } from './ties.ts'

type M = (typeof computeLearningMethods)['compute.counterfactuals']

/**
 * What would change an account's score: each thing that it shares, each relation, its strongest neighbours and the
 * quantities that reasons name, left out alone; the smallest set found that takes it under the threshold; and how much
 * more the named ones do than random ones. Every score is the model's, run on the columns worked out anew (docs/reasons.md
 * says which, and which are held). Throws as `whatIf` does.
 */
export async function counterfactuals(
  ctx: ComputeContext,
  input: ParsedInputOf<M>,
): Promise<Counterfactuals> {
  const started = performance.now()
  const { accountId } = input
  const run = scoresRun(ctx, input.scoresRunId)
  refuseMessagePassing(run)
  if (engineOfRun(run) === 'account_gnn')
    return withAccountModel(ctx, run.id, async (opened) => {
      const node = accountNodeOf(opened.graph, run.id, accountId)
      const ties = openTies(opened.graph, node, [], new Map())
      const things = await Things.open(ctx, ties)
      const questions = new AccountQuestions(opened, ties, things)
      return search(ctx, { accountId, started, ties, things, reasons: [], questions, ...opened.model })
    })
  return withScored(ctx, run, async (scored) => {
    const ego = await openEgo(scored, nodeOf(scored, accountId), ctx)
    const things = await Things.open(ctx, ego)
    const questions = new Questions(ego, things)
    const { reasons } =
      scored.scorer === null
        ? await occludedReasons(scored, ego.row)
        : tableReasons(scored.scorer, ego.row, scored.typical)
    const { threshold } = scored
    return search(ctx, { accountId, started, ties: ego, things, reasons, questions, threshold })
  })
}

interface Search {
  readonly accountId: number
  /** When it began, performance.now(). */
  readonly started: number
  readonly ties: Ties
  readonly things: Things
  readonly reasons: readonly ScoreReason[]
  readonly questions: Pick<Questions, 'scores'>
  readonly threshold: number
}

async function search(ctx: ComputeContext, of: Search): Promise<Counterfactuals> {
  const { accountId, ties, things, questions, threshold } = of
  const candidates = candidatesOf(ctx, ties, things, of.reasons)
  const [score, ...alone] = await questions.scores([{}, ...candidates.map(({ change }) => change)], ctx)
  const singles = candidates
    .map((candidate, i) => ({ ...candidate, after: alone[i] }))
    .sort((a, b) => a.after - b.after)
  const scores = (sets: readonly (readonly Candidate[])[]) => questions.scores(sets.map(together), ctx)
  const flip = score >= threshold ? await smallestFlip(singles, threshold, scores) : null
  // Only what lowers the score is named as a reason for it.
  const named = singles.filter(({ after }) => after < score)
  return {
    accountId,
    score,
    threshold,
    single: singles.map(({ what, after }) => ({ ...what, after })),
    flip:
      flip === null
        ? null
        : { without: flip.set.map(({ what }) => what), after: flip.after, exact: flip.exact },
    fidelity: await fidelityOf(named, poolOf(ctx, ties, things), score, scores),
    seconds: (performance.now() - of.started) / 1000,
  }
}
