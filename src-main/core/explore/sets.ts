import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { decodeIds, encodeIds } from '../../common/account-set.ts'
import type { AccountSet, SetOrigin } from '../../common/contract/sets.ts'
import { ShoalError } from '../../common/errors.ts'

interface Row {
  id: number
  accounts: number
  how: string
  created_at: number
  created_by: string
}
const COLUMNS = 'id, accounts, how, created_at, created_by'
const toSet = (row: Row): AccountSet => ({
  id: row.id,
  accounts: row.accounts,
  origin: JSON.parse(row.how) as SetOrigin,
  createdAt: row.created_at,
  createdBy: row.created_by,
})

/**
 * Stores accounts as a set, or finds the one that holds the same ones (its origin stays what it was first). Ids may come in
 * any order and twice. Throws nothing_to_analyze where there are none.
 */
export function storeSet(
  db: Database,
  ids: Iterable<number>,
  made: { origin: SetOrigin; at: number; by: string },
): AccountSet {
  const given = Uint32Array.from(ids).sort()
  const ascending = given.filter((id, i) => i === 0 || id !== given[i - 1])
  if (ascending.length === 0) throw new ShoalError('nothing_to_analyze', 'There is nobody in this set.')
  const sha256 = createHash('sha256')
    .update(new Uint8Array(ascending.buffer, ascending.byteOffset, ascending.byteLength))
    .digest('hex')
  db.prepare(
    `INSERT INTO account_set (sha256, accounts, ids, how, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (sha256) DO NOTHING`,
  ).run(
    sha256,
    ascending.length,
    Buffer.from(encodeIds(ascending)),
    JSON.stringify(made.origin),
    made.at,
    made.by,
  )
  return toSet(db.prepare(`SELECT ${COLUMNS} FROM account_set WHERE sha256 = ?`).get(sha256) as Row)
}

/** The sets of these ids, in the order given; ids of none are left out. */
export function getSets(db: Database, ids: readonly number[]): AccountSet[] {
  const read = db.prepare(`SELECT ${COLUMNS} FROM account_set WHERE id = ?`)
  return ids.flatMap((id) => {
    const row = read.get(id) as Row | undefined
    return row ? toSet(row) : []
  })
}

/** Who is in a set, ascending. Throws not_found. */
export function idsOfSet(db: Database, id: number): Uint32Array {
  const blob = db.prepare('SELECT ids FROM account_set WHERE id = ?').pluck().get(id) as Buffer | undefined
  if (!blob) throw new ShoalError('not_found', `There is no set ${id} in this workspace.`, { id })
  return decodeIds(blob)
}
