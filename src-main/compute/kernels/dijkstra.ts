import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { NodeHeap } from './heap.ts'
import { LENGTH_KINDS, edgeLength, type PathLength } from './lengths.ts'
import { WORK_PER_TURN } from './turns.ts'

const MET = 1
const SETTLED = 2

/**
 * Dijkstra's search from one node that can be stopped and gone on with. Typed arrays of n, whose pages are touched
 * only around the root.
 */
export class DijkstraSearch {
  private readonly csr: Csr
  private readonly kind: number
  private readonly heap: NodeHeap
  /** Shortest length found; only where `state` says that there is one. */
  private readonly reached: Float64Array
  private readonly state: Uint8Array
  /** Nodes whose distance is final. */
  private settled = 0

  constructor(csr: Csr, root: number, length: PathLength) {
    this.csr = csr
    this.kind = LENGTH_KINDS[length]
    this.heap = new NodeHeap(csr.n)
    this.reached = new Float64Array(csr.n)
    this.state = new Uint8Array(csr.n)
    this.state[root] = MET
    this.heap.put(root, 0)
  }

  /** No node that is not settled is nearer than this; Infinity when everything that can be reached is settled. */
  get radius(): number {
    return this.heap.size === 0 ? Infinity : this.heap.least
  }

  /** The exact distance of a settled node; of any other a lower bound, Infinity where it is known to be out of reach. */
  atLeast(node: number): number {
    return this.state[node] === SETTLED ? this.reached[node] : this.radius
  }

  /** Goes on until `node` is settled (or everything, if not given). False where it can't be reached. */
  async settle(node: number | undefined, pace: Pace): Promise<boolean> {
    const there = (): boolean => node !== undefined && this.state[node] === SETTLED
    while (this.heap.size > 0 && !there()) {
      this.turn(node)
      pace.progress({ phase: 'kernels.paths', done: this.settled, total: null, unit: 'accounts' })
      await pace.checkpoint()
    }
    return node === undefined || there()
  }

  private turn(node: number | undefined): void {
    const { heap, state, reached, kind } = this
    const { offsets, targets, weights } = this.csr
    // A step in a heap costs several times what a plain visit does.
    for (let work = 0; heap.size > 0 && work < WORK_PER_TURN / 4;) {
      const u = heap.pop()
      state[u] = SETTLED
      this.settled++
      const at = reached[u]
      const end = offsets[u + 1]
      work += end - offsets[u] + 1
      for (let e = offsets[u]; e < end; e++) {
        const v = targets[e]
        if (state[v] === SETTLED) continue
        const length = at + edgeLength(kind, weights[e])
        if (state[v] === 0 || length < reached[v]) {
          state[v] = MET
          reached[v] = length
          heap.put(v, length)
        }
      }
      if (u === node) return
    }
  }
}

/** Length of the shortest path from `root` to every node; Infinity where there is none. */
export async function distances(
  csr: Csr,
  root: number,
  length: PathLength,
  pace: Pace,
): Promise<Float64Array> {
  const search = new DijkstraSearch(csr, root, length)
  await search.settle(undefined, pace)
  return Float64Array.from({ length: csr.n }, (_, u) => search.atLeast(u))
}
