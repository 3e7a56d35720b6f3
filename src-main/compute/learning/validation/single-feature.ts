import { auroc } from '../evaluate/metrics.ts'
import { stratifiedFolds } from './folds.ts'

const BINS = 20
const FOLDS = 5
/** An unseen category and a sparse bin lean this many accounts towards the base rate. */
const SHRINK = 5

/**
 * How well one column alone tells malicious from benign, .5 to 1: the larger of its AUROC as a number (either
 * direction) and the AUROC of its bins' bad rates, counted on other accounts (5 folds) so that many bins are no
 * advantage. The second sees what the first can't: missing values that give a class away, middles, categories.
 */
export function singleAuroc(
  y: Uint8Array,
  values: Float32Array,
  kind: 'number' | 'category',
  seed: number,
): number {
  const known = [...values.keys()].filter((i) => !Number.isNaN(values[i]))
  let best = 0.5
  if (kind === 'number' && known.length > 0) {
    // Missing values count as the middle one: as a number they say nothing.
    const sorted = values.filter((v) => !Number.isNaN(v)).sort()
    const middle = sorted[sorted.length >>> 1]
    const plain = auroc(
      y,
      values.map((v) => (Number.isNaN(v) ? middle : v)),
    )
    best = Math.max(best, plain, 1 - plain)
  }
  return Math.max(best, binnedAuroc(y, values, kind, seed))
}

function binnedAuroc(y: Uint8Array, values: Float32Array, kind: 'number' | 'category', seed: number): number {
  const bin = kind === 'category' ? values : quantileBin(values)
  const fold = stratifiedFolds(y, FOLDS, seed)
  const scores = new Float32Array(y.length)
  for (let f = 0; f < FOLDS; f++) {
    const seen = new Map<number, [bad: number, all: number]>()
    let bad = 0
    let all = 0
    for (let i = 0; i < y.length; i++) {
      if (fold[i] === f) continue
      const key = Number.isNaN(bin[i]) ? -1 : bin[i]
      const counts = seen.get(key) ?? [0, 0]
      counts[0] += y[i]
      counts[1]++
      seen.set(key, counts)
      bad += y[i]
      all++
    }
    const base = bad / all
    for (let i = 0; i < y.length; i++) {
      if (fold[i] !== f) continue
      const [b, a] = seen.get(Number.isNaN(bin[i]) ? -1 : bin[i]) ?? [0, 0]
      scores[i] = (b + SHRINK * base) / (a + SHRINK)
    }
  }
  return auroc(y, scores)
}

function quantileBin(values: Float32Array): Float32Array {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort()
  const edges: number[] = []
  for (let b = 1; b < BINS && sorted.length > 0; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / BINS)]
    if (edge > sorted[0] && edge !== edges.at(-1)) edges.push(edge)
  }
  return values.map((v) => {
    if (Number.isNaN(v)) return NaN
    let b = 0
    while (b < edges.length && v >= edges[b]) b++
    return b
  })
}

/** Rank correlation of two columns over the rows that have both, −1..1; 0 where fewer than ten have. */
export function rankCorrelation(a: Float32Array, b: Float32Array): number {
  const both = [...a.keys()].filter((i) => !Number.isNaN(a[i]) && !Number.isNaN(b[i]))
  if (both.length < 10) return 0
  const ra = ranks(both.map((i) => a[i]))
  const rb = ranks(both.map((i) => b[i]))
  const middle = (both.length - 1) / 2
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < both.length; i++) {
    ab += (ra[i] - middle) * (rb[i] - middle)
    aa += (ra[i] - middle) ** 2
    bb += (rb[i] - middle) ** 2
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}

function ranks(values: number[]): Float64Array {
  const order = [...values.keys()].sort((i, j) => values[i] - values[j])
  const out = new Float64Array(values.length)
  for (let i = 0; i < order.length;) {
    let j = i
    while (j < order.length && values[order[j]] === values[order[i]]) j++
    for (let k = i; k < j; k++) out[order[k]] = (i + j - 1) / 2
    i = j
  }
  return out
}
