import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { identity } from './climb.ts'
import { Engine } from './engine.ts'
import { enter, type StartOptions } from './leiden.ts'
import { numberBySize, qualityOf, type Partition } from './partition.ts'

export const labelPropagationParamsSchema = z.object({
  seed: z.number().int().min(0).default(1),
  /** Sweeps over the nodes that have news; it stops earlier when no label changes. */
  maxIterations: z.number().int().min(1).max(1000).default(100),
})
export type LabelPropagationParams = z.infer<typeof labelPropagationParamsSchema> &
  Pick<StartOptions, 'initial'>

/**
 * Label propagation (Raghavan, Albert, Kumara 2007, Phys. Rev. E 76, 036106), weighted and asynchronous: every node
 * takes the label that weighs most around it, drawing among those that tie, until (nearly) no node has a lighter label
 * than it could; from then on a label that ties is kept, so that an end is reached at which no node could have a heavier
 * one (unless maxIterations comes first). Nodes none of whose neighbours has changed are not visited again. Labels that ended up in several places
 * are split into connected communities, as in the paper. Deterministic by seed. `quality` is modularity at γ = 1,
 * which this method does not look at. Errors as leiden().
 */
export async function labelPropagation(
  csr: Csr,
  params: Partial<LabelPropagationParams>,
  pace: Pace,
  onIteration: (done: number) => void = () => {},
): Promise<Partition> {
  const { seed, maxIterations } = labelPropagationParamsSchema.parse(params)
  const engine = await Engine.load(csr, 'modularity', undefined, pace)
  engine.seed(seed)
  const start = params.initial === undefined ? identity(csr.n) : await enter(engine, params.initial)
  engine.ground()
  engine.labels.set(start)
  const { sweeps } = await engine.propagate(maxIterations)
  onIteration(sweeps)
  const found = numberBySize(await enter(engine, engine.labels.slice()))
  return {
    membership: found.membership,
    communities: found.sizes.length,
    quality: await qualityOf(csr, found.membership, 'modularity', 1, undefined, pace),
    iterations: sweeps,
  }
}
