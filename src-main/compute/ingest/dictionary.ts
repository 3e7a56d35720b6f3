import type { Database, Statement } from 'better-sqlite3'
import type { Row } from './read/row.ts'
import { Rows, type RowSink } from './bulk/rows.ts'
import { KeyTable } from './keys.ts'

/** Domains of `term` that import writes. */
export const TERM_DOMAINS = [
  'relation_type',
  'entity_type',
  'event_kind',
  'context',
  'country',
  'city',
  'outcome',
] as const
export type TermDomain = (typeof TERM_DOMAINS)[number]

const SCOPES = Object.fromEntries(TERM_DOMAINS.map((domain, i) => [domain, i])) as Record<TermDomain, number>

/**
 * Ids of accounts, entities and terms by their bytes: known ones from memory or the database, new ones given out behind
 * the highest there is and put into the sink. `flush` must be called before every transaction's end; after one that
 * was not stored the dictionary is no longer true and must be dropped. Only imports add to these tables, one at a time.
 */
export class Dictionary {
  private readonly accounts = new Ids()
  private readonly entities = new Ids()
  private readonly terms = new Ids()
  private readonly newAccounts: Rows
  private readonly findAccount: Statement
  private readonly newEntities: Rows
  private readonly findEntity: Statement
  private readonly newTerms: Rows
  private readonly findTerm: Statement

  /** `load`: those of which every key is held in memory, because their index is put aside. */
  constructor(db: Database, sink: RowSink, load: { accounts?: boolean; entities?: boolean } = {}) {
    this.newAccounts = new Rows(sink, 'account', { numbers: ['id', 'source_id', 'row'], texts: ['key'] })
    this.findAccount = db.prepare(`SELECT id FROM account WHERE key = ?`).pluck()
    this.newEntities = new Rows(sink, 'entity', {
      numbers: ['id', 'type_id', 'source_id', 'row'],
      texts: ['key'],
    })
    this.findEntity = db.prepare(`SELECT id FROM entity WHERE type_id = ? AND key = ?`).pluck()
    this.newTerms = new Rows(sink, 'term', { numbers: ['id'], texts: ['domain', 'value'] })
    this.findTerm = db.prepare(`SELECT id FROM term WHERE domain = ? AND value = ?`).pluck()
    const maxId = (table: string) =>
      db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
    this.accounts.startBehind(maxId('account'))
    this.entities.startBehind(maxId('entity'))
    this.terms.startBehind(maxId('term'))
    if (load.accounts) this.accounts.load(db, 'SELECT id, 0, key FROM account')
    if (load.entities) this.entities.load(db, 'SELECT id, type_id, key FROM entity')
  }

  /** The account a non-empty cell names; made, and credited to this row, where it is new. */
  account(row: Row, at: number, sourceId: number, rowNumber: number): number {
    const { bytes, start, end } = cellBytes(row, at)
    const known = this.accounts.table.get(0, bytes, start, end)
    if (known > 0) return known
    let id = this.accounts.mayExist
      ? (this.findAccount.get(bytes.toString('utf8', start, end)) as number | undefined)
      : undefined
    if (id === undefined) {
      id = this.accounts.next++
      const v = this.newAccounts.numbers
      let i = this.newAccounts.at
      v[i++] = id
      v[i++] = sourceId
      v[i++] = rowNumber
      this.newAccounts.key(bytes, start, end)
      this.newAccounts.end(i)
    }
    this.accounts.table.add(0, bytes, start, end, id)
    return id
  }

  /** The entity of a type that a cell names; null where the cell is empty or absent. */
  entity(typeId: number, row: Row, at: number, sourceId: number, rowNumber: number): number | null {
    if (at < 0 || row.starts[at] === row.ends[at]) return null
    const { bytes, start, end } = cellBytes(row, at)
    const known = this.entities.table.get(typeId, bytes, start, end)
    if (known > 0) return known
    let id = this.entities.mayExist
      ? (this.findEntity.get(typeId, bytes.toString('utf8', start, end)) as number | undefined)
      : undefined
    if (id === undefined) {
      id = this.entities.next++
      const v = this.newEntities.numbers
      let i = this.newEntities.at
      v[i++] = id
      v[i++] = typeId
      v[i++] = sourceId
      v[i++] = rowNumber
      this.newEntities.key(bytes, start, end)
      this.newEntities.end(i)
    }
    this.entities.table.add(typeId, bytes, start, end, id)
    return id
  }

  /** The term a cell names; null where the cell is empty or absent. */
  term(domain: TermDomain, row: Row, at: number): number | null {
    if (at < 0 || row.starts[at] === row.ends[at]) return null
    const { bytes, start, end } = cellBytes(row, at)
    return this.termOfBytes(domain, bytes, start, end)
  }

  termOf(domain: TermDomain, value: string): number {
    const bytes = Buffer.from(value, 'utf8')
    return this.termOfBytes(domain, bytes, 0, bytes.length)
  }

  /** Hands on what is new and waits. Call it before every transaction's end. */
  flush(): void {
    this.newTerms.flush()
    this.newAccounts.flush()
    this.newEntities.flush()
  }

  private termOfBytes(domain: TermDomain, bytes: Buffer, start: number, end: number): number {
    const scope = SCOPES[domain]
    const known = this.terms.table.get(scope, bytes, start, end)
    if (known > 0) return known
    const value = bytes.toString('utf8', start, end)
    let id = this.findTerm.get(domain, value) as number | undefined
    if (id === undefined) {
      id = this.terms.next++
      this.newTerms.numbers[this.newTerms.at] = id
      this.newTerms.text(domain)
      this.newTerms.text(value)
      this.newTerms.end(this.newTerms.at + 1)
    }
    this.terms.table.add(scope, bytes, start, end, id)
    return id
  }
}

class Ids {
  readonly table = new KeyTable()
  next = 1
  /** False where all there were when the import began are in `table`: then a miss needs no query. */
  mayExist = false

  startBehind(maxId: number): void {
    this.next = maxId + 1
    this.mayExist = maxId > 0
  }

  /** Reads all there are, so that a miss needs no query. `sql`: id, scope, key. */
  load(db: Database, sql: string): void {
    for (const [id, scope, key] of db.prepare(sql).raw().iterate() as Iterable<[number, number, string]>) {
      const bytes = Buffer.from(key, 'utf8')
      this.table.add(scope, bytes, 0, bytes.length, id)
    }
    this.mayExist = false
  }
}

const span: { bytes: Buffer; start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 }

/** The cell's bytes with quotes undone. The object is shared: read it before the next call. */
function cellBytes(row: Row, at: number): { bytes: Buffer; start: number; end: number } {
  if (row.escaped[at]) {
    span.bytes = Buffer.from(row.text(at), 'utf8')
    span.start = 0
    span.end = span.bytes.length
  } else {
    span.bytes = row.bytes
    span.start = row.starts[at]
    span.end = row.ends[at]
  }
  return span
}
