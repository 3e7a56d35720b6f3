import type { Database } from 'better-sqlite3'
import type { SavedView } from '../../common/contract/session.ts'
import { ShoalError } from '../../common/errors.ts'

interface Row {
  id: number
  kind: SavedView['kind']
  name: string
  state: string
  created_at: number
  created_by: string
}
const read = (row: Row): SavedView => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  state: JSON.parse(row.state),
  createdAt: row.created_at,
  createdBy: row.created_by,
})
const STANDING =
  'SELECT id, kind, name, state, created_at, created_by FROM saved_view WHERE removed_at IS NULL'

/** Named views, filters and layouts that stand, by name. */
export function listViews(db: Database, kind?: SavedView['kind']): SavedView[] {
  const rows = (
    kind === undefined
      ? db.prepare(`${STANDING} ORDER BY name COLLATE NOCASE, id`).all()
      : db.prepare(`${STANDING} AND kind = ? ORDER BY name COLLATE NOCASE, id`).all(kind)
  ) as Row[]
  return rows.map(read)
}

/** Throws not_found. */
function getView(db: Database, id: number): SavedView {
  const row = db.prepare(`${STANDING} AND id = ?`).get(id) as Row | undefined
  if (!row) throw new ShoalError('not_found', `There is no saved view with the id ${id}.`)
  return read(row)
}

/** Saves under a name. What had the name before is marked as removed, not written over. */
export function saveView(
  db: Database,
  input: { kind: SavedView['kind']; name: string; state: unknown },
  by: { actor: string; now: number },
): SavedView {
  const id = db.transaction(() => {
    db.prepare('UPDATE saved_view SET removed_at = ? WHERE kind = ? AND name = ? AND removed_at IS NULL').run(
      by.now,
      input.kind,
      input.name,
    )
    return db
      .prepare('INSERT INTO saved_view (kind, name, state, created_at, created_by) VALUES (?, ?, ?, ?, ?)')
      .run(input.kind, input.name, JSON.stringify(input.state ?? null), by.now, by.actor).lastInsertRowid
  })()
  return getView(db, Number(id))
}

/** Throws not_found, and invalid_input where another of the same kind has the name. */
export function renameView(db: Database, id: number, name: string): SavedView {
  const { kind } = getView(db, id)
  const taken = db
    .prepare('SELECT 1 FROM saved_view WHERE kind = ? AND name = ? AND id <> ? AND removed_at IS NULL')
    .get(kind, name, id)
  if (taken) throw new ShoalError('invalid_input', `"${name}" is taken already. Choose another name.`)
  db.prepare('UPDATE saved_view SET name = ? WHERE id = ?').run(name, id)
  return getView(db, id)
}

export function removeView(db: Database, id: number, now: number): void {
  getView(db, id)
  db.prepare('UPDATE saved_view SET removed_at = ? WHERE id = ?').run(now, id)
}
