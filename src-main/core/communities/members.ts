import type { Database } from 'better-sqlite3'
import type { MemberRow } from '../../common/contract/pages.ts'
import { accountRows } from '../accounts/queries.ts'
import { graphReader } from '../graph/reader.ts'
import { newestRuns } from '../workspace/queries.ts'

/** As compute/trust/stability.ts has it. */
export const CORE_CONFIDENCE = 0.75
const CORE_BELONGING = 0.5

export interface Membership {
  accountId: number
  belonging: number
  confidence: number | null
}

/** Members of a community of a run, those first who come back with it most often, then those with most of their ties inside. */
export function coreToFringe(
  db: Database,
  runId: number,
  trustRunId: number | null,
  id: number,
): Membership[] {
  const rows = db
    .prepare(
      `SELECT m.account_id AS accountId, m.belonging, c.confidence FROM community_member m
       LEFT JOIN member_confidence c ON c.run_id = ? AND c.account_id = m.account_id
       WHERE m.run_id = ? AND m.community_id = ?`,
    )
    .all(trustRunId ?? -1, runId, id) as Membership[]
  return rows.sort(
    (a, b) =>
      (b.confidence ?? -1) - (a.confidence ?? -1) || b.belonging - a.belonging || a.accountId - b.accountId,
  )
}

export const isCore = (m: Membership): boolean =>
  m.confidence !== null ? m.confidence >= CORE_CONFIDENCE : m.belonging >= CORE_BELONGING

const orders = new WeakMap<Database, { key: string; members: Membership[] }>()

/** One page of a community's members from core to fringe; the order of the last community asked for is kept. */
export function memberPage(
  db: Database,
  id: number,
  page: { offset: number; limit: number },
): { total: number; core: number; measured: boolean; rows: MemberRow[] } {
  const runs = newestRuns(db)
  const key = `${runs.communities} ${runs.trust} ${id}`
  let kept = orders.get(db)
  if (kept?.key !== key) {
    kept = { key, members: coreToFringe(db, runs.communities ?? -1, runs.trust ?? null, id) }
    orders.set(db, kept)
  }
  const { members } = kept
  const wanted = members.slice(page.offset, page.offset + page.limit)
  const accounts = accountRows(
    db,
    wanted.map((m) => m.accountId),
  )
  const byId = new Map(wanted.map((m) => [m.accountId, m]))
  return {
    total: members.length,
    core: members.filter(isCore).length,
    measured: members.some((m) => m.confidence !== null),
    rows: accounts.map((a) => {
      const m = byId.get(a.id)!
      return {
        id: a.id,
        key: a.key,
        belonging: m.belonging,
        confidence: m.confidence,
        place: isCore(m) ? 'core' : 'fringe',
        score: a.score,
        label: a.label,
        verdict: a.verdict,
        registeredAt: a.registeredAt,
      }
    }),
  }
}

/** Edges of the graph among some accounts, as indices into `accounts`, a < b. */
export interface MemberGraph {
  accounts: Uint32Array
  a: Uint32Array
  b: Uint32Array
  /** Bit k: channels[k] joins the two. */
  mask: Uint16Array
  weight: Float32Array
  channels: readonly string[]
}

/** The shown graph among the given accounts (ascending ids); no edges where there is no graph. */
export async function memberGraph(
  db: Database,
  workspace: string,
  accounts: Uint32Array,
): Promise<MemberGraph> {
  const a: number[] = []
  const b: number[] = []
  const mask: number[] = []
  const weight: number[] = []
  if (newestRuns(db).graph === undefined)
    return {
      accounts,
      a: new Uint32Array(),
      b: new Uint32Array(),
      mask: new Uint16Array(),
      weight: new Float32Array(),
      channels: [],
    }
  const graph = await graphReader(db, workspace)
  const indexOf = new Map<number, number>()
  accounts.forEach((id, i) => indexOf.set(id, i))
  for (let i = 0; i < accounts.length; i++) {
    const node = graph.nodeOf(accounts[i]!)
    if (node < 0) continue
    const row = await graph.row(node)
    for (let k = 0; k < row.accountId.length; k++) {
      const j = indexOf.get(row.accountId[k]!)
      if (j === undefined || j <= i) continue
      a.push(i)
      b.push(j)
      mask.push(row.channels[k]!)
      weight.push(row.weight[k]!)
    }
  }
  return {
    accounts,
    a: Uint32Array.from(a),
    b: Uint32Array.from(b),
    mask: Uint16Array.from(mask),
    weight: Float32Array.from(weight),
    channels: graph.channels,
  }
}

/** A thing that at least two members use. */
export interface MemberThing {
  entityId: number
  type: string
  key: string
  /** Account ids, ascending. */
  users: number[]
}

/**
 * Things that at least two members of a community use, by links or events; most users first. The joins are crossed because
 * SQLite would else walk every event that has an address.
 */
export function memberThings(db: Database, runId: number, id: number): MemberThing[] {
  const rows = db
    .prepare(
      `WITH member AS MATERIALIZED (
         SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?),
       used AS MATERIALIZED (
         SELECT l.entity_id AS e, l.account_id AS a FROM member m CROSS JOIN link l ON l.account_id = m.account_id
         UNION SELECT v.ip_id, v.account_id FROM member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id WHERE v.ip_id IS NOT NULL
         UNION SELECT v.device_id, v.account_id FROM member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id WHERE v.device_id IS NOT NULL)
       SELECT u.e, t.value, n.key, json_group_array(u.a)
       FROM used u CROSS JOIN entity n ON n.id = u.e CROSS JOIN term t ON t.id = n.type_id
       WHERE n.source_id IN (SELECT id FROM ready_source)
       GROUP BY u.e HAVING count(*) >= 2 ORDER BY count(*) DESC, n.key`,
    )
    .raw()
    .all(runId, id) as [number, string, string, string][]
  return rows.map(([entityId, type, key, users]) => ({
    entityId,
    type,
    key,
    users: (JSON.parse(users) as number[]).sort((x, y) => x - y),
  }))
}
