import type { Database } from 'better-sqlite3'
import { AttributeWriter, Cells } from './cells.ts'
import type { Row } from './read/row.ts'
import type { Dictionary } from './dictionary.ts'
import { DEFAULTS, type TableName } from '../../common/mapping/roles.ts'
import type { BoundOutput } from './plan/compile.ts'
import { Rows, type RowSink } from './bulk/rows.ts'
import { columnsOf, type Known, type KnownTable } from './known/known.ts'
import { KeyTable } from './keys.ts'

/** Checks and stores the rows of one output, one at a time: `check`, then `store` of the same row. */
export interface RowWriter {
  /** Reads the row's cells; where one is wrong, `cells` says so. Stores nothing. */
  check(row: Row): void
  /**
   * Stores the row that was checked last; false where an earlier import brought the same, so that nothing is stored.
   * `source`: the record that it was made of, whose attributes are kept.
   */
  store(row: Row, source: Row, rowNumber: number): boolean
  /** Hands on what waits. Call it before every transaction's end. */
  flush(): void
}

export interface WriterNeeds {
  /** Only read: what is written goes to the sink. */
  db: Database
  sink: RowSink
  output: Pick<BoundOutput, 'to' | 'at' | 'attributes'>
  sourceId: number
  dictionary: Dictionary
  cells: Cells
  /** Shared by all writers of an import; made by `loadReports`. */
  reports: Reports
  /** What earlier imports brought, by table; absent: nothing is compared. */
  known?: Partial<Record<KnownTable, Known | null>> | undefined
}

/** The writer of an output. Statements are prepared once per table of a file; transactions are the caller's. */
export function createWriter(needs: WriterNeeds): RowWriter {
  return WRITERS[needs.output.to](needs)
}

export interface Reports {
  /** Reports that are in the workspace, by key; NEW for those that came in this import. */
  keys: KeyTable
  /** The id of the next one. */
  next: number
}

/** Reports where there are none: in a workspace for a preview, or where none are imported. */
export const noReports = (): Reports => ({ keys: new KeyTable(), next: 1 })

/** All reports by key, so that one that comes again is told apart from a new one. Unfinished imports were swept before. */
export function loadReports(db: Database): Reports {
  const keys = new KeyTable()
  let next = 1
  const rows = db.prepare(`SELECT id, key FROM report ORDER BY id`).raw().iterate() as IterableIterator<
    [number, string]
  >
  for (const [id, key] of rows) {
    const bytes = Buffer.from(key, 'utf8')
    if (keys.get(0, bytes, 0, bytes.length) === 0) keys.add(0, bytes, 0, bytes.length, id)
    next = id + 1
  }
  return { keys, next }
}

/** Stands for the id of a report that came in this import: no row has it. */
const NEW = 0xffffffff

const WRITERS: Record<TableName, (needs: WriterNeeds) => RowWriter> = {
  accounts({ sink, output, sourceId, dictionary, cells }) {
    const { account_id, registered_at } = output.at
    const attributes = new AttributeWriter(output.attributes)
    const columns = { numbers: ['account_id', 'registered_at', 'tz_offset', 'row'], texts: ['attributes'] }
    const rows = new Rows(sink, 'account_record', columns, { source_id: String(sourceId) })
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
        const v = rows.numbers
        let i = rows.at
        v[i++] = account
        v[i++] = registered ?? NaN
        v[i++] = tz ?? NaN
        v[i++] = n
        rows.text(attributes.json(source))
        rows.end(i)
        // Always stored, also unchanged: what a later export no longer lists can be told by that.
        return true
      },
      flush: () => rows.flush(),
    }
  },

  relations({ sink, output, sourceId, dictionary, cells, known }) {
    const { src, dst, type, weight, first_seen, last_seen } = output.at
    let fallback = 0
    const earlier = known?.relation
    const columns = { numbers: [...columnsOf('relation'), 'row'] }
    const rows = new Rows(sink, 'relation', columns, { source_id: String(sourceId) })
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
        if (earlier?.names(from) && earlier.has([from, to, typeId, w, first, last])) return false
        const v = rows.numbers
        let i = rows.at
        v[i++] = from
        v[i++] = to
        v[i++] = typeId
        v[i++] = w
        v[i++] = first ?? NaN
        v[i++] = last ?? NaN
        v[i++] = n
        rows.end(i)
        return true
      },
      flush: () => rows.flush(),
    }
  },

  links({ sink, output, sourceId, dictionary, cells, known }) {
    const { account_id, entity_type, entity_id, first_seen, last_seen, count } = output.at
    const earlier = known?.link
    const columns = { numbers: [...columnsOf('link'), 'row'] }
    const rows = new Rows(sink, 'link', columns, { source_id: String(sourceId) })
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
        const entity = dictionary.entity(typeId, row, entity_id, sourceId, n)!
        if (earlier?.names(account) && earlier.has([account, entity, first, last, times])) return false
        const v = rows.numbers
        let i = rows.at
        v[i++] = account
        v[i++] = entity
        v[i++] = first ?? NaN
        v[i++] = last ?? NaN
        v[i++] = times
        v[i++] = n
        rows.end(i)
        return true
      },
      flush: () => rows.flush(),
    }
  },

  events({ sink, output, sourceId, dictionary, cells, known }) {
    const { account_id, ts, kind, context, ip, device, country, city, outcome } = output.at
    const attributes = output.attributes.length > 0 ? new AttributeWriter(output.attributes) : null
    let fallback = 0
    const ipType = ip < 0 ? 0 : dictionary.termOf('entity_type', 'ip')
    const deviceType = device < 0 ? 0 : dictionary.termOf('entity_type', 'device')
    const earlier = known?.event
    const has = (at: number) => at >= 0
    // A value that is bound costs as much as one that is read: what the table does not have is not bound.
    const columns = ['account_id', 'ts', 'tz_offset', 'kind_id']
    if (has(context)) columns.push('context_id')
    if (has(ip)) columns.push('ip_id')
    if (has(device)) columns.push('device_id')
    if (has(country)) columns.push('country_id')
    if (has(city)) columns.push('city_id')
    if (has(outcome)) columns.push('outcome_id')
    const insert = { numbers: [...columns, 'row'], texts: attributes ? ['attributes'] : [] }
    const rows = new Rows(sink, 'event', insert, { source_id: String(sourceId) })
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
        const json = attributes === null ? '{}' : attributes.json(source)
        const more = json === '{}' ? null : json
        // prettier-ignore
        if (earlier?.names(account) && earlier.has([account, time, tz, kindId, contextId, ipId, deviceId, countryId, cityId, outcomeId, more]))
          return false
        const v = rows.numbers
        let i = rows.at
        v[i++] = account
        v[i++] = time!
        v[i++] = tz ?? NaN
        v[i++] = kindId
        if (context >= 0) v[i++] = contextId ?? NaN
        if (ip >= 0) v[i++] = ipId ?? NaN
        if (device >= 0) v[i++] = deviceId ?? NaN
        if (country >= 0) v[i++] = countryId ?? NaN
        if (city >= 0) v[i++] = cityId ?? NaN
        if (outcome >= 0) v[i++] = outcomeId ?? NaN
        v[i++] = n
        if (attributes !== null) rows.text(more)
        rows.end(i)
        return true
      },
      flush: () => rows.flush(),
    }
  },

  reports({ db, sink, output, sourceId, dictionary, cells, reports }) {
    const { report_id, account_id, reporter_id, ts, lang, category, text } = output.at
    const columns = {
      numbers: ['id', 'account_id', 'reporter_id', 'ts', 'tz_offset', 'row'],
      texts: ['key', 'lang', 'category', 'text'],
    }
    const rows = new Rows(sink, 'report', columns, { source_id: String(sourceId) })
    // In the same transaction as the report, so that the index never knows more or less than the table.
    const index = new Rows(sink, 'report_fts', { numbers: ['rowid'], texts: ['text'] })
    const same = db.prepare(
      `SELECT 1 FROM report r JOIN account a ON a.id = r.account_id LEFT JOIN account b ON b.id = r.reporter_id
       WHERE r.id = ? AND a.key = ? AND b.key IS ? AND r.ts IS ? AND r.tz_offset IS ? AND r.lang IS ?
         AND r.category IS ? AND r.text = ? AND r.source_id IN (SELECT id FROM ready_source)`,
    )
    let time: number | null = null
    let tz: number | null = null
    let key = ''
    let again = false
    return {
      check(row) {
        cells.require(row, report_id, 'report_id')
        cells.require(row, account_id, 'account_id')
        cells.require(row, text, 'text')
        time = cells.time(row, ts, 'ts')
        tz = cells.tzOffset
        if (cells.failed) return
        key = row.text(report_id)
        again = false
        const bytes = Buffer.from(key, 'utf8')
        const id = reports.keys.get(0, bytes, 0, bytes.length)
        if (id === 0) return
        if (id !== NEW) {
          const [about, by] = [row.text(account_id), cells.text(row, reporter_id)]
          const [language, said] = [cells.text(row, lang), cells.text(row, category)]
          again = same.get(id, about, by, time, tz, language, said, row.text(text)) !== undefined
          if (again) return
        }
        cells.fail(
          'report_id',
          'duplicate_report',
          `The report "${key.slice(0, 60)}" is already here. The first one is kept; give this one another report_id ` +
            'if it is a different report.',
        )
      },
      store(row, _source, n) {
        if (again) return false
        const bytes = Buffer.from(key, 'utf8')
        reports.keys.add(0, bytes, 0, bytes.length, NEW)
        const account = dictionary.account(row, account_id, sourceId, n)
        const reporter = cells.empty(row, reporter_id)
          ? null
          : dictionary.account(row, reporter_id, sourceId, n)
        const body = row.text(text)
        const said = cells.text(row, category)
        const id = reports.next++
        const v = rows.numbers
        let i = rows.at
        v[i++] = id
        v[i++] = account
        v[i++] = reporter ?? NaN
        v[i++] = time ?? NaN
        v[i++] = tz ?? NaN
        v[i++] = n
        for (const cell of [key, cells.text(row, lang), said, body]) rows.text(cell)
        rows.end(i)
        index.numbers[index.at] = id
        index.text(body)
        index.end(index.at + 1)
        return true
      },
      flush() {
        rows.flush()
        index.flush()
      },
    }
  },

  labels({ sink, output, sourceId, dictionary, cells, known }) {
    const { account_id, label, source, ts } = output.at
    const earlier = known?.label
    const columns = { numbers: ['account_id', 'ts', 'row'], texts: ['label', 'label_source'] }
    const rows = new Rows(sink, 'label', columns, { source_id: String(sourceId) })
    let time: number | null = null
    return {
      check(row) {
        cells.require(row, account_id, 'account_id')
        cells.require(row, label, 'label')
        time = cells.time(row, ts, 'ts')
      },
      store(row, _source, n) {
        const account = dictionary.account(row, account_id, sourceId, n)
        const said = row.text(label)
        const by = cells.text(row, source)
        if (earlier?.names(account) && earlier.has([account, said, by, time])) return false
        const v = rows.numbers
        let i = rows.at
        v[i++] = account
        v[i++] = time ?? NaN
        v[i++] = n
        rows.text(said)
        rows.text(by)
        rows.end(i)
        return true
      },
      flush: () => rows.flush(),
    }
  },
}
