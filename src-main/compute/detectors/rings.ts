import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import { components } from '../kernels/components.ts'
import { coreNumbers } from '../kernels/core-numbers.ts'
import type { Csr } from '../graph/types.ts'
import { NO_COMMUNITY } from './compare.ts'
import { groupsFrom } from './groups.ts'
import { listTriangles, orientEdges, type Oriented } from './triangle-lists.ts'
import { defineDetector } from './types.ts'

/** 240 MB of triangles. */
const TRIANGLE_BUDGET = 20_000_000

export const minWeight = z
  .number()
  .min(0)
  .max(1_000_000)
  .nullable()
  .default(null)
  .describe('Ties that weigh less do not count. Left out: the mean weight of a tie.')

/** The mean weight of an edge; 0 without edges. */
export function meanWeight(csr: Csr): number {
  let total = 0
  for (let e = 0; e < csr.weights.length; e++) total += csr.weights[e]
  return csr.weights.length > 0 ? total / csr.weights.length : 0
}

export const rings = defineDetector({
  id: 'rings',
  version: '1',
  help: 'Groups in which everybody is tied to several others of the group, found by peeling off who is not.',
  source: 'Cohen 2008, Trusses: cohesive subgraphs for social network analysis; Seidman 1983 for k-cores',
  needs: [],
  overlapping: false,
  seeded: false,
  resample: 'edges',
  params: z.object({
    method: z
      .enum(['truss', 'core'])
      .default('truss')
      .describe('truss: every tie closes k − 2 triangles inside; core: everybody has k ties inside.'),
    k: z
      .number()
      .int()
      .min(2)
      .max(100)
      .default(4)
      .describe('How closely knit: higher finds fewer and tighter groups.'),
    minWeight,
  }),
  async run({ graph }, { method, k, minWeight: asked }, _seed, pace) {
    const csr = graph.combined
    const used = { minWeight: asked ?? meanWeight(csr) }
    const kept =
      method === 'core'
        ? await kCore(csr, k, used.minWeight, pace)
        : await kTruss(csr, k, used.minWeight, pace)
    const { component } = await components(kept, pace)
    const labels = component.map((c, u) => (kept.offsets[u] === kept.offsets[u + 1] ? NO_COMMUNITY : c))
    return { ...groupsFrom(labels), used, stats: { keptEdges: kept.targets.length / 2 } }
  },
})

type Pattern = Pick<Csr, 'n' | 'offsets' | 'targets'>

/** What is left of the graph when everybody with fewer than k neighbours is taken off, again and again. */
export async function kCore(csr: Csr, k: number, least: number, pace: Pace): Promise<Pattern> {
  const heavy = filterEdges(csr, (_, e) => csr.weights[e] >= least)
  const core = await coreNumbers(heavy, pace)
  return filterEdges(heavy, (u, e) => core[u] >= k && core[heavy.targets[e]] >= k)
}

/**
 * The k-truss (Cohen 2008): the largest subgraph in which every edge lies in at least k − 2 triangles, by taking off
 * edges with fewer, again and again (Wang & Cheng 2012). O(edges^1.5) time, 12 bytes a triangle.
 */
export async function kTruss(csr: Csr, k: number, least: number, pace: Pace): Promise<Pattern> {
  const edges = orientEdges(csr, least)
  const count = edges.to.length
  const list = await listTriangles(edges, TRIANGLE_BUDGET, pace)
  const triangleCount = list.uw.length
  // edge -> the triangles it is in, whichever of their three edges it is.
  const support = new Uint32Array(count)
  const first = new Uint32Array(triangleCount)
  for (let e = 0; e < count; e++) {
    for (let t = list.offsets[e]; t < list.offsets[e + 1]; t++) {
      first[t] = e
      support[e]++
      support[list.uw[t]]++
      support[list.vw[t]]++
    }
  }
  await pace.checkpoint()
  const offsets = new Uint32Array(count + 1)
  for (let e = 0; e < count; e++) offsets[e + 1] = offsets[e] + support[e]
  const inTriangles = new Uint32Array(offsets[count])
  const cursor = offsets.slice()
  for (let t = 0; t < triangleCount; t++) {
    inTriangles[cursor[first[t]]++] = t
    inTriangles[cursor[list.uw[t]]++] = t
    inTriangles[cursor[list.vw[t]]++] = t
  }
  await pace.checkpoint()
  const gone = new Uint8Array(triangleCount)
  const off = new Uint8Array(count)
  const queue: number[] = []
  for (let e = 0; e < count; e++) {
    if (support[e] >= k - 2) continue
    off[e] = 1
    queue.push(e)
  }
  for (let head = 0; head < queue.length; head++) {
    const e = queue[head]
    for (let i = offsets[e]; i < offsets[e + 1]; i++) {
      const t = inTriangles[i]
      if (gone[t] === 1) continue
      gone[t] = 1
      for (const f of [first[t], list.uw[t], list.vw[t]]) {
        if (off[f] === 1 || --support[f] >= k - 2) continue
        off[f] = 1
        queue.push(f)
      }
    }
    if ((head & 0xfff) === 0) await pace.checkpoint()
  }
  return fromOriented(edges, off)
}

/** Oriented edges whose flag is 0 as an undirected pattern. */
function fromOriented({ n, from, to }: Oriented, off: Uint8Array): Pattern {
  const offsets = new Uint32Array(n + 1)
  for (let e = 0; e < to.length; e++) {
    if (off[e] === 1) continue
    offsets[from[e] + 1]++
    offsets[to[e] + 1]++
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const targets = new Uint32Array(offsets[n])
  const cursor = offsets.slice()
  for (let e = 0; e < to.length; e++) {
    if (off[e] === 1) continue
    targets[cursor[from[e]]++] = to[e]
    targets[cursor[to[e]]++] = from[e]
  }
  for (let u = 0; u < n; u++) targets.subarray(offsets[u], offsets[u + 1]).sort()
  return { n, offsets, targets }
}

/** The graph without the entries for which `keep` says no; `keep` must say the same for both directions. */
export function filterEdges(csr: Pattern, keep: (u: number, e: number) => boolean): Pattern {
  const offsets = new Uint32Array(csr.n + 1)
  const targets = new Uint32Array(csr.targets.length)
  let at = 0
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) if (keep(u, e)) targets[at++] = csr.targets[e]
    offsets[u + 1] = at
  }
  return { n: csr.n, offsets, targets: targets.subarray(0, at) }
}
