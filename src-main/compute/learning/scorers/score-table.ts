import type { Pace } from '../../../common/pace.ts'
import type { FeatureSource } from '../features/source.ts'
import type { LabelBlock } from './table-data.ts'

/** Accounts that go through a model at a time: with 1,000 columns a model of many members takes 0.5 MB for each. */
export const BATCH = 2048

/** Anything that scores rows of columns: a model folder's ONNX, or members in memory. */
export interface RowScorer {
  /** Columns by name, in the order of a row. */
  readonly names: readonly string[]
  score(x: Float32Array, rows: number): Promise<Float32Array> | Float32Array
}

/** Rows of the columns that a model wants, whatever order and number the table has. NaN where it has none. */
export class RowReader {
  private readonly names: readonly string[]
  /** Columns of which no row read so far had a value. */
  private unseen: number[]
  private readonly source: FeatureSource
  private readonly labels: LabelBlock | null
  private readonly width: number
  /** Of each wanted column: its position in the table, or −1. */
  private readonly inTable: Int32Array
  private readonly inLabels: Int32Array
  private part = new Float32Array(0)

  constructor(source: FeatureSource, labels: LabelBlock | null, names: readonly string[]) {
    this.source = source
    this.labels = labels
    this.width = names.length
    const position = (columns: readonly { readonly name: string }[] | undefined) => {
      const at = new Map(columns?.map((column, k) => [column.name, k]))
      return Int32Array.from(names, (name) => at.get(name) ?? -1)
    }
    this.inTable = position(source.table.columns)
    this.inLabels = position(labels?.columns)
    this.names = names
    this.unseen = Array.from(names.keys())
  }

  /** Columns that no account read so far had a value of: the export lacks them. */
  get missing(): string[] {
    return this.unseen.map((k) => this.names[k])
  }

  /** None of the columns wanted is one that this workspace has. */
  get knowsNone(): boolean {
    return this.width > 0 && this.names.every((_, k) => this.inTable[k] < 0 && this.inLabels[k] < 0)
  }

  /** Row-major nodes.length × names.length values into `out`. */
  async read(nodes: Uint32Array, out: Float32Array): Promise<void> {
    const { table } = this.source
    const tableWidth = table.columns.length
    if (this.part.length < nodes.length * tableWidth) this.part = new Float32Array(nodes.length * tableWidth)
    await table.gather(nodes, this.part)
    let to = 0
    for (let i = 0; i < nodes.length; i++) {
      const row = i * tableWidth
      for (let k = 0; k < this.width; k++) {
        const from = this.inTable[k]
        if (from >= 0) out[to++] = this.part[row + from]
        else out[to++] = this.inLabels[k] >= 0 ? this.labels!.values[this.inLabels[k]][nodes[i]] : NaN
      }
    }
    for (let i = 0; i < nodes.length && this.unseen.length > 0; i++)
      this.unseen = this.unseen.filter((k) => Number.isNaN(out[i * this.width + k]))
  }
}

/** Scores of the named nodes, batch by batch. */
export async function scoreNodes(
  model: RowScorer,
  reader: RowReader,
  nodes: Uint32Array,
  pace: Pace,
  tell: (fraction: number) => void = () => {},
): Promise<Float32Array> {
  const scores = new Float32Array(nodes.length)
  const x = new Float32Array(Math.min(nodes.length, BATCH) * model.names.length)
  for (let from = 0; from < nodes.length; from += BATCH) {
    const some = nodes.subarray(from, from + BATCH)
    await reader.read(some, x)
    scores.set(await model.score(x, some.length), from)
    tell((from + some.length) / nodes.length)
    await pace.checkpoint()
  }
  return scores
}

/** 0..n-1. */
export const everyNode = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, u) => u)
