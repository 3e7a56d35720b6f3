import type { Database } from 'better-sqlite3'
import type { Job } from '../../common/contract/jobs.ts'

interface JobRecord {
  id: number
  kind: Job['kind']
  params: string
  status: Job['status']
  created_at: number
  started_at: number | null
  finished_at: number | null
  result: string | null
  error: string | null
}

const toJob = (r: JobRecord): Job => ({
  id: r.id,
  kind: r.kind,
  status: r.status,
  createdAt: r.created_at,
  startedAt: r.started_at,
  finishedAt: r.finished_at,
  progress: null,
  fraction: r.status === 'done' ? 1 : null,
  secondsLeft: null,
  params: JSON.parse(r.params) as Job['params'],
  result: r.result ? (JSON.parse(r.result) as Job['result']) : null,
  error: r.error ? (JSON.parse(r.error) as Job['error']) : null,
})

export function insertJob(
  db: Database,
  job: { kind: Job['kind']; params: Record<string, unknown>; createdAt: number },
): number {
  return Number(
    db
      .prepare(`INSERT INTO job (kind, params, status, created_at) VALUES (?, ?, 'queued', ?)`)
      .run(job.kind, JSON.stringify(job.params), job.createdAt).lastInsertRowid,
  )
}

export function updateJob(db: Database, job: Job): void {
  db.prepare(
    'UPDATE job SET status = ?, started_at = ?, finished_at = ?, result = ?, error = ? WHERE id = ?',
  ).run(
    job.status,
    job.startedAt,
    job.finishedAt,
    job.result && JSON.stringify(job.result),
    job.error && JSON.stringify(job.error),
    job.id,
  )
}

export function jobById(db: Database, id: number): Job | null {
  const record = db.prepare('SELECT * FROM job WHERE id = ?').get(id) as JobRecord | undefined
  return record ? toJob(record) : null
}

/** The newest 100, newest first. */
export function listJobs(db: Database): Job[] {
  return (db.prepare('SELECT * FROM job ORDER BY id DESC LIMIT 100').all() as JobRecord[]).map(toJob)
}

/** Marks what a killed process left behind; an import notes how far it had come. Returns what was open. */
export function interruptOpenWork(db: Database, now: number): { jobs: number; untidy: boolean } {
  return db.transaction(() => {
    const left = leftOfImport(db)
    db.prepare(`UPDATE job SET result = ? WHERE status = 'running' AND kind = 'import'`).run(
      JSON.stringify(left),
    )
    const jobs = db
      .prepare(`UPDATE job SET status = 'interrupted', finished_at = ? WHERE status IN ('queued','running')`)
      .run(now).changes
    db.prepare(`UPDATE run SET status = 'failed', finished_at = ? WHERE status = 'running'`).run(now)
    const untidy = db
      .prepare(
        `SELECT 1 FROM source WHERE status = 'importing' AND stored_at IS NULL
         UNION ALL SELECT 1 FROM meta WHERE key = 'import.indexes'`,
      )
      .get()
    return { jobs, untidy: untidy !== undefined }
  })()
}

/** Files that an unfinished import wants to store, null where it has not come to that, and those that it has stored whole. */
export function leftOfImport(db: Database): { files: number | null; stored: number } {
  const { files, stored } = db
    .prepare(
      `SELECT count(*) AS files, coalesce(sum(whole), 0) AS stored
       FROM (SELECT min(stored_at IS NOT NULL) AS whole FROM source WHERE status = 'importing' GROUP BY path, entry)`,
    )
    .get() as { files: number; stored: number }
  return { files: files || null, stored }
}

/** The newest import where its process was killed and it was neither gone on with nor discarded. */
export function interruptedImport(db: Database): Job | null {
  const newest = db.prepare(`SELECT * FROM job WHERE kind = 'import' ORDER BY id DESC LIMIT 1`).get() as
    JobRecord | undefined
  return newest?.status === 'interrupted' ? toJob(newest) : null
}
