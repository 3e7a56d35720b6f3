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

const heaviest = new WeakMap<Database, { run: number; between: Promise<BetweenCommunities> }>()

/** The heaviest 20,000 edges between communities of the shown run, which are all that a map draws; kept until another run. */
export function heaviestBetween(ctx: CoreContext): Promise<BetweenCommunities> {
  const { db } = ctx.open()
  const run = newestRuns(db).communities!
  const kept = heaviest.get(db)
  if (kept?.run === run) return kept.between
  const between = askExplorer(ctx, 'compute.explore.between', {})
  heaviest.set(db, { run, between })
  between.catch(() => heaviest.delete(db))
  return between
}
