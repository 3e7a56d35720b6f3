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

const cache = new WeakMap<Database, { run: number; between: Promise<BetweenCommunities> }>()

/** Weights between communities of the shown run, which the explorer sums from the graph; kept until another run. */
export function betweenCommunities(ctx: CoreContext): Promise<BetweenCommunities> {
  const { db } = ctx.open()
  const run = newestRuns(db).communities!
  const kept = cache.get(db)
  if (kept?.run === run) return kept.between
  const between = askExplorer(ctx, 'compute.explore.between', {})
  cache.set(db, { run, between })
  between.catch(() => cache.delete(db))
  return between
}
