import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { leidenParamsSchema, optimise, type StartOptions } from './leiden.ts'
import type { Partition } from './partition.ts'

export const louvainParamsSchema = leidenParamsSchema.omit({ randomness: true, maxIterations: true }).extend({
  /** Whole passes over all levels, each from the result of the one before; 1 is Louvain as published. */
  maxIterations: z.number().int().min(1).max(100).default(1),
})
export type LouvainParams = z.infer<typeof louvainParamsSchema> & StartOptions

/**
 * The Louvain method (Blondel, Guillaume, Lambiotte, Lefebvre 2008, J. Stat. Mech. P10008), weighted, for modularity or
 * the constant Potts model, with the same pruned sweeps as leiden(). Louvain can leave communities unconnected; those are
 * split at the end, which never lowers the quality. Deterministic by seed. Errors as leiden().
 */
export async function louvain(
  csr: Csr,
  params: Partial<LouvainParams>,
  pace: Pace,
  onIteration: (done: number) => void = () => {},
): Promise<Partition> {
  const complete = { ...louvainParamsSchema.parse(params), randomness: 1 }
  return optimise(csr, complete, params, false, pace, onIteration)
}
