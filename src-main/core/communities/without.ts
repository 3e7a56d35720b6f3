import type { Database } from 'better-sqlite3'
import type { Without, WithoutRow } from '../../common/contract/pages.ts'
import { newestRuns } from '../workspace/queries.ts'
import { partsOf } from './cut-parts.ts'
import { memberGraph, memberThings, type MemberGraph, type MemberThing } from './members.ts'

/** Things that are tried one by one, those of most members first. */
const TRIED = 25
/** Larger communities are not held together by one thing, and trying would keep core busy. */
export const MOST_MEMBERS = 4000
const MOST_EDGES = 400_000

/** The channels of a graph that stand for sharing a thing of a type. */
const restsOn = (channel: string, type: string) => channel === `entity:${type}` || channel === `event:${type}`

/**
 * What would be left of a group without each thing that two or more of its members use, and without each channel of
 * the graph. An edge falls with a thing when no other channel joins the two and they share no other thing of that type;
 * it falls with a channel when nothing else joins the two. The graph is not built anew: weights do not matter here.
 */
export function withoutEach(graph: MemberGraph, things: readonly MemberThing[]): Without {
  const { a, b, mask, channels } = graph
  const n = graph.accounts.length
  const rows: WithoutRow[] = []
  const indexOf = new Map<number, number>()
  graph.accounts.forEach((id, i) => indexOf.set(id, i))
  const usesOf = new Map<string, Map<number, number[]>>()
  for (const thing of things) {
    let uses = usesOf.get(thing.type)
    if (!uses) usesOf.set(thing.type, (uses = new Map()))
    for (const user of thing.users) {
      const i = indexOf.get(user)!
      const list = uses.get(i)
      if (list) list.push(thing.entityId)
      else uses.set(i, [thing.entityId])
    }
  }
  for (const thing of things.slice(0, TRIED)) {
    let own = 0
    channels.forEach((channel, k) => {
      if (restsOn(channel, thing.type)) own |= 1 << k
    })
    if (own === 0) continue
    const users = new Set(thing.users.map((user) => indexOf.get(user)!))
    const uses = usesOf.get(thing.type)!
    let lost = 0
    const left = partsOf(n, a, b, (e) => {
      const falls =
        users.has(a[e]!) &&
        users.has(b[e]!) &&
        (mask[e]! & ~own) === 0 &&
        !uses.get(a[e]!)!.some((other) => other !== thing.entityId && uses.get(b[e]!)!.includes(other))
      if (falls) lost++
      return !falls
    })
    const { entityId, type, key } = thing
    rows.push({ kind: 'entity', entityId, type, key, edgesLost: lost, ...left })
  }
  channels.forEach((channel, k) => {
    const bit = 1 << k
    let lost = 0
    const left = partsOf(n, a, b, (e) => {
      const falls = (mask[e]! & ~bit) === 0
      if (falls) lost++
      return !falls
    })
    if (lost > 0)
      rows.push({ kind: 'channel', entityId: null, type: channel, key: '', edgesLost: lost, ...left })
  })
  rows.sort((x, y) => x.tied - y.tied || x.largest - y.largest || y.edgesLost - x.edgesLost)
  return {
    size: n,
    edges: a.length,
    now: partsOf(n, a, b, () => true),
    rows: rows.filter((r) => r.edgesLost > 0),
  }
}

/** As `withoutEach`, of a community of the shown run; null where it is too large to try. */
export async function withoutOf(db: Database, workspace: string, id: number): Promise<Without | null> {
  const run = newestRuns(db).communities ?? -1
  const members = db
    .prepare('SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ? ORDER BY 1')
    .pluck()
    .all(run, id) as number[]
  if (members.length > MOST_MEMBERS) return null
  const graph = await memberGraph(db, workspace, Uint32Array.from(members))
  if (graph.a.length > MOST_EDGES) return null
  return withoutEach(graph, memberThings(db, run, id))
}
