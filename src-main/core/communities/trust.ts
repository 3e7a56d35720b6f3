import type { Database } from 'better-sqlite3'
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

/** The statistics that surprise rests on (compute/trust/null-model.ts). */
const SURPRISING = ['age_spread', 'registration_burst', 'entity_sharing', 'label_malicious']
/** Order on a page: what may speak against a community, then what speaks for it or was chosen for. */
const LAST = ['label_benign', 'hub_sharing', 'density']

/** The run of a kind that belongs to the shown communities; another's community numbers mean nothing here. */
function childRun(db: Database, runs: WorkspaceInfo['runs'], kind: 'trust' | 'lineage'): number | null {
  const id = runs[kind]
  if (id === undefined) return null
  const parent = db.prepare('SELECT parent_run_id FROM run WHERE id = ?').pluck().get(id)
  return parent === runs.communities ? id : null
}

const nameOf = (statistic: string) => statistic.split('@')[0]!

export function trustColumns(db: Database, runs: WorkspaceInfo['runs'], count: number): TrustColumns {
  const columns: TrustColumns = {
    trustRunId: childRun(db, runs, 'trust'),
    lineageRunId: childRun(db, runs, 'lineage'),
    stability: new Float32Array(count).fill(NaN),
    bySeed: new Float32Array(count).fill(NaN),
    byEdges: new Float32Array(count).fill(NaN),
    core: new Uint32Array(count),
    grade: Array.from({ length: count }, () => null),
    surprise: new Float32Array(count).fill(NaN),
    surpriseQ: new Float32Array(count).fill(NaN),
    surpriseBy: Array.from({ length: count }, () => null),
    fate: Array.from({ length: count }, () => null),
  }
  if (columns.trustRunId !== null) readTrust(db, columns.trustRunId, columns)
  if (columns.lineageRunId !== null) {
    const rows = db
      .prepare('SELECT later_id, kind FROM community_lineage WHERE run_id = ? AND later_id IS NOT NULL')
      .raw()
    for (const [id, kind] of rows.iterate(columns.lineageRunId) as Iterable<[number, LineageKind]>) {
      // A part of a split that is also a merger says the merger.
      if (columns.fate[id] !== 'merged') columns.fate[id] = kind
    }
  }
  return columns
}

function readTrust(db: Database, runId: number, columns: TrustColumns): void {
  const stability = db
    .prepare(
      'SELECT community_id, stability, by_seed, by_edges, grade, core FROM community_stability WHERE run_id = ?',
    )
    .raw()
  for (const [id, mean, bySeed, byEdges, grade, core] of stability.iterate(runId) as Iterable<
    [number, number, number, number, Grade, number]
  >) {
    columns.stability[id] = mean
    columns.bySeed[id] = bySeed
    columns.byEdges[id] = byEdges
    columns.grade[id] = grade
    columns.core[id] = core
  }
  const least = new Float64Array(columns.stability.length).fill(2)
  const tests = db
    .prepare(
      `SELECT community_id, statistic, observed, p, q FROM community_test WHERE run_id = ?
         AND (statistic = 'surprise' OR ${SURPRISING.map((name) => `statistic GLOB '${name}*'`).join(' OR ')})`,
    )
    .raw()
  for (const [id, statistic, observed, p, q] of tests.iterate(runId) as Iterable<
    [number, string, number, number, number]
  >) {
    if (statistic === 'surprise') {
      columns.surprise[id] = observed
      columns.surpriseQ[id] = q
    } else if (p < least[id]! && SURPRISING.includes(nameOf(statistic))) {
      least[id] = p
      columns.surpriseBy[id] = nameOf(statistic)
    }
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
