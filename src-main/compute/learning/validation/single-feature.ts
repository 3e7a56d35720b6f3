import { auroc } from '../evaluate/metrics.ts'
import { stratifiedFolds } from './folds.ts'

const BINS = 20
const FOLDS = 5
/** An unseen category and a sparse bin lean this many accounts towards the base rate. */
const SHRINK = 5

export interface Alone {
  /** How well the column alone tells malicious from benign, .5 to 1. */
  readonly auroc: number
  /** What its value says of each account: the bad rate of its bin, counted on other accounts. */
  readonly says: Float32Array
}

/**
 * One column alone: the larger of its AUROC as a number (either direction) and the AUROC of its bins' bad rates,
 * counted on other accounts (5 folds) so that many bins are no advantage. The second sees what the first can't: missing
 * values that give a class away, middles, categories.
 */
export function singleFeature(
  y: Uint8Array,
  values: Float32Array,
  kind: 'number' | 'category',
  seed: number,
): Alone {
  let best = 0.5
  const known = values.filter((v) => !Number.isNaN(v)).sort()
  if (kind === 'number' && known.length > 0) {
    // Missing values count as the middle one: as a number they say nothing.
    const middle = known[known.length >>> 1]
    const plain = auroc(
      y,
      values.map((v) => (Number.isNaN(v) ? middle : v)),
    )
    best = Math.max(plain, 1 - plain)
  }
  const says = badRates(y, kind === 'category' ? values : quantileBin(values), seed)
  return { auroc: Math.max(best, auroc(y, says)), says }
}

function badRates(y: Uint8Array, bin: Float32Array, seed: number): Float32Array {
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
  return scores
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
  return correlation(ranks(both.map((i) => a[i])), ranks(both.map((i) => b[i])))
}

/** Pearson's, −1..1; 0 where either is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length
  let ma = 0
  let mb = 0
  for (let i = 0; i < n; i++) {
    ma += a[i] / n
    mb += b[i] / n
  }
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb)
    aa += (a[i] - ma) ** 2
    bb += (b[i] - mb) ** 2
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
