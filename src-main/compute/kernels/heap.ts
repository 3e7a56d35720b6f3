/**
 * A queue of nodes by rising key, ties by node, on typed arrays: each node is in it at most once and its key may
 * be lowered. A binary heap with positions; grows with what is in it. `position` is n × 4 bytes of zeroed pages.
 */
export class NodeHeap {
  private nodes = new Uint32Array(256)
  private keys = new Float64Array(256)
  /** Place in the heap plus one; 0: not in it. */
  private readonly position: Uint32Array
  size = 0

  constructor(n: number) {
    this.position = new Uint32Array(n)
  }

  /** The least key; undefined behaviour where the heap is empty. */
  get least(): number {
    return this.keys[0]
  }

  /** Adds a node, or lowers its key; a higher key than it has is ignored. */
  put(node: number, key: number): void {
    let at = this.position[node]
    if (at === 0) {
      if (this.size === this.nodes.length) {
        const nodes = new Uint32Array(this.size * 2)
        const keys = new Float64Array(this.size * 2)
        nodes.set(this.nodes)
        keys.set(this.keys)
        this.nodes = nodes
        this.keys = keys
      }
      at = this.size++
    } else {
      at--
      if (!(key < this.keys[at])) return
    }
    const { nodes, keys, position } = this
    while (at > 0) {
      const parent = (at - 1) >> 1
      const k = keys[parent]
      if (k < key || (k === key && nodes[parent] < node)) break
      keys[at] = k
      nodes[at] = nodes[parent]
      position[nodes[at]] = at + 1
      at = parent
    }
    keys[at] = key
    nodes[at] = node
    position[node] = at + 1
  }

  /** Takes out the node of least key; -1 where there is none. */
  pop(): number {
    if (this.size === 0) return -1
    const { nodes, keys, position } = this
    const first = nodes[0]
    position[first] = 0
    const last = --this.size
    if (last === 0) return first
    const node = nodes[last]
    const key = keys[last]
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= last) break
      const right = child + 1
      if (
        right < last &&
        (keys[right] < keys[child] || (keys[right] === keys[child] && nodes[right] < nodes[child]))
      )
        child = right
      if (key < keys[child] || (key === keys[child] && node < nodes[child])) break
      keys[at] = keys[child]
      nodes[at] = nodes[child]
      position[nodes[at]] = at + 1
      at = child
    }
    keys[at] = key
    nodes[at] = node
    position[node] = at + 1
    return first
  }

  /** Empties the heap in time of what is in it. */
  clear(): void {
    for (let i = 0; i < this.size; i++) this.position[this.nodes[i]] = 0
    this.size = 0
  }
}
