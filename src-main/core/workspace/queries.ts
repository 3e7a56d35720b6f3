import type { Database } from 'better-sqlite3'
import type { WorkspaceInfo } from '../../common/contract/workspace.ts'

const READY = `source_id IN (SELECT id FROM ready_source)`

/**
 * How many accounts or entities are shown. While nothing is being imported they are all of them, counted once for the same
 * sources: counting a million looks at each of them, and opening waits for it.
 */
export function readyRows(db: Database, table: 'account' | 'entity'): number {
  const importing = db.prepare(`SELECT 1 FROM source WHERE status <> 'ready' AND status <> 'duplicate'`).get()
  const count = (where: string) => db.prepare(`SELECT count(*) FROM ${table}${where}`).pluck().get() as number
  if (importing) return count(` WHERE ${READY}`)
  const key = JSON.stringify([
    db.prepare('SELECT count(*), max(id), max(imported_at) FROM source').raw().get(),
    db.prepare(`SELECT max(id) FROM ${table}`).pluck().get(),
  ])
  const kept = JSON.parse(getMeta(db, `rows.${table}`) ?? 'null') as { key: string; rows: number } | null
  if (kept?.key === key) return kept.rows
  const rows = count('')
  try {
    if (rows >= WORTH_KEEPING) setMeta(db, `rows.${table}`, JSON.stringify({ key, rows }))
  } catch {
    // A disk that is full or read-only: counted again the next time.
  }
  return rows
}
/** Fewer are counted in no time. */
const WORTH_KEEPING = 50_000

/** Tells one set of imported facts from another: what was read of them is kept for as long as it stays the same. */
export function factsKey(db: Database): string {
  return JSON.stringify(db.prepare(`SELECT count(*), max(id) FROM source WHERE status = 'ready'`).raw().get())
}

/** Counts from the sources' own tallies where there are any: counting 20 million rows at each look would be slow. */
export function workspaceCounts(db: Database): WorkspaceInfo['counts'] {
  const stored = Object.fromEntries(
    (
      db.prepare(`SELECT table_name AS t, sum(rows) AS n FROM ready_fact GROUP BY 1`).all() as {
        t: string
        n: number
      }[]
    ).map((r) => [r.t, r.n]),
  )
  const one = (sql: string) => (db.prepare(sql).get() as { n: number | null }).n ?? 0
  return {
    accounts: readyRows(db, 'account'),
    entities: readyRows(db, 'entity'),
    relations: stored['relations'] ?? 0,
    links: stored['links'] ?? 0,
    events: stored['events'] ?? 0,
    reports: stored['reports'] ?? 0,
    labels: stored['labels'] ?? 0,
    sources: one(`SELECT count(*) AS n FROM source WHERE status = 'ready'`),
    problems: one(`SELECT sum(problems) AS n FROM source WHERE status = 'ready'`),
  }
}

/** First and last dated fact and the offset that most events state. */
export function workspaceSpan(db: Database): { span: WorkspaceInfo['span']; tzOffset: number } {
  const bounds: number[] = []
  for (const [table, column] of [
    ['event', 'ts'],
    ['account_record', 'registered_at'],
    ['report', 'ts'],
  ] as const) {
    // Two index seeks instead of one scan. Importing rows may widen it for a moment; they are the same facts.
    for (const order of ['ASC', 'DESC']) {
      const row = db
        .prepare(
          `SELECT ${column} AS t FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${column} ${order} LIMIT 1`,
        )
        .get() as { t: number } | undefined
      if (row) bounds.push(row.t)
    }
  }
  const offset = db
    .prepare(
      `SELECT tz_offset AS o, count(*) AS n FROM (SELECT tz_offset FROM event LIMIT 20000)
       WHERE o IS NOT NULL GROUP BY 1 ORDER BY n DESC LIMIT 1`,
    )
    .get() as { o: number } | undefined
  const fallback = db
    .prepare(
      `SELECT tz_offset AS o, count(*) AS n FROM (SELECT tz_offset FROM account_record LIMIT 20000)
       WHERE o IS NOT NULL GROUP BY 1 ORDER BY n DESC LIMIT 1`,
    )
    .get() as { o: number } | undefined
  return {
    span: bounds.length > 0 ? { from: Math.min(...bounds), to: Math.max(...bounds) + 1 } : null,
    tzOffset: offset?.o ?? fallback?.o ?? 0,
  }
}

/** The workspace's setting that holds which layout the analyst chose to see; see `shownLayout`. */
const SHOWN_KEY = 'shown'

/**
 * An analyst may go back to an earlier design. The choice holds until an analysis lays out something newer than what
 * there was when it was made.
 */
export function showLayout(db: Database, layoutRunId: number): void {
  const newest = db.prepare(`SELECT max(id) FROM run WHERE status = 'done' AND kind = 'layout'`).pluck().get()
  setSetting(db, SHOWN_KEY, { layoutRunId, newest })
}

function shownLayout(db: Database, newest: number | undefined): number | undefined {
  const chosen = getSetting(db, SHOWN_KEY) as { layoutRunId: number; newest: number } | null
  return chosen !== null && newest !== undefined && newest <= chosen.newest ? chosen.layoutRunId : newest
}

/**
 * The runs that views show together: the chosen or else the newest layout with the communities and the graph it was
 * made from, and the newest scores, anomalies, trust and lineage of these. So an analysis that was cancelled half way
 * changes nothing on screen, nor does a design that is built for comparing. Before there is a layout: the newest of
 * each kind.
 */
export function newestRuns(db: Database): WorkspaceInfo['runs'] {
  const done = db
    .prepare(`SELECT id, kind, parent_run_id AS parent FROM run WHERE status = 'done' ORDER BY id`)
    .all() as {
    id: number
    kind: keyof WorkspaceInfo['runs']
    parent: number | null
  }[]
  const runs: WorkspaceInfo['runs'] = {}
  for (const run of done) runs[run.kind] = run.id
  const byId = new Map(done.map((run) => [run.id, run]))
  const layout = byId.get(shownLayout(db, runs.layout) ?? -1)
  const communities = layout && byId.get(layout.parent ?? -1)
  if (!communities) return runs
  runs.layout = layout.id
  runs.communities = communities.id
  const graph = byId.get(communities.parent ?? -1)
  if (graph) runs.graph = graph.id
  // Scores hang on the graph, anomalies on the communities; an older export of either is better than none.
  const newestOf = (kind: string, parent: number | undefined) =>
    done.findLast((run) => run.kind === kind && run.parent === parent)?.id
  const scores = newestOf('scores', graph?.id)
  if (scores !== undefined) runs.scores = scores
  for (const kind of ['series', 'trust', 'lineage'] as const) {
    const run = newestOf(kind, communities.id)
    if (run !== undefined) runs[kind] = run
    else if (kind !== 'series') delete runs[kind] // of another partition: its community numbers mean nothing here
  }
  return runs
}

export function isAnalysisStale(db: Database): boolean {
  const row = db
    .prepare(
      `SELECT (SELECT max(imported_at) FROM source WHERE status = 'ready') AS facts,
              (SELECT started_at FROM run WHERE id = ?) AS graph`,
    )
    .get(newestRuns(db).graph ?? -1) as { facts: number | null; graph: number | null }
  return row.facts !== null && (row.graph === null || row.facts > row.graph)
}

/** The provider of the newest finished run that used a model. */
export function lastProvider(db: Database): string | null {
  const row = db
    .prepare(
      `SELECT provider FROM run WHERE status = 'done' AND provider IS NOT NULL ORDER BY id DESC LIMIT 1`,
    )
    .get() as { provider: string } | undefined
  return row?.provider ?? null
}

export function getSetting(db: Database, key: string): unknown {
  const row = db.prepare('SELECT value FROM setting WHERE key = ?').get(key) as { value: string } | undefined
  return row ? (JSON.parse(row.value) as unknown) : null
}
export function setSetting(db: Database, key: string, value: unknown): void {
  db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ).run(key, JSON.stringify(value ?? null))
}
export function getMeta(db: Database, key: string): string | null {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined
  return row?.value ?? null
}
export function setMeta(db: Database, key: string, value: string): void {
  db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ).run(key, value)
}
