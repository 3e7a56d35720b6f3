import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { ColumnBlock, FeatureSource } from '../features/source.ts'
import { inFold, stratifiedFolds, subset } from './folds.ts'
import type { FeatureColumn, LabelledNodes, Learner, TrainedMember } from '../types.ts'
import type { Fit, FoldRows, Rows } from './types.ts'

/** Labelled accounts that the stress parts work on, at most: they train dozens of times. */
export const MOST_ROWS = 12_000
const GATHER = 4096

/** Columns of another graph mean something else there: the stress parts compare graphs, so they do without. */
export const comparable = (column: FeatureColumn): boolean => column.operator !== 'embedding'

/**
 * Rows of nodes over `columns`, by name: from the table, from the label columns beside it, NaN where neither has it.
 */
export async function rowsOf(
  source: FeatureSource,
  block: ColumnBlock | null,
  columns: readonly FeatureColumn[],
  nodes: Uint32Array,
  y: Uint8Array,
  pace: Pace,
): Promise<Rows> {
  const { table } = source
  const inTable = new Map(table.columns.map((c, k) => [c.name, k]))
  const inBlock = new Map((block?.columns ?? []).map((c, k) => [c.name, k]))
  const from = columns.map((c) => ({ table: inTable.get(c.name), block: inBlock.get(c.name) }))
  const width = table.columns.length
  const x = new Float32Array(nodes.length * columns.length).fill(NaN)
  const part = new Float32Array(Math.min(GATHER, nodes.length) * width)
  for (let start = 0; start < nodes.length; start += GATHER) {
    const some = nodes.subarray(start, start + GATHER)
    await table.gather(some, part)
    for (let i = 0; i < some.length; i++)
      for (let k = 0; k < from.length; k++) {
        const { table: t, block: b } = from[k]
        if (t !== undefined) x[(start + i) * columns.length + k] = part[i * width + t]
        else if (b !== undefined) x[(start + i) * columns.length + k] = block!.values[b][some[i]]
      }
    await pace.checkpoint()
  }
  return { columns, rows: nodes.length, x, y }
}

export interface Panel {
  readonly folds: readonly FoldRows[]
  readonly columns: readonly FeatureColumn[]
  /** Labels that each fold's rows were trained on and whose label columns they carry: more than its rows where sampled. */
  readonly known: readonly LabelledNodes[]
}

/**
 * The labelled accounts' rows fold by fold, label columns computed with the test fold hidden. With more than `most`
 * labels a sample, each class in its share.
 */
export async function openPanel(
  source: FeatureSource,
  labelled: LabelledNodes,
  options: { folds: number; seed: number; most?: number },
  pace: Pace,
): Promise<Panel> {
  const { folds: count, seed, most = MOST_ROWS } = options
  const fold = stratifiedFolds(labelled.y, count, seed)
  const sampled = sample(labelled.y, most, seed)
  const folds: FoldRows[] = []
  const known: LabelledNodes[] = []
  let columns: FeatureColumn[] = []
  for (let f = 0; f < count; f++) {
    const train = subset(labelled, inFold(fold, f, false))
    const block = await source.labelColumns(train, { seed: seed + f }, pace)
    columns = [...source.table.columns.filter(comparable), ...block.columns]
    const side = async (inside: boolean) => {
      const at = inFold(fold, f, inside).filter((i) => sampled[i] === 1)
      const { nodes, y } = subset(labelled, at)
      return { nodes, rows: await rowsOf(source, block, columns, nodes, y, pace) }
    }
    const trained = await side(false)
    const tested = await side(true)
    folds.push({ train: trained.rows, test: tested.rows, trainNodes: trained.nodes, testNodes: tested.nodes })
    known.push(train)
  }
  return { folds, columns, known }
}

function sample(y: Uint8Array, most: number, seed: number): Uint8Array {
  const chosen = new Uint8Array(y.length).fill(1)
  if (y.length <= most) return chosen
  chosen.fill(0)
  const random = new Random(seed)
  for (const label of [0, 1]) {
    const members = [...y.keys()].filter((i) => y[i] === label)
    const wanted = Math.max(Math.min(members.length, 200), Math.round((members.length * most) / y.length))
    for (const k of random.permutation(members.length).subarray(0, wanted)) chosen[members[k]] = 1
  }
  return chosen
}

/** The learner of the stress parts, with its settings. */
export interface StressLearner {
  readonly id: string
  train(data: Rows, seed: number, pace: Pace): Promise<TrainedMember>
}

export const stressOf = <P>(id: string, learner: Learner<P>, params: P): StressLearner => ({
  id,
  train: (data, seed, pace) => learner.train(data, params, seed, pace),
})

/** As the parts want it: margins are a rising function of probabilities. */
export const fitOf =
  (learner: StressLearner, pace: Pace): Fit =>
  async (data, seed) => {
    const member = await learner.train(data, seed, pace)
    return (x, rows) => member.predict(x, rows)
  }

/** Rows whose contributions say what a model leans on. */
const LEANS_ROWS = 500

/** Mean absolute contribution of each column, over rows that the model was not trained on. */
export async function importanceOf(
  fold: FoldRows,
  learner: StressLearner,
  pace: Pace,
): Promise<Float64Array> {
  const member = await learner.train(fold.train, 1, pace)
  const width = fold.test.columns.length
  const rows = Math.min(LEANS_ROWS, fold.test.rows)
  const parts = member.contributions(fold.test.x.subarray(0, rows * width), rows)
  const out = new Float64Array(width)
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < width; k++) out[k] += Math.abs(parts[r * (width + 1) + k]) / rows
  return out
}
