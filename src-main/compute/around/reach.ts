import type { GraphExpansion, ExpandSort, Reach, ReachAnswer, Reached } from '../../common/contract/around.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph, Csr } from '../graph/types.ts'
import { findNode, keptGraph } from '../kernels/answer.ts'
import { countUsers, hubCapOf, thingNames, thingsOf, usersOf } from './things.ts'

export interface AroundRuns {
  graphRunId: number
  scoresRunId: number | null
}
interface From {
  accountIds: readonly number[]
  thingIds: readonly number[]
}
const ENTITY = 'entity:'

/**
 * What each expansion of the accounts, or of the things, would bring. Accounts that the graph does not have (imported
 * after it was built) reach nobody. Throws run_missing, derived_missing.
 */
export async function reachOf(
  ctx: ComputeContext,
  { graphRunId }: AroundRuns,
  { accountIds, thingIds }: From,
  shown: readonly number[],
): Promise<ReachAnswer> {
  const graph = await keptGraph(ctx, graphRunId)
  const isShown = new Set(shown)
  const rows: Reach[] = []
  const row = (channel: string, reached: Iterable<number>): Reach => {
    let accounts = 0
    let fresh = 0
    for (const id of reached) {
      accounts++
      if (!isShown.has(id)) fresh++
    }
    return { channel, accounts, fresh, things: 0, hubs: 0, hubAccounts: 0 }
  }
  if (thingIds.length > 0) {
    const users = new Set(thingIds.flatMap((id) => usersOf(ctx.db, id)))
    for (const id of accountIds) users.delete(id)
    rows.push(row('users', users))
  }
  if (accountIds.length === 0) return { graphRunId, rows }
  const byType = await sharedByType(ctx, graphRunId, accountIds)
  const own = graph.channels.map(({ id, csr }) => ({ id, reached: neighboursIn(graph, csr, accountIds) }))
  const all = row('all', neighboursIn(graph, graph.combined, accountIds).keys())
  const channels = own.map(({ id, reached }) => {
    const made = row(id, reached.keys())
    const shared = id.startsWith(ENTITY) ? byType.get(id.slice(ENTITY.length)) : undefined
    return shared === undefined ? made : { ...made, ...shared }
  })
  // A type that only hubs of are shared has no channel of its own, or an empty one; it is told all the same.
  for (const [type, shared] of byType)
    if (!graph.channels.some(({ id }) => id === ENTITY + type))
      channels.push({ ...row(ENTITY + type, []), ...shared })
  const worth = channels.filter(({ accounts, hubs }) => accounts > 0 || hubs > 0)
  worth.sort((x, y) => y.accounts - x.accounts || (x.channel < y.channel ? -1 : 1))
  return { graphRunId, rows: all.accounts > 0 ? [...rows, all, ...worth] : [...rows, ...worth] }
}

/**
 * One expansion: who is reached, what is between, and how many were left out. Ties to the accounts asked about add up,
 * ties go to the lower id, so the same question has the same answer. Throws invalid_input for a channel that the graph
 * does not have, run_missing, derived_missing.
 */
export async function expandFrom(
  ctx: ComputeContext,
  { graphRunId, scoresRunId }: AroundRuns,
  input: From & {
    channel: string
    shown: readonly number[]
    sort: ExpandSort
    offset: number
    limit: number
    query: string
  },
): Promise<GraphExpansion> {
  const graph = await keptGraph(ctx, graphRunId)
  const { channel, thingIds } = input
  const strength = channel === 'users' ? usersTogether(ctx, input) : tiesOver(graph, input)
  const isShown = new Set(input.shown)
  const known: number[] = []
  const fresh: number[] = []
  for (const id of strength.keys()) (isShown.has(id) ? known : fresh).push(id)
  const candidates = candidatesOf(ctx, fresh, scoresRunId, input.query)
  const rows: Reached[] = candidates.map((c) => ({ ...c, strength: strength.get(c.id)! }))
  const byStrength = (x: Reached, y: Reached) => y.strength - x.strength || x.id - y.id
  const order: Record<ExpandSort, (x: Reached, y: Reached) => number> = {
    strongest: byStrength,
    riskiest: (x, y) => (y.score ?? -1) - (x.score ?? -1) || byStrength(x, y),
    newest: (x, y) => (y.registeredAt ?? -Infinity) - (x.registeredAt ?? -Infinity) || byStrength(x, y),
  }
  rows.sort((x, y) => order[input.sort](x, y) || x.id - y.id)
  const page = rows.slice(input.offset, input.offset + input.limit)
  known.sort((x, y) => x - y)
  const things = channel.startsWith(ENTITY)
    ? await thingsBetween(ctx, graphRunId, input.accountIds, channel.slice(ENTITY.length), [
        ...known,
        ...page.map(({ id }) => id),
      ])
    : [...thingIds]
  return { graphRunId, channel, rows: page, known, things, total: rows.length }
}

/** Accounts tied to any of the given ones in a channel, without these, with the summed weight of the ties. */
function neighboursIn(graph: AccountGraph, csr: Csr, accountIds: readonly number[]): Map<number, number> {
  const ties = new Map<number, number>()
  for (const account of accountIds) {
    const u = findNode(graph, account)
    if (u < 0) continue
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const id = graph.accountIds[csr.targets[e]]
      ties.set(id, (ties.get(id) ?? 0) + csr.weights[e])
    }
  }
  for (const account of accountIds) ties.delete(account)
  return ties
}

function tiesOver(
  graph: AccountGraph,
  { channel, accountIds }: From & { channel: string },
): Map<number, number> {
  if (channel === 'all') return neighboursIn(graph, graph.combined, accountIds)
  const found = graph.channels.find(({ id }) => id === channel)
  // A type of things that makes no ties: only the things themselves are shown.
  if (found === undefined && channel.startsWith(ENTITY)) return new Map()
  if (found === undefined)
    throw new ShoalError('invalid_input', `The graph of run ${graph.runId} has no channel ${channel}.`)
  return neighboursIn(graph, found.csr, accountIds)
}

function usersTogether(ctx: ComputeContext, { accountIds, thingIds }: From): Map<number, number> {
  const users = new Map<number, number>()
  for (const thing of thingIds)
    for (const id of usersOf(ctx.db, thing)) users.set(id, (users.get(id) ?? 0) + 1)
  for (const id of accountIds) users.delete(id)
  return users
}

/** What of each type the accounts use and share with anybody. */
async function sharedByType(
  ctx: ComputeContext,
  graphRunId: number,
  accountIds: readonly number[],
): Promise<Map<string, { things: number; hubs: number; hubAccounts: number }>> {
  const cap = hubCapOf(ctx.db, graphRunId)
  const uses = thingsOf(ctx.db, accountIds)
  const users = countUsers(ctx.db, uses.byThing.keys())
  await ctx.checkpoint()
  const byType = new Map<string, { things: number; hubs: number; hubAccounts: number }>()
  for (const { id, type } of thingNames(ctx.db, uses.byThing.keys()).values()) {
    const accounts = users.get(id) ?? 0
    if (accounts < 2) continue
    const row = byType.get(type) ?? { things: 0, hubs: 0, hubAccounts: 0 }
    byType.set(type, row)
    if (accounts <= cap) row.things++
    else {
      row.hubs++
      row.hubAccounts = Math.max(row.hubAccounts, accounts)
    }
  }
  return byType
}

/** Things of a type that join the accounts asked about to those reached, and the hubs of the type that they use. */
async function thingsBetween(
  ctx: ComputeContext,
  graphRunId: number,
  accountIds: readonly number[],
  type: string,
  reached: readonly number[],
): Promise<number[]> {
  const cap = hubCapOf(ctx.db, graphRunId)
  const mine = thingsOf(ctx.db, accountIds)
  const ofType = [...thingNames(ctx.db, mine.byThing.keys()).values()].filter((thing) => thing.type === type)
  const theirs = thingsOf(ctx.db, reached)
  await ctx.checkpoint()
  const users = countUsers(
    ctx.db,
    ofType.map(({ id }) => id),
  )
  return ofType
    .map(({ id }) => id)
    .filter((id) => users.get(id)! > cap || theirs.byThing.has(id))
    .sort((x, y) => x - y)
}

/** Key, score and registration of accounts; with a query only those whose key contains it, in any case. */
function candidatesOf(
  ctx: ComputeContext,
  ids: readonly number[],
  scoresRunId: number | null,
  query: string,
): Omit<Reached, 'strength'>[] {
  return ctx.db
    .prepare(
      `SELECT a.id, a.key, s.score, a.registered_at AS registeredAt
       FROM json_each($ids) i JOIN account_current a ON a.id = i.value
       LEFT JOIN score s ON s.run_id = $run AND s.account_id = a.id
       WHERE $query = '' OR instr(lower(a.key), lower($query)) > 0`,
    )
    .all({ ids: JSON.stringify(ids), run: scoresRunId ?? -1, query }) as Omit<Reached, 'strength'>[]
}
