import type { Csr } from '../graph/types.ts'
import type { Members } from './best-match.ts'

/** A heap of nodes by (key, node), smallest first, whose keys may fall. */
class NodeHeap {
  private readonly nodes: Uint32Array
  private readonly place: Int32Array
  readonly key: Float64Array
  size = 0

  constructor(n: number) {
    this.nodes = new Uint32Array(n)
    this.place = new Int32Array(n).fill(-1)
    this.key = new Float64Array(n)
  }

  private before(u: number, v: number): boolean {
    return this.key[u] < this.key[v] || (this.key[u] === this.key[v] && u < v)
  }

  has(u: number): boolean {
    return this.place[u] >= 0
  }

  push(u: number, key: number): void {
    this.key[u] = key
    this.rise(this.size++, u)
  }

  lower(u: number, by: number): void {
    this.key[u] -= by
    this.rise(this.place[u], u)
  }

  pop(): number {
    const least = this.nodes[0]
    this.place[least] = -1
    const last = this.nodes[--this.size]
    if (this.size > 0) {
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= this.size) break
        if (child + 1 < this.size && this.before(this.nodes[child + 1], this.nodes[child])) child++
        if (!this.before(this.nodes[child], last)) break
        this.put(at, this.nodes[child])
        at = child
      }
      this.put(at, last)
    }
    return least
  }

  private rise(from: number, u: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.before(u, this.nodes[parent])) break
      this.put(at, this.nodes[parent])
      at = parent
    }
    this.put(at, u)
  }

  private put(at: number, u: number): void {
    this.nodes[at] = u
    this.place[u] = at
  }
}

/** Peels communities of one graph; keeps its memory (~20 bytes a node) between them. */
export function createPeeler(csr: Csr, membership: Uint32Array, members: Members) {
  const heap = new NodeHeap(csr.n)
  /**
   * Mean pair weight of the densest cores of community c: result[s] for s members, 2 ≤ s ≤ its size and `most`. The
   * member with the least weight inside leaves, again and again (Charikar 2000, greedy densest subgraph), so the core
   * of s members is about as dense as any s members are.
   */
  return (c: number, most: number): Float32Array => {
    const from = members.offsets[c]
    const to = members.offsets[c + 1]
    let inside = 0
    for (let i = from; i < to; i++) {
      const u = members.nodes[i]
      let strength = 0
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        if (membership[csr.targets[e]] === c) strength += csr.weights[e]
      }
      inside += strength / 2
      heap.push(u, strength)
    }
    const densities = new Float32Array(Math.min(most, to - from) + 1)
    for (let s = to - from; s >= 2; s--) {
      if (s < densities.length) densities[s] = (2 * Math.max(0, inside)) / (s * (s - 1))
      const u = heap.pop()
      inside -= heap.key[u]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const v = csr.targets[e]
        if (heap.has(v)) heap.lower(v, csr.weights[e])
      }
    }
    while (heap.size > 0) heap.pop()
    return densities
  }
}
