import type { Pace } from '../../../common/pace.ts'
import type { Scored } from './kept.ts'
import { rowsOf } from './kept.ts'
import { planColumns } from './plan.ts'
import type { ColumnPlan } from './plan.ts'
import { openTies } from './ties.ts'
import type { Ties } from './ties.ts'
import { knownLabels, knownShares, relationsOf } from './world.ts'
import type { KnownLabels, KnownShare, Relation } from './world.ts'

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
export interface Ego extends Ties {
  readonly scored: Scored
  readonly around: Surroundings
  /** Its row of the model's columns. */
  readonly row: Float32Array
  /** Weight of each tie over each relation of `around`; 0 where there is none. */
  readonly weights: readonly Float64Array[]
  /** Rows of the neighbours, row-major. */
  readonly rows: Float32Array
}

export async function openEgo(scored: Scored, node: number, pace: Pace): Promise<Ego> {
  const around = await surroundings(scored, pace)
  const { columns, memo, source } = scored
  const ties = openTies(source.graph, node, columns, memo)
  const weights = around.relations.map(({ id }) =>
    id === 'all' ? ties.combined : ties.channels.find((channel) => channel.id === id)!.weights,
  )
  const all = await rowsOf(scored, Uint32Array.of(node, ...ties.neighbours))
  const width = columns.length
  return { ...ties, scored, around, row: all.slice(0, width), weights, rows: all.subarray(width) }
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
