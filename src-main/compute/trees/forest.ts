import { ShoalError } from '../../common/errors.ts'

/**
 * Trees as flat arrays over all their nodes; tree t begins at roots[t], children come after their parent. A row goes left
 * where its value of `feature` is ≤ threshold, or is missing and missingLeft is 1. feature −1 is a leaf, whose `value` is
 * added up over trees.
 */
export interface Forest {
  /** Columns of a row. */
  readonly width: number
  readonly roots: Uint32Array
  readonly feature: Int32Array
  readonly threshold: Float32Array
  readonly left: Uint32Array
  readonly right: Uint32Array
  readonly missingLeft: Uint8Array
  /** Leaves only. */
  readonly value: Float32Array
  /** Weight of the training rows that came by: what TreeSHAP takes for the chance of going there. */
  readonly cover: Float32Array
  /** Added to the sum. */
  readonly base: number
}

/** Collects nodes while trees grow. */
export class ForestBuilder {
  readonly #width: number
  #roots: number[] = []
  #feature: number[] = []
  #threshold: number[] = []
  #left: number[] = []
  #right: number[] = []
  #missingLeft: number[] = []
  #value: number[] = []
  #cover: number[] = []

  constructor(width: number) {
    this.#width = width
  }

  /** Begins a tree; the next node is its root. */
  tree(): void {
    this.#roots.push(this.#feature.length)
  }

  /** A new leaf; `split` may make it an inner node later. Returns its number. */
  leaf(value: number, cover: number): number {
    this.#feature.push(-1)
    this.#threshold.push(0)
    this.#left.push(0)
    this.#right.push(0)
    this.#missingLeft.push(0)
    this.#value.push(value)
    this.#cover.push(cover)
    return this.#feature.length - 1
  }

  split(
    node: number,
    feature: number,
    threshold: number,
    missingLeft: boolean,
    left: number,
    right: number,
  ): void {
    this.#feature[node] = feature
    this.#threshold[node] = threshold
    this.#missingLeft[node] = missingLeft ? 1 : 0
    this.#left[node] = left
    this.#right[node] = right
    this.#value[node] = 0
  }

  finish(base: number): Forest {
    return {
      width: this.#width,
      roots: Uint32Array.from(this.#roots),
      feature: Int32Array.from(this.#feature),
      threshold: Float32Array.from(this.#threshold),
      left: Uint32Array.from(this.#left),
      right: Uint32Array.from(this.#right),
      missingLeft: Uint8Array.from(this.#missingLeft),
      value: Float32Array.from(this.#value),
      cover: Float32Array.from(this.#cover),
      base,
    }
  }
}

/** Sums over trees of rows × width values, row-major; double precision inside. */
export function sumTrees(forest: Forest, x: Float32Array, rows: number): Float64Array {
  const { width, roots, feature, threshold, left, right, missingLeft, value } = forest
  const out = new Float64Array(rows).fill(forest.base)
  // A block of rows at a time through all trees: rows and trees both stay in the cache.
  const block = 64
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block)
    for (let t = 0; t < roots.length; t++) {
      const root = roots[t]
      for (let i = from; i < to; i++) {
        let node = root
        for (let f = feature[node]; f >= 0; f = feature[node]) {
          const v = x[i * width + f]
          // Comparisons with NaN are false.
          node = v <= threshold[node] || (missingLeft[node] === 1 && v !== v) ? left[node] : right[node]
        }
        out[i] += value[node]
      }
    }
  }
  return out
}

const MAGIC = 0x53_54_52_45
const PARTS = ['roots', 'feature', 'threshold', 'left', 'right', 'missingLeft', 'value', 'cover'] as const
const TYPES = {
  roots: Uint32Array,
  feature: Int32Array,
  threshold: Float32Array,
  left: Uint32Array,
  right: Uint32Array,
  missingLeft: Uint8Array,
  value: Float32Array,
  cover: Float32Array,
} as const

/** Little-endian: magic, version, width, base (f64), trees, nodes, then the arrays in order, each padded to 4 bytes. */
export function forestToBytes(forest: Forest): Uint8Array {
  const head = new DataView(new ArrayBuffer(28))
  head.setUint32(0, MAGIC, true)
  head.setUint32(4, 1, true)
  head.setUint32(8, forest.width, true)
  head.setFloat64(12, forest.base, true)
  head.setUint32(20, forest.roots.length, true)
  head.setUint32(24, forest.feature.length, true)
  const parts = PARTS.map((part) => {
    const { buffer, byteOffset, byteLength } = forest[part]
    const padded = new Uint8Array(Math.ceil(byteLength / 4) * 4)
    padded.set(new Uint8Array(buffer, byteOffset, byteLength))
    return padded
  })
  return Uint8Array.from(Buffer.concat([new Uint8Array(head.buffer), ...parts]))
}

/** Throws model_invalid where the bytes are not those of a forest. */
export function forestFromBytes(bytes: Uint8Array): Forest {
  const bad = (): ShoalError =>
    new ShoalError(
      'model_invalid',
      "A model's trees are damaged. Train the model again, or copy its folder again.",
    )
  if (bytes.byteLength < 28) throw bad()
  const copy = bytes.slice()
  const head = new DataView(copy.buffer)
  const [trees, nodes] = [head.getUint32(20, true), head.getUint32(24, true)]
  if (head.getUint32(0, true) !== MAGIC || head.getUint32(4, true) !== 1) throw bad()
  let at = 28
  const read = <K extends (typeof PARTS)[number]>(part: K): InstanceType<(typeof TYPES)[K]> => {
    const length = part === 'roots' ? trees : nodes
    const type = TYPES[part]
    if (at + length * type.BYTES_PER_ELEMENT > copy.byteLength) throw bad()
    const array = new type(copy.buffer, at, length)
    at += Math.ceil(array.byteLength / 4) * 4
    return array as InstanceType<(typeof TYPES)[K]>
  }
  const forest: Forest = {
    width: head.getUint32(8, true),
    base: head.getFloat64(12, true),
    roots: read('roots'),
    feature: read('feature'),
    threshold: read('threshold'),
    left: read('left'),
    right: read('right'),
    missingLeft: read('missingLeft'),
    value: read('value'),
    cover: read('cover'),
  }
  if (at !== copy.byteLength) throw bad()
  return forest
}
