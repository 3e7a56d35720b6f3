import { createHash } from 'node:crypto'
import type { FeatureColumn, FeatureTable } from '../types.ts'

/** Columns that are computed beside a table, parallel to `columns`, one value per node each. */
export interface ColumnBlock {
  readonly columns: readonly FeatureColumn[]
  readonly values: readonly Float32Array[]
}

/** A table with further columns behind its own, e.g. label columns. Closing it closes the table. */
export function withLabels(table: FeatureTable, block: ColumnBlock): FeatureTable {
  const own = table.columns.length
  const width = own + block.columns.length
  const hash = createHash('sha256').update(table.sha256)
  for (const [i, column] of block.columns.entries()) {
    const { buffer, byteOffset, byteLength } = block.values[i]
    hash.update(column.name).update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return {
    n: table.n,
    columns: [...table.columns, ...block.columns],
    sha256: hash.digest('hex'),
    column: async (k) => (k < own ? table.column(k) : block.values[k - own]),
    async gather(nodes, out) {
      const part = new Float32Array(nodes.length * own)
      await table.gather(nodes, part)
      for (let i = 0; i < nodes.length; i++) {
        out.set(part.subarray(i * own, (i + 1) * own), i * width)
        for (let k = 0; k < block.values.length; k++) out[i * width + own + k] = block.values[k][nodes[i]]
      }
    },
    close: () => table.close(),
  }
}

/**
 * A table as a model wants it: its columns by name, in its order. A column that the table does not have is missing
 * (NaN) for everybody. Closing it closes the table.
 */
export function alignTo(table: FeatureTable, columns: readonly FeatureColumn[]): FeatureTable {
  const at = new Map(table.columns.map((column, k) => [column.name, k]))
  const from = columns.map((column) => at.get(column.name) ?? -1)
  const hash = createHash('sha256').update(table.sha256)
  for (const column of columns) hash.update(`\n${column.name}`)
  return {
    n: table.n,
    columns,
    sha256: hash.digest('hex'),
    column: async (k) => (from[k] < 0 ? new Float32Array(table.n).fill(NaN) : table.column(from[k])),
    async gather(nodes, out) {
      const width = table.columns.length
      const part = new Float32Array(nodes.length * width)
      await table.gather(nodes, part)
      for (let i = 0, to = 0; i < nodes.length; i++)
        for (let k = 0; k < from.length; k++) out[to++] = from[k] < 0 ? NaN : part[i * width + from[k]]
    },
    close: () => table.close(),
  }
}
