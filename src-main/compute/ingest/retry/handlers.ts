import type { computeProblemMethods } from '../../../common/contract/problems.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import type { ServerCall } from '../../../common/rpc/server.ts'
import type { ComputeContext } from '../../context.ts'
import { keptRows } from './kept.ts'
import { lookAtRejected, previewRetry } from './preview.ts'
import { problemCsv } from './problem-csv.ts'
import { retryRows } from './retry.ts'

type Methods = typeof computeProblemMethods
type ProblemHandlers = {
  [K in keyof Methods]: (input: ParsedInputOf<Methods[K]>, call: ServerCall) => Promise<OutputOf<Methods[K]>>
}
type OnWorkspace = <T>(
  workspace: string,
  jobId: number | null,
  call: ServerCall,
  work: (ctx: ComputeContext) => Promise<T>,
) => Promise<T>

/** Rows as they were, rejected rows as CSV, and reading rejected rows again. */
export function problemHandlers(onWorkspace: OnWorkspace): ProblemHandlers {
  return {
    'compute.keptRows': ({ workspace, refs, files }, call) =>
      onWorkspace(workspace, null, call, (ctx) => keptRows(ctx, refs, files)),
    'compute.problemCsv': ({ workspace, ...input }, call) =>
      onWorkspace(workspace, null, call, async (ctx) => problemCsv(ctx.db, input)),
    'compute.retryLook': ({ workspace, ...input }, call) =>
      onWorkspace(workspace, null, call, (ctx) => lookAtRejected(ctx, input)),
    'compute.retryPreview': ({ workspace, ...input }, call) =>
      onWorkspace(workspace, null, call, (ctx) => previewRetry(ctx, input)),
    'compute.retryRows': ({ workspace, jobId, ...input }, call) =>
      onWorkspace(workspace, jobId, call, (ctx) => retryRows(ctx, input)),
  }
}
