import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { aggregate, baseLevel, compactLabels, type Level } from './level.ts'
import { moveNodes } from './move-nodes.ts'
import { connectedComponents, modularity, numberBySize } from './partition.ts'
import { Random } from './random.ts'
import { refine } from './refine.ts'

export const MAX_RESOLUTION = 100_000

export const leidenParamsSchema = z.object({
  /** γ of modularity: above 1 gives more and smaller communities. */
  resolution: z.number().positive().max(MAX_RESOLUTION).default(1),
  seed: z.number().int().min(0).default(1),
  /** Whole passes over all levels; it stops earlier when a pass improves nothing worth having. The first two bring
   * all but ~0.002 of the modularity (tests/bench/graph/leiden.ts). */
  maxIterations: z.number().int().min(1).max(100).default(4),
  /** θ of the refinement, in units of the mean edge weight: 0 would be greedy. */
  randomness: z.number().positive().max(10).default(0.01),
})
export type LeidenParams = z.infer<typeof leidenParamsSchema>

/** A pass that gains less modularity than this is the last one. */
const LEAST_GAIN = 1e-5

export interface Partition {
  /** Community of each node, 0.. by falling size; a node without edges is a community of its own. */
  membership: Uint32Array
  communities: number
  /** Modularity at params.resolution. */
  quality: number
  iterations: number
}

/**
 * The Leiden algorithm (Traag, Waltman, van Eck 2019, Sci. Rep. 9:5233) for weighted modularity with resolution:
 * fast local moving with a queue, randomised refinement inside communities, aggregation by the refined parts;
 * repeated from its own result. Every community is connected: refinement only merges along edges, and what local
 * moving of the last level may still tear apart is split at the end, which never lowers modularity.
 * Deterministic by seed. O(edges) a level, memory ~ 40 bytes an entry and 60 a node.
 */
export async function leiden(
  csr: Csr,
  params: Partial<LeidenParams>,
  pace: Pace,
  onIteration: (done: number) => void = () => {},
): Promise<Partition> {
  const { resolution, seed, maxIterations, randomness } = leidenParamsSchema.parse(params)
  const random = new Random(seed)
  const base = baseLevel(csr)
  let membership = Uint32Array.from({ length: csr.n }, (_, u) => u)
  let quality = modularity(csr, membership, resolution)
  let iterations = 0
  const theta = (randomness * base.total) / Math.max(1, csr.targets.length)
  while (iterations < maxIterations && base.total > 0) {
    const next = split(csr, await onePass(base, membership, resolution, theta, random, pace))
    const improved = modularity(csr, next, resolution)
    onIteration(++iterations)
    if (improved <= quality) break
    const gain = improved - quality
    membership = next
    quality = improved
    if (gain < LEAST_GAIN) break
  }
  const numbered = numberBySize(membership)
  return { membership: numbered.membership, communities: numbered.sizes.length, quality, iterations }
}

/** One run over all levels, starting from `start`. */
async function onePass(
  base: Level,
  start: Uint32Array,
  resolution: number,
  theta: number,
  random: Random,
  pace: Pace,
): Promise<Uint32Array> {
  let level = base
  let community = compactLabels(start).labels
  /** Base node -> node of the current level. */
  let nodeOf: Uint32Array | null = null
  for (;;) {
    await moveNodes(level, community, resolution, random, pace)
    const communities = compactLabels(community)
    community = communities.labels
    if (communities.count === level.n) break
    let parts = compactLabels(await refine(level, community, resolution, theta, random, pace))
    // Where refinement merges nothing, whole communities are aggregated instead, or the loop would never end.
    if (parts.count === level.n) parts = communities
    const startOfNext = new Uint32Array(parts.count)
    for (let u = 0; u < level.n; u++) startOfNext[parts.labels[u]] = community[u]
    level = await aggregate(level, parts.labels, parts.count, pace)
    if (nodeOf === null) nodeOf = parts.labels
    else for (let u = 0; u < nodeOf.length; u++) nodeOf[u] = parts.labels[nodeOf[u]]
    community = compactLabels(startOfNext).labels
  }
  if (nodeOf === null) return community
  const membership = new Uint32Array(base.n)
  for (let u = 0; u < base.n; u++) membership[u] = community[nodeOf[u]]
  return membership
}

/** Communities that fall apart become their components. */
function split(csr: Csr, membership: Uint32Array): Uint32Array<ArrayBuffer> {
  return connectedComponents(csr, membership).component as Uint32Array<ArrayBuffer>
}
