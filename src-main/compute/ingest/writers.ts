import type { Database } from 'better-sqlite3'
import { AttributeWriter, Cells } from './cells.ts'
import type { Row } from './read/row.ts'
import type { Dictionary } from './dictionary.ts'
import { DEFAULTS, type ColumnPlan, type TableName } from './layout.ts'
import { KeyTable } from './keys.ts'

/** Stores one row; false where the row is rejected, with the reason in `cells`. */
export type RowWriter = (row: Row, rowNumber: number) => boolean

export interface WriterNeeds {
  db: Database
  plan: ColumnPlan
  sourceId: number
  dictionary: Dictionary
  cells: Cells
  /** Keys of the reports that are in the workspace or came in this import; made by `loadReportKeys`. */
  reportKeys: KeyTable
}

/**
 * The writer of a table. Every writer checks the whole row before it stores anything, so that a rejected row
 * leaves no account or entity behind. Statements are prepared once per file; transactions are the caller's.
 */
export function createWriter(needs: WriterNeeds): RowWriter {
  return WRITERS[needs.plan.table](needs)
}

/** Keys of all ready reports, so that a report that comes again is told apart from a new one. */
export function loadReportKeys(db: Database): KeyTable {
  const keys = new KeyTable()
  const rows = db
    .prepare(`SELECT key FROM report WHERE source_id IN (SELECT id FROM ready_source)`)
    .pluck()
    .iterate() as IterableIterator<string>
  for (const key of rows) {
    const bytes = Buffer.from(key, 'utf8')
    if (keys.get(0, bytes, 0, bytes.length) === 0) keys.add(0, bytes, 0, bytes.length, 1)
  }
  return keys
}

const WRITERS: Record<TableName, (needs: WriterNeeds) => RowWriter> = {
  accounts({ db, plan, sourceId, dictionary, cells }) {
    const { account_id, registered_at } = plan.at
    const attributes = new AttributeWriter(plan.attributes)
    const insert = db.prepare(
      `INSERT INTO account_record (account_id, registered_at, tz_offset, attributes, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    return (row, n) => {
      cells.require(row, account_id, 'account_id')
      const registered = cells.time(row, registered_at, 'registered_at')
      if (cells.failed) return false
      const account = dictionary.account(row, account_id, sourceId, n)
      insert.run(account, registered, cells.tzOffset, attributes.json(row), sourceId, n)
      return true
    }
  },

  relations({ db, plan, sourceId, dictionary, cells }) {
    const { src, dst, type, weight, first_seen, last_seen } = plan.at
    let fallback = 0
    const insert = db.prepare(
      `INSERT INTO relation (src_id, dst_id, type_id, weight, first_seen, last_seen, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ${sourceId}, ?)`,
    )
    return (row, n) => {
      cells.require(row, src, 'src')
      cells.require(row, dst, 'dst')
      const w = cells.positive(row, weight, 'weight', DEFAULTS.weight)
      const first = cells.time(row, first_seen, 'first_seen')
      const last = cells.time(row, last_seen, 'last_seen')
      cells.inOrder(first, last)
      if (cells.failed) return false
      const from = dictionary.account(row, src, sourceId, n)
      const to = dictionary.account(row, dst, sourceId, n)
      const typeId =
        dictionary.term('relation_type', row, type) ??
        (fallback ||= dictionary.termOf('relation_type', DEFAULTS.relationType))
      insert.run(from, to, typeId, w, first, last, n)
      return true
    }
  },

  links({ db, plan, sourceId, dictionary, cells }) {
    const { account_id, entity_type, entity_id, first_seen, last_seen, count } = plan.at
    const insert = db.prepare(
      `INSERT INTO link (account_id, entity_id, first_seen, last_seen, count, source_id, row)
       VALUES (?, ?, ?, ?, ?, ${sourceId}, ?)`,
    )
    return (row, n) => {
      cells.require(row, account_id, 'account_id')
      cells.require(row, entity_type, 'entity_type')
      cells.require(row, entity_id, 'entity_id')
      const first = cells.time(row, first_seen, 'first_seen')
      const last = cells.time(row, last_seen, 'last_seen')
      const times = cells.count(row, count, 'count', DEFAULTS.count)
      cells.inOrder(first, last)
      if (cells.failed) return false
      const account = dictionary.account(row, account_id, sourceId, n)
      const typeId = dictionary.term('entity_type', row, entity_type)!
      insert.run(account, dictionary.entity(typeId, row, entity_id, sourceId, n), first, last, times, n)
      return true
    }
  },

  events({ db, plan, sourceId, dictionary, cells }) {
    const { account_id, ts, kind, context, ip, device, country, city, outcome } = plan.at
    const attributes = plan.attributes.length > 0 ? new AttributeWriter(plan.attributes) : null
    let fallback = 0
    const ipType = ip < 0 ? 0 : dictionary.termOf('entity_type', 'ip')
    const deviceType = device < 0 ? 0 : dictionary.termOf('entity_type', 'device')
    const insert = db.prepare(
      `INSERT INTO event (account_id, ts, tz_offset, kind_id, context_id, ip_id, device_id, country_id, city_id,
                          outcome_id, attributes, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${attributes ? '?' : 'NULL'}, ${sourceId}, ?)`,
    )
    return (row, n) => {
      cells.require(row, account_id, 'account_id')
      cells.require(row, ts, 'ts')
      const time = cells.time(row, ts, 'ts')
      const tz = cells.tzOffset
      if (cells.failed) return false
      const account = dictionary.account(row, account_id, sourceId, n)
      const kindId =
        dictionary.term('event_kind', row, kind) ??
        (fallback ||= dictionary.termOf('event_kind', DEFAULTS.eventKind))
      const contextId = dictionary.term('context', row, context)
      const ipId = dictionary.entity(ipType, row, ip, sourceId, n)
      const deviceId = dictionary.entity(deviceType, row, device, sourceId, n)
      const countryId = dictionary.term('country', row, country)
      const cityId = dictionary.term('city', row, city)
      const outcomeId = dictionary.term('outcome', row, outcome)
      if (attributes === null) {
        insert.run(account, time, tz, kindId, contextId, ipId, deviceId, countryId, cityId, outcomeId, n)
      } else {
        const json = attributes.json(row)
        const more = json === '{}' ? null : json
        insert.run(
          account,
          time,
          tz,
          kindId,
          contextId,
          ipId,
          deviceId,
          countryId,
          cityId,
          outcomeId,
          more,
          n,
        )
      }
      return true
    }
  },

  reports({ db, plan, sourceId, dictionary, cells, reportKeys }) {
    const { report_id, account_id, reporter_id, ts, lang, category, text } = plan.at
    const insert = db.prepare(
      `INSERT INTO report (key, account_id, reporter_id, ts, tz_offset, lang, category, text, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    // In the same transaction as the report, so that the index never knows more or less than the table.
    const index = db.prepare(`INSERT INTO report_fts (rowid, text) VALUES (last_insert_rowid(), ?)`)
    return (row, n) => {
      cells.require(row, report_id, 'report_id')
      cells.require(row, account_id, 'account_id')
      cells.require(row, text, 'text')
      const time = cells.time(row, ts, 'ts')
      const tz = cells.tzOffset
      if (cells.failed) return false
      const key = row.text(report_id)
      const bytes = Buffer.from(key, 'utf8')
      if (reportKeys.get(0, bytes, 0, bytes.length) > 0) {
        cells.fail(
          'report_id',
          'duplicate_report',
          `The report "${key.slice(0, 60)}" is already here. The first one is kept; give this one another report_id ` +
            'if it is a different report.',
        )
        return false
      }
      reportKeys.add(0, bytes, 0, bytes.length, 1)
      const account = dictionary.account(row, account_id, sourceId, n)
      const reporter = cells.empty(row, reporter_id)
        ? null
        : dictionary.account(row, reporter_id, sourceId, n)
      const body = row.text(text)
      const said = cells.text(row, category)
      insert.run(key, account, reporter, time, tz, cells.text(row, lang), said, body, sourceId, n)
      index.run(body)
      return true
    }
  },

  labels({ db, plan, sourceId, dictionary, cells }) {
    const { account_id, label, source, ts } = plan.at
    const insert = db.prepare(
      `INSERT INTO label (account_id, label, label_source, ts, source_id, row) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    return (row, n) => {
      cells.require(row, account_id, 'account_id')
      cells.require(row, label, 'label')
      const time = cells.time(row, ts, 'ts')
      if (cells.failed) return false
      const account = dictionary.account(row, account_id, sourceId, n)
      insert.run(account, row.text(label), cells.text(row, source), time, sourceId, n)
      return true
    }
  },
}
