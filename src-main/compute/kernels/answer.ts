import type { NeighbourhoodAnswer, PathsAnswer, PathStep } from '../../common/contract/paths.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { findEntry } from '../graph/csr.ts'
import { loadGraph } from '../graph/step.ts'
import type { AccountGraph } from '../graph/types.ts'
import { egoNet } from './ego.ts'
import { LENGTH_KINDS, edgeLength, type PathLength } from './lengths.ts'
import { kShortestPaths } from './paths.ts'

/**
 * The graph that was asked about last. Its file's name is its hash, so a run that is built again, or another
 * workspace's run of the same number, never gets the wrong graph; and a graph that many runs share is kept once.
 */
let last: { derived: string; graph: AccountGraph } | null = null

/** Forgets the graph that is kept, e.g. before a large job. */
export function dropKeptGraph(): void {
  last = null
}

/** The graph of a finished run, from memory where the last question was about the same one. Throws as `loadGraph`. */
export async function keptGraph(ctx: ComputeContext, graphRunId: number): Promise<AccountGraph> {
  const derived = ctx.db
    .prepare(`SELECT derived FROM run WHERE id = ? AND kind = 'graph' AND status = 'done'`)
    .pluck()
    .get(graphRunId) as string | null | undefined
  if (last !== null && last.derived === derived) return { ...last.graph, runId: graphRunId }
  // Two graphs at once would be too many: the old one goes before the new one comes.
  last = null
  const graph = await loadGraph(ctx, graphRunId)
  last = { derived: derived!, graph }
  return graph
}

/** The node of an account, or -1; accountIds ascend. */
export function findNode({ accountIds }: AccountGraph, accountId: number): number {
  let low = 0
  let high = accountIds.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (accountIds[middle] === accountId) return middle
    if (accountIds[middle] < accountId) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** The node of an account. Throws not_found where the graph has no such account. */
function nodeOf(graph: AccountGraph, accountId: number): number {
  const node = findNode(graph, accountId)
  if (node >= 0) return node
  const { runId } = graph
  throw new ShoalError(
    'not_found',
    `Account ${accountId} is not in the graph of run ${runId}. It was imported later: analyze again.`,
    { accountId, graphRunId: runId },
  )
}

/**
 * The k shortest paths without loops between two accounts (ids) in a graph run, with what joins each step. Stronger
 * ties are shorter; see `PathLength`. Empty where nothing connects them. Throws run_missing, derived_missing, not_found.
 */
export async function pathsBetween(
  ctx: ComputeContext,
  graphRunId: number,
  a: number,
  b: number,
  k: number,
  length: PathLength = 'inverse',
): Promise<PathsAnswer> {
  const graph = await keptGraph(ctx, graphRunId)
  const found = await kShortestPaths(graph.combined, nodeOf(graph, a), nodeOf(graph, b), k, { length }, ctx)
  return {
    graphRunId,
    a,
    b,
    length,
    paths: found.map((path) => ({
      accountIds: Array.from(path.nodes, (u) => graph.accountIds[u]),
      steps: Array.from(path.nodes.subarray(1), (v, i) => step(graph, path.nodes[i], v, length)),
      length: path.length,
    })),
  }
}

function step(graph: AccountGraph, u: number, v: number, length: PathLength): PathStep {
  const e = findEntry(graph.combined, u, v)
  const weight = graph.combined.weights[e]
  const channels: PathStep['channels'] = []
  for (const [k, { id, csr }] of graph.channels.entries()) {
    if ((graph.channelMask[e] & (1 << k)) === 0) continue
    channels.push({ id, weight: csr.weights[findEntry(csr, u, v)] })
  }
  channels.sort((x, y) => y.weight - x.weight || (x.id < y.id ? -1 : 1))
  return { weight, length: edgeLength(LENGTH_KINDS[length], weight), channels }
}

/**
 * What is around an account within `hops` and a budget of accounts and edges, strongest first. Throws run_missing,
 * derived_missing, not_found.
 */
export async function neighbourhood(
  ctx: ComputeContext,
  graphRunId: number,
  accountId: number,
  { hops, maxNodes, maxEdges = 10 * maxNodes }: { hops: number; maxNodes: number; maxEdges?: number },
): Promise<NeighbourhoodAnswer> {
  const graph = await keptGraph(ctx, graphRunId)
  const net = await egoNet(graph.combined, nodeOf(graph, accountId), { hops, maxNodes, maxEdges }, ctx)
  return {
    graphRunId,
    accountId,
    accountIds: Uint32Array.from(net.nodes, (u) => graph.accountIds[u]),
    hop: net.hop,
    strength: net.strength,
    edges: {
      a: net.a,
      b: net.b,
      weight: net.weight,
      channelMask: Uint16Array.from(
        net.a,
        (i, k) => graph.channelMask[findEntry(graph.combined, net.nodes[i], net.nodes[net.b[k]])],
      ),
    },
    channels: graph.channels.map(({ id }) => id),
    omittedAccounts: net.omittedNodes,
    omittedEdges: net.omittedEdges,
  }
}
