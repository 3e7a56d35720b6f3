import { z } from 'zod'
import { method } from './method.ts'

/**
 * How long an edge of weight w is; stronger evidence is shorter. 'hops': 1. 'inverse': 1/w. 'likelihood': −ln(w/(w + 1)),
 * so that the shortest path is the one most likely to hold all along (a tie of weight 1 counts as even odds).
 */
export const pathLengthSchema = z.enum(['hops', 'inverse', 'likelihood'])
export type PathLengthKind = z.infer<typeof pathLengthSchema>

/** One edge of a path, from accountIds[i] to accountIds[i + 1]. */
export interface PathStep {
  /** Combined weight in the graph. */
  weight: number
  /** Its share of the path's length, in `PathsAnswer.length` units. */
  length: number
  /** Channel ids that join the two ('entity:device', 'relation:friend', …), heaviest first. */
  channels: { id: string; weight: number }[]
}

export interface AccountPath {
  /** From a to b; no account twice. */
  accountIds: number[]
  /** One fewer than accounts. */
  steps: PathStep[]
  length: number
}

/** The shortest paths between two accounts, shortest first; none where nothing connects them. */
export interface PathsAnswer {
  graphRunId: number
  a: number
  b: number
  length: PathLengthKind
  paths: AccountPath[]
}

/** What is around an account, hop by hop, the most strongly tied first, within a budget. Columns are parallel. */
export interface NeighbourhoodAnswer {
  graphRunId: number
  accountId: number
  /** The account itself first, then by hop; within a hop the most strongly tied to the hop before it first. */
  accountIds: Uint32Array
  hop: Uint8Array
  /** Summed weight of ties to accounts one hop nearer; 0 for the account itself. */
  strength: Float64Array
  edges: {
    /** Indices into accountIds, a < b; strongest first. */
    a: Uint32Array
    b: Uint32Array
    weight: Float32Array
    /** Bit k: channels[k] joins the two. */
    channelMask: Uint16Array
  }
  channels: string[]
  /** Accounts next to those shown (short of the last hop) that found no place. */
  omittedAccounts: number
  /** Edges among those shown that found no place. */
  omittedEdges: number
}

const id = z.number().int()
const pathsInput = {
  a: id,
  b: id,
  k: z.number().int().min(1).max(50).default(5),
  length: pathLengthSchema.default('inverse'),
}
const neighbourhoodInput = {
  accountId: id,
  hops: z.number().int().min(1).max(6).default(2),
  maxNodes: z.number().int().min(1).max(20_000).default(300),
  maxEdges: z.number().int().min(0).max(200_000).default(3000),
}

/** For the renderer: on a graph run (default: the newest shown). */
export const pathMethods = {
  'graph.paths': method(z.object({ graphRunId: id.optional(), ...pathsInput })).returns<PathsAnswer>(),
  'graph.neighbourhood': method(
    z.object({ graphRunId: id.optional(), ...neighbourhoodInput }),
  ).returns<NeighbourhoodAnswer>(),
}

/** For core: the same on a given run, in the compute process. */
export const computePathMethods = {
  'compute.paths': method(
    z.object({ workspace: z.string().min(1), graphRunId: id, ...pathsInput }),
  ).returns<PathsAnswer>(),
  'compute.neighbourhood': method(
    z.object({ workspace: z.string().min(1), graphRunId: id, ...neighbourhoodInput }),
  ).returns<NeighbourhoodAnswer>(),
}
