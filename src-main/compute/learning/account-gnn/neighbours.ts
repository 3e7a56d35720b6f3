import type { Explanation } from '../../../common/contract/accounts.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { AccountModel } from './account-model.ts'
import { COLUMN_COUNT } from './channels.ts'
import type { LocalColumns } from './local.ts'

/** Neighbours tried, strongest tie first, and told. */
const TRIED = 60
const TOLD = 10

/**
 * What single neighbours do to the score of node u: the mean of what goes when the tie is left out and of what comes
 * when it is the only one. Both, because among many alike neighbours no single one is missed.
 */
export async function neighboursOf(
  ctx: ComputeContext,
  u: number,
  score: number,
  graph: AccountGraph,
  local: LocalColumns,
  model: AccountModel,
): Promise<Explanation['neighbours']> {
  const { offsets, targets, weights } = graph.combined
  const ties: { node: number; weight: number }[] = []
  for (let e = offsets[u]; e < offsets[u + 1]; e++) ties.push({ node: targets[e], weight: weights[e] })
  ties.sort((a, b) => b.weight - a.weight || a.node - b.node)
  const tried = ties.slice(0, TRIED)
  if (tried.length === 0) return []
  const rows = new Float32Array((2 * tried.length + 1) * COLUMN_COUNT)
  for (const [i, { node }] of tried.entries()) {
    rows.set(
      local.columns(u, (v) => v !== node),
      2 * i * COLUMN_COUNT,
    )
    rows.set(
      local.columns(u, (v) => v === node),
      (2 * i + 1) * COLUMN_COUNT,
    )
    await ctx.checkpoint()
  }
  rows.set(
    local.columns(u, () => false),
    2 * tried.length * COLUMN_COUNT,
  )
  const scores = await model.score(rows, 2 * tried.length + 1)
  const alone = scores[2 * tried.length]
  const keyOf = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  return tried
    .map(({ node }, i) => ({
      node,
      contribution: (score - scores[2 * i] + (scores[2 * i + 1] - alone)) / 2,
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.node - b.node)
    .slice(0, TOLD)
    .map(({ node, contribution }) => {
      const accountId = graph.accountIds[node]
      return { accountId, key: keyOf.get(accountId) as string, contribution }
    })
}
