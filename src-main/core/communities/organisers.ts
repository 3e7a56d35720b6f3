import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { Organiser, Organisers, OrganiserSign } from '../../common/contract/pages.ts'
import { accountRows } from '../accounts/queries.ts'
import { newestRuns } from '../workspace/queries.ts'
import { betweenness, cutMembers } from './cut-parts.ts'
import { memberGraph, memberThings, type MemberGraph, type MemberThing } from './members.ts'

/** What a sign adds to the strength when it is all that it could be: chosen, not learned. */
export const SIGN_WEIGHT: Record<OrganiserSign, number> = {
  invited: 0.9,
  collects: 0.8,
  bridges: 0.6,
  between: 0.5,
  first: 0.3,
}
/** A sign below this amount (of its own unit) is not said of anybody. */
const LEAST: Record<OrganiserSign, number> = { invited: 2, collects: 2, bridges: 2, between: 0.05, first: 1 }
/** Only the earliest few are called early. */
const EARLY = 3
/** Steps of the shortest-path search that core's thread can spare (about a fifth of a second). */
const STEPS = 12_000_000
/** Relations by which accounts bring others in, and by which money moves. */
const INVITES = /invit|refer|邀请|推荐/i
const PAYS = /transfer|pay|remit|gift|转账|付款|打赏/i
const DEVICES = /device|设备/i

/** What the signs are computed from; members are indices 0..n−1. */
export interface OrganiserFacts {
  /** Milliseconds UTC; NaN: unknown. */
  registered: ArrayLike<number>
  /** [inviter, invited], [payer, payee]: both members. */
  invitations: readonly (readonly [number, number])[]
  payments: readonly (readonly [number, number])[]
  /** Members who use each device that two or more of them use. */
  devices: readonly (readonly number[])[]
  a: ArrayLike<number>
  b: ArrayLike<number>
}

export interface Signs {
  asked: OrganiserSign[]
  sampled: number | null
  /** Per member: strength 0..1 and the signs that hold. */
  strength: Float64Array
  signs: Organiser['signs'][]
}

/**
 * By which signs each of n members may have organised the others. Every sign has an amount, its share of what it could
 * be at most, and a rank; the strength is 1 − Π (1 − weight × share) over the signs that hold. The signs are what
 * investigators look for by hand, and an innocent account (the founder of a club, a cashier) shows them too.
 */
export function organiserSigns(n: number, facts: OrganiserFacts): Signs {
  const result: Signs = {
    asked: [],
    sampled: null,
    strength: new Float64Array(n),
    signs: Array.from({ length: n }, () => []),
  }
  if (n < 3) return result
  const left = new Float64Array(n).fill(1)
  const add = (
    sign: OrganiserSign,
    amount: ArrayLike<number>,
    shareOf: (i: number, rank: number) => number,
  ) => {
    result.asked.push(sign)
    const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => amount[y]! - amount[x]! || x - y)
    let rank = 0
    order.forEach((i, place) => {
      if (place === 0 || amount[i]! < amount[order[place - 1]!]!) rank = place + 1
      if (!(amount[i]! >= LEAST[sign])) return
      const share = shareOf(i, rank)
      if (share <= 0) return
      result.signs[i]!.push({ sign, amount: amount[i]!, share, rank })
      left[i] = left[i]! * (1 - SIGN_WEIGHT[sign] * share)
    })
  }
  const distinct = (pairs: OrganiserFacts['payments'], of: 0 | 1) => {
    const seen = Array.from({ length: n }, () => new Set<number>())
    for (const pair of pairs) if (pair[0] !== pair[1]) seen[pair[of]]!.add(pair[1 - of]!)
    return seen.map((s) => s.size)
  }
  const others = n - 1
  if (facts.invitations.length > 0) {
    const invited = distinct(facts.invitations, 0)
    add('invited', invited, (i) => invited[i]! / others)
  }
  if (facts.payments.length > 0) {
    const payers = distinct(facts.payments, 1)
    add('collects', payers, (i) => payers[i]! / others)
  }
  if (facts.devices.length > 0) {
    const held = cutMembers(n, facts.devices)
    add('bridges', held, (i) => Math.min(1, (2 * held[i]!) / others))
  }
  if (facts.a.length > 0) {
    const pivots = Math.min(n, Math.max(16, Math.floor(STEPS / (2 * facts.a.length + n))))
    if (pivots < n) result.sampled = pivots
    const between = betweenness(n, facts.a, facts.b, pivots)
    add('between', between, (i) => Math.min(1, between[i]!))
  }
  const known = Array.from(facts.registered).filter((t) => !Number.isNaN(t))
  if (known.length >= 3) {
    known.sort((x, y) => x - y)
    const median = known[known.length >> 1]!
    const lead = Array.from({ length: n }, (_, i) => {
      const t = facts.registered[i]!
      return Number.isNaN(t) ? -Infinity : (median - t) / 3_600_000
    })
    add('first', lead, (_, rank) => (rank <= EARLY ? 1 / rank : 0))
  }
  for (let i = 0; i < n; i++) {
    result.strength[i] = 1 - left[i]!
    result.signs[i]!.sort((x, y) => SIGN_WEIGHT[y.sign] * y.share - SIGN_WEIGHT[x.sign] * x.share)
  }
  return result
}

/** Possible organisers of a community of the shown run, strongest first. */
export async function organisersOf(
  db: Database,
  workspace: string,
  id: number,
  limit: number,
): Promise<Organisers> {
  const run = newestRuns(db).communities ?? -1
  const members = db
    .prepare(
      `SELECT m.account_id AS id, a.registered_at AS t FROM community_member m
       JOIN account_current a ON a.id = m.account_id WHERE m.run_id = ? AND m.community_id = ? ORDER BY 1`,
    )
    .all(run, id) as { id: number; t: number | null }[]
  const n = members.length
  const indexOf = new Map(members.map((m, i) => [m.id, i]))
  const relations = db
    .prepare(
      `SELECT t.value, r.src_id, r.dst_id FROM community_member m
       CROSS JOIN relation r INDEXED BY relation_src ON r.src_id = m.account_id
       JOIN term t ON t.id = r.type_id
       WHERE m.run_id = ? AND m.community_id = ? AND r.source_id IN (SELECT id FROM ready_source)${current(db, 'relation', 'r')}`,
    )
    .raw()
    .all(run, id) as [string, number, number][]
  const pairsOf = (types: RegExp) =>
    relations.flatMap(([type, src, dst]): [number, number][] => {
      const a = indexOf.get(src)
      const b = indexOf.get(dst)
      return types.test(type) && a !== undefined && b !== undefined ? [[a, b]] : []
    })
  const graph: MemberGraph = await memberGraph(
    db,
    workspace,
    Uint32Array.from(members, (m) => m.id),
  )
  const devices = memberThings(db, run, id).filter((thing: MemberThing) => DEVICES.test(thing.type))
  const found = organiserSigns(n, {
    registered: members.map((m) => m.t ?? NaN),
    invitations: pairsOf(INVITES),
    payments: pairsOf(PAYS),
    devices: devices.map((d) => d.users.map((user) => indexOf.get(user)!)),
    a: graph.a,
    b: graph.b,
  })
  const best = Array.from({ length: n }, (_, i) => i)
    // Having come early alone says nothing: somebody always did.
    .filter((i) => found.signs[i]!.some((s) => s.sign !== 'first'))
    .sort((x, y) => found.strength[y]! - found.strength[x]! || x - y)
    .slice(0, limit)
  const rows = accountRows(
    db,
    best.map((i) => members[i]!.id),
  )
  return {
    size: n,
    asked: found.asked,
    sampled: found.sampled,
    rows: rows.map((row) => {
      const i = indexOf.get(row.id)!
      return {
        id: row.id,
        key: row.key,
        score: row.score,
        verdict: row.verdict,
        strength: found.strength[i]!,
        signs: found.signs[i]!,
      }
    }),
  }
}
