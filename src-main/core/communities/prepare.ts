import type { CoreContext } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { newestRuns } from '../workspace/queries.ts'
import { hasStats, scoreThreshold, setStats } from './stats.ts'

/**
 * Has the explorer add up what members say of their communities, where that is not known yet: by SQL it is joins over every
 * account, in the thread that answers everybody. Where it can't, communityStats does.
 */
export async function prepareStats(ctx: CoreContext): Promise<void> {
  const { db } = ctx.open()
  const runs = newestRuns(db)
  if (runs.communities === undefined || hasStats(db)) return
  const threshold = scoreThreshold(db, runs.scores)
  try {
    setStats(db, runs, await askExplorer(ctx, 'compute.explore.communities', { threshold }))
  } catch {
    // communityStats adds them up then, and says what is wrong if that can't either.
  }
}
