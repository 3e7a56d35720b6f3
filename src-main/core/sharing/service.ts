import type { sharingMethods } from '../../common/contract/sharing.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Members of a group whose keys are sent along. */
const NAMED = 10

/** Innocent explanations and likeness: compute answers, core says which graph is shown and what accounts are called. */
export function sharingHandlers(ctx: CoreContext): Handlers<typeof sharingMethods> {
  const shown = () => {
    const { db, path } = ctx.open()
    return { workspace: path, graphRunId: newestRuns(db).graph ?? null }
  }
  const keysOf = (ids: readonly number[]): Record<number, string> => {
    const rows = ctx
      .open()
      .db.prepare('SELECT a.id, a.key FROM json_each(?) i JOIN account a ON a.id = i.value')
      .raw()
      .all(JSON.stringify(ids)) as [number, string][]
    return Object.fromEntries(rows)
  }
  return {
    'entities.explain': ({ id }, { signal }) =>
      ctx.ask.call('compute.explainEntity', { ...shown(), id }, { signal }),
    'entities.causes': ({ ids }, { signal }) =>
      ctx.ask.call('compute.sharingCauses', { ...shown(), ids }, { signal }),
    'edges.explain': async ({ a, b }, { signal }) => {
      const { workspace, graphRunId } = shown()
      if (graphRunId === null) return { reasons: [], things: [] }
      return ctx.ask.call('compute.explainPair', { workspace, graphRunId, a, b }, { signal })
    },
    'accounts.similar': async (input, { signal }) => {
      const found = await ctx.ask.call('compute.similarAccounts', { ...shown(), ...input }, { signal })
      return { ...found, keys: keysOf(found.rows.map((row) => row.id)) }
    },
    'similarity.groups': async (input, { signal }) => {
      const { workspace } = shown()
      const found = await ctx.compute.call('compute.duplicateGroups', { workspace, ...input }, { signal })
      return { ...found, keys: keysOf(found.rows.flatMap((row) => [...row.members.subarray(0, NAMED)])) }
    },
  }
}
