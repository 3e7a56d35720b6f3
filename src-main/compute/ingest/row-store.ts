import type { Database } from 'better-sqlite3'
import type { TableName } from '../../common/mapping/roles.ts'
import { Cells } from './cells.ts'
import type { Dictionary } from './dictionary.ts'
import type { RowSink } from './bulk/rows.ts'
import type { Known, KnownTable } from './known/known.ts'
import type { BoundOutput, BoundTable } from './plan/compile.ts'
import type { Row } from './read/row.ts'
import { createWriter, type Reports, type RowWriter } from './writers.ts'

interface Bound {
  output: BoundOutput
  cells: Cells
  writer: RowWriter
  /** Positions of the cells without which an optional output makes nothing. */
  needed: number[] | null
  /** What `pick` made of the record; null where this output makes nothing of it. */
  row: Row | null
  /** Facts that this output has stored. */
  stored: number
}

/**
 * Makes facts of records: every output of a table checks the whole record before any of them stores anything, so that a
 * rejected record leaves nothing behind.
 */
export class RowStore {
  /** Records of which nothing was stored because an earlier import had brought all that they say. */
  known = 0
  private readonly outputs: Bound[]
  private readonly dictionary: Dictionary

  constructor(needs: {
    db: Database
    sink: RowSink
    bound: BoundTable
    sourceId: number
    dictionary: Dictionary
    reports: Reports
    known?: Partial<Record<KnownTable, Known | null>> | undefined
  }) {
    this.dictionary = needs.dictionary
    this.outputs = needs.bound.outputs.map((output) => {
      const cells = new Cells(output.names, output.times)
      const writer = createWriter({ ...needs, output, cells })
      const needed = output.skipWithout?.map((role) => output.at[role]) ?? null
      return { output, cells, writer, needed, row: null, stored: 0 }
    })
  }

  /** Stores what a record says; what is wrong where it is rejected, null where it is stored. */
  add(record: Row, rowNumber: number): Cells | null {
    for (const bound of this.outputs) {
      const row = bound.output.pick(record, rowNumber)
      bound.row = null
      if (bound.needed?.some((at) => row.starts[at] === row.ends[at])) continue
      if (row.problem === 'nul_byte') {
        bound.cells.start()
        bound.cells.fail('', 'nul_byte', 'The row holds a NUL byte, which no text may. Remove it.')
        return bound.cells
      }
      bound.cells.start()
      bound.writer.check(row)
      if (bound.cells.failed) return bound.cells
      bound.row = row
    }
    let made = 0
    let stored = 0
    for (const bound of this.outputs) {
      if (!bound.row) continue
      made++
      if (!bound.writer.store(bound.row, record, rowNumber)) continue
      bound.stored++
      stored++
    }
    if (made > 0 && stored === 0) this.known++
    return null
  }

  /** Hands on what waits to be stored together with more. Call it before every transaction's end. */
  flush(): void {
    this.dictionary.flush()
    for (const { writer } of this.outputs) writer.flush()
  }

  /** Facts stored so far, by table. */
  facts(): Partial<Record<TableName, number>> {
    const facts: Partial<Record<TableName, number>> = {}
    for (const { output, stored } of this.outputs) facts[output.to] = (facts[output.to] ?? 0) + stored
    return facts
  }
}
