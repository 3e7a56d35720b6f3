import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { CommunityComparison, CompareSide } from '../../common/contract/pages.ts'
import { ShoalError } from '../../common/errors.ts'
import { workspaceSpan } from '../workspace/queries.ts'
import { memberGraph } from './members.ts'
import { accountsUsing, reportClassCounts, verdictsOf } from './queries.ts'
import { requireStats, type CommunityStats } from './stats.ts'

const SHARED = 20
const HOUR = 3_600_000

/** Cosine of two non-negative vectors of one length, 0..1; null where either is all zeros. */
export function cosine(x: readonly number[], y: readonly number[]): number | null {
  let dot = 0
  let xx = 0
  let yy = 0
  x.forEach((v, i) => {
    dot += v * y[i]!
    xx += v * v
    yy += y[i]! * y[i]!
  })
  return xx > 0 && yy > 0 ? dot / Math.sqrt(xx * yy) : null
}

/** Events of a community's members by hour of the day of a zone (minutes east of UTC), length 24. */
function hoursOf(db: Database, run: number, id: number, zone: number): number[] {
  const hours = Array.from({ length: 24 }, () => 0)
  const rows = db
    .prepare(
      `SELECT ((e.ts + ?) / ?) % 24, count(*) FROM community_member m CROSS JOIN event e INDEXED BY event_account_ts ON e.account_id = m.account_id
       WHERE m.run_id = ? AND m.community_id = ? GROUP BY 1`,
    )
    .raw()
    .all(zone * 60_000, HOUR, run, id) as [number, number][]
  for (const [hour, n] of rows) hours[(Number(hour) + 24) % 24] = n
  return hours
}

function sideOf(db: Database, stats: CommunityStats, id: number, zone: number): CompareSide {
  const orNull = (v: number) => (Number.isNaN(v) ? null : v)
  const run = stats.runs.communities!
  return {
    id,
    size: stats.size[id]!,
    meanScore: orNull(stats.meanScore[id]!),
    flagged: stats.flagged[id]!,
    reports: stats.reports[id]!,
    registeredFrom: orNull(stats.registeredFrom[id]!),
    registeredTo: orNull(stats.registeredTo[id]!),
    labelledMalicious: stats.labelledMalicious[id]!,
    verdict: verdictsOf(db, 'community', run).get(id) ?? null,
    classes:
      stats.runs.report_classes === undefined
        ? []
        : reportClassCounts(db, run, stats.runs.report_classes, id),
    hours: hoursOf(db, run, id, zone),
  }
}

/** Two communities of the shown run side by side: what ties them, what both use, whether they keep the same hours. */
export async function compareCommunities(
  db: Database,
  workspace: string,
  a: number,
  b: number,
): Promise<CommunityComparison> {
  const stats = requireStats(db)
  for (const id of [a, b])
    if (id >= stats.count) throw new ShoalError('not_found', `There is no community C-${id + 1}.`)
  if (a === b) throw new ShoalError('invalid_input', 'A community can only be compared with another one.')
  const run = stats.runs.communities!
  const zone = workspaceSpan(db).tzOffset
  const left = sideOf(db, stats, a, zone)
  const right = sideOf(db, stats, b, zone)

  const members = db
    .prepare(
      `SELECT account_id, community_id FROM community_member WHERE run_id = ? AND community_id IN (?, ?) ORDER BY 1`,
    )
    .raw()
    .all(run, a, b) as [number, number][]
  const graph = await memberGraph(
    db,
    workspace,
    Uint32Array.from(members, (m) => m[0]),
  )
  const byChannel = new Uint32Array(graph.channels.length)
  let weight = 0
  let edges = 0
  for (let e = 0; e < graph.a.length; e++) {
    if (members[graph.a[e]!]![1] === members[graph.b[e]!]![1]) continue
    edges++
    weight += graph.weight[e]!
    for (let k = 0; k < byChannel.length; k++) if (graph.mask[e]! & (1 << k)) byChannel[k] = byChannel[k]! + 1
  }

  const shared = db
    .prepare(
      `WITH used AS (
         SELECT DISTINCT l.entity_id AS e, l.account_id AS a, m.community_id AS c
         FROM community_member m CROSS JOIN link l ON l.account_id = m.account_id
         WHERE m.run_id = $run AND m.community_id IN ($a, $b)
         UNION SELECT v.ip_id, v.account_id, m.community_id FROM community_member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id
           WHERE m.run_id = $run AND m.community_id IN ($a, $b) AND v.ip_id IS NOT NULL
         UNION SELECT v.device_id, v.account_id, m.community_id FROM community_member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id
           WHERE m.run_id = $run AND m.community_id IN ($a, $b) AND v.device_id IS NOT NULL)
       SELECT u.e AS entityId, t.value AS type, n.key, sum(u.c = $a) AS inA, sum(u.c = $b) AS inB
       FROM used u CROSS JOIN entity n ON n.id = u.e CROSS JOIN term t ON t.id = n.type_id
       WHERE n.source_id IN (SELECT id FROM ready_source)
       GROUP BY u.e HAVING inA > 0 AND inB > 0 ORDER BY min(inA, inB) DESC, n.key`,
    )
    .all({ run, a, b }) as Omit<CommunityComparison['shared'][number], 'accounts'>[]
  const relations = db
    .prepare(
      `SELECT t.value AS type, sum(x.community_id = $a) AS aToB, sum(x.community_id = $b) AS bToA
       FROM community_member x CROSS JOIN relation r INDEXED BY relation_src ON r.src_id = x.account_id
       JOIN community_member y ON y.run_id = x.run_id AND y.account_id = r.dst_id
       JOIN term t ON t.id = r.type_id
       WHERE x.run_id = $run AND x.community_id IN ($a, $b) AND y.community_id IN ($a, $b)
         AND x.community_id <> y.community_id AND r.source_id IN (SELECT id FROM ready_source)${current(db, 'relation', 'r')}
       GROUP BY 1 ORDER BY count(*) DESC`,
    )
    .all({ run, a, b }) as CommunityComparison['relations']
  return {
    a: left,
    b: right,
    between: {
      weight,
      edges,
      channels: graph.channels
        .map((channel, k) => ({ channel, edges: byChannel[k]! }))
        .filter((c) => c.edges > 0)
        .sort((x, y) => y.edges - x.edges),
    },
    shared: shared
      .slice(0, SHARED)
      .map((s) => ({ ...s, accounts: accountsUsing(db, s.entityId).length }))
      // What few others use says most about the two.
      .sort((x, y) => x.accounts - y.accounts),
    sharedTotal: shared.length,
    relations,
    rhythm: cosine(left.hours, right.hours),
  }
}
