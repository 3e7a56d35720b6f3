import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import { readSizes, type CommunityPlaces, type EachRow } from '../../common/communities/columns.ts'
import type { CommunityColumns } from '../../common/contract/compute-explore.ts'
import type { WorkspaceInfo } from '../../common/contract/workspace.ts'
import { ShoalError } from '../../common/errors.ts'
import { rowsOf } from './queries.ts'
import { factsKey, newestRuns } from '../workspace/queries.ts'
import { trustColumns, type TrustColumns } from './trust.ts'

/** What is known of every community of a run, as columns indexed by community id. */
export interface CommunityStats {
  runs: WorkspaceInfo['runs']
  threshold: number | null
  count: number
  size: Uint32Array
  internalWeight: Float64Array
  boundaryWeight: Float64Array
  conductance: Float32Array
  /** NaN where no member is scored. */
  meanScore: Float32Array
  maxScore: Float32Array
  flagged: Uint32Array
  labelledMalicious: Uint32Array
  labelledBenign: Uint32Array
  reports: Uint32Array
  anomalies: Uint32Array
  /** NaN where no member has a registration time. */
  registeredFrom: Float64Array
  registeredTo: Float64Array
  /** Of the shown layout; null where the explorer has not said them. */
  places: CommunityPlaces | null
  /**
   * A map has no use for it. The explorer reads it (prepare.ts); here it is read when it is asked for before, which at a
   * million accounts takes half a second.
   */
  trust: TrustColumns
  readonly hasTrust: boolean
}

const cache = new WeakMap<Database, { key: string; stats: CommunityStats | null }>()

/** The threshold that a scores run used, from its stats. */
export function scoreThreshold(db: Database, scoresRunId: number | undefined): number | null {
  if (scoresRunId === undefined) return null
  const row = db.prepare('SELECT stats FROM run WHERE id = ?').get(scoresRunId) as
    { stats: string } | undefined
  const threshold = row ? (JSON.parse(row.stats) as { threshold?: unknown }).threshold : null
  return typeof threshold === 'number' ? threshold : null
}

type Runs = WorkspaceInfo['runs']

const keyOf = (db: Database, runs: Runs): string => `${JSON.stringify(runs)} ${factsKey(db)}`

/** Statistics of the newest communities run; null before there is one. Kept until a run or the facts change. */
export function communityStats(db: Database): CommunityStats | null {
  const runs = newestRuns(db)
  const key = keyOf(db, runs)
  const kept = cache.get(db)
  if (kept?.key === key) return kept.stats
  const stats = runs.communities === undefined ? null : compute(db, runs, runs.communities, null)
  cache.set(db, { key, stats })
  return stats
}

/** Whether they are known as things are now. */
export const hasStats = (db: Database): boolean => cache.get(db)?.key === keyOf(db, newestRuns(db))

/** Keeps statistics whose sums over members somebody else has made; see prepare.ts. */
export function setStats(db: Database, runs: Runs, members: CommunityColumns): void {
  if (runs.communities === undefined || JSON.stringify(runs) !== JSON.stringify(newestRuns(db))) return
  cache.set(db, { key: keyOf(db, runs), stats: compute(db, runs, runs.communities, members) })
}

/** As communityStats, for what makes no sense before there are communities. */
export function requireStats(db: Database): CommunityStats {
  const stats = communityStats(db)
  if (!stats) throw new ShoalError('run_missing', 'There are no communities yet. Run the analysis first.')
  return stats
}

function compute(db: Database, runs: Runs, run: number, members: CommunityColumns | null): CommunityStats {
  const count = (db.prepare('SELECT count(*) AS n FROM community WHERE run_id = ?').get(run) as { n: number })
    .n
  const threshold = scoreThreshold(db, runs.scores)
  const each = rowsOf(db)
  const { x, y, radius, ...sums } = members ?? {
    ...readSizes(each, run, count),
    x: null,
    y: null,
    radius: null,
  }
  let trust: TrustColumns | null = null
  const stats: CommunityStats = {
    runs,
    threshold,
    count,
    places: x && y && radius && { x, y, radius },
    meanScore: new Float32Array(count).fill(NaN),
    maxScore: new Float32Array(count).fill(NaN),
    flagged: new Uint32Array(count),
    labelledMalicious: new Uint32Array(count),
    labelledBenign: new Uint32Array(count),
    reports: new Uint32Array(count),
    anomalies: new Uint32Array(count),
    registeredFrom: new Float64Array(count).fill(NaN),
    registeredTo: new Float64Array(count).fill(NaN),
    ...sums,
    get trust() {
      return (trust ??= trustColumns(db, runs, count))
    },
    set trust(known) {
      trust = known
    },
    get hasTrust() {
      return trust !== null
    },
  }
  if (runs.series !== undefined) {
    each(
      `SELECT CAST(group_key AS INTEGER), count(*) FROM anomaly
       WHERE run_id = ? AND group_kind = 'community' GROUP BY 1`,
      [runs.series],
      ([id, anomalies]) => {
        if (id! < count) stats.anomalies[id!] = anomalies!
      },
    )
  }
  if (members === null) sumMembers(db, each, stats, run)
  return stats
}

/** What members add up to, by SQL. */
function sumMembers(db: Database, each: EachRow, stats: CommunityStats, run: number): void {
  const { runs, threshold } = stats
  if (runs.scores !== undefined) {
    each(
      `SELECT m.community_id, avg(s.score), max(s.score), sum(s.score >= ?)
       FROM community_member m JOIN score s ON s.run_id = ? AND s.account_id = m.account_id
       WHERE m.run_id = ? GROUP BY 1`,
      [threshold ?? 2, runs.scores, run],
      ([id, mean, max, flagged]) => {
        stats.meanScore[id!] = mean!
        stats.maxScore[id!] = max!
        stats.flagged[id!] = flagged!
      },
    )
  }
  each(
    `SELECT m.community_id, count(DISTINCT CASE WHEN l.label = 'malicious' THEN l.account_id END),
            count(DISTINCT CASE WHEN l.label = 'benign' THEN l.account_id END)
     FROM label l JOIN community_member m ON m.run_id = ? AND m.account_id = l.account_id
     WHERE l.source_id IN (SELECT id FROM ready_source)${current(db, 'label', 'l')} GROUP BY 1`,
    [run],
    ([id, malicious, benign]) => {
      stats.labelledMalicious[id!] = malicious!
      stats.labelledBenign[id!] = benign!
    },
  )
  each(
    `SELECT m.community_id, count(*) FROM report r
     JOIN community_member m ON m.run_id = ? AND m.account_id = r.account_id
     WHERE r.source_id IN (SELECT id FROM ready_source) GROUP BY 1`,
    [run],
    ([id, reports]) => {
      stats.reports[id!] = reports!
    },
  )
  each(
    `SELECT m.community_id, min(r.registered_at), max(r.registered_at) FROM account_record r
     JOIN community_member m ON m.run_id = ? AND m.account_id = r.account_id
     WHERE r.registered_at IS NOT NULL AND r.source_id IN (SELECT id FROM ready_source) GROUP BY 1`,
    [run],
    ([id, from, to]) => {
      stats.registeredFrom[id!] = from!
      stats.registeredTo[id!] = to!
    },
  )
}
