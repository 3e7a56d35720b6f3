import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import type { Communities } from './step.ts'

export interface LoadedCommunities extends Communities {
  readonly graphRunId: number
}

/**
 * The communities of a finished run over the graph's accounts, as runCommunitiesStep returned them: accounts in none
 * get numbers from `count` on. Throws run_missing.
 */
export function loadCommunities(
  ctx: Pick<ComputeContext, 'db'>,
  runId: number,
  accountIds: Uint32Array,
): LoadedCommunities {
  const run = ctx.db
    .prepare(
      `SELECT parent_run_id AS graphRunId, stats FROM run
       WHERE id = ? AND kind = 'communities' AND status = 'done'`,
    )
    .get(runId) as { graphRunId: number; stats: string } | undefined
  if (!run) throw new ShoalError('run_missing', `There is no finished communities run ${runId}.`, { runId })
  const stats = JSON.parse(run.stats) as { communities: number; modularity?: number | null }
  const membership = new Uint32Array(accountIds.length).fill(0xffffffff)
  const rows = ctx.db
    .prepare('SELECT account_id, community_id FROM community_member WHERE run_id = ? ORDER BY account_id')
    .raw(true)
    .iterate(runId) as IterableIterator<[number, number]>
  let u = 0
  for (const [account, community] of rows) {
    while (u < accountIds.length && accountIds[u] < account) u++
    if (accountIds[u] === account) membership[u] = community
  }
  let alone = stats.communities
  for (let v = 0; v < membership.length; v++) if (membership[v] === 0xffffffff) membership[v] = alone++
  return {
    runId,
    graphRunId: run.graphRunId,
    membership,
    count: stats.communities,
    quality: stats.modularity ?? 0,
  }
}
