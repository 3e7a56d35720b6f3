import type { Pace } from '../../common/pace.ts'
import type { Learner, TrainingData } from '../learning/types.ts'
import { binRows, fitBins, type Binning } from './bins.ts'
import { requireBoth, shareOf, thresholdOf } from './boosting.ts'
import { TreeEngine } from './engine.ts'
import { ForestBuilder } from './forest.ts'
import { TreeMember } from './member.ts'
import { extraTreesParams, type ExtraTreesParams } from './params.ts'

/**
 * Extremely randomised trees (Geurts et al. 2006) on binned columns, all rows in every tree: of the columns tried at a
 * node, each with one random threshold, the one that leaves least Gini impurity. Probabilities of leaves are averaged over
 * trees, and the margin is the log-odds of the average. Thresholds are drawn uniformly over values, to the nearest bin. Deterministic for a seed.
 */
export const extraTrees: Learner<ExtraTreesParams> = {
  id: 'extra-trees',

  async train(data: TrainingData, given: ExtraTreesParams, seed: number, pace: Pace): Promise<TreeMember> {
    const params = extraTreesParams.parse(given)
    const positive = requireBoth(data)
    const width = data.columns.length
    const binning = await fitBins(data, pace, params.bins)
    const engine = new TreeEngine(data.rows, width)
    await binRows(data, binning, engine.bins, pace)
    await placeBins(data, binning, engine, pace)
    const { pairs, index, out, at, call } = engine
    for (let i = 0; i < data.rows; i++) {
      const w = data.weights?.[i] ?? 1
      pairs[2 * i] = w * data.y[i]
      pairs[2 * i + 1] = w
    }
    const wanted = shareOf(width, params.columnsPerSplit)
    call.seed(seed | 0, Math.floor(seed / 4294967296) | 0)
    for (let k = 0; k < width; k++) engine.columns[k] = k
    const builder = new ForestBuilder(width)
    const stack: { node: number; from: number; to: number; bad: number; weight: number; depth: number }[] = []
    for (let t = 0; t < params.trees; t++) {
      for (let i = 0; i < data.rows; i++) index[i] = i
      call.nodeTotals(at.index, 0, data.rows, at.pairs, at.out)
      const [bad, weight] = out
      builder.tree()
      const share = 1 / params.trees
      const leaf = (bad: number, weight: number) => builder.leaf((share * bad) / weight, weight)
      stack.push({ node: leaf(bad, weight), from: 0, to: data.rows, bad, weight, depth: 0 })
      for (let open = stack.pop(); open !== undefined; open = stack.pop()) {
        const { node, from, to, bad, weight, depth } = open
        if (to - from < 2 * params.leafRows || depth >= params.depth || bad <= 0 || bad >= weight) continue
        call.randomSplit(
          at.bins,
          data.rows,
          at.columns,
          width,
          wanted,
          at.index,
          from,
          to,
          at.pairs,
          at.gathered,
          at.room,
          at.cuts,
          at.centres,
          params.leafRows,
          bad,
          weight,
          at.out,
        )
        const [score, column, bin, missingLeft, badLeft, weightLeft] = out
        if (score <= 0) continue
        const middle = engine.part(column, from, to, bin, missingLeft === 1)
        const left = leaf(badLeft, weightLeft)
        const right = leaf(bad - badLeft, weight - weightLeft)
        builder.split(node, column, thresholdOf(binning, column, bin), missingLeft === 1, left, right)
        stack.push({ node: left, from, to: middle, bad: badLeft, weight: weightLeft, depth: depth + 1 })
        stack.push({
          node: right,
          from: middle,
          to,
          bad: bad - badLeft,
          weight: weight - weightLeft,
          depth: depth + 1,
        })
      }
      pace.progress({ phase: 'train.extraTrees', done: t + 1, total: params.trees, unit: 'steps' })
      await pace.checkpoint()
    }
    const about = { params, seed, rows: data.rows, malicious: positive, columns: width }
    return new TreeMember('extra-trees', builder.finish(0), about)
  },
}

/** The values that bins stand for: their upper ends, and the mean of the training values in each. */
async function placeBins(
  data: TrainingData,
  binning: Binning,
  engine: TreeEngine,
  pace: Pace,
): Promise<void> {
  const width = data.columns.length
  const sums = new Float64Array(256)
  const counts = new Uint32Array(256)
  for (let k = 0; k < width; k++) {
    const cuts = engine.cuts.subarray(k * 256, (k + 1) * 256).fill(Infinity)
    cuts.set(binning.thresholds[k])
    sums.fill(0)
    counts.fill(0)
    const bins = engine.bins.subarray(k * data.rows, (k + 1) * data.rows)
    for (let i = 0; i < data.rows; i++) {
      const value = data.x[i * width + k]
      // An infinite value would make every draw infinite.
      if (!Number.isFinite(value)) continue
      sums[bins[i]] += value
      counts[bins[i]]++
    }
    const last = binning.thresholds[k].length
    for (let b = 0; b <= last; b++)
      engine.centres[k * 256 + b] = counts[b] > 0 ? sums[b] / counts[b] : cuts[Math.min(b, last - 1)] || 0
    await pace.checkpoint()
  }
}
