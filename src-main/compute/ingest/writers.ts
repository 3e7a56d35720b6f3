import type { Database } from 'better-sqlite3'
import { AttributeWriter, Cells } from './cells.ts'
import type { Row } from './read/row.ts'
import type { Dictionary } from './dictionary.ts'
import { DEFAULTS, type TableName } from '../../common/mapping/roles.ts'
import type { BoundOutput } from './plan/compile.ts'
import { KeyTable } from './keys.ts'

/** Checks and stores the rows of one output, one at a time: `check`, then `store` of the same row. */
export interface RowWriter {
  /** Reads the row's cells; where one is wrong, `cells` says so. Stores nothing. */
  check(row: Row): void
  /** Stores the row that was checked last. `source`: the record that it was made of, whose attributes are kept. */
  store(row: Row, source: Row, rowNumber: number): void
}

export interface WriterNeeds {
  db: Database
  output: Pick<BoundOutput, 'to' | 'at' | 'attributes'>
  sourceId: number
  dictionary: Dictionary
  cells: Cells
  /** Keys of the reports that are in the workspace or came in this import; made by `loadReportKeys`. */
  reportKeys: KeyTable
}

/** The writer of an output. Statements are prepared once per file; transactions are the caller's. */
export function createWriter(needs: WriterNeeds): RowWriter {
  return WRITERS[needs.output.to](needs)
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
  accounts({ db, output, sourceId, dictionary, cells }) {
    const { account_id, registered_at } = output.at
    const attributes = new AttributeWriter(output.attributes)
    const insert = db.prepare(
      `INSERT INTO account_record (account_id, registered_at, tz_offset, attributes, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    let registered: number | null = null
    let tz: number | null = null
    return {
      check(row) {
        cells.require(row, account_id, 'account_id')
        registered = cells.time(row, registered_at, 'registered_at')
        tz = cells.tzOffset
      },
      store(row, source, n) {
        const account = dictionary.account(row, account_id, sourceId, n)
        insert.run(account, registered, tz, attributes.json(source), sourceId, n)
      },
    }
  },

  relations({ db, output, sourceId, dictionary, cells }) {
    const { src, dst, type, weight, first_seen, last_seen } = output.at
    let fallback = 0
    const insert = db.prepare(
      `INSERT INTO relation (src_id, dst_id, type_id, weight, first_seen, last_seen, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ${sourceId}, ?)`,
    )
    let w = 0
    let first: number | null = null
    let last: number | null = null
    return {
      check(row) {
        cells.require(row, src, 'src')
        cells.require(row, dst, 'dst')
        w = cells.positive(row, weight, 'weight', DEFAULTS.weight)
        first = cells.time(row, first_seen, 'first_seen')
        last = cells.time(row, last_seen, 'last_seen')
        cells.inOrder(first, last)
      },
      store(row, _source, n) {
        const from = dictionary.account(row, src, sourceId, n)
        const to = dictionary.account(row, dst, sourceId, n)
        const typeId =
          dictionary.term('relation_type', row, type) ??
          (fallback ||= dictionary.termOf('relation_type', DEFAULTS.relationType))
        insert.run(from, to, typeId, w, first, last, n)
      },
    }
  },

  links({ db, output, sourceId, dictionary, cells }) {
    const { account_id, entity_type, entity_id, first_seen, last_seen, count } = output.at
    const insert = db.prepare(
      `INSERT INTO link (account_id, entity_id, first_seen, last_seen, count, source_id, row)
       VALUES (?, ?, ?, ?, ?, ${sourceId}, ?)`,
    )
    let first: number | null = null
    let last: number | null = null
    let times = 0
    return {
      check(row) {
        cells.require(row, account_id, 'account_id')
        cells.require(row, entity_type, 'entity_type')
        cells.require(row, entity_id, 'entity_id')
        first = cells.time(row, first_seen, 'first_seen')
        last = cells.time(row, last_seen, 'last_seen')
        times = cells.count(row, count, 'count', DEFAULTS.count)
        cells.inOrder(first, last)
      },
      store(row, _source, n) {
        const account = dictionary.account(row, account_id, sourceId, n)
        const typeId = dictionary.term('entity_type', row, entity_type)!
        insert.run(account, dictionary.entity(typeId, row, entity_id, sourceId, n), first, last, times, n)
      },
    }
  },

  events({ db, output, sourceId, dictionary, cells }) {
    const { account_id, ts, kind, context, ip, device, country, city, outcome } = output.at
    const attributes = output.attributes.length > 0 ? new AttributeWriter(output.attributes) : null
    let fallback = 0
    const ipType = ip < 0 ? 0 : dictionary.termOf('entity_type', 'ip')
    const deviceType = device < 0 ? 0 : dictionary.termOf('entity_type', 'device')
    const insert = db.prepare(
      `INSERT INTO event (account_id, ts, tz_offset, kind_id, context_id, ip_id, device_id, country_id, city_id,
                          outcome_id, attributes, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${attributes ? '?' : 'NULL'}, ${sourceId}, ?)`,
    )
    let time: number | null = null
    let tz: number | null = null
    return {
      check(row) {
        cells.require(row, account_id, 'account_id')
        cells.require(row, ts, 'ts')
        time = cells.time(row, ts, 'ts')
        tz = cells.tzOffset
      },
      store(row, source, n) {
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
          return
        }
        const json = attributes.json(source)
        const more = json === '{}' ? null : json
        // prettier-ignore
        insert.run(account, time, tz, kindId, contextId, ipId, deviceId, countryId, cityId, outcomeId, more, n)
      },
    }
  },

  reports({ db, output, sourceId, dictionary, cells, reportKeys }) {
    const { report_id, account_id, reporter_id, ts, lang, category, text } = output.at
    const insert = db.prepare(
      `INSERT INTO report (key, account_id, reporter_id, ts, tz_offset, lang, category, text, source_id, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    // In the same transaction as the report, so that the index never knows more or less than the table.
    const index = db.prepare(`INSERT INTO report_fts (rowid, text) VALUES (last_insert_rowid(), ?)`)
    let time: number | null = null
    let tz: number | null = null
    let key = ''
    return {
      check(row) {
        cells.require(row, report_id, 'report_id')
        cells.require(row, account_id, 'account_id')
        cells.require(row, text, 'text')
        time = cells.time(row, ts, 'ts')
        tz = cells.tzOffset
        if (cells.failed) return
        key = row.text(report_id)
        const bytes = Buffer.from(key, 'utf8')
        if (reportKeys.get(0, bytes, 0, bytes.length) === 0) return
        cells.fail(
          'report_id',
          'duplicate_report',
          `The report "${key.slice(0, 60)}" is already here. The first one is kept; give this one another report_id ` +
            'if it is a different report.',
        )
      },
      store(row, _source, n) {
        const bytes = Buffer.from(key, 'utf8')
        reportKeys.add(0, bytes, 0, bytes.length, 1)
        const account = dictionary.account(row, account_id, sourceId, n)
        const reporter = cells.empty(row, reporter_id)
          ? null
          : dictionary.account(row, reporter_id, sourceId, n)
        const body = row.text(text)
        const said = cells.text(row, category)
        insert.run(key, account, reporter, time, tz, cells.text(row, lang), said, body, sourceId, n)
        index.run(body)
      },
    }
  },

  labels({ db, output, sourceId, dictionary, cells }) {
    const { account_id, label, source, ts } = output.at
    const insert = db.prepare(
      `INSERT INTO label (account_id, label, label_source, ts, source_id, row) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    let time: number | null = null
    return {
      check(row) {
        cells.require(row, account_id, 'account_id')
        cells.require(row, label, 'label')
        time = cells.time(row, ts, 'ts')
      },
      store(row, _source, n) {
        const account = dictionary.account(row, account_id, sourceId, n)
        insert.run(account, row.text(label), cells.text(row, source), time, sourceId, n)
      },
    }
  },
}
