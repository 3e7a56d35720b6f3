import { CellRow } from './cell-row.ts'
import type { ReadNote } from '../../../common/mapping/read-notes.ts'
import { uniqueName } from './header.ts'
import type { ByteSource, ColumnInfo, ReadOptions, TableInfo } from './reader.ts'
import { MAX_FIELDS, MAX_ROW_BYTES, type Row } from './row.ts'
import { unreadable } from './trouble.ts'

/** What graph files have: two tables, 'nodes' and 'edges', whose columns come up as the file is read. */
export type GraphTableName = 'nodes' | 'edges'

/** A node or an edge while it is read: cells by what they are called inside the file. */
export class GraphRecord {
  readonly table: GraphTableName
  readonly cells = new Map<string, string>()
  complaint: string | null = null
  private size = 0
  tooLong = false

  constructor(table: GraphTableName) {
    this.table = table
  }

  /** Sets a cell; a second value for the same makes a JSON list of both. */
  set(key: string, value: string): void {
    this.size += value.length + key.length
    if (this.size > MAX_ROW_BYTES || this.cells.size >= MAX_FIELDS) this.tooLong = true
    else this.cells.set(key, value)
  }
}

/** Takes records as a parser finds them. Columns are known by a key, which need not be their name. */
export interface GraphSink {
  /** Makes a column known before a record has it. */
  column(table: GraphTableName, key: string, name: string, declared: ColumnInfo['declared']): void
  record(record: GraphRecord): void
}

interface Columns {
  index: Map<string, number>
  names: Set<string>
  infos: ColumnInfo[]
  rows: number
}

/** Learns what tables a graph file has. */
export class GraphSurvey implements GraphSink {
  private readonly tables: Record<GraphTableName, Columns> = { nodes: fresh(), edges: fresh() }

  column(table: GraphTableName, key: string, name: string, declared: ColumnInfo['declared']): void {
    addColumn(this.tables[table], key, name, declared)
  }

  record(record: GraphRecord): void {
    const columns = this.tables[record.table]
    columns.rows++
    for (const key of record.cells.keys()) addColumn(columns, key, key, null)
  }

  get rows(): number {
    return this.tables.nodes.rows + this.tables.edges.rows
  }

  /** The tables that have records. */
  describe(source: ByteSource, depth: 'head' | 'all', notes: ReadNote[], found: ReadOptions): TableInfo[] {
    const infos: TableInfo[] = []
    for (const name of ['nodes', 'edges'] as const) {
      const { infos: columns, rows } = this.tables[name]
      if (rows === 0) continue
      if (columns.length > MAX_FIELDS)
        throw unreadable(source, `its ${name} have more than ${MAX_FIELDS} attributes`)
      infos.push({ name, columns, rows: depth === 'all' ? rows : null, notes, found })
    }
    if (infos.length === 0) throw unreadable(source, 'it has neither nodes nor edges')
    return infos
  }
}

/** Hands out one table's records as rows. */
export class GraphRows implements GraphSink {
  give: (row: Row) => void = () => {}
  private readonly table: TableInfo
  private readonly cells: Map<string, number>
  private readonly columns = fresh()
  private readonly row = new CellRow()

  constructor(table: TableInfo) {
    this.table = table
    this.cells = new Map(table.columns.map(({ name }, i) => [name, i]))
  }

  column(table: GraphTableName, key: string, name: string, declared: ColumnInfo['declared']): void {
    if (table === this.table.name) addColumn(this.columns, key, name, declared)
  }

  record(record: GraphRecord): void {
    if (record.table !== this.table.name) return
    const { row } = this
    row.begin(this.table.columns.length, () => JSON.stringify(Object.fromEntries(record.cells)))
    for (const [key, value] of record.cells) {
      const at = addColumn(this.columns, key, key, null)
      const cell = this.cells.get(this.columns.infos[at].name)
      if (cell !== undefined) row.set(cell, value)
    }
    if (record.tooLong) row.fail('row_too_long', 'It has more attributes or longer ones than Shoal keeps.')
    else if (record.complaint !== null) row.fail('bad_record', record.complaint)
    this.give(row)
  }
}

function fresh(): Columns {
  return { index: new Map(), names: new Set(), infos: [], rows: 0 }
}

/** The same keys in the same order get the same names, in every reading. */
function addColumn(columns: Columns, key: string, name: string, declared: ColumnInfo['declared']): number {
  const known = columns.index.get(key)
  if (known !== undefined) return known
  const at = columns.infos.length
  columns.index.set(key, at)
  columns.infos.push({ name: uniqueName(name.trim() || `column_${at + 1}`, columns.names), declared })
  return at
}
