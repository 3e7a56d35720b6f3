import { createHash } from 'node:crypto'
import { isCancelled, ShoalError } from '../../common/errors.ts'
import { forEachMember } from '../communities/members.ts'
import type { ComputeContext } from '../context.ts'
import { abandonRun, beginRun, finishRun } from '../store/runs.ts'
import {
  compareCommunities,
  countLineage,
  LEAST_OF_LARGER,
  LEAST_OF_SMALLER,
  SIZE_CHANGE,
  type LineageKind,
  type PartitionRows,
} from './lineage.ts'

export const LINEAGE_VERSION = '1'
const PAGE = 20_000

interface RunRow {
  id: number
  algorithm: string
  facts: string
  window: string
  recipe: string
  /** What the size of communities hangs on: comparing across it would tell of settings, not of accounts. */
  scale: string
}

function communitiesRuns(ctx: ComputeContext): RunRow[] {
  const rows = ctx.db
    .prepare(
      `SELECT c.id, c.algorithm, c.params AS settings, g.inputs, g.params FROM run c JOIN run g ON g.id = c.parent_run_id
       WHERE c.kind = 'communities' AND c.status = 'done' ORDER BY c.id`,
    )
    .all() as { id: number; algorithm: string; settings: string; inputs: string; params: string }[]
  return rows.map(({ id, algorithm, settings, inputs, params }) => {
    const { window, name: _, ...recipe } = JSON.parse(params) as Record<string, unknown>
    return {
      id,
      algorithm,
      facts: String((JSON.parse(inputs) as { facts?: unknown }).facts),
      window: JSON.stringify(window ?? null),
      recipe: JSON.stringify(recipe),
      scale: scaleOf(JSON.parse(settings) as Record<string, unknown>),
    }
  })
}

/** An automatic resolution follows the graph and stays comparable; a chosen one must be the same. */
function scaleOf(settings: Record<string, unknown>): string {
  const { objective = 'modularity', resolution = null, resolutionChosen } = settings
  return JSON.stringify([objective, resolutionChosen === 'automatic' ? 'automatic' : resolution])
}

/**
 * The run that `later` is compared with unless told otherwise: the newest earlier one by the same detector at the same
 * resolution whose facts (files imported) or time window differ; among those, one by the same recipe goes first. null: there is none.
 */
export function earlierRunOf(ctx: ComputeContext, later: number): number | null {
  const runs = communitiesRuns(ctx)
  const mine = runs.find((run) => run.id === later)
  if (mine === undefined)
    throw new ShoalError('run_missing', `There is no finished communities run ${later}.`)
  const others = runs.filter(
    (run) =>
      run.id < later &&
      run.algorithm === mine.algorithm &&
      run.scale === mine.scale &&
      (run.facts !== mine.facts || run.window !== mine.window),
  )
  return (others.findLast((run) => run.recipe === mine.recipe) ?? others.at(-1))?.id ?? null
}

async function readPartition(ctx: ComputeContext, runId: number): Promise<PartitionRows> {
  const accounts: number[] = []
  const communities: number[] = []
  await forEachMember(ctx, runId, (account, community) => {
    accounts.push(account)
    communities.push(community)
  })
  return { accountIds: Uint32Array.from(accounts), community: Uint32Array.from(communities) }
}

const hashOf = ({ accountIds, community }: PartitionRows): string =>
  createHash('sha256').update(accountIds).update(community).digest('hex')

export interface Lineage {
  readonly runId: number
  readonly earlier: number
  readonly later: number
  readonly counts: Record<LineageKind, number>
}

/**
 * Compares the communities of two runs and stores what became of each (run kind 'lineage', child of `later`, rows of
 * community_lineage; stats: counts per kind, as countLineage). `earlier` defaults to earlierRunOf; null where there is
 * nothing to compare with, and then no run is recorded. Throws run_missing for a run that is not there.
 */
export async function runLineageStep(
  ctx: ComputeContext,
  runs: { earlier?: number; later: number },
): Promise<Lineage | null> {
  const earlier = runs.earlier ?? earlierRunOf(ctx, runs.later)
  if (earlier === null) return null
  const known = new Set(communitiesRuns(ctx).map((run) => run.id))
  for (const id of [earlier, runs.later]) {
    if (!known.has(id)) throw new ShoalError('run_missing', `There is no finished communities run ${id}.`)
  }
  if (earlier === runs.later) {
    throw new ShoalError('invalid_input', `Run ${earlier} can't be compared with itself. Choose two runs.`)
  }
  const tell = (done: number) => ctx.progress({ phase: 'lineage.compare', done, total: 100, unit: 'steps' })
  tell(0)
  const before = await readPartition(ctx, earlier)
  tell(30)
  const after = await readPartition(ctx, runs.later)
  tell(60)
  const runId = beginRun(ctx, {
    kind: 'lineage',
    algorithm: 'overlap',
    algorithmVersion: LINEAGE_VERSION,
    params: {
      earlier,
      later: runs.later,
      leastOfSmaller: LEAST_OF_SMALLER,
      leastOfLarger: LEAST_OF_LARGER,
      sizeChange: SIZE_CHANGE,
    },
    inputs: { earlier: hashOf(before), later: hashOf(after) },
    parentRunId: runs.later,
  })
  try {
    const rows = await compareCommunities(before, after, ctx)
    tell(80)
    const insert = ctx.db.prepare('INSERT INTO community_lineage VALUES (?, ?, ?, ?, ?, ?, ?)')
    const write = ctx.db.transaction((from: number, to: number) => {
      for (const row of rows.slice(from, to)) {
        insert.run(runId, row.kind, row.earlier, row.later, row.shared, row.earlierSize, row.laterSize)
      }
    })
    for (let from = 0; from < rows.length; from += PAGE) {
      write(from, from + PAGE)
      await ctx.checkpoint()
    }
    const counts = countLineage(rows)
    finishRun(ctx, runId, { stats: counts })
    tell(100)
    return { runId, earlier, later: runs.later, counts }
  } catch (error) {
    ctx.db.prepare('DELETE FROM community_lineage WHERE run_id = ?').run(runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}
