import type { z } from 'zod'
import type { DetectorInfo } from '../../common/contract/detectors.ts'
import type { Pace } from '../../common/pace.ts'
import type { ComputeContext } from '../context.ts'
import type { Overlaps } from '../communities/store.ts'
import type { AccountGraph } from '../graph/types.ts'

/** What a detector may look at. A stability run hands in the same with some edges, or some facts, missing. */
export interface DetectorInput {
  readonly graph: Pick<AccountGraph, 'combined' | 'accountIds'>
  /** For facts beside the graph; only detectors that name them in `needs` read it. */
  readonly db: ComputeContext['db']
  /** Share of the facts beside the graph (links, events) to leave out at random, 0 but in stability runs. */
  readonly droppedFacts: number
  /** A stability run: only who is where will be looked at. */
  readonly repetition?: boolean
}

/** What a detector found. */
export interface Detection {
  /** Community of each node, 0..count-1 by falling size; any number from `count` on: in none. */
  readonly membership: Uint32Array
  /** Communities, each of two accounts or more. */
  readonly count: number
  /** Further memberships of nodes in several communities, all of theirs included; overlapping detectors only. */
  readonly overlaps?: Overlaps
  /** Coarser groups (Partition.hierarchy), where the detector keeps them. */
  readonly hierarchy?: readonly Uint32Array[]
  /** Parameters as they were used where that differs from what was asked (an automatic value). */
  readonly used?: Record<string, unknown>
  /** What this detector has to say about its result: kept in the run's stats, so small and JSON. */
  readonly stats?: Record<string, unknown>
}

/** One detector: forms, validation, command line flags, journal entries and docs are made from this. */
export interface Detector<S extends z.ZodObject = z.ZodObject> {
  readonly id: string
  readonly version: string
  readonly help: string
  /** Paper or book. */
  readonly source: string
  readonly needs: DetectorInfo['needs']
  readonly overlapping: boolean
  /** Different seeds can give different results. */
  readonly seeded: boolean
  /** What a stability run takes away at random: edges of the graph, or the facts that the detector reads. */
  readonly resample: 'edges' | 'facts'
  /** Parameters with default, range and one sentence of help (`describe`) each; ParamInfo is derived from it. */
  readonly params: S
  run(input: DetectorInput, params: z.output<S>, seed: number, pace: Pace): Promise<Detection>
}

/** Keeps a descriptor's parameter types for its own `run`. */
export function defineDetector<S extends z.ZodObject>(detector: Detector<S>): Detector {
  return detector as unknown as Detector
}
