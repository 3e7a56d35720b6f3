import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import { FEW_LABELS, type QueueItem } from '../../../common/contract/learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import type { ComputeContext } from '../../context.ts'
import { keptGraph } from '../../kernels/answer.ts'
import { trainingLabels } from '../../store/labels.ts'
import { candidatesOf, pick, type Candidate, type Shares } from './pick.ts'
import { disagreements } from './members.ts'

type M = (typeof computeLearningMethods)['compute.labelQueue']

/** Accounts that are looked at closely. */
const CANDIDATES = 600
/** What each ground counts in a strategy; they sum to 1. */
const STRATEGIES: Record<ParsedInputOf<M>['strategy'], Shares> = {
  mixed: { uncertain: 0.35, disagreement: 0.15, community: 0.2, different: 0.2, high: 0.1 },
  uncertain: { uncertain: 0.7, disagreement: 0.3, community: 0, different: 0, high: 0 },
  diverse: { uncertain: 0.2, disagreement: 0, community: 0.1, different: 0.7, high: 0 },
  communities: { uncertain: 0.2, disagreement: 0, community: 0.7, different: 0.1, high: 0 },
  high: { uncertain: 0, disagreement: 0, community: 0, different: 0.1, high: 0.9 },
}

/**
 * The next accounts to label: those near the threshold, on which the model's members disagree, whose community has few
 * labels, that are unlike what was labelled and what was picked before, or that score high and nobody has looked at
 * (uncertainty, query by committee, coverage and diversity: Settles 2012, Active Learning). Already labelled and `skip`
 * are left out. Deterministic. Throws run_missing where there is no graph.
 */
export async function labelQueue(ctx: ComputeContext, input: ParsedInputOf<M>): Promise<OutputOf<M>> {
  const graph = await keptGraph(ctx, input.graphRunId)
  const { accountIds } = graph
  const labels = trainingLabels(ctx, accountIds)
  const scores = scoresOf(ctx, input.scoresRunId, accountIds)
  const { community, sizes } = communitiesOf(ctx, input.communitiesRunId, accountIds)
  const judged = judgedAccounts(ctx)
  const passed = new Set(input.skip)
  const out = new Uint8Array(accountIds.length)
  labels.nodes.forEach((u) => (out[u] = 1))
  accountIds.forEach((id, u) => {
    if (judged.has(id) || passed.has(id)) out[u] = 1
  })
  const labelledIn = new Map<number, number>()
  for (const u of labels.nodes)
    if (community[u] >= 0) labelledIn.set(community[u], (labelledIn.get(community[u]) ?? 0) + 1)
  const threshold = thresholdOf(ctx, input.scoresRunId)
  const found = candidatesOf(
    { n: accountIds.length, out, scores, threshold, community, sizes, labelledIn },
    CANDIDATES,
  )
  await ctx.checkpoint()
  const shares = STRATEGIES[input.strategy]
  const views = await disagreements(
    ctx,
    input.scoresRunId,
    found.map((c) => c.node),
    labels.nodes,
    shares.disagreement > 0,
  )
  const bad = labels.y.reduce((sum, y) => sum + y, 0)
  const few = Math.min(bad, labels.y.length - bad) < FEW_LABELS
  const picked = pick(found, views, shares, input.limit)
  return picked.map(({ candidate, value, why }) =>
    itemOf(ctx, accountIds[candidate.node], candidate, value, why, few, sizes),
  )
}

function itemOf(
  ctx: ComputeContext,
  accountId: number,
  { score, community }: Candidate,
  value: number,
  why: QueueItem['why'],
  few: boolean,
  sizes: ReadonlyMap<number, number>,
): QueueItem {
  const key = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(accountId) as string
  return {
    accountId,
    key,
    score,
    community: community < 0 ? null : community,
    communitySize: sizes.get(community) ?? null,
    value,
    // A ground that hardly counted is not told; with few labels everything is a guess, and that is said.
    why: few ? [...why.slice(0, 2), { code: 'few_labels', share: 0 }] : why.slice(0, 3),
  }
}

/** Scores of a run in the order of nodes; null where there are none. */
function scoresOf(ctx: ComputeContext, runId: number | null, accountIds: Uint32Array): Float32Array | null {
  if (runId === null) return null
  const scores = new Float32Array(accountIds.length).fill(NaN)
  const rows = ctx.db
    .prepare('SELECT account_id, score FROM score WHERE run_id = ? ORDER BY account_id')
    .raw()
    .iterate(runId) as IterableIterator<[number, number]>
  let u = 0
  let any = false
  for (const [account, score] of rows) {
    while (u < accountIds.length && accountIds[u] < account) u++
    if (accountIds[u] === account) {
      scores[u] = score
      any = true
    }
  }
  return any ? scores : null
}

function thresholdOf(ctx: ComputeContext, runId: number | null): number {
  const found = ctx.db
    .prepare(`SELECT json_extract(stats, '$.threshold') FROM run WHERE id = ?`)
    .pluck()
    .get(runId ?? -1) as number | null | undefined
  return found ?? 0.5
}

function communitiesOf(
  ctx: ComputeContext,
  runId: number | null,
  accountIds: Uint32Array,
): { community: Int32Array; sizes: Map<number, number> } {
  const community = new Int32Array(accountIds.length).fill(-1)
  const sizes = new Map<number, number>()
  if (runId === null) return { community, sizes }
  const rows = ctx.db
    .prepare('SELECT account_id, community_id FROM community_member WHERE run_id = ? ORDER BY account_id')
    .raw()
    .iterate(runId) as IterableIterator<[number, number]>
  let u = 0
  for (const [account, id] of rows) {
    while (u < accountIds.length && accountIds[u] < account) u++
    if (accountIds[u] === account) community[u] = id
    sizes.set(id, (sizes.get(id) ?? 0) + 1)
  }
  return { community, sizes }
}

/** Accounts that an analyst has looked at, unsure ones too: they were asked once. */
function judgedAccounts(ctx: ComputeContext): Set<number> {
  const rows = ctx.db
    .prepare(`SELECT target FROM judgement WHERE target_kind = 'account' AND retracted_at IS NULL`)
    .pluck()
    .all() as number[]
  return new Set(rows)
}
