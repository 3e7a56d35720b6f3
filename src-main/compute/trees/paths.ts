import type { Forest } from './forest.ts'

/**
 * What each column does on a row's own way down each tree (Saabas 2014): the mean value of the training rows below a node
 * changes from node to node, and the column that was asked about takes the change. Row-major rows × (width + 1), the last
 * one the mean of all training rows; sums to the forest's sum. Far cheaper than TreeSHAP, which grows with the square of the
 * depth, and less fair to columns that are asked about near the root: for a mean over many rows, not for one account.
 */
export function pathContributions(forest: Forest, x: Float32Array, rows: number): Float32Array {
  const { width, roots, feature, threshold, left, right, missingLeft, base } = forest
  const mean = nodeMeans(forest)
  const own = width + 1
  const out = new Float32Array(rows * own)
  let start = base
  for (const root of roots) start += mean[root]
  for (let i = 0; i < rows; i++) {
    out[i * own + width] = start
    for (const root of roots) {
      let node = root
      for (let f = feature[node]; f >= 0; f = feature[node]) {
        const v = x[i * width + f]
        const next = v <= threshold[node] || (missingLeft[node] === 1 && v !== v) ? left[node] : right[node]
        out[i * own + f] += mean[next] - mean[node]
        node = next
      }
    }
  }
  return out
}

/** Mean value below each node, training rows by their weight. Children come after their parent. */
function nodeMeans({ feature, left, right, value, cover }: Forest): Float64Array {
  const mean = Float64Array.from(value)
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node] < 0) continue
    const [l, r] = [left[node], right[node]]
    const weight = cover[l] + cover[r]
    mean[node] = weight > 0 ? (cover[l] * mean[l] + cover[r] * mean[r]) / weight : (mean[l] + mean[r]) / 2
  }
  return mean
}
