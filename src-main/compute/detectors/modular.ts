import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import { labelPropagation } from '../communities/label-propagation.ts'
import { leiden, MAX_RESOLUTION } from '../communities/leiden.ts'
import { louvain } from '../communities/louvain.ts'
import type { Objective, Partition } from '../communities/partition.ts'
import { automaticResolution, LEAST_DENSITY } from '../communities/step.ts'
import type { Csr } from '../graph/types.ts'
import { groupsFrom } from './groups.ts'
import { totalVolume } from './sets.ts'
import { defineDetector, type Detection } from './types.ts'

const objective = z
  .enum(['modularity', 'cpm'])
  .default('modularity')
  .describe(
    'modularity: tied more densely than chance would; cpm: more densely than the resolution, whatever the rest looks like.',
  )
const resolution = z
  .number()
  .positive()
  .max(MAX_RESOLUTION)
  .nullable()
  .default(null)
  .describe(
    'Higher: more and smaller communities. Left out: 1 for modularity, a tenth of the mean edge weight for cpm.',
  )
const smallGroups = z
  .boolean()
  .default(false)
  .describe(
    'Choose the resolution of modularity as the analysis does, so that rings do not vanish in large graphs.',
  )

/**
 * γ where none is given: classic modularity, or what the analysis takes (automaticResolution); for CPM a tenth of an
 * average edge's weight, as it has no classic value and the analysis demands the same density.
 */
function resolutionFor(csr: Csr, wanted: Objective, small: boolean): number {
  if (wanted === 'modularity') return small ? automaticResolution(csr) : 1
  const entries = csr.targets.length
  return entries === 0 ? 1 : Math.min(MAX_RESOLUTION, (LEAST_DENSITY * totalVolume(csr)) / entries)
}

/** Most of the gain is in the first passes; the bar follows them without knowing how many there will be. */
const showing = (pace: Pace) => (passes: number) =>
  pace.progress({ phase: 'detect.passes', done: 100 * (1 - 0.5 ** passes), total: 100, unit: 'steps' })

function detection(found: Partition): Detection {
  return {
    ...groupsFrom(found.membership),
    ...(found.hierarchy && { hierarchy: found.hierarchy }),
    stats: {
      quality: found.quality,
      iterations: found.iterations,
      // Communities of each level of the hierarchy, finest first; those of one account are counted.
      ...(found.hierarchy && {
        levels: [found.communities, ...found.hierarchy.slice(1).map((level) => 1 + greatest(level))],
      }),
    },
  }
}

function greatest(values: Uint32Array): number {
  let most = -1
  for (const value of values) if (value > most) most = value
  return most
}

export const leidenDetector = defineDetector({
  id: 'leiden',
  version: '2',
  help: 'Communities tied more densely inside than expected; every community is connected.',
  source: 'Traag, Waltman, van Eck 2019, From Louvain to Leiden, Sci. Rep. 9:5233',
  needs: [],
  overlapping: false,
  seeded: true,
  resample: 'edges',
  params: z.object({
    objective,
    resolution,
    smallGroups,
    maxIterations: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('Passes over the whole graph at most; it stops when one brings nothing.'),
  }),
  async run({ graph, repetition }, params, seed, pace) {
    const used = {
      resolution: params.resolution ?? resolutionFor(graph.combined, params.objective, params.smallGroups),
    }
    const options = { ...params, ...used, seed, hierarchy: repetition !== true }
    return {
      ...detection(await leiden(graph.combined, options, pace, showing(pace))),
      used,
    }
  },
})

export const louvainDetector = defineDetector({
  id: 'louvain',
  version: '1',
  help: 'The older method that Leiden improves on; for comparing with results made elsewhere.',
  source: 'Blondel, Guillaume, Lambiotte, Lefebvre 2008, J. Stat. Mech. P10008',
  needs: [],
  overlapping: false,
  seeded: true,
  resample: 'edges',
  params: z.object({
    objective,
    resolution,
    smallGroups,
    maxIterations: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('Passes over the whole graph at most; 1 is Louvain as published.'),
  }),
  async run({ graph }, params, seed, pace) {
    const used = {
      resolution: params.resolution ?? resolutionFor(graph.combined, params.objective, params.smallGroups),
    }
    const options = { ...params, ...used, seed, hierarchy: false }
    return { ...detection(await louvain(graph.combined, options, pace, showing(pace))), used }
  },
})

export const labelPropagationDetector = defineDetector({
  id: 'label-propagation',
  version: '1',
  help: 'Every account joins the group that most of its ties lead to; fast, without settings, less stable.',
  source: 'Raghavan, Albert, Kumara 2007, Phys. Rev. E 76, 036106',
  needs: [],
  overlapping: false,
  seeded: true,
  resample: 'edges',
  params: z.object({
    maxIterations: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .describe('Sweeps at most; it stops when no account changes its group.'),
  }),
  async run({ graph }, params, seed, pace) {
    return detection(await labelPropagation(graph.combined, { ...params, seed }, pace, showing(pace)))
  },
})
