import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import { leiden, MAX_RESOLUTION } from '../communities/leiden.ts'
import { automaticResolution } from '../communities/step.ts'
import type { Csr } from '../graph/types.ts'
import { minWeight } from './rings.ts'
import { detectionFromSets } from './sets.ts'
import { eachTriangle, orientEdges, Unions, type Oriented } from './triangle-lists.ts'
import { defineDetector } from './types.ts'

export const egoSplitting = defineDetector({
  id: 'ego-splitting',
  version: '1',
  help: 'Overlapping communities: an account whose contacts fall into separate circles is split into one part per circle.',
  source: 'Epasto, Lattanzi, Paes Leme 2017, Ego-Splitting Framework, KDD',
  needs: [],
  overlapping: true,
  seeded: true,
  resample: 'edges',
  params: z.object({
    minWeight: minWeight.describe(
      'Two contacts of an account are of one circle where a tie of this weight joins them. Left out: any tie.',
    ),
    resolution: z
      .number()
      .positive()
      .max(MAX_RESOLUTION)
      .nullable()
      .default(null)
      .describe(
        'Higher: more and smaller communities. Left out: chosen so that rings do not vanish in large graphs.',
      ),
  }),
  async run({ graph }, params, seed, pace) {
    const csr = graph.combined
    const { personas, ownerOf } = await splitEgos(csr, params.minWeight ?? 0, pace)
    const resolution = params.resolution ?? automaticResolution(personas)
    const found = await leiden(personas, { resolution, seed, hierarchy: false }, pace)
    const members: number[][] = []
    for (let p = 0; p < personas.n; p++) (members[found.membership[p]] ??= []).push(ownerOf[p])
    // Personas of one account ascend together, so repetitions are neighbours. A community of one account is none.
    const sets = members
      .map((nodes) => Uint32Array.from(nodes.filter((u, i) => i === 0 || nodes[i - 1] !== u)))
      .filter((nodes) => nodes.length > 1)
    const { setOf: _, swallowed, ...detection } = detectionFromSets(csr, sets)
    return { ...detection, used: { resolution }, stats: { personas: personas.n, swallowed } }
  },
})

/**
 * The persona graph: u's contacts are grouped by the ties among themselves of at least `least` (connected components of
 * the ego net without u), u becomes one persona per group, and every edge joins the two personas that it belongs to.
 * It has as many edges as the graph, with their weights; accounts without edges have no persona. Personas are numbered
 * by their owner. O(edges^1.5) time, 16 bytes an entry.
 */
export async function splitEgos(
  csr: Csr,
  least: number,
  pace: Pace,
): Promise<{ personas: Csr; ownerOf: Uint32Array }> {
  const { n, offsets, targets, weights } = csr
  // Entry e of u's row stands for that contact in u's ego net. A triangle u, v, w joins v and w around u, and so on.
  const circles = new Unions(targets.length)
  const edges = orientEdges(csr, 0)
  const { there, back } = entriesOf(csr, edges)
  const heavy = (edge: number) => weights[there[edge]] >= least
  await eachTriangle(edges, pace, (uv, uw, vw) => {
    if (heavy(vw)) circles.unite(there[uv], there[uw])
    if (heavy(uw)) circles.unite(back[uv], there[vw])
    if (heavy(uv)) circles.unite(back[uw], back[vw])
  })
  await pace.checkpoint()
  const personaOf = new Uint32Array(targets.length)
  const owners: number[] = []
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      // The root is the smallest entry of its circle, so it has its persona before the others.
      const root = circles.find(e)
      if (root === e) {
        personaOf[e] = owners.length
        owners.push(u)
      } else personaOf[e] = personaOf[root]
    }
  }
  await pace.checkpoint()
  const start = new Uint32Array(owners.length + 1)
  for (let e = 0; e < targets.length; e++) start[personaOf[e] + 1]++
  for (let p = 0; p < owners.length; p++) start[p + 1] += start[p]
  const personaTargets = new Uint32Array(targets.length)
  const personaWeights = new Float32Array(targets.length)
  const opposite = new Uint32Array(targets.length)
  for (let i = 0; i < edges.to.length; i++) {
    opposite[there[i]] = back[i]
    opposite[back[i]] = there[i]
  }
  const cursor = start.slice()
  // Personas ascend with their owners, and entries with their targets: rows come out sorted.
  for (let e = 0; e < targets.length; e++) {
    const at = cursor[personaOf[e]]++
    personaTargets[at] = personaOf[opposite[e]]
    personaWeights[at] = weights[e]
  }
  return {
    personas: { n: owners.length, offsets: start, targets: personaTargets, weights: personaWeights },
    ownerOf: Uint32Array.from(owners),
  }
}

/** Where each oriented edge's two entries are in the graph's rows: from -> to and to -> from. */
function entriesOf(csr: Csr, edges: Oriented): { there: Uint32Array; back: Uint32Array } {
  const find = (u: number, v: number): number => {
    let low = csr.offsets[u]
    let high = csr.offsets[u + 1] - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (csr.targets[middle] < v) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    there: Uint32Array.from(edges.to, (v, i) => find(edges.from[i], v)),
    back: Uint32Array.from(edges.to, (v, i) => find(v, edges.from[i])),
  }
}
