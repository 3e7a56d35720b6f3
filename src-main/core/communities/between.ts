import type { Database } from 'better-sqlite3'
import type { CoreContext } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Edges of the graph of communities, heaviest first; source < target. */
export interface BetweenCommunities {
  source: Uint32Array
  target: Uint32Array
  weight: Float32Array
}

interface Kept {
  run: number
  between: Promise<BetweenCommunities>
}
const all = new WeakMap<Database, Kept>()
const heaviest = new WeakMap<Database, Kept>()
/** Edges that a map is drawn with at most. */
const HEAVIEST = 20_000

function keep(
  cache: WeakMap<Database, Kept>,
  ctx: CoreContext,
  most: number | null,
): Promise<BetweenCommunities> {
  const { db } = ctx.open()
  const run = newestRuns(db).communities!
  const kept = cache.get(db)
  if (kept?.run === run) return kept.between
  const between = askExplorer(ctx, 'compute.explore.between', { most })
  cache.set(db, { run, between })
  between.catch(() => cache.delete(db))
  return between
}

/** Weights between communities of the shown run, which the explorer sums from the graph; kept until another run. */
export const betweenCommunities = (ctx: CoreContext): Promise<BetweenCommunities> => keep(all, ctx, null)

/** The heaviest 20,000 of them: of a million accounts there are seven million, 86 MB, that a map has no use for. */
export const heaviestBetween = (ctx: CoreContext): Promise<BetweenCommunities> =>
  keep(heaviest, ctx, HEAVIEST)
