import type { Explanation } from '../../../common/contract/accounts.ts'
import type { ComputeContext } from '../../context.ts'
import type { Ego } from './ego.ts'
import { LEAST_CONTRIBUTION } from './groups.ts'
import { Questions } from './questions.ts'
import { strongestTies } from './ties.ts'

/** Ties tried, strongest first, and told. */
const TRIED = 40
const TOLD = 10

/** What single neighbours do to an account's score: the score, less what it is when the tie is left out. */
export async function neighbourContributions(
  ctx: ComputeContext,
  ego: Ego,
): Promise<Explanation['neighbours']> {
  const ties = strongestTies(ego, TRIED)
  if (ties.length === 0) return []
  const questions = new Questions(ego)
  const changes = ties.map((tie) => ({ ties: new Set([tie]) }))
  const [score, ...without] = await questions.scores([{}, ...changes], ctx)
  const keyOf = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  const { accountIds } = ego.graph
  return ties
    .map((tie, i) => ({ node: ego.neighbours[tie], contribution: score - without[i] }))
    .filter(({ contribution }) => Math.abs(contribution) >= LEAST_CONTRIBUTION)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.node - b.node)
    .slice(0, TOLD)
    .map(({ node, contribution }) => ({
      accountId: accountIds[node],
      key: keyOf.get(accountIds[node]) as string,
      contribution,
    }))
}
