import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'

/** Accounts that a tree is grown on (Liu, Ting, Zhou 2008 use 256). */
const SAMPLE = 256
const ROWS = 4096

interface Tree {
  /** Column of an inner node, -1 of a leaf. */
  readonly column: Int32Array
  readonly threshold: Float32Array
  /** The right child is left + 1. */
  readonly left: Uint32Array
  /** Of a leaf: depth plus what its accounts would take on average to be told apart. */
  readonly depth: Float32Array
}

/** Mean steps of an unsuccessful search in a binary search tree of m (eq. 1 of the paper). */
export function meanDepth(m: number): number {
  if (m <= 1) return 0
  if (m === 2) return 1
  return 2 * (Math.log(m - 1) + 0.5772156649) - (2 * (m - 1)) / m
}

/**
 * Isolation forest (Liu, Ting, Zhou 2008, ICDM): how few random cuts tell an account from all others. `rows` fills a
 * row-major chunk for the nodes from..to; missing values must be filled in. Returns 2^(−depth / mean), 0..1 per node.
 */
export async function isolationForest(
  n: number,
  width: number,
  rows: (nodes: Uint32Array, out: Float32Array) => Promise<void>,
  options: { trees: number; seed: number },
  pace: Pace,
  tell: (share: number) => void = () => {},
): Promise<Float64Array> {
  const random = new Random(options.seed)
  const size = Math.min(SAMPLE, n)
  const trees: Tree[] = []
  for (let t = 0; t < options.trees; t++) {
    const nodes = sample(n, size, random)
    const x = new Float32Array(size * width)
    await rows(nodes, x)
    trees.push(grow(x, size, width, random))
    await pace.checkpoint()
  }
  const scores = new Float64Array(n)
  const scale = trees.length * Math.max(1, meanDepth(size))
  const chunk = new Float32Array(ROWS * width)
  for (let from = 0; from < n; from += ROWS) {
    const to = Math.min(n, from + ROWS)
    const nodes = Uint32Array.from({ length: to - from }, (_, i) => from + i)
    const x = chunk.subarray(0, (to - from) * width)
    await rows(nodes, x)
    for (let i = 0; i < to - from; i++) {
      let depth = 0
      for (const tree of trees) depth += depthOf(tree, x, i * width)
      scores[from + i] = 2 ** (-depth / scale)
    }
    tell(to / n)
    await pace.checkpoint()
  }
  return scores
}

function sample(n: number, size: number, random: Random): Uint32Array {
  const taken = new Set<number>()
  // Floyd's way: every set of `size` is as likely.
  for (let j = n - size; j < n; j++) {
    const t = random.int(j + 1)
    taken.add(taken.has(t) ? j : t)
  }
  return Uint32Array.from(taken).sort()
}

function grow(x: Float32Array, size: number, width: number, random: Random): Tree {
  const most = Math.ceil(Math.log2(Math.max(2, size)))
  const column: number[] = []
  const threshold: number[] = []
  const left: number[] = []
  const depth: number[] = []
  const add = (): number => {
    column.push(-1)
    threshold.push(0)
    left.push(0)
    return depth.push(0) - 1
  }
  const split = (node: number, rows: number[], level: number): void => {
    const cut = level < most && rows.length > 1 ? chooseCut(x, width, rows, random) : null
    if (cut === null) {
      depth[node] = level + meanDepth(rows.length)
      return
    }
    const { c, at } = cut
    const below = rows.filter((i) => x[i * width + c] < at)
    const above = rows.filter((i) => !(x[i * width + c] < at))
    column[node] = c
    threshold[node] = at
    left[node] = add()
    add()
    split(left[node], below, level + 1)
    split(left[node] + 1, above, level + 1)
  }
  split(
    add(),
    Array.from({ length: size }, (_, i) => i),
    0,
  )
  return {
    column: Int32Array.from(column),
    threshold: Float32Array.from(threshold),
    left: Uint32Array.from(left),
    depth: Float32Array.from(depth),
  }
}

/** A column in which the rows differ, and a value between their least and largest. */
function chooseCut(
  x: Float32Array,
  width: number,
  rows: readonly number[],
  random: Random,
): { c: number; at: number } | null {
  const first = random.int(width)
  for (let k = 0; k < width; k++) {
    const c = (first + k) % width
    let low = Infinity
    let high = -Infinity
    for (const i of rows) {
      low = Math.min(low, x[i * width + c])
      high = Math.max(high, x[i * width + c])
    }
    if (!(high > low)) continue
    const at = Math.fround(low + random.next() * (high - low))
    // Rounding may land on the least value, which would leave one side empty.
    return { c, at: at > low ? at : high }
  }
  return null
}

function depthOf(tree: Tree, x: Float32Array, row: number): number {
  let node = 0
  for (let c = tree.column[0]; c >= 0; c = tree.column[node])
    node = tree.left[node] + (x[row + c] < tree.threshold[node] ? 0 : 1)
  return tree.depth[node]
}
