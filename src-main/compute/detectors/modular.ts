import { z } from 'zod'
import { leiden, MAX_RESOLUTION } from '../communities/leiden.ts'
import { automaticResolution } from '../communities/step.ts'
import { groupsFrom } from './groups.ts'
import { defineDetector } from './types.ts'

const resolution = z.number().positive().max(MAX_RESOLUTION).nullable().default(null)

export const leidenDetector = defineDetector({
  id: 'leiden',
  version: '1',
  help: 'Communities tied more densely inside than chance would tie them; every community is connected.',
  source: 'Traag, Waltman, van Eck 2019, From Louvain to Leiden, Sci. Rep. 9:5233',
  needs: [],
  overlapping: false,
  seeded: true,
  resample: 'edges',
  params: z.object({
    resolution: resolution.describe(
      'Above 1: more and smaller communities. Left out: chosen from the graph’s size.',
    ),
    maxIterations: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('Passes over the whole graph at most.'),
  }),
  async run({ graph }, params, seed, pace) {
    const used = params.resolution ?? automaticResolution(graph.combined)
    const found = await leiden(graph.combined, { ...params, resolution: used, seed }, pace)
    return {
      ...groupsFrom(found.membership),
      used: { resolution: used },
      stats: { quality: found.quality, iterations: found.iterations },
    }
  },
})
