import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { climb, coarser, identity, type Climb } from './climb.ts'
import { Engine } from './engine.ts'
import { numberBySize, qualityOf, type Partition } from './partition.ts'

export type { Partition } from './partition.ts'

export const MAX_RESOLUTION = 100_000

export const leidenParamsSchema = z.object({
  /**
   * modularity: tied more densely than chance would with the same strengths; cpm: more densely than `resolution`,
   * whatever the rest of the graph looks like, so without a resolution limit.
   */
  objective: z.enum(['modularity', 'cpm']).default('modularity'),
  /** γ: above 1 gives more and smaller communities by modularity; weight per pair of nodes in cpm. */
  resolution: z.number().positive().max(MAX_RESOLUTION).default(1),
  seed: z.number().int().min(0).default(1),
  /** Whole passes over all levels; it stops earlier when a pass improves nothing worth having. The first two bring
   * all but ~0.001 of the modularity (tests/bench/graph/leiden.ts). */
  maxIterations: z.number().int().min(1).max(100).default(4),
  /** θ of the refinement, in units of the mean edge weight: 0 would be greedy. */
  randomness: z.number().positive().max(10).default(0.01),
})

/** What is no setting of a run but belongs to the data. */
export interface StartOptions {
  /** Partition to start from, one label below n for each node; everybody alone without it. */
  initial?: Uint32Array
  /** How many a node counts for in cpm; 1 without it. */
  sizes?: ArrayLike<number>
  /** false leaves the coarser levels out. */
  hierarchy?: boolean
}
export type LeidenParams = z.infer<typeof leidenParamsSchema> & StartOptions

/** A pass that gains less than this share of the total weight (for modularity: less modularity) is the last one. */
const LEAST_GAIN = 1e-5

/**
 * The Leiden algorithm (Traag, Waltman, van Eck 2019, Sci. Rep. 9:5233) for weighted modularity or the constant Potts
 * model: fast local moving, randomised refinement inside communities, aggregation by the refined parts; repeated from
 * its own result. Every community is connected: parts grow only along edges, and a pass ends when each community is
 * one part. What local moving visits is swept in random blocks instead of queued in random order, so that memory is
 * read as it lies (docs/bench/leiden.md). Deterministic by seed, on every machine.
 *
 * O(edges) a level; about 24 bytes an entry of the graph and 110 a node beside the graph. Throws `invalid_input` for
 * weights that are negative or no numbers, and for a start partition that does not fit.
 */
export async function leiden(
  csr: Csr,
  params: Partial<LeidenParams>,
  pace: Pace,
  onIteration: (done: number) => void = () => {},
): Promise<Partition> {
  return optimise(csr, leidenParamsSchema.parse(params), params, true, pace, onIteration)
}

/** Leiden, or with `refine` false Louvain, whose unconnected communities are split at the end. */
export async function optimise(
  csr: Csr,
  params: z.infer<typeof leidenParamsSchema>,
  options: StartOptions,
  refine: boolean,
  pace: Pace,
  onIteration: (done: number) => void,
): Promise<Partition> {
  const { objective, resolution } = params
  const engine = await Engine.load(csr, objective, options.sizes, pace)
  engine.seed(params.seed)
  engine.resolution = resolution
  const how: Climb = {
    refine,
    theta: (params.randomness * engine.total) / Math.max(1, csr.targets.length),
  }
  let membership: Uint32Array = identity(csr.n)
  if (options.initial !== undefined) membership = await enter(engine, options.initial)
  let quality = engine.quality()
  /** Whether the engine's level is that of `membership`. */
  let there = true
  let iterations = 0
  engine.ground()
  while (iterations < params.maxIterations && engine.joined) {
    engine.labels.set(membership)
    const next = await climb(engine, how)
    const gain = engine.quality() - quality
    onIteration(++iterations)
    there = gain > 0
    if (!there) break
    membership = next
    quality += gain
    if (gain < LEAST_GAIN || iterations === params.maxIterations) break
    engine.ground()
  }
  if (!refine || !there) membership = await enter(engine, membership)
  await pace.checkpoint()
  const numbered = numberBySize(membership)
  await pace.checkpoint()
  const found: Partition = {
    membership: numbered.membership,
    communities: numbered.sizes.length,
    quality: await qualityOf(csr, numbered.membership, objective, resolution, options.sizes, pace),
    iterations,
  }
  if (options.hierarchy !== false) {
    const rank = new Uint32Array(found.communities)
    for (let u = 0; u < csr.n; u++) rank[membership[u]] = numbered.membership[u]
    found.hierarchy = [
      found.membership,
      ...(await coarser(engine, { ...how, refine: true }, resolution, rank, numbered.sizes)),
    ]
  }
  return found
}

/**
 * Takes the engine to the level whose nodes are the connected components of the given communities, and returns which
 * one each node of the graph is in.
 */
export async function enter(engine: Engine, membership: Uint32Array): Promise<Uint32Array> {
  engine.ground()
  checkLabels(membership, engine.n)
  engine.labels.set(membership)
  const parts = await engine.split(engine.compact())
  const entered = engine.parts.slice()
  await engine.aggregate(parts)
  return entered
}

function checkLabels(membership: Uint32Array, n: number): void {
  if (membership.length !== n)
    throw new ShoalError(
      'invalid_input',
      `The start partition has ${membership.length} labels and the graph ${n} nodes; give one label for each node.`,
    )
  for (let u = 0; u < n; u++) {
    if (membership[u] >= n)
      throw new ShoalError(
        'invalid_input',
        `The start partition gives node ${u} the label ${membership[u]}; labels are below the number of nodes, ${n}.`,
      )
  }
}
