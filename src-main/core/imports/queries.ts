import type { Database } from 'better-sqlite3'
import type { JournalRow, ProblemGroup, ProblemRow, RunRow, SourceRow } from '../../common/contract/jobs.ts'

export function listSources(db: Database): SourceRow[] {
  return db
    .prepare(
      `SELECT id, path, entry, part, format, table_name AS "table", sha256, bytes, encoding, rows_in AS rowsIn,
              rows_stored AS rowsStored, problems, status, imported_at AS importedAt
       FROM source WHERE status <> 'importing' ORDER BY id`,
    )
    .all() as SourceRow[]
}

const FILE = `coalesce(s.path || ':' || s.entry, s.path)`

export function problemGroups(db: Database): ProblemGroup[] {
  return db
    .prepare(
      `SELECT p.code, ${FILE} AS file, p.source_id AS sourceId, count(*) AS count FROM import_problem p
       JOIN source s ON s.id = p.source_id WHERE s.status <> 'importing'
       GROUP BY p.code, p.source_id ORDER BY count(*) DESC`,
    )
    .all() as ProblemGroup[]
}

export function listProblems(
  db: Database,
  input: { sourceId?: number | undefined; code?: string | undefined; offset: number; limit: number },
): { total: number; rows: ProblemRow[] } {
  const parts = [`s.status <> 'importing'`]
  const params: (string | number)[] = []
  if (input.sourceId !== undefined) {
    parts.push('p.source_id = ?')
    params.push(input.sourceId)
  }
  if (input.code !== undefined) {
    parts.push('p.code = ?')
    params.push(input.code)
  }
  const from = `FROM import_problem p JOIN source s ON s.id = p.source_id WHERE ${parts.join(' AND ')}`
  return {
    total: db
      .prepare(`SELECT count(*) ${from}`)
      .pluck()
      .get(...params) as number,
    rows: db
      .prepare(
        `SELECT p.id, p.source_id AS sourceId, ${FILE} AS file, p.row, p.column_name AS "column", p.code, p.message,
                p.raw ${from} ORDER BY p.source_id, p.row, p.id LIMIT ? OFFSET ?`,
      )
      .all(...params, input.limit, input.offset) as ProblemRow[],
  }
}

interface RunRecord extends Omit<RunRow, 'params' | 'inputs' | 'stats'> {
  params: string
  inputs: string
  stats: string
}

/** All runs, newest first. Reports of benches and validations are long and asked for by themselves. */
export function listRuns(db: Database): RunRow[] {
  const rows = db
    .prepare(
      `SELECT id, kind, algorithm, algorithm_version AS algorithmVersion, params, seed, inputs,
              parent_run_id AS parentRunId, model_name AS modelName, model_sha256 AS modelSha256, provider, status,
              started_at AS startedAt, finished_at AS finishedAt, app_version AS appVersion,
              CASE WHEN kind IN ('evaluation','validation') THEN '{}' ELSE stats END AS stats
       FROM run ORDER BY id DESC LIMIT 500`,
    )
    .all() as RunRecord[]
  return rows.map((r) => ({
    ...r,
    params: JSON.parse(r.params) as RunRow['params'],
    inputs: JSON.parse(r.inputs) as RunRow['inputs'],
    stats: JSON.parse(r.stats) as RunRow['stats'],
  }))
}

export function listJournal(
  db: Database,
  page: { offset: number; limit: number },
): { total: number; rows: JournalRow[] } {
  const rows = db
    .prepare('SELECT seq, time, actor, action, payload, hash FROM journal ORDER BY seq DESC LIMIT ? OFFSET ?')
    .all(page.limit, page.offset) as (Omit<JournalRow, 'payload'> & { payload: string })[]
  return {
    total: db.prepare('SELECT count(*) FROM journal').pluck().get() as number,
    rows: rows.map((r) => ({ ...r, payload: JSON.parse(r.payload) as JournalRow['payload'] })),
  }
}
