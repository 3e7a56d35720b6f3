import { Random } from '../../communities/random.ts'
import { stratifiedFolds } from './folds.ts'
import type { ColumnFamily, FeatureColumn, LabelledNodes } from '../types.ts'
import type { Fit, FoldRows, Predict, Rows } from './types.ts'

/** Tests only: accounts whose facts are known to the last number, and a small learner to put in a scorer's place. */

export function column(name: string, options: Partial<FeatureColumn> = {}): FeatureColumn {
  return {
    name,
    base: name,
    family: 'attributes' as ColumnFamily,
    relation: null,
    hop: 0,
    operator: 'own',
    kind: 'number',
    ...options,
  }
}

export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

export interface World {
  readonly columns: FeatureColumn[]
  /** values[k] of column k, one per account. */
  readonly values: Float32Array[]
  readonly y: Uint8Array
}

/** `n` accounts, a share `base` malicious; `informative` columns shifted by `shift` standard deviations, 4 of noise. */
export function world(
  options: { n?: number; base?: number; informative?: number; shift?: number; seed?: number } = {},
): World {
  const { n = 1200, base = 0.25, informative = 6, shift = 0.8, seed = 1 } = options
  const random = new Random(seed)
  const y = Uint8Array.from({ length: n }, (_, i) => (i < base * n ? 1 : 0))
  const columns: FeatureColumn[] = []
  const values: Float32Array[] = []
  for (let k = 0; k < informative + 4; k++) {
    columns.push(column(`f${k}`))
    values.push(Float32Array.from(y, (label) => (k < informative ? shift * label : 0) + normal(random)))
  }
  return { columns, values, y }
}

export const everyone = (y: Uint8Array): LabelledNodes => ({ nodes: Uint32Array.from(y.keys()), y })

export function rowsOf(w: World, nodes: Uint32Array): Rows {
  const x = new Float32Array(nodes.length * w.columns.length)
  nodes.forEach((u, r) => w.values.forEach((v, k) => (x[r * w.columns.length + k] = v[u])))
  return { columns: w.columns, rows: nodes.length, x, y: Uint8Array.from(nodes, (u) => w.y[u]) }
}

export function foldsOf(w: World, count = 2, seed = 5): FoldRows[] {
  const fold = stratifiedFolds(w.y, count, seed)
  const nodes = Uint32Array.from(w.y.keys())
  return Array.from({ length: count }, (_, f) => {
    const trainNodes = nodes.filter((u) => fold[u] !== f)
    const testNodes = nodes.filter((u) => fold[u] === f)
    return { train: rowsOf(w, trainNodes), test: rowsOf(w, testNodes), trainNodes, testNodes }
  })
}

const BINS = 12
interface Node {
  k: number
  bin: number
  left: Node | number
  right: Node | number
}

/** Gradient boosting of small trees (depth 3) on binned columns, NaN lowest. `gain` collects what columns are worth. */
export function smallBoosting(rounds = 30, gain?: Float64Array): Fit {
  return async (data) => {
    const width = data.columns.length
    const edges = data.columns.map((_c, k) => {
      const sorted = Float32Array.from({ length: data.rows }, (_, r) => data.x[r * width + k])
        .filter((v) => !Number.isNaN(v))
        .sort()
      return Array.from({ length: BINS - 1 }, (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / BINS)])
    })
    const binned = (x: Float32Array, rows: number): Uint8Array => {
      const out = new Uint8Array(rows * width)
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < width; k++) {
          let b = 0
          const v = x[r * width + k]
          if (!Number.isNaN(v)) for (b = 1; b < BINS && v >= edges[k][b - 1];) b++
          out[r * width + k] = b
        }
      return out
    }
    const bins = binned(data.x, data.rows)
    const margin = new Float64Array(data.rows)
    const trees: (Node | number)[] = []
    const grow = (at: number[], g: Float64Array, h: Float64Array, depth: number): Node | number => {
      let sg = 0
      let sh = 0
      for (const r of at) {
        sg += g[r]
        sh += h[r]
      }
      const leaf = (-0.2 * sg) / (sh + 2)
      if (depth === 0 || at.length < 20) return leaf
      let best = { score: 1, k: -1, bin: 0 }
      for (let k = 0; k < width; k++) {
        const bg = new Float64Array(BINS + 1)
        const bh = new Float64Array(BINS + 1)
        for (const r of at) {
          bg[bins[r * width + k]] += g[r]
          bh[bins[r * width + k]] += h[r]
        }
        let lg = 0
        let lh = 0
        for (let b = 0; b < BINS; b++) {
          lg += bg[b]
          lh += bh[b]
          if (lh < 2 || sh - lh < 2) continue
          const score = lg ** 2 / (lh + 2) + (sg - lg) ** 2 / (sh - lh + 2) - sg ** 2 / (sh + 2)
          if (score > best.score) best = { score, k, bin: b }
        }
      }
      if (best.k < 0) return leaf
      if (gain !== undefined) gain[best.k] += best.score
      const side = (left: boolean) => at.filter((r) => bins[r * width + best.k] <= best.bin === left)
      return {
        k: best.k,
        bin: best.bin,
        left: grow(side(true), g, h, depth - 1),
        right: grow(side(false), g, h, depth - 1),
      }
    }
    const walk = (tree: Node | number, rows: Uint8Array, r: number): number => {
      while (typeof tree !== 'number') tree = rows[r * width + tree.k] <= tree.bin ? tree.left : tree.right
      return tree
    }
    const all = [...margin.keys()]
    for (let t = 0; t < rounds; t++) {
      const p = margin.map((m) => 1 / (1 + Math.exp(-m)))
      const tree = grow(
        all,
        p.map((v, r) => v - data.y[r]),
        p.map((v) => Math.max(1e-6, v * (1 - v))),
        3,
      )
      trees.push(tree)
      for (const r of all) margin[r] += walk(tree, bins, r)
    }
    const predict: Predict = (x, rows) => {
      const b = binned(x, rows)
      return Float32Array.from({ length: rows }, (_, r) => {
        const m = trees.reduce((sum: number, tree) => sum + walk(tree, b, r), 0)
        return 1 / (1 + Math.exp(-m))
      })
    }
    return predict
  }
}

/** What the small learner leans on, in the first fold. */
export async function gainsOf(folds: readonly FoldRows[]): Promise<Float64Array> {
  const gain = new Float64Array(folds[0].train.columns.length)
  await smallBoosting(30, gain)(folds[0].train, 1)
  return gain
}
