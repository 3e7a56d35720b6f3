import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { minWeight, meanWeight } from './rings.ts'
import { detectionFromSets } from './sets.ts'
import {
  eachTriangle,
  listTriangles,
  orientEdges,
  Unions,
  type Oriented,
  type TriangleList,
} from './triangle-lists.ts'
import { defineDetector } from './types.ts'

/** 320 MB of triangles. */
const TRIANGLE_BUDGET = 20_000_000
/** Some ten seconds of work. */
const CLIQUE_BUDGET = 200_000_000

export const cliquePercolation = defineDetector({
  id: 'clique-percolation',
  version: '1',
  help: 'Groups made of cliques that overlap in all but one account; an account may be in several.',
  source: 'Palla, Derényi, Farkas, Vicsek 2005, Nature 435:814',
  needs: [],
  overlapping: true,
  seeded: false,
  resample: 'edges',
  params: z.object({
    k: z
      .number()
      .int()
      .min(3)
      .max(4)
      .default(3)
      .describe('Accounts in a clique; 4 finds fewer and tighter groups than 3.'),
    minWeight,
  }),
  async run({ graph }, { k, minWeight: asked }, _seed, pace) {
    const csr = graph.combined
    const used = { minWeight: asked ?? meanWeight(csr) }
    const { sets, cliques } = await percolate(csr, k as 3 | 4, used.minWeight, pace)
    const { setOf: _, swallowed, ...detection } = detectionFromSets(csr, sets)
    return { ...detection, used, stats: { cliques, swallowed } }
  },
})

/**
 * Clique percolation: k-cliques that share k − 1 accounts are of one community. Instead of comparing cliques, the
 * (k − 1)-cliques of every k-clique are united (Kumpula et al. 2008): edges for k = 3, triangles for k = 4. Sets are
 * ascending node lists in the order of their first (k − 1)-clique. Throws unsupported_here above the budgets.
 */
export async function percolate(
  csr: Csr,
  k: 3 | 4,
  least: number,
  pace: Pace,
  budget = { triangles: TRIANGLE_BUDGET, cliques: CLIQUE_BUDGET },
): Promise<{ sets: Uint32Array[]; cliques: number }> {
  const edges = orientEdges(csr, least)
  return k === 3
    ? byEdges(edges, budget.cliques, pace)
    : byTriangles(edges, await listTriangles(edges, budget.triangles, pace), budget.cliques, pace)
}

async function byEdges(edges: Oriented, budget: number, pace: Pace) {
  const unions = new Unions(edges.to.length)
  const inClique = new Uint8Array(edges.to.length)
  let cliques = 0
  await eachTriangle(edges, pace, (uv, uw, vw) => {
    if (++cliques > budget) throw tooMany(budget, 3)
    inClique[uv] = inClique[uw] = inClique[vw] = 1
    unions.unite(uv, uw)
    unions.unite(uv, vw)
  })
  const sets = new Map<number, Set<number>>()
  for (let e = 0; e < edges.to.length; e++) {
    if (inClique[e] === 0) continue
    const set = setAt(sets, unions.find(e))
    set.add(edges.from[e])
    set.add(edges.to[e])
  }
  return { sets: asLists(sets), cliques }
}

async function byTriangles(edges: Oriented, list: TriangleList, budget: number, pace: Pace) {
  const { offsets, uw, vw } = list
  const unions = new Unions(uw.length)
  const inClique = new Uint8Array(uw.length)
  /** Triangle with the given first edge and third corner, or -1; third corners ascend with the edges to them. */
  const triangleOf = (uv: number, third: number): number => {
    let low = offsets[uv]
    let high = offsets[uv + 1] - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const corner = edges.to[vw[middle]]
      if (corner === third) return middle
      if (corner < third) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
  let cliques = 0
  let work = 0
  for (let uv = 0; uv < edges.to.length; uv++) {
    // A 4-clique u → v → {w, x}: triangles uvw and uvx whose third corners are joined, w → x or x → w.
    for (let t = offsets[uv]; t < offsets[uv + 1]; t++) {
      const vwEdge = vw[t]
      for (let s = offsets[uv]; s < offsets[uv + 1]; s++) {
        if (s === t) continue
        const vwx = triangleOf(vwEdge, edges.to[vw[s]])
        if (vwx < 0) continue
        const uwx = triangleOf(uw[t], edges.to[vw[s]])
        if (++cliques > budget) throw tooMany(budget, 4)
        inClique[t] = inClique[s] = inClique[vwx] = inClique[uwx] = 1
        unions.unite(t, s)
        unions.unite(t, vwx)
        unions.unite(t, uwx)
      }
      work += offsets[uv + 1] - offsets[uv]
    }
    if (work < 200_000) continue
    work = 0
    pace.progress({ phase: 'detect.cliques', done: uv, total: edges.to.length, unit: 'edges' })
    await pace.checkpoint()
  }
  const sets = new Map<number, Set<number>>()
  for (let uv = 0; uv < edges.to.length; uv++) {
    for (let t = offsets[uv]; t < offsets[uv + 1]; t++) {
      if (inClique[t] === 0) continue
      const set = setAt(sets, unions.find(t))
      set.add(edges.from[uv])
      set.add(edges.to[uv])
      set.add(edges.to[vw[t]])
    }
  }
  return { sets: asLists(sets), cliques }
}

function setAt(sets: Map<number, Set<number>>, key: number): Set<number> {
  let set = sets.get(key)
  if (set === undefined) sets.set(key, (set = new Set()))
  return set
}

const asLists = (sets: Map<number, Set<number>>): Uint32Array[] =>
  Array.from(sets.values(), (set) => Uint32Array.from(set).sort())

function tooMany(budget: number, k: number): ShoalError {
  return new ShoalError(
    'unsupported_here',
    `The graph has more than ${budget.toLocaleString('en-US')} cliques of ${k}. Raise minWeight, or lower the recipe's hub cap.`,
    { budget },
  )
}
