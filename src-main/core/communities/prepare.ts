import type { CoreContext } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { newestRuns } from '../workspace/queries.ts'
import { communityStats, hasStats, scoreThreshold, setStats } from './stats.ts'
import { inWords, trustRuns } from './trust.ts'

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

/** As prepareStats, for how far communities can be trusted: a list needs it, a map does not. */
export async function prepareTrust(ctx: CoreContext): Promise<void> {
  await prepareStats(ctx)
  const { db } = ctx.open()
  const stats = communityStats(db)
  if (!stats || stats.hasTrust) return
  const runs = trustRuns(db, stats.runs)
  try {
    stats.trust = inWords(runs, await askExplorer(ctx, 'compute.explore.trust', runs))
  } catch {
    // It is read where it is asked for, then.
  }
}
