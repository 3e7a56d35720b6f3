import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import type { Learner, TrainingData } from '../learning/types.ts'
import { binRows, fitBins } from './bins.ts'
import type { Binning } from './bins.ts'
import { TreeEngine } from './engine.ts'
import { ForestBuilder } from './forest.ts'
import { TreeMember } from './member.ts'
import { boostingParams, type BoostingParams } from './params.ts'

/** A node that may still be split. */
interface Open {
  node: number
  from: number
  to: number
  g: number
  h: number
  /** Slot of its histogram. */
  slot: number
  gain: number
  column: number
  bin: number
  missingLeft: boolean
  gLeft: number
  hLeft: number
}

/**
 * Gradient boosting with logistic loss on binned columns, leaves grown best first (Friedman 2001; Ke et al. 2017, LightGBM):
 * the smaller child's histogram is counted, the larger one's is the difference. A missing value goes where it gains more.
 * Categories are numbered by frequency and used as numbers. Deterministic for a seed, on any machine.
 */
export const boosting: Learner<BoostingParams> = {
  id: 'boosting',

  async train(data: TrainingData, given: BoostingParams, seed: number, pace: Pace): Promise<TreeMember> {
    const params = boostingParams.parse(given)
    const positive = requireBoth(data)
    const width = data.columns.length
    const treeColumns = shareOf(width, params.columnsPerTree)
    const binning = await fitBins(data, pace, params.bins)
    const engine = new TreeEngine(data.rows, width, params.leaves + 1, treeColumns)
    await binRows(data, binning, engine.bins, pace)
    engine.y.set(data.y)
    engine.weights.fill(1)
    if (data.weights) engine.weights.set(data.weights)
    let weight = 0
    let bad = 0
    for (let i = 0; i < data.rows; i++) {
      weight += engine.weights[i]
      bad += engine.weights[i] * data.y[i]
    }
    const base = Math.log(bad / (weight - bad))
    engine.margins.fill(base)
    const random = new Random(seed)
    const builder = new ForestBuilder(width)
    for (let t = 0; t < params.trees; t++) {
      growTree(engine, binning, params, treeColumns, random, builder)
      pace.progress({ phase: 'train.boosting', done: t + 1, total: params.trees, unit: 'steps' })
      await pace.checkpoint()
    }
    const about = { params, seed, rows: data.rows, malicious: positive, columns: width }
    return new TreeMember('boosting', builder.finish(base), about)
  },
}

/** How many malicious rows there are; throws invalid_input where one class is missing. */
export function requireBoth(data: TrainingData): number {
  let positive = 0
  for (const v of data.y) positive += v
  if (positive === 0 || positive === data.rows)
    throw new ShoalError(
      'invalid_input',
      `All ${data.rows} labels say ${positive === 0 ? 'benign' : 'malicious'}: trees need both kinds. Label some accounts of the other kind.`,
    )
  return positive
}

export const shareOf = (count: number, share: number): number =>
  Math.max(1, Math.min(count, Math.ceil(count * share)))

function growTree(
  engine: TreeEngine,
  binning: Binning,
  params: BoostingParams,
  treeColumns: number,
  random: Random,
  builder: ForestBuilder,
): void {
  const { rows, at, call, pairs, index } = engine
  call.boostGradients(rows, at.margins, at.y, at.weights, at.pairs)
  if (params.rowShare < 1)
    for (let i = 0; i < rows; i++) if (random.next() >= params.rowShare) pairs[2 * i] = pairs[2 * i + 1] = 0
  let g = 0
  let h = 0
  for (let i = 0; i < rows; i++) {
    index[i] = i
    g += pairs[2 * i]
    h += pairs[2 * i + 1]
  }
  draw(engine.columns, binning.thresholds.length, treeColumns, random)
  for (let k = 0; k < treeColumns; k++) engine.ends[k] = binning.thresholds[engine.columns[k]].length + 1
  const perSplit = shareOf(treeColumns, params.columnsPerSplit)
  const free = engine.histograms.map((_, slot) => slot)
  const valueOf = (g: number, h: number) => (-params.rate * g) / (h + params.l2)

  const count = (from: number, to: number, slot: number) =>
    call.histogram(
      at.bins,
      rows,
      at.columns,
      treeColumns,
      at.index,
      from,
      to,
      at.pairs,
      at.gathered,
      engine.histogramAt(slot),
    )
  const opened = (node: number, from: number, to: number, g: number, h: number, slot: number): Open => {
    draw(engine.tried, treeColumns, perSplit, random)
    const out = engine.out
    out[0] = 0
    if (to - from >= 2 * params.leafRows && h > 0)
      call.bestSplit(
        engine.histogramAt(slot),
        at.tried,
        perSplit,
        at.ends,
        g,
        h,
        to - from,
        params.l2,
        params.leafRows,
        params.leafHessian,
        at.out,
      )
    const [gain, place, bin, missingLeft, gLeft, hLeft] = out
    return {
      node,
      from,
      to,
      g,
      h,
      slot,
      gain,
      column: gain > 0 ? engine.columns[place] : -1,
      bin,
      missingLeft: missingLeft === 1,
      gLeft,
      hLeft,
    }
  }

  builder.tree()
  const root = builder.leaf(valueOf(g, h), h)
  const slot = free.pop()!
  count(0, rows, slot)
  const leaves = [opened(root, 0, rows, g, h, slot)]
  while (leaves.length < params.leaves) {
    let pick = 0
    for (let i = 1; i < leaves.length; i++) if (leaves[i].gain > leaves[pick].gain) pick = i
    const parent = leaves[pick]
    if (parent.gain <= 0) break
    const { node, from, to, column, bin, missingLeft } = parent
    const middle = engine.part(column, from, to, bin, missingLeft)
    // Rows are estimated from hessians while looking: a side that turns out empty is no split.
    if (middle === from || middle === to) {
      parent.gain = 0
      continue
    }
    const [gl, hl] = [parent.gLeft, parent.hLeft]
    const [gr, hr] = [parent.g - gl, parent.h - hl]
    const left = builder.leaf(valueOf(gl, hl), hl)
    const right = builder.leaf(valueOf(gr, hr), hr)
    builder.split(node, column, thresholdOf(binning, column, bin), missingLeft, left, right)
    const smallLeft = middle - from <= to - middle
    const small = free.pop()!
    if (smallLeft) count(from, middle, small)
    else count(middle, to, small)
    const large = parent.slot
    call.subtract(engine.histogramAt(large), engine.histogramAt(small), treeColumns)
    leaves[pick] = opened(left, from, middle, gl, hl, smallLeft ? small : large)
    leaves.push(opened(right, middle, to, gr, hr, smallLeft ? large : small))
    // A leaf that can't be split needs no histogram.
    for (const leaf of [leaves[pick], leaves[leaves.length - 1]]) if (leaf.gain <= 0) free.push(leaf.slot)
  }
  for (const { from, to, g, h } of leaves) call.addToRows(at.index, from, to, valueOf(g, h), at.margins)
}

/** A value up to the threshold goes left; above the last one only missing values go elsewhere. */
export const thresholdOf = (binning: Binning, column: number, bin: number): number =>
  binning.thresholds[column][bin] ?? Infinity

/** The first `wanted` places of `out` become different numbers below n, in random order. */
export function draw(out: Uint32Array, n: number, wanted: number, random: Random): void {
  for (let i = 0; i < n; i++) out[i] = i
  for (let i = 0; i < wanted; i++) {
    const j = i + random.int(n - i)
    const swap = out[i]
    out[i] = out[j]
    out[j] = swap
  }
}
