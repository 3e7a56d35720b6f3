import { PRIOR_MASS, PRIOR_NEIGHBOURS } from '../features/labels.ts'
import type { Ego } from './ego.ts'
import type { LocalColumn } from './plan.ts'

type Spreading = Extract<LocalColumn, { kind: 'spreading' }>

/** Bad and all labels that something sums to. */
interface Mass {
  readonly bad: Float64Array
  readonly all: Float64Array
}

/** Label columns of an account for given weights of its ties; it sees what features/labels.ts lets it see. */
export function labelSums(ego: Ego): {
  /** Bad rate of all labels that it sees. */
  readonly base: number
  rate(relation: number, hop: 1 | 2, known: boolean, weights: Float64Array): number
  spreading(local: Spreading, weights: Float64Array): number
} {
  const { labels, relations } = ego.around
  const { folds, foldOf, bad, counts } = labels
  const { node, neighbours, row, rows } = ego
  const width = row.length
  const own = foldOf[node]
  const sees = (v: number): boolean => foldOf[v] >= 0 && foldOf[v] !== own
  const scaleOf = (v: number): number => (foldOf[v] >= 0 ? folds / Math.max(1, folds - 1) : 1)
  const baseOf = (v: number): number => {
    let badOnes = 0
    let all = 0
    for (let f = 0; f < folds; f++) {
      if (f === foldOf[v]) continue
      badOnes += counts.bad[f]
      all += counts.all[f]
    }
    return all > 0 ? badOnes / all : NaN
  }
  const base = baseOf(node)
  const scale = scaleOf(node)
  const told = (badOnes: number, all: number, prior: number, known: boolean): number =>
    known ? Math.log1p(all) : (badOnes + prior * base) / (all + prior)

  /** Labels of each tie's neighbour (hop 1), or what its neighbours' labels weigh (hop 2), by relation. */
  const kept = new Map<string, Mass>()
  const mass = (r: number, hop: 1 | 2): Mass => {
    const key = `${r} ${hop}`
    const had = kept.get(key)
    if (had !== undefined) return had
    const made = { bad: new Float64Array(neighbours.length), all: new Float64Array(neighbours.length) }
    const { offsets, targets, weights } = relations[r].csr
    for (const [i, v] of neighbours.entries()) {
      if (hop === 1) {
        if (!sees(v)) continue
        made.bad[i] = bad[v]
        made.all[i] = 1
        continue
      }
      for (let e = offsets[v]; e < offsets[v + 1]; e++) {
        const x = targets[e]
        // The account itself is in a fold that it does not see, or has no label: what it gave back was nothing.
        if (!sees(x)) continue
        made.bad[i] += weights[e] * bad[x]
        made.all[i] += weights[e]
      }
    }
    kept.set(key, made)
    return made
  }

  /** Mean weight of an edge once the account's ties have these weights. */
  const meanWeight = (r: number, to: Float64Array): number => {
    const from = ego.weights[r]
    let total = relations[r].total
    let count = relations[r].count
    for (let i = 0; i < to.length; i++) {
      total -= 2 * (from[i] - to[i])
      if (from[i] > 0 && to[i] === 0) count -= 2
    }
    return count > 0 ? total / count : 1
  }

  /** What each neighbour's spreading columns say there is of labels at it, its own among them. */
  const spreads = new Map<string, Mass>()
  const spreadOf = (local: Spreading): Mass => {
    const key = `${local.relation} ${local.pair[0]}`
    const had = spreads.get(key)
    if (had !== undefined) return had
    const made = { bad: new Float64Array(neighbours.length), all: new Float64Array(neighbours.length) }
    const mean = meanWeight(local.relation, ego.weights[local.relation])
    for (const [i, v] of neighbours.entries()) {
      const rate = rows[i * width + local.pair[0]]
      const all = Math.expm1(rows[i * width + local.pair[1]])
      if (!Number.isNaN(rate) && !Number.isNaN(all)) {
        made.all[i] = all / scaleOf(v)
        made.bad[i] = (rate * (all + PRIOR_MASS) - PRIOR_MASS * baseOf(v)) / scaleOf(v)
      }
      // A labelled neighbour does not see its own label; this account does.
      if (!sees(v)) continue
      const seed = Math.max(1, Math.sqrt(relations[local.relation].strength[v] / mean))
      made.all[i] += seed
      made.bad[i] += seed * bad[v]
    }
    spreads.set(key, made)
    return made
  }

  const arriving = (local: Spreading, to: Float64Array): { bad: number; all: number } => {
    const { bad: badOf, all: allOf } = spreadOf(local)
    const { strength } = relations[local.relation]
    const from = ego.weights[local.relation]
    const out = { bad: 0, all: 0 }
    for (const [i, v] of neighbours.entries()) {
      if (to[i] === 0) continue
      const share = to[i] / (strength[v] - (from[i] - to[i]))
      out.bad += share * badOf[i]
      out.all += share * allOf[i]
    }
    return out
  }

  return {
    base,
    rate(r, hop, known, to) {
      const { bad: badOf, all: allOf } = mass(r, hop)
      const from = ego.weights[r]
      const { strength } = relations[r]
      let badOnes = 0
      let all = 0
      for (const [i, v] of neighbours.entries()) {
        if (to[i] === 0) continue
        const share = hop === 1 ? to[i] : to[i] / (strength[v] - (from[i] - to[i]))
        badOnes += share * badOf[i]
        all += share * allOf[i]
      }
      const factor = scale / meanWeight(r, to)
      // Hop 2: Pb is free of scale, and W is scaled once.
      return told(badOnes * factor, all * factor, PRIOR_NEIGHBOURS, known)
    },
    spreading(local, to) {
      const before = arriving(local, ego.weights[local.relation])
      const after = arriving(local, to)
      const all = Math.expm1(row[local.pair[1]])
      const badOnes = row[local.pair[0]] * (all + PRIOR_MASS) - PRIOR_MASS * base
      const share = (now: number, was: number): number => (was > 0 ? Math.min(1, now / was) : 0)
      return told(
        badOnes * share(after.bad, before.bad),
        all * share(after.all, before.all),
        PRIOR_MASS,
        local.known,
      )
    },
  }
}
