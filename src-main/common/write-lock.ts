/** What better-sqlite3's Database offers of it; common names no database. */
interface Connection {
  transaction(work: never): { immediate: unknown }
}

/**
 * From now on every transaction of the connection takes the write lock as it begins. One that begins by reading and writes
 * later can't wait for the lock: SQLite answers "database is locked" at once, whatever the busy timeout, since a
 * wait could be for ever. A note written while an import stores a chunk would be lost, and an import by a note. Work that only
 * reads asks for `.deferred`.
 */
export function takeWriteLockFirst(db: Connection): void {
  const make = db.transaction.bind(db)
  db.transaction = ((work: never) => make(work).immediate) as Connection['transaction']
}
