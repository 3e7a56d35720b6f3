import { isCancelled } from '../../common/errors.ts'
import type { Communities } from '../communities/step.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { abandonRun, beginRun, finishRun } from '../store/runs.ts'
import { membersOf } from './community-graph.ts'
import { drawGraph, LAYOUT_PARAMS, type Drawing } from './draw.ts'
import { movedSince } from './moved.ts'
import { readPreviousLayout, type LayoutStats, type PreviousLayout } from './previous.ts'

export const LAYOUT_VERSION = '2'

export interface LayoutOptions {
  /** Draw anew, wherever things were before. */
  fresh?: boolean
}

/**
 * Lays out the communities run and its members and stores the places (run kind 'layout', rows of community_place
 * and account_place). Every account of the graph gets a place; a fresh drawing lies in [-1000, 1000] × [-625, 625],
 * y up.
 *
 * Unless `fresh` is asked for, it goes on from the newest finished layout (of the same recipe, if there is one), so
 * that things are found where they were; `params.previousLayoutRunId` and `inputs.previous_layout` say from which.
 * The same graph, communities and earlier layout give the same places.
 */
export async function runLayoutStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  communities: Communities,
  { fresh = false }: LayoutOptions = {},
): Promise<{ runId: number }> {
  const tell = (part: string, done: number) =>
    ctx.progress({ phase: `layout.${part}`, done, total: 100, unit: 'steps' })
  tell('place', 0)
  const previous = fresh ? null : await readPreviousLayout(ctx, graph.runId, graph.accountIds, LAYOUT_VERSION)
  const runId = beginRun(ctx, {
    kind: 'layout',
    algorithm: 'community-forceatlas2',
    algorithmVersion: LAYOUT_VERSION,
    params: { ...LAYOUT_PARAMS, fresh, previousLayoutRunId: previous?.runId ?? null },
    inputs: { graph: graph.sha256, ...(previous === null ? {} : { previous_layout: previous.sha256 }) },
    parentRunId: communities.runId,
  })
  try {
    const { combined } = graph
    const { membership, count } = communities
    const drawing = await drawGraph(
      combined,
      membership,
      count,
      ctx,
      (share) => tell('place', 85 * share),
      previous?.drawing,
    )
    await store(ctx, runId, graph.accountIds, drawing, (share) => tell('write', 85 + 15 * share))
    finishRun(ctx, runId, { stats: statsOf(drawing, membership, count, previous) })
    return { runId }
  } catch (error) {
    ctx.db.prepare('DELETE FROM account_place WHERE run_id = ?').run(runId)
    ctx.db.prepare('DELETE FROM community_place WHERE run_id = ?').run(runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

function statsOf(
  drawing: Drawing,
  membership: Uint32Array,
  count: number,
  previous: PreviousLayout | null,
): LayoutStats & Record<string, unknown> {
  const { held } = drawing
  return {
    communities: count,
    accounts: membership.length,
    isolated: drawing.isolated,
    scale: drawing.scale,
    belt: drawing.belt,
    groups: drawing.groups,
    // null: drawn anew, even if there was an earlier layout (too little of it was left).
    held:
      held === null || previous === null
        ? null
        : {
            previousLayoutRunId: previous.runId,
            rescaled: held.rescaled,
            moved: movedSince(previous.drawing, membersOf(membership, count), drawing),
          },
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
