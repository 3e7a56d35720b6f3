import { isCancelled } from '../../common/errors.ts'
import type { Communities } from '../communities/step.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { abandonRun, beginRun, finishRun } from '../store/runs.ts'
import { drawGraph, LAYOUT_PARAMS, type Drawing } from './draw.ts'

export const LAYOUT_VERSION = '1'

/**
 * Lays out the communities run and its members and stores the places (run kind 'layout', rows of community_place
 * and account_place). Every account of the graph gets a place; coordinates lie in about [-1000, 1000], y up. The
 * same graph and communities give the same places.
 */
export async function runLayoutStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  communities: Communities,
): Promise<{ runId: number }> {
  const runId = beginRun(ctx, {
    kind: 'layout',
    algorithm: 'community-forceatlas2',
    algorithmVersion: LAYOUT_VERSION,
    params: LAYOUT_PARAMS,
    inputs: { graph: graph.sha256 },
    parentRunId: communities.runId,
  })
  try {
    const tell = (part: string, done: number) =>
      ctx.progress({ phase: `layout.${part}`, done, total: 100, unit: 'steps' })
    const drawing = await drawGraph(graph.combined, communities.membership, communities.count, ctx, (share) =>
      tell('place', 85 * share),
    )
    await store(ctx, runId, graph.accountIds, drawing, (share) => tell('write', 85 + 15 * share))
    finishRun(ctx, runId, {
      stats: {
        communities: communities.count,
        accounts: graph.accountIds.length,
        isolated: drawing.isolated,
        scale: drawing.scale,
      },
    })
    return { runId }
  } catch (error) {
    ctx.db.prepare('DELETE FROM account_place WHERE run_id = ?').run(runId)
    ctx.db.prepare('DELETE FROM community_place WHERE run_id = ?').run(runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

async function store(
  ctx: ComputeContext,
  runId: number,
  accountIds: Uint32Array,
  { centre, radius, place }: Drawing,
  tell: (share: number) => void,
): Promise<void> {
  const community = ctx.db.prepare('INSERT INTO community_place VALUES (?, ?, ?, ?, ?)')
  const account = ctx.db.prepare('INSERT INTO account_place VALUES (?, ?, ?, ?)')
  const writeCommunities = ctx.db.transaction((from: number, to: number) => {
    for (let c = from; c < to; c++) community.run(runId, c, centre.x[c], centre.y[c], radius[c])
  })
  const writeAccounts = ctx.db.transaction((from: number, to: number) => {
    for (let u = from; u < to; u++) account.run(runId, accountIds[u], place.x[u], place.y[u])
  })
  const total = radius.length + accountIds.length
  for (let from = 0; from < radius.length; from += STORE_CHUNK) {
    writeCommunities(from, Math.min(radius.length, from + STORE_CHUNK))
    await ctx.checkpoint()
  }
  for (let from = 0; from < accountIds.length; from += STORE_CHUNK) {
    const to = Math.min(accountIds.length, from + STORE_CHUNK)
    writeAccounts(from, to)
    tell((radius.length + to) / total)
    await ctx.checkpoint()
  }
}

/** Well under the limit, so that a cancel is heard within ~50 ms. */
const STORE_CHUNK = Math.min(ROWS_PER_TRANSACTION, 20_000)
