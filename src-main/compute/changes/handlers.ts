import type { computeChangeMethods } from '../../common/contract/changes.ts'
import type { OutputOf, ParsedInputOf } from '../../common/contract/method.ts'
import type { ServerCall } from '../../common/rpc/server.ts'
import type { OnWorkspace } from '../context.ts'
import { importChanges } from './compare.ts'
import { changedAccounts, changedByCommunity, changedIds } from './lists.ts'

type M = typeof computeChangeMethods

/** Compute's answers about what an import changed. */
export function changeHandlers(onWorkspace: OnWorkspace): {
  [K in keyof M]: (input: ParsedInputOf<M[K]>, call: ServerCall) => Promise<OutputOf<M[K]>>
} {
  return {
    'compute.changes': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => importChanges(ctx, input)),
    'compute.changedAccounts': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => changedAccounts(ctx, input)),
    'compute.changedIds': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) => ({ ids: await changedIds(ctx, input) })),
    'compute.changedByCommunity': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => changedByCommunity(ctx, input)),
  }
}
