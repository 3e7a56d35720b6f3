import type { Database } from 'better-sqlite3'
import { FATES, GRADES, readTrust, SURPRISING, type TrustCodes } from '../../common/communities/columns.ts'
import type {
  CommunityDetail,
  CommunityTest,
  Grade,
  LineageKind,
  LineageLink,
  LineageSummary,
} from '../../common/contract/communities.ts'
import type { WorkspaceInfo } from '../../common/contract/workspace.ts'
import { newestRuns } from '../workspace/queries.ts'
import { rowsOf } from './queries.ts'

/** What the trust and lineage runs say of every community of a run, as columns indexed by community id. */
export interface TrustColumns {
  trustRunId: number | null
  lineageRunId: number | null
  /** NaN where it was not measured. */
  stability: Float32Array
  bySeed: Float32Array
  byEdges: Float32Array
  core: Uint32Array
  grade: (Grade | null)[]
  /** NaN where the data answer nothing. */
  surprise: Float32Array
  surpriseQ: Float32Array
  surpriseBy: (string | null)[]
  fate: (LineageKind | null)[]
}

/** Order on a page: what may speak against a community, then what speaks for it or was chosen for. */
const LAST = ['label_benign', 'hub_sharing', 'density']

export interface TrustRuns {
  trust: number | null
  lineage: number | null
}

/** The run of a kind that belongs to the shown communities; another's community numbers mean nothing here. */
function childRun(db: Database, runs: WorkspaceInfo['runs'], kind: 'trust' | 'lineage'): number | null {
  const id = runs[kind]
  if (id === undefined) return null
  const parent = db.prepare('SELECT parent_run_id FROM run WHERE id = ?').pluck().get(id)
  return parent === runs.communities ? id : null
}

/** The trust and lineage runs of the shown communities. */
export const trustRuns = (db: Database, runs: WorkspaceInfo['runs']): TrustRuns => ({
  trust: childRun(db, runs, 'trust'),
  lineage: childRun(db, runs, 'lineage'),
})

export function trustColumns(db: Database, shown: WorkspaceInfo['runs'], count: number): TrustColumns {
  const runs = trustRuns(db, shown)
  return inWords(runs, readTrust(rowsOf(db), runs, count))
}

/** Codes as the words that they stand for. */
export function inWords(runs: TrustRuns, codes: TrustCodes): TrustColumns {
  const { grade, surpriseBy, fate, ...numbers } = codes
  return {
    trustRunId: runs.trust,
    lineageRunId: runs.lineage,
    ...numbers,
    grade: Array.from(grade, (code) => GRADES[code] ?? null),
    surpriseBy: Array.from(surpriseBy, (code) => SURPRISING[code] ?? null),
    fate: Array.from(fate, (code) => FATES[code] ?? null),
  }
}

/** Every statistic of a community, most surprising first within each part of the page. */
export function testsOf(db: Database, trustRunId: number, id: number): CommunityTest[] {
  const rows = db
    .prepare(
      `SELECT statistic, observed, expected, z, p, q FROM community_test
       WHERE run_id = ? AND community_id = ? AND statistic <> 'surprise'`,
    )
    .all(trustRunId, id) as Omit<CommunityTest, 'detail' | 'entity'>[]
  const entity = db.prepare(
    'SELECT e.id, t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
  )
  return rows
    .map((row) => {
      const [statistic = '', text] = row.statistic.split('@')
      const detail = text === undefined ? null : Number(text)
      const shared = statistic.endsWith('_sharing') && detail !== null
      return {
        ...row,
        statistic,
        detail,
        entity: shared ? ((entity.get(detail) as CommunityTest['entity']) ?? null) : null,
      }
    })
    .sort((a, b) => LAST.indexOf(a.statistic) - LAST.indexOf(b.statistic) || a.p - b.p)
}

/** How the stability of a community was measured. */
export function trustOf(db: Database, columns: TrustColumns, id: number): CommunityDetail['trust'] {
  if (columns.trustRunId === null || Number.isNaN(columns.stability[id]!)) return null
  const params = JSON.parse(
    db.prepare('SELECT params FROM run WHERE id = ?').pluck().get(columns.trustRunId) as string,
  ) as { seeds: number; bootstraps: number; dropped: number; rewirings: number }
  return {
    runId: columns.trustRunId,
    bySeed: columns.bySeed[id]!,
    byEdges: columns.byEdges[id]!,
    core: columns.core[id]!,
    seeds: params.seeds,
    bootstraps: params.bootstraps,
    dropped: params.dropped,
    rewirings: params.rewirings,
  }
}

const LINK = `kind, earlier_id AS earlierId, later_id AS laterId, shared, earlier_size AS earlierSize,
  later_size AS laterSize`

export function lineageSummary(db: Database, lineageRunId: number): LineageSummary {
  const run = db.prepare('SELECT params, stats FROM run WHERE id = ?').get(lineageRunId) as {
    params: string
    stats: string
  }
  const { earlier, later } = JSON.parse(run.params) as { earlier: number; later: number }
  return {
    runId: lineageRunId,
    earlierRunId: earlier,
    laterRunId: later,
    earlierAt: db.prepare('SELECT started_at FROM run WHERE id = ?').pluck().get(earlier) as number,
    counts: JSON.parse(run.stats) as LineageSummary['counts'],
  }
}

/** The links of one community of the later run, largest share first. */
export function lineageOf(db: Database, lineageRunId: number, id: number): CommunityDetail['lineage'] {
  const links = db
    .prepare(
      `SELECT ${LINK} FROM community_lineage WHERE run_id = ? AND later_id = ?
       ORDER BY shared DESC, earlier_id, kind`,
    )
    .all(lineageRunId, id) as LineageLink[]
  // Of a split, what became of the rest belongs to the story.
  const parts = db.prepare(
    `SELECT ${LINK} FROM community_lineage WHERE run_id = ? AND earlier_id = ? AND later_id <> ? AND kind = 'split'
     ORDER BY shared DESC`,
  )
  const others = links
    .filter((link) => link.kind === 'split')
    .flatMap((link) => parts.all(lineageRunId, link.earlierId, id) as LineageLink[])
  return { ...lineageSummary(db, lineageRunId), links: [...links, ...others] }
}

export function lineagePage(
  db: Database,
  lineageRunId: number,
  page: { kind?: LineageKind | undefined; offset: number; limit: number },
): LineageSummary & { total: number; links: LineageLink[] } {
  const where = 'run_id = $run AND ($kind IS NULL OR kind = $kind)'
  const params = { run: lineageRunId, kind: page.kind ?? null }
  return {
    ...lineageSummary(db, lineageRunId),
    total: db.prepare(`SELECT count(*) FROM community_lineage WHERE ${where}`).pluck().get(params) as number,
    links: db
      .prepare(
        `SELECT ${LINK} FROM community_lineage WHERE ${where}
         ORDER BY max(earlier_size, later_size) DESC, later_id, earlier_id LIMIT $limit OFFSET $offset`,
      )
      .all({ ...params, limit: page.limit, offset: page.offset }) as LineageLink[],
  }
}

/** How often an account came back with its community; null without a trust run, or in no community. */
export function membershipConfidence(db: Database, accountId: number): number | null {
  const run = childRun(db, newestRuns(db), 'trust')
  if (run === null) return null
  const found = db
    .prepare('SELECT confidence FROM member_confidence WHERE run_id = ? AND account_id = ?')
    .pluck()
    .get(run, accountId) as number | undefined
  return found ?? null
}
