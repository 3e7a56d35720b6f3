import type { OnnxGraph } from '../onnx/write/graph.ts'
import type { TrainedMember } from '../learning/types.ts'
import { forestFromBytes, forestToBytes, sumTrees } from './forest.ts'
import type { Forest } from './forest.ts'
import { pathContributions } from './paths.ts'
import { TreeShap } from './shap.ts'

/** A forest's mean probability is kept from 0 and 1 before it becomes a log-odds: no leaf is that sure. */
const LEAST = 1e-4

/** Boosted trees (the sum is the margin) or extra-trees (the sum is a probability, the margin its log-odds). */
export class TreeMember implements TrainedMember {
  readonly learner: 'boosting' | 'extra-trees'
  readonly forest: Forest
  readonly about: Record<string, unknown>
  #shap: TreeShap | null = null

  constructor(learner: 'boosting' | 'extra-trees', forest: Forest, about: Record<string, unknown>) {
    this.learner = learner
    this.forest = forest
    this.about = { trees: forest.roots.length, nodes: forest.feature.length, ...about }
  }

  predict(x: Float32Array, rows: number): Float32Array {
    const sums = sumTrees(this.forest, x, rows)
    return this.learner === 'boosting' ? Float32Array.from(sums) : Float32Array.from(sums, logOdds)
  }

  toOnnx(graph: OnnxGraph, input: string): string {
    const sum = writeTrees(graph, input, this.forest)
    if (this.learner === 'boosting') return sum
    const scalar = (value: number): string => graph.float(null, [], Float32Array.of(value))
    const [p] = graph.node('Clip', [sum, scalar(LEAST), scalar(1 - LEAST)])
    const [rest] = graph.node('Sub', [scalar(1), p])
    const [ratio] = graph.node('Div', [p, rest])
    return graph.node('Log', [ratio])[0]
  }

  /**
   * Exact TreeSHAP of the sum over trees. For extra-trees the sum is a probability: its contributions are stretched by one
   * factor for the row, so that with the baseline's log-odds they add up to the margin; where margin and baseline are
   * equal but contributions are not, they are stretched by the slope of the log-odds there.
   */
  contributions(x: Float32Array, rows: number): Float32Array {
    this.#shap ??= new TreeShap(this.forest)
    const { width } = this.forest
    const out = new Float32Array(rows * (width + 1))
    const row = new Float64Array(width + 1)
    for (let i = 0; i < rows; i++) {
      this.#shap.explain(x, i * width, row)
      if (this.learner === 'extra-trees') stretch(row, width)
      out.set(row, i * (width + 1))
    }
    return out
  }

  roughContributions(x: Float32Array, rows: number): Float32Array {
    return pathContributions(this.forest, x, rows)
  }

  toBytes(): Uint8Array {
    return forestToBytes(this.forest)
  }
}

/** A member as `toBytes` wrote it. Throws model_invalid. */
export function treesFromBytes(
  learner: 'boosting' | 'extra-trees',
  bytes: Uint8Array,
  about: Record<string, unknown> = {},
): TreeMember {
  return new TreeMember(learner, forestFromBytes(bytes), about)
}

const logOdds = (p: number): number => {
  const kept = Math.min(1 - LEAST, Math.max(LEAST, p))
  return Math.log(kept / (1 - kept))
}

function stretch(row: Float64Array, width: number): void {
  const expected = row[width]
  let sum = 0
  for (let k = 0; k < width; k++) sum += row[k]
  const from = logOdds(expected)
  const change = logOdds(expected + sum) - from
  const kept = Math.min(1 - LEAST, Math.max(LEAST, expected))
  const factor = Math.abs(sum) > 1e-9 ? change / sum : 1 / (kept * (1 - kept))
  for (let k = 0; k < width; k++) row[k] *= factor
  row[width] = from
}

/** Adds a forest as one TreeEnsembleRegressor; returns the name of its [batch, 1] sum. */
function writeTrees(graph: OnnxGraph, input: string, forest: Forest): string {
  const { roots, feature, threshold, left, right, missingLeft, value, base } = forest
  const nodes = feature.length
  const tree = Array.from({ length: nodes }, () => 0)
  const local = Array.from({ length: nodes }, () => 0)
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? nodes
    for (let node = roots[t]; node < end; node++) {
      tree[node] = t
      local[node] = node - roots[t]
    }
  }
  const all = Array.from({ length: nodes }, (_, node) => node)
  const leaves = all.filter((node) => feature[node] < 0)
  const child = (children: Uint32Array) => all.map((node) => (feature[node] < 0 ? 0 : local[children[node]]))
  return graph.node(
    'TreeEnsembleRegressor',
    [input],
    {
      n_targets: 1,
      aggregate_function: 'SUM',
      post_transform: 'NONE',
      base_values: Float32Array.of(base),
      nodes_treeids: tree,
      nodes_nodeids: local,
      nodes_featureids: all.map((node) => Math.max(0, feature[node])),
      nodes_modes: all.map((node) => (feature[node] < 0 ? 'LEAF' : 'BRANCH_LEQ')),
      nodes_values: threshold,
      nodes_truenodeids: child(left),
      nodes_falsenodeids: child(right),
      nodes_missing_value_tracks_true: all.map((node) => (feature[node] < 0 ? 0 : missingLeft[node])),
      target_treeids: leaves.map((node) => tree[node]),
      target_nodeids: leaves.map((node) => local[node]),
      target_ids: leaves.map(() => 0),
      target_weights: Float32Array.from(leaves, (node) => value[node]),
    },
    { domain: 'ai.onnx.ml' },
  )[0]
}
