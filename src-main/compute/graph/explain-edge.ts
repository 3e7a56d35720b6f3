import type { EdgeReason } from '../../common/contract/accounts.ts'
import { ShoalError } from '../../common/errors.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { derivedReasons } from './explain-derived.ts'
import { meetingReasons } from './explain-meetings.ts'
import { relationReasons } from './explain-relations.ts'
import { sharingReasons } from './explain-sharing.ts'
import type { EdgeQuestion, Reason } from './reason-facts.ts'

/**
 * Why two accounts are joined in a graph run, strongest reason first, from the facts as they are stored now. The
 * weights are those of the run's recipe and add up to the edge's; what is too common, or too little, to count is told
 * with weight 0. Empty where nothing joins them. Throws run_missing; derived_missing where the recipe joins by rhythm
 * or texts and the graph's file is gone.
 */
export async function explainEdge(
  ctx: ComputeContext,
  graphRunId: number,
  a: number,
  b: number,
): Promise<EdgeReason[]> {
  const run = ctx.db
    .prepare(`SELECT params, stats, derived FROM run WHERE id = ? AND kind = 'graph' AND status = 'done'`)
    .get(graphRunId) as { params: string; stats: string; derived: string } | undefined
  if (run === undefined)
    throw new ShoalError('run_missing', `There is no finished graph run ${graphRunId}.`, { graphRunId })
  const known = ctx.db.prepare('SELECT count(*) FROM ready_account WHERE id IN (?, ?)').pluck().get(a, b)
  if (a === b || known !== 2) return []
  const recipe = recipeSchema.parse(JSON.parse(run.params))
  const stats = JSON.parse(run.stats) as {
    accounts: number
    newestFact: number | null
    channels: { id: string }[]
  }
  const question: EdgeQuestion = {
    ctx,
    recipe,
    graphRunId,
    accounts: stats.accounts,
    newest: stats.newestFact ?? -Infinity,
    channels: stats.channels.map((channel) => channel.id),
    a,
    b,
  }
  const reasons = [
    ...relationReasons(question),
    ...(await sharingReasons(question)),
    ...meetingReasons(question),
    ...derivedReasons(question, run.derived),
  ]
  requireEvidence(reasons, recipe)
  capWeight(reasons, recipe.maxWeight)
  return reasons.sort((x, y) => y.weight - x.weight)
}

/** What the rules of evidence look at in a reason. */
type Counted = Pick<Reason, 'kind' | 'channel' | 'weight' | 'detail'>

/** The rules of evidence.ts for one pair: weight 0 and detail 'few' for all where they are too little together. */
export function requireEvidence(reasons: Counted[], recipe: Recipe): void {
  const counting = reasons.filter((reason) => reason.weight > 0)
  const shared = new Map<string, number>()
  for (const { kind, channel } of counting)
    if (kind === 'sharing') shared.set(channel, (shared.get(channel) ?? 0) + 1)
  const otherwise = new Set(counting.filter(({ kind }) => kind !== 'sharing').map(({ channel }) => channel))
  const related = counting.some(({ kind }) => kind === 'relation')
  const pieces = [...shared.values()].reduce((sum, count) => sum + count, otherwise.size)
  const enoughShared = otherwise.size > 0 || Math.max(0, ...shared.values()) >= recipe.entities.minShared
  if (enoughShared && (related || pieces >= recipe.minEvidence)) return
  for (const reason of counting) {
    reason.weight = 0
    reason.detail = 'few'
  }
}

/** Scales the reasons down where their sum is above the recipe's greatest weight. */
function capWeight(reasons: Reason[], most: number | null): void {
  const sum = reasons.reduce((total, reason) => total + reason.weight, 0)
  if (most === null || sum <= most) return
  for (const reason of reasons) {
    if (reason.weight === 0) continue
    reason.weight *= most / sum
    reason.detail ??= 'capped'
  }
}
