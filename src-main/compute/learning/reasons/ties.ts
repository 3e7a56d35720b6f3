import { findEntry } from '../../graph/csr.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { FeatureColumn } from '../types.ts'

/** Ties of one account that are looked at; its strongest where it has more. */
export const MOST_TIES = 2000

/** One account's ties in a graph. */
export interface Ties {
  readonly graph: AccountGraph
  readonly node: number
  /** Neighbours over the whole graph, ascending; at most MOST_TIES. */
  readonly neighbours: Uint32Array
  /** It has more ties than are looked at. */
  readonly truncated: boolean
  /** Weight of each tie over the whole graph. */
  readonly combined: Float64Array
  /** The same over each channel; 0 where there is none. What entities and channels take away is taken from these. */
  readonly channels: readonly { readonly id: string; readonly weights: Float64Array }[]
  /** The model's columns that things left out may change. */
  readonly columns: readonly FeatureColumn[]
  /** What is worked out once for all questions, by name. */
  readonly memo: Map<string, unknown>
}

export function openTies(
  graph: AccountGraph,
  node: number,
  columns: readonly FeatureColumn[],
  memo: Map<string, unknown>,
): Ties {
  const { combined } = graph
  const from = combined.offsets[node]
  const degree = combined.offsets[node + 1] - from
  let entries = Array.from({ length: degree }, (_, i) => from + i)
  if (degree > MOST_TIES)
    entries = entries
      .sort((a, b) => combined.weights[b] - combined.weights[a] || a - b)
      .slice(0, MOST_TIES)
      .sort((a, b) => a - b)
  const neighbours = Uint32Array.from(entries, (e) => combined.targets[e])
  const channels = graph.channels.map(({ id, csr }) => ({
    id,
    weights: Float64Array.from(neighbours, (v) => {
      const e = findEntry(csr, node, v)
      return e < 0 ? 0 : csr.weights[e]
    }),
  }))
  return {
    graph,
    node,
    neighbours,
    truncated: degree > MOST_TIES,
    combined: Float64Array.from(entries, (e) => combined.weights[e]),
    channels,
    columns,
    memo,
  }
}

/** Positions of the strongest ties over the whole graph, strongest first. */
export function strongestTies({ neighbours, combined }: Ties, most: number): number[] {
  return Array.from(neighbours.keys())
    .sort((a, b) => combined[b] - combined[a] || a - b)
    .slice(0, most)
}
