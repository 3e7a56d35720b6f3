import type { Database } from 'better-sqlite3'

/** A source as imports are told apart by. */
interface SourceOf {
  id: number
  job: number | null
  retryOf: number | null
}

/**
 * The import that a source belongs to, by source id: the job that read it, or, of rows that were read again, the job of the
 * source that had rejected them. Earlier imports have lower numbers; sources without a job are one import before all others.
 */
export function importOfSources(db: Database): Map<number, number> {
  const sources = db.prepare('SELECT id, job_id AS job, retry_of AS retryOf FROM source').all() as SourceOf[]
  const byId = new Map(sources.map((source) => [source.id, source]))
  const importOf = (source: SourceOf): number => {
    const root = source.retryOf === null ? undefined : byId.get(source.retryOf)
    return root ? importOf(root) : (source.job ?? 0)
  }
  return new Map(sources.map((source) => [source.id, importOf(source)]))
}
