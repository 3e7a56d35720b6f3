import { current } from '../../common/facts/superseded.ts'
import { MEMBER_FLAG } from '../../common/contract/communities.ts'
import type { AroundScene } from '../../common/contract/around.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { findNode, keptGraph } from '../kernels/answer.ts'
import { countUsers, hubCapOf, thingNames, thingsOf } from './things.ts'

export interface SceneRuns {
  graphRunId: number
  scoresRunId: number | null
  communitiesRunId: number | null
}
export interface SceneInput {
  accountIds: readonly number[]
  thingIds: readonly number[]
  thingTypes: readonly string[]
  maxThings: number
  maxEdges: number
}
/** Of the things that two of the accounts share, so many most shared ones are counted in the whole workspace. */
const COUNTED = 4000

/**
 * Accounts and things with everything between them: the strongest `maxEdges` ties of the graph, and who uses which
 * thing. Beside the things asked for by id there are, of the types asked for, those that at least two of the accounts
 * share and that are no hubs, most telling first: (shared here − 1) / ln(1 + accounts). Ids that are no ready accounts
 * are left out; accounts come in the order given. Throws run_missing, derived_missing.
 */
export async function sceneOf(ctx: ComputeContext, runs: SceneRuns, input: SceneInput): Promise<AroundScene> {
  const graph = await keptGraph(ctx, runs.graphRunId)
  const accounts = accountColumns(ctx, runs, graph, input.accountIds)
  await ctx.checkpoint()
  const edges = await edgesAmong(ctx, graph, accounts.id, input.maxEdges)
  return {
    graphRunId: runs.graphRunId,
    accounts,
    ...edges,
    channels: graph.channels.map(({ id }) => id),
    ...(await thingColumns(ctx, runs.graphRunId, accounts.id, input)),
  }
}

function accountColumns(
  ctx: ComputeContext,
  { scoresRunId, communitiesRunId }: SceneRuns,
  graph: AccountGraph,
  accountIds: readonly number[],
): AroundScene['accounts'] {
  const rows = ctx.db
    .prepare(
      `SELECT a.id, a.key, s.score, m.community_id, a.registered_at,
              (SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = a.id
                 AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1),
              (SELECT l.label FROM label l WHERE l.account_id = a.id
                 AND l.source_id IN (SELECT id FROM ready_source)${current(ctx.db, 'label', 'l')} ORDER BY l.ts DESC, l.id DESC LIMIT 1),
              (SELECT min(e.ts) FROM event e WHERE e.account_id = a.id),
              (SELECT min(k.first_seen) FROM link k WHERE k.account_id = a.id)
       FROM json_each(?) i JOIN account_current a ON a.id = i.value
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = a.id
       ORDER BY i.key`,
    )
    .raw()
    .all(JSON.stringify([...new Set(accountIds)]), scoresRunId ?? -1, communitiesRunId ?? -1) as [
    id: number,
    key: string,
    score: number | null,
    community: number | null,
    registered: number | null,
    verdict: string | null,
    label: string | null,
    firstEvent: number | null,
    firstLink: number | null,
  ][]
  const n = rows.length
  const columns: AroundScene['accounts'] = {
    id: new Uint32Array(n),
    key: rows.map((row) => row[1]),
    score: new Float32Array(n),
    community: new Uint32Array(n),
    flags: new Uint8Array(n),
    registered: new Float64Array(n),
    firstSeen: new Float64Array(n),
    degree: new Uint32Array(n),
  }
  rows.forEach(([id, , score, community, registered, verdict, label, firstEvent, firstLink], i) => {
    columns.id[i] = id
    columns.score[i] = score ?? NaN
    columns.community[i] = community ?? 0xffffffff
    columns.flags[i] =
      (verdict === 'malicious' ? MEMBER_FLAG.judgedMalicious : 0) |
      (verdict === 'benign' ? MEMBER_FLAG.judgedBenign : 0) |
      (label === 'malicious' ? MEMBER_FLAG.labelMalicious : 0) |
      (label === 'benign' ? MEMBER_FLAG.labelBenign : 0)
    columns.registered[i] = registered ?? NaN
    const first = Math.min(firstEvent ?? Infinity, firstLink ?? Infinity)
    columns.firstSeen[i] = first === Infinity ? NaN : first
    const node = findNode(graph, id)
    columns.degree[i] = node < 0 ? 0 : graph.combined.offsets[node + 1] - graph.combined.offsets[node]
  })
  return columns
}

async function edgesAmong(
  ctx: ComputeContext,
  graph: AccountGraph,
  ids: Uint32Array,
  maxEdges: number,
): Promise<Pick<AroundScene, 'edges' | 'omittedEdges'>> {
  const { offsets, targets, weights } = graph.combined
  /** Place of a node among the accounts plus one. */
  const place = new Map<number, number>()
  const nodes = Array.from(ids, (id) => findNode(graph, id))
  nodes.forEach((node, i) => node >= 0 && place.set(node, i + 1))
  const from: number[] = []
  const to: number[] = []
  const entry: number[] = []
  for (let i = 0; i < nodes.length; i++) {
    const u = nodes[i]
    if (u < 0) continue
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const j = (place.get(targets[e]) ?? 0) - 1
      if (j <= i) continue
      from.push(i)
      to.push(j)
      entry.push(e)
    }
    if (i % 500 === 499) await ctx.checkpoint()
  }
  const order = Uint32Array.from(entry, (_, k) => k).sort(
    (x, y) => weights[entry[y]] - weights[entry[x]] || x - y,
  )
  const kept = order.subarray(0, maxEdges)
  return {
    edges: {
      a: Uint32Array.from(kept, (k) => from[k]),
      b: Uint32Array.from(kept, (k) => to[k]),
      weight: Float32Array.from(kept, (k) => weights[entry[k]]),
      channelMask: Uint16Array.from(kept, (k) => graph.channelMask[entry[k]]),
    },
    omittedEdges: order.length - kept.length,
  }
}

async function thingColumns(
  ctx: ComputeContext,
  graphRunId: number,
  accounts: Uint32Array,
  { thingIds, thingTypes, maxThings }: SceneInput,
): Promise<Pick<AroundScene, 'things' | 'types' | 'links' | 'omittedThings' | 'omittedHubs' | 'hubCap'>> {
  const hubCap = hubCapOf(ctx.db, graphRunId)
  const asked = new Set(thingIds)
  const wanted = new Set(thingTypes)
  const uses =
    asked.size > 0 || wanted.size > 0
      ? thingsOf(ctx.db, [...accounts])
      : { byAccount: new Map<number, number[]>(), byThing: new Map<number, number[]>() }
  await ctx.checkpoint()
  const shared =
    wanted.size === 0 ? [] : [...uses.byThing].filter(([id, users]) => users.length > 1 && !asked.has(id))
  const names = thingNames(ctx.db, [...asked, ...shared.map(([id]) => id)])
  const candidates = shared
    .filter(([id]) => wanted.has('*') || wanted.has(names.get(id)?.type ?? ''))
    .sort((x, y) => y[1].length - x[1].length || x[0] - y[0])
  const counted = candidates.slice(0, COUNTED)
  const users = countUsers(ctx.db, [...asked, ...counted.map(([id]) => id)])
  const telling = ([id, here]: [number, number[]]) => (here.length - 1) / Math.log(1 + users.get(id)!)
  const tying = counted.filter(([id]) => users.get(id)! <= hubCap)
  tying.sort((x, y) => telling(y) - telling(x) || x[0] - y[0])
  const chosen = [...[...asked].filter((id) => names.has(id)), ...tying.slice(0, maxThings).map(([id]) => id)]
  const types = [...new Set(chosen.map((id) => names.get(id)!.type))].sort()
  const indexOf = new Map(Array.from(accounts, (id, i) => [id, i]))
  const links: [account: number, thing: number][] = chosen.flatMap((id, t) =>
    (uses.byThing.get(id) ?? []).map((account): [number, number] => [indexOf.get(account)!, t]),
  )
  return {
    things: {
      id: Uint32Array.from(chosen),
      type: Uint8Array.from(chosen, (id) => types.indexOf(names.get(id)!.type)),
      key: chosen.map((id) => names.get(id)!.key),
      accounts: Uint32Array.from(chosen, (id) => users.get(id)!),
    },
    types,
    links: {
      account: Uint32Array.from(links, ([account]) => account),
      thing: Uint32Array.from(links, ([, thing]) => thing),
    },
    omittedThings: candidates.length - Math.min(tying.length, maxThings),
    omittedHubs: counted.length - tying.length,
    hubCap,
  }
}
