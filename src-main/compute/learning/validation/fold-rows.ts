import type { Pace } from '../../../common/pace.ts'
import type { FeatureColumn } from '../types.ts'
import type { Fit, FoldRows, Rows } from './types.ts'

/** The rows with the columns that `keep` names alone. */
export function keepColumns(rows: Rows, keep: readonly number[]): Rows {
  const width = rows.columns.length
  const x = new Float32Array(rows.rows * keep.length)
  for (let r = 0; r < rows.rows; r++)
    for (let c = 0; c < keep.length; c++) x[r * keep.length + c] = rows.x[r * width + keep[c]]
  return { columns: keep.map((k) => rows.columns[k]), rows: rows.rows, x, y: rows.y }
}

/** Test rows of all folds in a row: their labels and nodes, as `scoreFolds` answers. */
export function testLabels(folds: readonly FoldRows[]): { y: Uint8Array; nodes: Uint32Array } {
  const length = folds.reduce((sum, fold) => sum + fold.test.rows, 0)
  const y = new Uint8Array(length)
  const nodes = new Uint32Array(length)
  let at = 0
  for (const fold of folds) {
    y.set(fold.test.y, at)
    nodes.set(fold.testNodes, at)
    at += fold.test.rows
  }
  return { y, nodes }
}

/**
 * Trains on every fold's rows and scores its test rows; `keep` says which columns take part (absent: all). The scores
 * of the folds stand in a row. Folds' models differ a little in level, so each fold's scores are turned into ranks
 * 0..1 within the fold before they stand beside the others'.
 */
export async function scoreFolds(
  folds: readonly FoldRows[],
  fit: Fit,
  options: { seed: number; keep?: (column: FeatureColumn) => boolean },
  pace: Pace,
): Promise<Float32Array> {
  const parts: Float32Array[] = []
  for (const [f, fold] of folds.entries()) {
    const kept = [...fold.train.columns.keys()].filter((k) => options.keep?.(fold.train.columns[k]) ?? true)
    const whole = kept.length === fold.train.columns.length
    const train = whole ? fold.train : keepColumns(fold.train, kept)
    const test = whole ? fold.test : keepColumns(fold.test, kept)
    if (kept.length === 0) parts.push(new Float32Array(test.rows))
    else parts.push(asRanks((await fit(train, options.seed + f))(test.x, test.rows)))
    await pace.checkpoint()
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Mid-ranks as shares of the length, 0..1. */
export function asRanks(s: Float32Array): Float32Array {
  const order = Uint32Array.from(s.keys()).sort((a, b) => s[a] - s[b] || a - b)
  const out = new Float32Array(s.length)
  for (let i = 0; i < order.length;) {
    let j = i
    while (j < order.length && s[order[j]] === s[order[i]]) j++
    for (let k = i; k < j; k++) out[order[k]] = (i + j) / 2 / s.length
    i = j
  }
  return out
}

/** One column of every row. */
export function columnOf(rows: Rows, k: number): Float32Array {
  const out = new Float32Array(rows.rows)
  for (let r = 0; r < rows.rows; r++) out[r] = rows.x[r * rows.columns.length + k]
  return out
}
