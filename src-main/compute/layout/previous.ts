import { createHash } from 'node:crypto'
import { recipeSchema } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { designKey } from '../graph/step.ts'
import type { Belt } from './belt.ts'
import type { CommunityGroup } from './groups.ts'
import type { PreviousDrawing } from './match.ts'
import { pointsOf } from './points.ts'

/** What a layout run says of itself; what a later layout needs to go on from it. */
export interface LayoutStats {
  communities: number
  accounts: number
  /** Accounts of no community. */
  isolated: number
  /** Drawing units per √member. */
  scale: number
  belt: Belt
  /** Regions of the map, at most 200; a community belongs to the one whose disc holds its centre. */
  groups: readonly CommunityGroup[]
}

export interface PreviousLayout {
  readonly runId: number
  /** SHA-256 over the stored places and memberships: what the later run cites as its input. */
  readonly sha256: string
  readonly drawing: PreviousDrawing
}

/** Rows that are read between two checkpoints. */
const PAGE = 20_000

interface LayoutRun {
  id: number
  communities: number
  stats: string
  recipe: string
}

/**
 * The newest finished layout of this version, of the same design if there is one (a design that is built for
 * comparing shall not move the map of another); undefined where there is none.
 */
function newestLayout(
  ctx: Pick<ComputeContext, 'db'>,
  graphRunId: number,
  version: string,
): LayoutRun | undefined {
  const runs = ctx.db
    .prepare(
      `SELECT l.id, l.parent_run_id AS communities, l.stats, g.params AS recipe
       FROM run l JOIN run c ON c.id = l.parent_run_id JOIN run g ON g.id = c.parent_run_id
       WHERE l.kind = 'layout' AND l.status = 'done' AND l.algorithm_version = ? AND c.status = 'done'
       ORDER BY l.id DESC`,
    )
    .all(version) as LayoutRun[]
  const own = ctx.db.prepare('SELECT params FROM run WHERE id = ?').pluck().get(graphRunId) as string
  const design = designOf(own)
  return runs.find((run) => designOf(run.recipe) === design) ?? runs[0]
}

/** A recipe without its name; what is no recipe of today stands for itself. */
function designOf(params: string): string {
  const recipe = recipeSchema.safeParse(JSON.parse(params))
  return recipe.success ? designKey(recipe.data) : params
}

/** Reads the layout that a new one shall go on from, as seen from the accounts of today's graph. O(accounts). */
export async function readPreviousLayout(
  ctx: ComputeContext,
  graphRunId: number,
  accountIds: Uint32Array,
  version: string,
): Promise<PreviousLayout | null> {
  const run = newestLayout(ctx, graphRunId, version)
  if (run === undefined) return null
  const stats = JSON.parse(run.stats) as LayoutStats
  const count = stats.communities
  const hash = createHash('sha256').update(run.stats)
  const centre = pointsOf(count)
  const radius = new Float64Array(count)
  const size = new Uint32Array(count)
  const places = ctx.db
    .prepare('SELECT community_id, x, y, radius FROM community_place WHERE run_id = ? ORDER BY community_id')
    .raw(true)
  for (const [c, x, y, r] of places.iterate(run.id) as Iterable<[number, number, number, number]>) {
    centre.x[c] = x
    centre.y[c] = y
    radius[c] = r
  }
  hash.update(centre.x).update(centre.y).update(radius)

  const n = accountIds.length
  const community = new Int32Array(n).fill(-2)
  const place = { x: new Float64Array(n).fill(NaN), y: new Float64Array(n).fill(NaN) }
  const page = ctx.db
    .prepare(
      `SELECT p.account_id, p.x, p.y, coalesce(m.community_id, -1)
       FROM account_place p LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = p.account_id
       WHERE p.run_id = ? AND p.account_id > ? ORDER BY p.account_id LIMIT ${PAGE}`,
    )
    .raw(true)
  const row = new Float64Array(4 * PAGE)
  // Both lists ascend, so one walk joins them.
  let u = 0
  for (let after = -1; ;) {
    const rows = page.all(run.communities, run.id, after) as [number, number, number, number][]
    for (let i = 0; i < rows.length; i++) {
      const [id, x, y, c] = rows[i]
      row.set(rows[i], 4 * i)
      if (c >= 0) size[c]++
      while (u < n && accountIds[u] < id) u++
      if (u === n || accountIds[u] !== id) continue
      community[u] = c
      place.x[u] = x
      place.y[u] = y
    }
    hash.update(row.subarray(0, 4 * rows.length))
    await ctx.checkpoint()
    if (rows.length < PAGE) break
    after = rows[rows.length - 1][0]
  }
  return {
    runId: run.id,
    sha256: hash.digest('hex'),
    drawing: {
      scale: stats.scale,
      belt: stats.belt,
      groups: stats.groups,
      centre,
      radius,
      size,
      community,
      place,
    },
  }
}
