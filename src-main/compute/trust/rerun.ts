import type { Pace } from '../../common/pace.ts'
import { leiden, leidenParamsSchema } from '../communities/leiden.ts'
import type { ComputeContext } from '../context.ts'
import { outsidersAlone } from '../detectors/groups.ts'
import { detectorById } from '../detectors/index.ts'
import type { AccountGraph } from '../graph/types.ts'
import { DROPPED, type Rerun } from './stability.ts'

/** How to search again as a communities run did. */
export interface Again {
  readonly rerun: Rerun
  /** Other seeds can give other results. */
  readonly seeded: boolean
  /** It reads nothing but the graph, so rewired edges change what it finds. */
  readonly rewirable: boolean
}

/** Repeats the detector of a finished communities run with its recorded parameters, whatever was automatic included. */
export function againOf(ctx: ComputeContext, graph: AccountGraph, communitiesRunId: number): Again {
  const run = ctx.db.prepare('SELECT algorithm, params FROM run WHERE id = ?').get(communitiesRunId) as {
    algorithm: string
    params: string
  }
  const params = JSON.parse(run.params) as Record<string, unknown>
  if (run.algorithm === 'leiden') {
    const settings = leidenParamsSchema.parse(params)
    return {
      seeded: true,
      rewirable: true,
      rerun: async (csr, seed) =>
        (await leiden(csr, { ...settings, seed, hierarchy: false }, ctx)).membership,
    }
  }
  const detector = detectorById(run.algorithm)
  const byFacts = detector.resample === 'facts'
  const quiet: Pace = { signal: ctx.signal, checkpoint: () => ctx.checkpoint(), progress: () => {} }
  return {
    seeded: detector.seeded,
    rewirable: !byFacts && detector.needs.length === 0,
    rerun: async (csr, seed) => {
      const input = {
        // A detector that reads the facts loses some of them where others lose edges.
        graph: { accountIds: graph.accountIds, combined: byFacts ? graph.combined : csr },
        db: ctx.db,
        droppedFacts: byFacts && csr !== graph.combined ? DROPPED : 0,
      }
      const { membership, count } = await detector.run(input, params, seed, quiet)
      return outsidersAlone(membership, count)
    },
  }
}
