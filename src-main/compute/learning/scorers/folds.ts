import { Random } from '../../communities/random.ts'

/** Positions whose fold is (or is not) the named one. */
export function inFold(fold: Uint8Array, which: number, inside: boolean): Uint32Array {
  const at: number[] = []
  for (let i = 0; i < fold.length; i++) if ((fold[i] === which) === inside) at.push(i)
  return Uint32Array.from(at)
}

/** Rows to fit on, and what each one stands for. */
export interface Sample {
  /** Ascending positions. */
  readonly at: Uint32Array
  /** Absent: every row counts once. */
  readonly weights: Float32Array | undefined
}

/**
 * At most `most` of the rows: all malicious ones where they are no more than a third of that, the rest benign ones, at
 * random. A kept row gets the weight that makes up for those of its class left out, so that probabilities stay those of
 * all labels. Deterministic for the seed.
 */
export function sampleRows(y: Uint8Array, most: number, seed: number): Sample {
  if (y.length <= most) return { at: Uint32Array.from(y, (_, i) => i), weights: undefined }
  const classes: number[][] = [[], []]
  for (let i = 0; i < y.length; i++) classes[y[i]].push(i)
  const [benign, malicious] = classes
  const third = Math.floor(most / 3)
  // A small class is kept whole; the other fills the rest.
  const bad = Math.min(malicious.length, Math.max(third, most - benign.length))
  const good = Math.min(benign.length, most - bad)
  const random = new Random(seed)
  const draw = (from: number[], count: number) =>
    Array.from(random.permutation(from.length).subarray(0, count), (k) => from[k])
  const at = Uint32Array.from([...draw(malicious, bad), ...draw(benign, good)]).sort()
  const badWeight = malicious.length / Math.max(1, bad)
  const goodWeight = benign.length / Math.max(1, good)
  return { at, weights: Float32Array.from(at, (i) => (y[i] === 1 ? badWeight : goodWeight)) }
}

/** Of sampled rows those that have both classes in the shares of the whole, as quality and calibration need them. */
export function representative({ at, weights }: Sample, y: Uint8Array, seed: number): Uint32Array {
  if (weights === undefined) return at.map((_, k) => k)
  let heaviest = 0
  for (const w of weights) heaviest = Math.max(heaviest, w)
  const random = new Random(seed)
  const keep: number[] = []
  at.forEach((_, k) => {
    if (random.next() < weights[k] / heaviest) keep.push(k)
  })
  const seen = new Set(keep.map((k) => y[at[k]]))
  return seen.size === 2 ? Uint32Array.from(keep) : at.map((_, k) => k)
}
