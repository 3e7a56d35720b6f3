import type { Database, Statement } from 'better-sqlite3'
import { SUPERSEDED_TABLES, supersededIds } from '../../../common/facts/superseded.ts'
import type { BulkTable } from '../bulk/indexes.ts'

type Value = number | string | null

/** What makes two facts the same, by what can be null; the first two find candidates and are in an index together. */
const SAME: Record<KnownTable, { by: [string, string]; rest: string[] }> = {
  relation: { by: ['src_id', 'dst_id'], rest: ['type_id', 'weight', 'first_seen', 'last_seen'] },
  link: { by: ['account_id', 'entity_id'], rest: ['first_seen', 'last_seen', 'count'] },
  event: {
    by: ['account_id', 'ts'],
    rest: [
      'tz_offset',
      'kind_id',
      'context_id',
      'ip_id',
      'device_id',
      'country_id',
      'city_id',
      'outcome_id',
      'attributes',
    ],
  },
  label: { by: ['account_id', 'label'], rest: ['label_source', 'ts'] },
}
export type KnownTable = Exclude<BulkTable, 'account' | 'entity' | 'account_record'>

/** Columns in the order that `Known.has` takes their values. */
export function columnsOf(table: KnownTable): string[] {
  const { by, rest } = SAME[table]
  return [...by, ...rest]
}

/**
 * Tells facts that an earlier import brought word for word from new ones. Copies are counted: where the workspace has a
 * fact twice and a file three times, two are known and one is new.
 */
export class Known {
  private readonly find: Statement
  /** A bit for every earlier row: set once a row of this import was matched with it. */
  private readonly taken: Uint8Array
  /** `taken` when `matchedSince` was last asked, or when matching began. */
  private before: Uint8Array
  private readonly floor: number
  private readonly accounts: number

  private constructor(db: Database, table: KnownTable, from: string, floor: number, accounts: number) {
    const { by, rest } = SAME[table]
    // The + keeps the planner from another index, such as that of an address behind which half of the accounts are.
    const same = [...by.map((c) => `${c} = ?`), ...rest.map((c) => `+${c} IS ?`)].join(' AND ')
    this.find = db.prepare(`SELECT id FROM ${from} WHERE ${same} AND id <= ${floor} ORDER BY id`).pluck()
    this.taken = new Uint8Array((floor >> 3) + 1)
    // What a later export stated otherwise holds no more: stated again it is news.
    const superseded = SUPERSEDED_TABLES.find((name) => name === table)
    if (superseded)
      for (const id of supersededIds(db, superseded)) if (id <= floor) this.taken[id >> 3]! |= 1 << (id & 7)
    this.before = this.taken.slice()
    this.floor = floor
    this.accounts = accounts
  }

  /**
   * For the rows of `table` up to id `floor`; null where there are none. `accounts`: the highest id of an account that
   * they can name. `aside`: the table's indexes are put aside, so that its few rows are copied to where they have one.
   * `except`: sources whose rows are of the same import, not of an earlier one; they take a pass over the table.
   */
  static of(
    db: Database,
    table: KnownTable,
    {
      floor,
      accounts,
      aside,
      except = [],
    }: { floor: number; accounts: number; aside: boolean; except?: readonly number[] },
  ): Known | null {
    if (floor === 0) return null
    const copy = `known_${table}`
    db.exec(`DROP TABLE IF EXISTS temp.${copy}`)
    if (!aside) {
      const known = new Known(db, table, table, floor, accounts)
      if (except.length > 0) {
        const own = db
          .prepare(`SELECT id FROM ${table} WHERE id <= ? AND source_id IN (${except.join(', ')})`)
          .pluck()
        for (const id of own.iterate(floor) as Iterable<number>) known.taken[id >> 3]! |= 1 << (id & 7)
      }
      return known
    }
    db.exec(
      `CREATE TEMP TABLE ${copy} AS SELECT id, ${columnsOf(table).join(', ')} FROM ${table} WHERE id <= ${floor};
       CREATE INDEX temp.${copy}_by ON ${copy} (${SAME[table].by.join(', ')});`,
    )
    return new Known(db, table, `temp.${copy}`, floor, accounts)
  }

  /** Whether a fact of this account can be known at all. */
  names(accountId: number): boolean {
    return accountId <= this.accounts
  }

  /** Whether an earlier import brought a fact of these values (as `columnsOf`) that no row was matched with yet. */
  has(values: readonly Value[]): boolean {
    // Nearly always there is one or none, which costs half of asking for all.
    const first = this.find.get(values) as number | undefined
    if (first === undefined) return false
    if (this.match(first)) return true
    return (this.find.all(values) as number[]).some((id) => this.match(id))
  }

  /** Takes an earlier row for one of this import; false where another one has it. */
  private match(id: number): boolean {
    const bit = 1 << (id & 7)
    if (id > this.floor || (this.taken[id >> 3]! & bit) !== 0) return false
    this.taken[id >> 3]! |= bit
    return true
  }

  /** Ids of earlier rows that were matched since this was last asked, ascending. */
  matchedSince(): Uint32Array {
    const ids: number[] = []
    const { taken, before } = this
    for (let at = 0; at < taken.length; at++) {
      const fresh = taken[at]! & ~before[at]!
      if (fresh === 0) continue
      before[at] = taken[at]!
      for (let bit = 0; bit < 8; bit++) if ((fresh & (1 << bit)) !== 0) ids.push(at * 8 + bit)
    }
    return Uint32Array.from(ids)
  }

  /** Takes over what rows of this import were matched with before it was killed. */
  take(ids: Uint32Array): void {
    for (const id of ids) if (id <= this.floor) this.taken[id >> 3]! |= 1 << (id & 7)
    this.before = this.taken.slice()
  }

  /** Whether a row of this import was matched with the earlier row: it still holds. */
  again(id: number): boolean {
    return id <= this.floor && (this.taken[id >> 3]! & (1 << (id & 7))) !== 0
  }

  /** Removes the copies that `of` may have made. */
  static forget(db: Database): void {
    for (const table of Object.keys(SAME)) db.exec(`DROP TABLE IF EXISTS temp.known_${table}`)
  }
}
