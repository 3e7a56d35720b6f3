import type { Pace } from '../../../common/pace.ts'
import { findEntry } from '../../graph/csr.ts'
import type { Scored } from './kept.ts'
import { rowsOf } from './kept.ts'
import { planColumns } from './plan.ts'
import type { ColumnPlan } from './plan.ts'
import { knownLabels, knownShares, relationsOf } from './world.ts'
import type { KnownLabels, KnownShare, Relation } from './world.ts'

/** Ties of one account that are looked at; its strongest where it has more. */
export const MOST_TIES = 2000

/** What questions about one scores run share. */
export interface Surroundings {
  readonly relations: readonly Relation[]
  readonly plan: ColumnPlan
  readonly labels: KnownLabels
  readonly shares: ReadonlyMap<string, KnownShare>
}

/** Made once per scores run; a few products over the whole graph. */
export async function surroundings(scored: Scored, pace: Pace): Promise<Surroundings> {
  const had = scored.memo.get('surroundings') as Surroundings | undefined
  if (had !== undefined) return had
  const { graph } = scored.source
  const relations = relationsOf(graph)
  const plan = planColumns(
    scored.columns,
    relations.map((relation) => relation.id),
  )
  const made: Surroundings = {
    relations,
    plan,
    labels: knownLabels(scored.labels, graph.combined.n, scored.seed),
    shares: await knownShares(scored, plan, relations, pace),
  }
  scored.memo.set('surroundings', made)
  return made
}

/** An account with its ties and its neighbours' rows: what its columns are worked out anew from when ties go. */
export interface Ego {
  readonly scored: Scored
  readonly around: Surroundings
  readonly node: number
  /** Its row of the model's columns. */
  readonly row: Float32Array
  /** Neighbours over the whole graph, ascending; at most MOST_TIES. */
  readonly neighbours: Uint32Array
  /** It has more ties than are looked at. */
  readonly truncated: boolean
  /** Weight of each tie over each relation of `around`; 0 where there is none. */
  readonly weights: readonly Float64Array[]
  /** The same over each channel of the graph; what entities and channels take away is taken from these. */
  readonly channels: readonly { readonly id: string; readonly weights: Float64Array }[]
  /** Rows of the neighbours, row-major. */
  readonly rows: Float32Array
}

export async function openEgo(scored: Scored, node: number, pace: Pace): Promise<Ego> {
  const around = await surroundings(scored, pace)
  const { graph } = scored.source
  const { combined } = graph
  const from = combined.offsets[node]
  const degree = combined.offsets[node + 1] - from
  let ties = Array.from({ length: degree }, (_, i) => from + i)
  if (degree > MOST_TIES)
    ties = ties
      .sort((a, b) => combined.weights[b] - combined.weights[a] || a - b)
      .slice(0, MOST_TIES)
      .sort((a, b) => a - b)
  const neighbours = Uint32Array.from(ties, (e) => combined.targets[e])
  const weightsIn = (csr: (typeof graph.channels)[number]['csr']) =>
    Float64Array.from(neighbours, (v) => {
      const e = findEntry(csr, node, v)
      return e < 0 ? 0 : csr.weights[e]
    })
  const channels = graph.channels.map(({ id, csr }) => ({ id, weights: weightsIn(csr) }))
  const weights = around.relations.map(({ id, csr }) =>
    id === 'all'
      ? Float64Array.from(ties, (e) => combined.weights[e])
      : (channels.find((channel) => channel.id === id)?.weights ?? weightsIn(csr)),
  )
  const all = await rowsOf(scored, Uint32Array.of(node, ...neighbours))
  const width = scored.columns.length
  return {
    scored,
    around,
    node,
    row: all.slice(0, width),
    neighbours,
    truncated: degree > MOST_TIES,
    weights,
    channels,
    rows: all.subarray(width),
  }
}

/**
 * Weights over each relation where of each channel's part of a tie `kept` is left: kept[channel][tie], 0..1. The whole
 * graph's weight falls as the sum of its channels does.
 */
export function changedWeights(ego: Ego, kept: readonly Float64Array[]): Float64Array[] {
  const ties = ego.neighbours.length
  return ego.around.relations.map(({ id }, r) => {
    const own = ego.channels.findIndex((channel) => channel.id === id)
    if (id !== 'all' && own >= 0) return ego.weights[r].map((w, i) => w * kept[own][i])
    const out = new Float64Array(ties)
    for (let i = 0; i < ties; i++) {
      let before = 0
      let after = 0
      for (const [c, { weights }] of ego.channels.entries()) {
        before += weights[i]
        after += weights[i] * kept[c][i]
      }
      out[i] = before > 0 ? (after === before ? ego.weights[r][i] : (ego.weights[r][i] * after) / before) : 0
    }
    return out
  })
}

/** Positions of the strongest ties over the whole graph, strongest first. */
export function strongestTies(ego: Ego, most: number): number[] {
  const all = ego.around.relations.findIndex(({ id }) => id === 'all')
  if (all < 0) return []
  const weights = ego.weights[all]
  return Array.from(ego.neighbours.keys())
    .sort((a, b) => weights[b] - weights[a] || a - b)
    .slice(0, most)
}
