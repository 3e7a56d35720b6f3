import type { ExploreRuns } from '../../common/contract/compute-explore.ts'
import { isCancelled, toErrorShape } from '../../common/errors.ts'
import { askVocabulary } from '../ask/vocabulary.ts'
import type { ComputeContext } from '../context.ts'
import { loadTexts } from '../search/texts.ts'
import { factsKey, loadAccounts } from './accounts.ts'
import { loadAttributes } from './attributes.ts'
import { loadCells } from './cells.ts'
import { loadBetween } from './communities.ts'
import { loadEvents } from './events.ts'
import { loadGroups } from './groups.ts'
import { loadMarks } from './marks.ts'
import { loadNeighbours } from './neighbours.ts'
import { loadRegions } from './regions.ts'
import { loadRuns, runsKey } from './runs.ts'
import { loadSums, thresholdOf } from './sums.ts'
import { loadUses } from './uses.ts'

/**
 * Writes the explorer's column files of an analysis, so that opening its map reads and does not compute. What is there
 * already (events, when only the graph is new) is only read. A file that cannot be written is made when it is asked for.
 */
export async function writeColumnFiles(ctx: ComputeContext, runs: ExploreRuns): Promise<void> {
  const { db, workspace } = ctx
  const facts = factsKey(db)
  const key = runsKey(facts, runs)
  const total = 14
  let done = 0
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    ctx.progress({ phase: 'explore.columns', done: done++, total, unit: 'steps' })
    await ctx.checkpoint()
    return work()
  }
  try {
    const accounts = await step(() => loadAccounts(db, workspace, facts, ctx))
    const columns = await step(() => loadRuns(db, workspace, key, runs, accounts, ctx))
    const threshold = thresholdOf(db, runs.scores)
    const held = async () => ({ accounts, columns })
    await step(() => loadSums({ db, workspace, key }, runs, held, threshold, ctx))
    const between = await step(() =>
      loadBetween(db, workspace, key, runs.graph, { accounts, runs: columns }, ctx),
    )
    await step(() => loadNeighbours(workspace, key, columns.communities, async () => between, ctx))
    const run = { id: runs.communities ?? -1, communities: columns.communities }
    await step(() => loadGroups(db, workspace, key, run, ctx))
    await step(() => loadRegions(db, workspace, key, run.id, ctx))
    await step(() => loadMarks(db, workspace, key, runs.report_classes, ctx))
    const events = await step(() => loadEvents(db, workspace, facts, accounts, ctx))
    await step(() => loadCells(workspace, facts, accounts.n, async () => events, ctx))
    await step(() => loadAttributes(db, workspace, facts, accounts, ctx))
    await step(() => loadTexts(db, workspace, facts, ctx))
    await step(() => loadUses(db, workspace, facts, accounts, ctx))
    await step(() => askVocabulary(ctx, runs))
    ctx.progress({ phase: 'explore.columns', done: total, total, unit: 'steps' })
  } catch (error) {
    if (isCancelled(error)) throw error
    ctx.log('warn', `The explorer's columns were not written: ${toErrorShape(error).message}`)
  }
}
