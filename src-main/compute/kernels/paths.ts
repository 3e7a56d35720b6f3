import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import { findEntry } from '../graph/csr.ts'
import type { Csr } from '../graph/types.ts'
import { DijkstraSearch } from './dijkstra.ts'
import { NodeHeap } from './heap.ts'
import { LENGTH_KINDS, edgeLength, type PathLength } from './lengths.ts'
import { WORK_PER_TURN } from './turns.ts'

export interface PathOptions {
  /** How long an edge is; 'inverse' if not given. */
  length?: PathLength
}

export interface Path {
  /** From `from` to `to`, none twice. */
  nodes: Uint32Array
  length: number
}

/** The shortest path, null where there is none. See `kShortestPaths`. */
export async function shortestPath(
  csr: Csr,
  from: number,
  to: number,
  options: PathOptions,
  pace: Pace,
): Promise<Path | null> {
  return (await kShortestPaths(csr, from, to, 1, options, pace))[0] ?? null
}

/**
 * The k shortest paths without loops, shortest first (fewer where there are fewer): Yen 1971 with Lawler's rule (1972)
 * that a path is left only after the point where it left its parent. Paths of the same length come in the order of
 * their nodes.
 *
 * A Dijkstra search from `to`, stopped at `from`, gives every later search a lower bound of what is left to go, so these
 * run as A* and look at little more than the paths themselves. Where paths are equally long, which of them
 * are among the k depends on node order only: the same graph gives the same paths.
 */
export async function kShortestPaths(
  csr: Csr,
  from: number,
  to: number,
  k: number,
  { length = 'inverse' }: PathOptions,
  pace: Pace,
): Promise<Path[]> {
  for (const node of [from, to])
    if (!(Number.isInteger(node) && node >= 0 && node < csr.n))
      throw new ShoalError('invalid_input', `The graph has no node ${node}.`)
  if (!(Number.isInteger(k) && k >= 1))
    throw new ShoalError('invalid_input', `k must be a whole number of at least 1, not ${k}.`)
  if (from === to) return [{ nodes: Uint32Array.of(from), length: 0 }]
  const back = new DijkstraSearch(csr, to, length)
  if (!(await back.settle(from, pace))) return []
  const search = new SpurSearch(csr, to, length, back)
  const first = await search.run([], from, [], Infinity, pace)
  if (first === null) return []

  const found: Found[] = [{ path: first, left: 0 }]
  const waiting: Found[] = []
  while (found.length < k) {
    const { path, left } = found[found.length - 1]
    for (let i = left; i + 1 < path.nodes.length; i++) {
      const root = path.nodes.subarray(0, i)
      const spur = path.nodes[i]
      // Other ways on from here that are already known.
      const banned: number[] = []
      for (const { path: other } of found)
        if (other.nodes.length > i + 1 && samePrefix(other.nodes, path.nodes, i + 1))
          banned.push(other.nodes[i + 1])
      // Once enough paths wait, one longer than all that will be taken needs no search.
      const open = k - found.length
      const longest = waiting.length >= open ? waiting[open - 1].path.length : Infinity
      const way = await search.run(root, spur, banned, longest, pace)
      if (way !== null) insert(waiting, { path: way, left: i })
    }
    const next = waiting.shift()
    if (next === undefined) break
    found.push(next)
    pace.progress({ phase: 'kernels.paths', done: found.length, total: k, unit: 'steps' })
  }
  return found.map(({ path }) => path)
}

interface Found {
  path: Path
  /** Index of the node where it leaves its parent. */
  left: number
}

function samePrefix(a: Uint32Array, b: Uint32Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}

function compare(a: Path, b: Path): number {
  if (a.length !== b.length) return a.length - b.length
  for (let i = 0; i < a.nodes.length && i < b.nodes.length; i++)
    if (a.nodes[i] !== b.nodes[i]) return a.nodes[i] - b.nodes[i]
  return a.nodes.length - b.nodes.length
}

function insert(waiting: Found[], one: Found): void {
  let at = waiting.length
  while (at > 0 && compare(one.path, waiting[at - 1].path) < 0) at--
  waiting.splice(at, 0, one)
}

/** A* to one target that may not step on some nodes; its arrays are made once and told apart by a stamp. */
class SpurSearch {
  private readonly csr: Csr
  private readonly to: number
  private readonly kind: number
  private readonly back: DijkstraSearch
  private readonly heap: NodeHeap
  private readonly reached: Float64Array
  private readonly parent: Uint32Array
  private readonly met: Uint32Array
  private readonly closed: Uint32Array
  private stamp = 0

  constructor(csr: Csr, to: number, length: PathLength, back: DijkstraSearch) {
    this.csr = csr
    this.to = to
    this.kind = LENGTH_KINDS[length]
    this.back = back
    this.heap = new NodeHeap(csr.n)
    this.reached = new Float64Array(csr.n)
    this.parent = new Uint32Array(csr.n)
    this.met = new Uint32Array(csr.n)
    this.closed = new Uint32Array(csr.n)
  }

  /**
   * The shortest path that begins with `root`, then `spur`, goes on to none of `banned` and steps on nothing twice;
   * null where there is none, or none that is at most `longest`.
   */
  async run(
    root: ArrayLike<number>,
    spur: number,
    banned: readonly number[],
    longest: number,
    pace: Pace,
  ): Promise<Path | null> {
    const stamp = ++this.stamp
    this.heap.clear()
    for (let i = 0; i < root.length; i++) this.closed[root[i]] = stamp
    const before = pathLength(this.csr, [...Array.from(root), spur], this.kind)
    this.met[spur] = stamp
    this.reached[spur] = before
    this.heap.put(spur, before + this.back.atLeast(spur))
    // Lengths are sums in different orders: leave room for rounding, so that no path is missed.
    const limit = longest * (1 + 1e-12)
    while (this.heap.size > 0 && this.heap.least <= limit) {
      if (this.turn(stamp, spur, banned, limit)) return this.path(root, spur)
      await pace.checkpoint()
    }
    await pace.checkpoint()
    return null
  }

  private turn(stamp: number, spur: number, banned: readonly number[], limit: number): boolean {
    const { heap, reached, parent, met, closed, back, kind } = this
    const { offsets, targets, weights } = this.csr
    for (let work = 0; heap.size > 0 && work < WORK_PER_TURN / 4;) {
      if (heap.least > limit) return false
      const u = heap.pop()
      if (u === this.to) return true
      closed[u] = stamp
      const end = offsets[u + 1]
      work += end - offsets[u] + 1
      for (let e = offsets[u]; e < end; e++) {
        const v = targets[e]
        if (closed[v] === stamp) continue
        const length = reached[u] + edgeLength(kind, weights[e])
        if (met[v] === stamp && length >= reached[v]) continue
        if (u === spur && banned.includes(v)) continue
        const rest = back.atLeast(v)
        if (length + rest > limit || rest === Infinity) continue
        met[v] = stamp
        reached[v] = length
        parent[v] = u
        heap.put(v, length + rest)
      }
    }
    return false
  }

  private path(root: ArrayLike<number>, spur: number): Path {
    const tail: number[] = []
    for (let u = this.to; u !== spur; u = this.parent[u]) tail.push(u)
    const nodes = Uint32Array.from([...Array.from(root), spur, ...tail.reverse()])
    return { nodes, length: pathLength(this.csr, nodes, this.kind) }
  }
}

/** Always added up from the start, so that the same path has the same length whoever found it. */
function pathLength(csr: Csr, nodes: ArrayLike<number>, kind: number): number {
  let length = 0
  for (let i = 0; i + 1 < nodes.length; i++)
    length += edgeLength(kind, csr.weights[findEntry(csr, nodes[i], nodes[i + 1])])
  return length
}
