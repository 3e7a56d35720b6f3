import type { Pace } from '../../../common/pace.ts'
import type { FeatureSource } from '../features/source.ts'
import type { ColumnFamily, FeatureColumn, TrainingData } from '../types.ts'
import type { ColumnChoice } from './types.ts'

/** Values of label columns, one array of n per column. */
export interface LabelBlock {
  readonly columns: readonly FeatureColumn[]
  readonly values: readonly Float32Array[]
}

/** Families that are the account's own facts; the others say where it stands among others. */
const OWN_FAMILIES: ReadonlySet<ColumnFamily> = new Set(['attributes', 'registration', 'logins', 'reports'])

/** Positions of the columns that a member looks at. */
export function choose(columns: readonly FeatureColumn[], choice: ColumnChoice): Uint32Array {
  const wanted = (c: FeatureColumn): boolean => {
    if (choice === 'all') return true
    if (choice === 'labels') return c.family === 'labels'
    if (choice === 'unlabelled') return c.family !== 'labels'
    return c.operator === 'own' && c.relation === null && c.hop === 0 && OWN_FAMILIES.has(c.family)
  }
  return Uint32Array.from(columns.keys()).filter((k) => wanted(columns[k]))
}

/** Values of some columns of row-major rows × width values; what was given where these are all of them. */
export function partOf(x: Float32Array, width: number, rows: number, columns: Uint32Array): Float32Array {
  if (columns.length === width) return x.subarray(0, rows * width)
  const part = new Float32Array(rows * columns.length)
  let to = 0
  for (let i = 0; i < rows; i++) for (const c of columns) part[to++] = x[i * width + c]
  return part
}

/** Rows of the named nodes over all columns: the table's, then the label columns. */
export class Rows {
  readonly columns: readonly FeatureColumn[]
  readonly nodes: Uint32Array
  readonly x: Float32Array
  private readonly tableWidth: number

  private constructor(
    columns: readonly FeatureColumn[],
    nodes: Uint32Array,
    x: Float32Array,
    tableWidth: number,
  ) {
    this.columns = columns
    this.nodes = nodes
    this.x = x
    this.tableWidth = tableWidth
  }

  /** Gathers the table's columns once; label columns stay missing until `fill`. */
  static async of(
    source: FeatureSource,
    labels: readonly FeatureColumn[],
    nodes: Uint32Array,
    pace: Pace,
  ): Promise<Rows> {
    const { table } = source
    const columns = [...table.columns, ...labels]
    const x = new Float32Array(nodes.length * columns.length).fill(NaN)
    const width = table.columns.length
    const part = new Float32Array(Math.min(nodes.length, 4096) * width)
    for (let from = 0; from < nodes.length; from += 4096) {
      const some = nodes.subarray(from, from + 4096)
      await table.gather(some, part)
      for (let i = 0; i < some.length; i++)
        x.set(part.subarray(i * width, (i + 1) * width), (from + i) * columns.length)
      await pace.checkpoint()
    }
    return new Rows(columns, nodes, x, width)
  }

  /** Puts these label columns' values in. */
  fill(block: LabelBlock): void {
    const width = this.columns.length
    block.values.forEach((values, k) => {
      const at = this.tableWidth + k
      for (let i = 0; i < this.nodes.length; i++) this.x[i * width + at] = values[this.nodes[i]]
    })
  }

  /** Values of some rows and columns, row-major. */
  part(rows: Uint32Array, columns: Uint32Array): Float32Array {
    const width = this.columns.length
    const out = new Float32Array(rows.length * columns.length)
    let to = 0
    for (const i of rows) for (const c of columns) out[to++] = this.x[i * width + c]
    return out
  }

  /** What a learner is handed. */
  data(rows: Uint32Array, columns: Uint32Array, y: Uint8Array, weights?: Float32Array): TrainingData {
    return {
      columns: Array.from(columns, (c) => this.columns[c]),
      rows: rows.length,
      x: this.part(rows, columns),
      y,
      ...(weights && { weights }),
    }
  }
}
