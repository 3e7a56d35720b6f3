import type { AskAnswer } from '../../common/contract/ask.ts'
import { askMethods } from '../../common/contract/ask.ts'
import type { Ask } from '../../common/ask/parts.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { newestRuns, workspaceSpan } from '../workspace/queries.ts'

/** Answers a question over the runs that are shown, in the workspace's local day. Aborting stops it. */
export async function runAsk(
  ctx: CoreContext,
  ask: Ask,
  samples: number,
  signal?: AbortSignal,
): Promise<AskAnswer> {
  const { db, path } = ctx.open()
  return ctx.ask.call(
    'compute.ask',
    { workspace: path, ask, samples, runs: shownRuns(ctx), zoneMinutes: workspaceSpan(db).tzOffset },
    { ...(signal && { signal }) },
  )
}

export function askHandlers(ctx: CoreContext): Handlers<typeof askMethods> {
  return {
    'ask.vocabulary': (_, { signal }) =>
      ctx.ask.call('compute.askVocabulary', { workspace: ctx.open().path, runs: shownRuns(ctx) }, { signal }),
    'ask.run': ({ ask, samples }, { signal }) => runAsk(ctx, ask, samples, signal),
  }
}

function shownRuns(ctx: CoreContext) {
  const { communities, scores, report_classes } = newestRuns(ctx.open().db)
  return { communities, scores, report_classes }
}
