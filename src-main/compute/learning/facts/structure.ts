import type { Pace } from '../../../common/pace.ts'
import { strengths } from '../../diffusion/operator.ts'
import { combineCsr, emptyCsr } from '../../graph/csr.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { emptyColumns } from './columns.ts'

/** The graph as the model sees it: what people said of each other, what they share, and both. */
export interface GraphFamilies {
  readonly n: number
  /** null where the graph has no such channel. */
  readonly relations: Csr | null
  readonly entities: Csr | null
  readonly all: Csr
}

export function familiesOf(graph: AccountGraph): GraphFamilies {
  const pick = (prefix: string): Csr | null => {
    const parts = graph.channels.filter((c) => c.id.startsWith(prefix)).map((c) => c.csr)
    if (parts.length === 0) return null
    return parts.length === 1 ? parts[0] : combineCsr(graph.combined.n, parts).csr
  }
  return {
    n: graph.combined.n,
    relations: pick('relation:'),
    entities: pick('entity:'),
    all: graph.combined,
  }
}

/** The operators' stand-in for a family that the graph doesn't have. */
export const csrOrEmpty = (csr: Csr | null, n: number): Csr => csr ?? emptyCsr(n)

/** Core number of every node (Batagelj & Zaveršnik 2003). O(entries). */
export function coreNumbers(csr: Csr): Uint32Array {
  const { n, offsets, targets } = csr
  const core = new Uint32Array(n)
  let most = 0
  for (let u = 0; u < n; u++) {
    core[u] = offsets[u + 1] - offsets[u]
    if (core[u] > most) most = core[u]
  }
  // Bucket sort by degree; `start[d]` is where nodes of current degree d begin in `order`.
  const start = new Uint32Array(most + 2)
  for (let u = 0; u < n; u++) start[core[u] + 1]++
  for (let d = 0; d <= most; d++) start[d + 1] += start[d]
  const place = new Uint32Array(n)
  const order = new Uint32Array(n)
  const cursor = start.slice()
  for (let u = 0; u < n; u++) {
    place[u] = cursor[core[u]]++
    order[place[u]] = u
  }
  for (let i = 0; i < n; i++) {
    const u = order[i]
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = targets[e]
      if (core[v] <= core[u]) continue
      // Swap v with the first node of its bucket and shrink its degree by one.
      const d = core[v]
      const first = start[d]
      const w = order[first]
      order[place[v]] = w
      place[w] = place[v]
      order[first] = v
      place[v] = first
      start[d]++
      core[v]--
    }
  }
  return core
}

/**
 * Local clustering coefficient: the share of a node's neighbour pairs that are joined; NaN under two neighbours.
 * Exact, by the forward algorithm (Schank & Wagner 2005): edges point to the node of higher (degree, id), so a
 * hub's list stays short. O(entries^1.5) at worst.
 */
export async function clustering(csr: Csr, pace: Pace): Promise<Float32Array> {
  const { n, offsets, targets } = csr
  const degree = (u: number) => offsets[u + 1] - offsets[u]
  const up = (u: number, v: number) => degree(u) < degree(v) || (degree(u) === degree(v) && u < v)
  const upOffsets = new Uint32Array(n + 1)
  const upTargets = new Uint32Array(targets.length / 2)
  let at = 0
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) if (up(u, targets[e])) upTargets[at++] = targets[e]
    upOffsets[u + 1] = at
  }
  const triangles = new Float64Array(n)
  const mark = new Int32Array(n).fill(-1)
  let work = 0
  for (let u = 0; u < n; u++) {
    for (let e = upOffsets[u]; e < upOffsets[u + 1]; e++) mark[upTargets[e]] = u
    for (let e = upOffsets[u]; e < upOffsets[u + 1]; e++) {
      const v = upTargets[e]
      for (let g = upOffsets[v]; g < upOffsets[v + 1]; g++) {
        const w = upTargets[g]
        if (mark[w] !== u) continue
        triangles[u]++
        triangles[v]++
        triangles[w]++
      }
      work += upOffsets[v + 1] - upOffsets[v]
    }
    if (work > 1 << 20) {
      work = 0
      await pace.checkpoint()
    }
  }
  const out = new Float32Array(n)
  for (let u = 0; u < n; u++) {
    const d = degree(u)
    out[u] = d < 2 ? NaN : (2 * triangles[u]) / (d * (d - 1))
  }
  return out
}

/** The columns of family 'structure', n values each. */
export async function structureColumns(
  families: GraphFamilies,
  pace: Pace,
): Promise<Map<string, Float32Array>> {
  const { n } = families
  const columns = emptyColumns([], n)
  for (const kind of ['relations', 'entities'] as const) {
    const csr = families[kind]
    const missing = () => new Float32Array(n).fill(NaN)
    columns.set(
      `degree_${kind}`,
      csr ? Float32Array.from({ length: n }, (_, u) => csr.offsets[u + 1] - csr.offsets[u]) : missing(),
    )
    columns.set(`strength_${kind}`, csr ? Float32Array.from(strengths(csr)) : missing())
    await pace.checkpoint()
    columns.set(`core_${kind}`, csr ? Float32Array.from(coreNumbers(csr)) : missing())
    await pace.checkpoint()
  }
  columns.set('clustering', await clustering(families.all, pace))
  return columns
}
