import { accountMethods, type NeighbourRow } from '../../common/contract/accounts.ts'
import { ShoalError } from '../../common/errors.ts'
import { accountsUsing } from '../communities/queries.ts'
import { membershipConfidence } from '../communities/trust.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { graphReader } from '../graph/reader.ts'
import { judgedOf } from '../selection/judged.ts'
import { newestRuns } from '../workspace/queries.ts'
import { accountRows, entitiesOf, eventsOf, labelsOf, recordsOf } from './queries.ts'
import { labelledMalicious } from './known-bad.ts'
import { searchNames } from './names.ts'

const NO_NEIGHBOURS = { total: 0, channels: [], malicious: 0, rows: [] }

export function accountHandlers(ctx: CoreContext): Handlers<typeof accountMethods> {
  return {
    'accounts.list': async (input, { signal }) => {
      const { total, ids, events } = await askExplorer(ctx, 'compute.explore.page', input, signal)
      return { total, rows: accountRows(ctx.open().db, ids, events) }
    },
    'accounts.count': async ({ selection }, { signal }) => {
      const { accounts, communities, total } = await askExplorer(
        ctx,
        'compute.explore.mask',
        { selection },
        signal,
      )
      return { accounts, communities, total }
    },
    'accounts.get': ({ id }) => {
      const { db } = ctx.open()
      const row = accountRows(db, [id])[0]
      if (!row) throw new ShoalError('not_found', `There is no account with the id ${id} in this workspace.`)
      const runs = newestRuns(db)
      return {
        ...row,
        ...recordsOf(db, id),
        labels: labelsOf(db, id),
        ...judgedOf(db, 'account', id, null),
        entities: entitiesOf(db, id),
        scoresRunId: runs.scores ?? null,
        communitiesRunId: runs.communities ?? null,
        confidence: membershipConfidence(db, id),
      }
    },
    'accounts.neighbours': async ({ id, limit, channel }) => {
      const { db, path } = ctx.open()
      if (newestRuns(db).graph === undefined) return NO_NEIGHBOURS
      const graph = await graphReader(db, path)
      const node = graph.nodeOf(id)
      if (node < 0) return NO_NEIGHBOURS
      const row = await graph.row(node)
      const channels = graph.channels
        .map((name, c) => ({
          channel: name,
          neighbours: row.channels.reduce((n, mask) => n + ((mask >> c) & 1), 0),
        }))
        .filter((c) => c.neighbours > 0)
        .sort((a, b) => b.neighbours - a.neighbours)
      const bit = channel === null ? 0xffff : 1 << graph.channels.indexOf(channel)
      const joined = Array.from(row.accountId.keys()).filter((k) => (row.channels[k]! & bit) !== 0)
      const heaviest = joined
        .sort((a, b) => row.weight[b]! - row.weight[a]! || row.accountId[a]! - row.accountId[b]!)
        .slice(0, limit)
      const details = accountRows(
        db,
        heaviest.map((k) => row.accountId[k]!),
      )
      const byId = new Map(details.map((d) => [d.id, d]))
      const rows: NeighbourRow[] = heaviest.flatMap((k) => {
        const account = byId.get(row.accountId[k]!)
        if (!account) return []
        return {
          id: account.id,
          key: account.key,
          score: account.score,
          label: account.label,
          verdict: account.verdict,
          community: account.community,
          weight: row.weight[k]!,
          channels: graph.channels.filter((_, c) => row.channels[k]! & (1 << c)),
        }
      })
      const malicious = labelledMalicious(
        db,
        joined.map((k) => row.accountId[k]!),
      )
      return { total: joined.length, channels, malicious, rows }
    },
    'accounts.explain': async ({ id }, { signal }) => {
      const { db, path } = ctx.open()
      const scoresRunId = newestRuns(db).scores
      if (scoresRunId === undefined) return null
      const found = await ctx.ask.call(
        'compute.explain',
        { workspace: path, scoresRunId, accountIds: [id] },
        { signal },
      )
      return found[0] ?? null
    },
    'accounts.events': (input) => eventsOf(ctx.open().db, input),
    'search.all': (input, { signal }) => askExplorer(ctx, 'compute.explore.search', input, signal),
    'search.count': (input, { signal }) => askExplorer(ctx, 'compute.explore.searchCount', input, signal),
    'search.names': (input) => searchNames(ctx.open().db, input),
    'search.accounts': (input, { signal }) =>
      askExplorer(ctx, 'compute.explore.searchAccounts', input, signal),
    'entities.accounts': ({ id }) => ({ accounts: accountsUsing(ctx.open().db, id) }),
  }
}
