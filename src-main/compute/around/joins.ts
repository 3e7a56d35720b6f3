import type { JoiningAccount, Joins } from '../../common/contract/around.ts'
import type { ComputeContext } from '../context.ts'
import { findNode, keptGraph } from '../kernels/answer.ts'
import type { AroundRuns } from './reach.ts'
import { countUsers, hubCapOf, thingNames, thingsOf } from './things.ts'

const LISTED = 200

/** How telling it is that so many of the asked accounts have something that so many accounts have in all. */
const rankOf = (members: number, all: number): number => (members - 1) / Math.log(1 + Math.max(all, members))

/**
 * What joins accounts: things that at least two of them use, and accounts tied to at least two of them, the rare ones
 * first (Adamic and Adar's idea: what everybody has says little). Throws run_missing, derived_missing.
 */
export async function joinsOf(
  ctx: ComputeContext,
  { graphRunId, scoresRunId }: AroundRuns,
  accountIds: readonly number[],
): Promise<Joins> {
  const graph = await keptGraph(ctx, graphRunId)
  const ids = [...new Set(accountIds)].sort((x, y) => x - y)
  const cap = hubCapOf(ctx.db, graphRunId)
  const shared = [...thingsOf(ctx.db, ids).byThing].filter(([, members]) => members.length > 1)
  const names = thingNames(
    ctx.db,
    shared.map(([id]) => id),
  )
  const users = countUsers(ctx.db, names.keys())
  await ctx.checkpoint()
  const things = shared.map(([id, members]) => {
    const accounts = users.get(id)!
    return {
      ...names.get(id)!,
      members,
      accounts,
      hub: accounts > cap,
      rank: rankOf(members.length, accounts),
    }
  })
  things.sort((x, y) => y.rank - x.rank || x.accounts - y.accounts || x.id - y.id)

  const { offsets, targets, weights } = graph.combined
  const among = new Set(ids)
  const met = new Map<number, { members: number[]; strength: number; mask: number }>()
  let tied = 0
  for (const id of ids) {
    const u = findNode(graph, id)
    if (u < 0) continue
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const other = graph.accountIds[targets[e]]
      if (among.has(other)) {
        if (other > id) tied++
        continue
      }
      const row = met.get(targets[e]) ?? { members: [], strength: 0, mask: 0 }
      met.set(targets[e], row)
      row.members.push(id)
      row.strength += weights[e]
      row.mask |= graph.channelMask[e]
    }
  }
  const common = [...met]
    .filter(([, { members }]) => members.length > 1)
    .map(([node, row]) => {
      const degree = offsets[node + 1] - offsets[node]
      return { id: graph.accountIds[node], ...row, degree, rank: rankOf(row.members.length, degree) }
    })
  common.sort((x, y) => y.rank - x.rank || y.strength - x.strength || x.id - y.id)
  const best = common.slice(0, LISTED)
  const facts = new Map(
    (
      ctx.db
        .prepare(
          `SELECT a.id, a.key, s.score FROM json_each(?) i JOIN account_current a ON a.id = i.value
           LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id`,
        )
        .all(JSON.stringify(best.map(({ id }) => id)), scoresRunId ?? -1) as {
        id: number
        key: string
        score: number | null
      }[]
    ).map((row) => [row.id, row]),
  )
  const accounts: JoiningAccount[] = best.flatMap(({ mask, ...row }) => {
    const fact = facts.get(row.id)
    if (fact === undefined) return []
    return { ...row, ...fact, channels: graph.channels.flatMap(({ id }, k) => (mask & (1 << k) ? id : [])) }
  })
  return {
    graphRunId,
    things: things.slice(0, LISTED),
    accounts,
    tied,
    pairs: (ids.length * (ids.length - 1)) / 2,
  }
}
