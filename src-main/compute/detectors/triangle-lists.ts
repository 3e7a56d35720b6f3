import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { WORK_PER_TURN } from '../kernels/turns.ts'
import type { Csr } from '../graph/types.ts'

/**
 * The edges that weigh at least `minWeight`, each once: edge i joins `from[i]` to `to[i]`, from the node of lower
 * degree to that of higher (ties: lower to higher node); those of u are offsets[u] .. offsets[u+1], `to` ascending.
 * So nobody has more than √(2m) outgoing ones (Chiba & Nishizeki 1985).
 */
export interface Oriented {
  readonly n: number
  readonly offsets: Uint32Array
  readonly from: Uint32Array
  readonly to: Uint32Array
}

export function orientEdges(csr: Csr, minWeight: number): Oriented {
  const { n, offsets, targets, weights } = csr
  const degree = new Uint32Array(n)
  for (let u = 0; u < n; u++)
    for (let e = offsets[u]; e < offsets[u + 1]; e++) if (weights[e] >= minWeight) degree[u]++
  const forward = (u: number, v: number) => degree[u] < degree[v] || (degree[u] === degree[v] && u < v)
  const out = new Uint32Array(n + 1)
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++)
      if (weights[e] >= minWeight && forward(u, targets[e])) out[u + 1]++
  }
  for (let u = 0; u < n; u++) out[u + 1] += out[u]
  const from = new Uint32Array(out[n])
  const to = new Uint32Array(out[n])
  let at = 0
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      if (weights[e] < minWeight || !forward(u, targets[e])) continue
      from[at] = u
      to[at++] = targets[e]
    }
  }
  return { n, offsets: out, from, to }
}

/** Called with the edges u→v, u→w and v→w of a triangle. */
export type OnTriangle = (uv: number, uw: number, vw: number) => void

/** Every triangle once, by its first edge. O(edges^1.5). */
export async function eachTriangle(graph: Oriented, pace: Pace, onTriangle: OnTriangle): Promise<void> {
  const { n, offsets, to } = graph
  /** 1 + the edge from u. */
  const mark = new Uint32Array(n)
  let work = 0
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) mark[to[e]] = e + 1
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = to[e]
      for (let f = offsets[v]; f < offsets[v + 1]; f++) {
        const other = mark[to[f]]
        if (other !== 0) onTriangle(e, other - 1, f)
      }
      work += offsets[v + 1] - offsets[v] + 1
    }
    for (let e = offsets[u]; e < offsets[u + 1]; e++) mark[to[e]] = 0
    if (work < WORK_PER_TURN) continue
    work = 0
    pace.progress({ phase: 'detect.triangles', done: u, total: n, unit: 'accounts' })
    await pace.checkpoint()
  }
  await pace.checkpoint()
}

/**
 * Triangles listed by their first edge: triangle t of edge e (offsets[e] <= t < offsets[e+1]) has third corner
 * third[t] and edges e, uw[t], vw[t]. 12 bytes a triangle. Throws unsupported_here above `budget`.
 */
export interface TriangleList {
  readonly offsets: Uint32Array
  readonly uw: Uint32Array
  readonly vw: Uint32Array
}

export async function listTriangles(graph: Oriented, budget: number, pace: Pace): Promise<TriangleList> {
  const offsets = new Uint32Array(graph.to.length + 1)
  let count = 0
  await eachTriangle(graph, pace, (uv) => {
    count++
    if (count > budget) throw tooMany(budget)
    offsets[uv + 1]++
  })
  for (let e = 0; e < graph.to.length; e++) offsets[e + 1] += offsets[e]
  const cursor = offsets.slice()
  const uw = new Uint32Array(count)
  const vw = new Uint32Array(count)
  await eachTriangle(graph, pace, (first, second, third) => {
    const at = cursor[first]++
    uw[at] = second
    vw[at] = third
  })
  return { offsets, uw, vw }
}

function tooMany(budget: number): ShoalError {
  return new ShoalError(
    'unsupported_here',
    `The graph has more than ${budget.toLocaleString('en-US')} triangles. Raise minWeight, lower the recipe's hub cap, or use k-cores.`,
    { budget },
  )
}

/** Union-find on 0..n-1; the smaller becomes the root and paths are halved. */
export class Unions {
  private readonly parent: Uint32Array

  constructor(n: number) {
    this.parent = new Uint32Array(n)
    for (let i = 0; i < n; i++) this.parent[i] = i
  }

  find(i: number): number {
    const { parent } = this
    while (parent[i] !== i) i = parent[i] = parent[parent[i]]
    return i
  }

  unite(i: number, j: number): void {
    const a = this.find(i)
    const b = this.find(j)
    if (a < b) this.parent[b] = a
    else this.parent[a] = b
  }
}
