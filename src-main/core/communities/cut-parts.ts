/**
 * For every member of a members–things graph: how many other members would lose the largest part of their group if it
 * were gone (0: it holds nothing together). `things[t]` are indices of the members that use thing t. Tarjan's
 * articulation points over the bipartite graph, without recursion: O(uses).
 */
export function cutMembers(members: number, things: readonly (readonly number[])[]): Uint32Array {
  const n = members + things.length
  const neighbours: number[][] = Array.from({ length: n }, () => [])
  things.forEach((users, t) => {
    for (const m of users) {
      neighbours[m]!.push(members + t)
      neighbours[members + t]!.push(m)
    }
  })
  const found = new Int32Array(n).fill(-1)
  const low = new Int32Array(n)
  const parent = new Int32Array(n).fill(-1)
  const next = new Int32Array(n)
  /** Members in the part of the search tree below and with a node. */
  const below = new Uint32Array(n)
  /** Members in parts that are cut off below a node, in all and in the largest. */
  const cutOff = new Uint32Array(n)
  const largestCut = new Uint32Array(n)
  const held = new Uint32Array(members)
  let clock = 0
  for (let root = 0; root < members; root++) {
    if (found[root] !== -1) continue
    const path = [root]
    const component: number[] = []
    found[root] = low[root] = clock++
    while (path.length > 0) {
      const v = path[path.length - 1]!
      if (next[v] === 0) {
        below[v] = v < members ? 1 : 0
        if (v < members) component.push(v)
      }
      if (next[v]! < neighbours[v]!.length) {
        const w = neighbours[v]![next[v]!++]!
        if (found[w] === -1) {
          parent[w] = v
          found[w] = low[w] = clock++
          path.push(w)
        } else if (w !== parent[v]) low[v] = Math.min(low[v]!, found[w]!)
        continue
      }
      path.pop()
      const p = parent[v]!
      if (p < 0) continue
      below[p] = below[p]! + below[v]!
      low[p] = Math.min(low[p]!, low[v]!)
      if (low[v]! >= found[p]!) {
        cutOff[p] = cutOff[p]! + below[v]!
        largestCut[p] = Math.max(largestCut[p]!, below[v]!)
      }
    }
    for (const v of component) {
      const rest = component.length - 1 - cutOff[v]!
      held[v] = component.length - 1 - Math.max(rest, largestCut[v]!)
    }
  }
  return held
}

/** Sizes of the connected parts of n members under the edges (a[e], b[e]) for which `stands(e)`. */
export function partsOf(
  n: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  stands: (e: number) => boolean,
): { tied: number; largest: number; parts: number } {
  const parent = Int32Array.from({ length: n }, (_, i) => i)
  const size = new Uint32Array(n).fill(1)
  const rootOf = (i: number) => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!
      i = parent[i]!
    }
    return i
  }
  for (let e = 0; e < a.length; e++) {
    if (!stands(e)) continue
    let x = rootOf(a[e]!)
    let y = rootOf(b[e]!)
    if (x === y) continue
    if (size[x]! < size[y]!) [x, y] = [y, x]
    parent[y] = x
    size[x] = size[x]! + size[y]!
  }
  let tied = 0
  let largest = n > 0 ? 1 : 0
  let parts = 0
  for (let i = 0; i < n; i++) {
    if (parent[i] !== i) continue
    largest = Math.max(largest, size[i]!)
    if (size[i]! > 1) {
      tied += size[i]!
      parts++
    }
  }
  return { tied, largest, parts }
}

/**
 * Betweenness of every node of an undirected graph, as the share of the pairs of other nodes whose shortest paths (by
 * hops, split evenly among equals) pass it: 0..1. Brandes 2001 from `pivots` nodes spread evenly over the indices;
 * fewer than n of them is an estimate (Brandes & Pich 2007), unbiased up to the choice of pivots.
 */
export function betweenness(
  n: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  pivots: number,
): Float64Array {
  const degree = new Uint32Array(n + 1)
  for (let e = 0; e < a.length; e++) {
    degree[a[e]! + 1]!++
    degree[b[e]! + 1]!++
  }
  for (let i = 0; i < n; i++) degree[i + 1] = degree[i + 1]! + degree[i]!
  const at = degree.slice()
  const to = new Uint32Array(2 * a.length)
  for (let e = 0; e < a.length; e++) {
    to[at[a[e]!]!++] = b[e]!
    to[at[b[e]!]!++] = a[e]!
  }
  const sum = new Float64Array(n)
  const depth = new Int32Array(n)
  const paths = new Float64Array(n)
  const share = new Float64Array(n)
  const queue = new Uint32Array(n)
  const k = Math.min(n, pivots)
  for (let p = 0; p < k; p++) {
    const s = Math.floor((p * n) / k)
    depth.fill(-1)
    paths.fill(0)
    share.fill(0)
    depth[s] = 0
    paths[s] = 1
    let tail = 1
    queue[0] = s
    for (let head = 0; head < tail; head++) {
      const v = queue[head]!
      for (let i = degree[v]!; i < degree[v + 1]!; i++) {
        const w = to[i]!
        if (depth[w] === -1) {
          depth[w] = depth[v]! + 1
          queue[tail++] = w
        }
        if (depth[w] === depth[v]! + 1) paths[w] = paths[w]! + paths[v]!
      }
    }
    for (let head = tail - 1; head > 0; head--) {
      const w = queue[head]!
      for (let i = degree[w]!; i < degree[w + 1]!; i++) {
        const v = to[i]!
        if (depth[v] === depth[w]! - 1) share[v] = share[v]! + (paths[v]! / paths[w]!) * (1 + share[w]!)
      }
      sum[w] = sum[w]! + share[w]!
    }
  }
  // Every pair is met from both of its ends.
  const pairs = (n - 1) * (n - 2)
  return sum.map((v) => (pairs > 0 ? (v * n) / k / pairs : 0))
}
