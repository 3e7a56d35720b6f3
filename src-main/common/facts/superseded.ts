import { decodeIds, encodeIds } from '../account-set.ts'

/**
 * Facts that a later export states anew (compute/changes/supersede.ts decides which): they stay, with their provenance, and
 * no longer count. `meta` keeps their ids, written in the transaction that publishes the import which supersedes them, so
 * that a fact and what replaces it are never both counted, nor neither. This is the one place that knows them: column
 * readers step over `ids` (compute/graph/read-columns.ts), SQL appends `current(…)`. A workspace in which nothing was ever
 * superseded pays one look at `meta` and its SQL stays as it is.
 */
export const SUPERSEDED_TABLES = ['relation', 'link', 'label'] as const
export type SupersededTable = (typeof SUPERSEDED_TABLES)[number]

/** What better-sqlite3's Database offers of it; common names no database. */
export interface FactStore {
  prepare(sql: string): { get(...values: unknown[]): unknown; run(...values: unknown[]): unknown }
  function(name: string, options: { deterministic?: boolean }, call: (id: number) => unknown): unknown
}

/** One row of `meta` a table: who superseded which rows; ids as in common/account-set.ts, base64. */
type Stored = { by: number; ids: string }[]
const VERSION_KEY = 'superseded.version'
const keyOf = (table: SupersededTable) => `superseded.${table}`

interface Held {
  version: number
  tables: Partial<Record<SupersededTable, { ids: Uint32Array; bits: Uint8Array }>>
  named: Set<SupersededTable>
}
const held = new WeakMap<FactStore, Held>()
const NONE = new Uint32Array(0)

/** Changes whenever facts were superseded; 0: never. */
export function supersededVersion(db: FactStore): number {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(VERSION_KEY) as
    { value: string } | undefined
  return row === undefined ? 0 : Number(row.value)
}

/** Ids of a table's superseded rows, ascending. */
export function supersededIds(db: FactStore, table: SupersededTable): Uint32Array {
  return of(db, table)?.ids ?? NONE
}

/**
 * SQL that leaves superseded rows out: ' AND NOT superseded_relation(r.id)', or '' where there are none. `alias`: what the
 * table is called in the statement.
 */
export function current(db: FactStore, table: SupersededTable, alias: string = table): string {
  if ((of(db, table)?.ids.length ?? 0) === 0) return ''
  const { named } = held.get(db)!
  if (!named.has(table)) {
    // Called while the statement runs, when the connection answers nothing else: what is held must do.
    db.function(`superseded_${table}`, { deterministic: true }, (id) => {
      const bits = held.get(db)!.tables[table]?.bits
      return bits !== undefined && (bits[id >> 3]! & (1 << (id & 7))) !== 0 ? 1 : 0
    })
    named.add(table)
  }
  return ` AND NOT superseded_${table}(${alias}.id)`
}

/** Rows that are stated anew, each with the source that does; a pair of columns, since there can be millions. */
export class StatedAnew {
  length = 0
  private idColumn = new Uint32Array(64)
  private byColumn = new Uint32Array(64)

  add(id: number, by: number): void {
    if (this.length === this.idColumn.length) {
      const { idColumn, byColumn, length } = this
      this.idColumn = new Uint32Array(length * 2)
      this.byColumn = new Uint32Array(length * 2)
      this.idColumn.set(idColumn)
      this.byColumn.set(byColumn)
    }
    this.idColumn[this.length] = id
    this.byColumn[this.length++] = by
  }

  get ids(): Uint32Array {
    return this.idColumn.subarray(0, this.length)
  }
  /** Parallel to ids. */
  get by(): Uint32Array {
    return this.byColumn.subarray(0, this.length)
  }
}

/** Notes rows as superseded; those that are already stay with who superseded them. Call it in the transaction that publishes. */
export function supersede(db: FactStore, table: SupersededTable, rows: StatedAnew): void {
  if (rows.length === 0) return
  const { ids, by } = rows
  const known = of(db, table)?.bits ?? new Uint8Array(0)
  const bits = new Uint8Array(Math.max(known.length, (ids.reduce((a, b) => Math.max(a, b), 0) >> 3) + 1))
  bits.set(known)
  const bySource = new Map<number, StatedAnew>()
  ids.forEach((id, i) => {
    const bit = 1 << (id & 7)
    if ((bits[id >> 3]! & bit) !== 0) return
    bits[id >> 3]! |= bit
    const source = by[i]!
    const own = bySource.get(source) ?? new StatedAnew()
    bySource.set(source, own)
    own.add(id, source)
  })
  const stored = storedOf(db, table)
  for (const [source, own] of bySource) stored.push({ by: source, ids: toBase64(encodeIds(own.ids.sort())) })
  const put = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
  put.run(keyOf(table), JSON.stringify(stored))
  put.run(VERSION_KEY, String(supersededVersion(db) + 1))
}

/** How many rows of each table the given sources superseded. */
export function supersededBy(db: FactStore, sources: ReadonlySet<number>): Record<SupersededTable, number> {
  const counts = { relation: 0, link: 0, label: 0 }
  if (supersededVersion(db) === 0) return counts
  for (const table of SUPERSEDED_TABLES)
    for (const { by, ids } of storedOf(db, table))
      if (sources.has(by)) counts[table] += decodeIds(fromBase64(ids)).length
  return counts
}

/** The source that stated a row anew; null: none did. Reads everything that is noted of the table. */
export function supersederOf(db: FactStore, table: SupersededTable, id: number): number | null {
  const bits = of(db, table)?.bits
  if (bits === undefined || (bits[id >> 3]! & (1 << (id & 7))) === 0) return null
  return storedOf(db, table).find(({ ids }) => decodeIds(fromBase64(ids)).includes(id))?.by ?? null
}

function of(db: FactStore, table: SupersededTable) {
  const version = supersededVersion(db)
  let kept = held.get(db)
  if (kept === undefined) held.set(db, (kept = { version, tables: {}, named: new Set() }))
  if (kept.version !== version) {
    kept.version = version
    kept.tables = {}
    for (const one of kept.named) kept.tables[one] = load(db, one)
  }
  if (version === 0) return undefined
  return (kept.tables[table] ??= load(db, table))
}

function load(db: FactStore, table: SupersededTable) {
  const parts = storedOf(db, table).map(({ ids }) => decodeIds(fromBase64(ids)))
  const ids = new Uint32Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    ids.set(part, at)
    at += part.length
  }
  ids.sort()
  const bits = new Uint8Array(((ids.at(-1) ?? 0) >> 3) + 1)
  for (const id of ids) bits[id >> 3]! |= 1 << (id & 7)
  return { ids, bits }
}

function storedOf(db: FactStore, table: SupersededTable): Stored {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(keyOf(table)) as
    { value: string } | undefined
  return row === undefined ? [] : (JSON.parse(row.value) as Stored)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: a call takes so many arguments and no more.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
function fromBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
