import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { NodeHeap } from './heap.ts'
import { LENGTH_KINDS, edgeLength, type PathLength } from './lengths.ts'
import { WORK_PER_TURN } from './turns.ts'

/**
 * Dijkstra's search from one node that can be stopped and gone on with. Typed arrays of n, whose pages are touched
 * only around the root.
 */
export class DijkstraSearch {
  private readonly csr: Csr
  private readonly kind: number
  private readonly heap: NodeHeap
  /** Shortest length found plus one; 0: not met yet. (Offset by one so that fresh zeroed pages mean "not met".) */
  private readonly reached: Float64Array
  private readonly done: Uint8Array

  constructor(csr: Csr, root: number, length: PathLength) {
    this.csr = csr
    this.kind = LENGTH_KINDS[length]
    this.heap = new NodeHeap(csr.n)
    this.reached = new Float64Array(csr.n)
    this.done = new Uint8Array(csr.n)
    this.reached[root] = 1
    this.heap.put(root, 1)
  }

  settled(node: number): boolean {
    return this.done[node] === 1
  }

  /** No node that is not settled is nearer than this; Infinity when everything that can be reached is settled. */
  get radius(): number {
    return this.heap.size === 0 ? Infinity : this.heap.least - 1
  }

  /** The exact distance of a settled node; of any other a lower bound, Infinity where it is known to be out of reach. */
  atLeast(node: number): number {
    return this.done[node] === 1 ? this.reached[node] - 1 : this.radius
  }

  /** Goes on until `node` is settled (or everything, if not given). False where it can't be reached. */
  async settle(node: number | undefined, pace: Pace): Promise<boolean> {
    while (this.heap.size > 0 && (node === undefined || this.done[node] === 0)) {
      this.turn(node)
      await pace.checkpoint()
    }
    return node === undefined || this.done[node] === 1
  }

  private turn(node: number | undefined): void {
    const { heap, done, reached, kind } = this
    const { offsets, targets, weights } = this.csr
    // A step in a heap costs several times what a plain visit does.
    for (let work = 0; heap.size > 0 && work < WORK_PER_TURN / 8;) {
      const u = heap.pop()
      done[u] = 1
      const at = reached[u]
      const end = offsets[u + 1]
      work += end - offsets[u] + 1
      for (let e = offsets[u]; e < end; e++) {
        const v = targets[e]
        if (done[v] === 1) continue
        const length = at + edgeLength(kind, weights[e])
        if (reached[v] === 0 || length < reached[v]) {
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
