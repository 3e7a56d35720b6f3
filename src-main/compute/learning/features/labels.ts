import type { Pace } from '../../../common/pace.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { strengths } from '../../diffusion/operator.ts'
import type { Operator } from '../../diffusion/operator.ts'
import type { Csr } from '../../graph/types.ts'
import type { FeatureColumn, LabelledNodes } from '../types.ts'
import { MANY_ACCOUNTS } from './plan.ts'
import type { ColumnBlock } from './views.ts'

/** Folds that labels are dealt into: each costs two columns of the products. */
export const LABEL_FOLDS = 10
/** On graphs of many accounts fewer folds: half the time and memory. */
const FEW_FOLDS = 5
/** A rate starts as if this many labelled neighbours had been bad at the base rate. */
export const PRIOR_NEIGHBOURS = 3
/** The same for spreading, whose mass is that of labels near by. */
export const PRIOR_MASS = 0.3
/** Shares that stay at each step of spreading, and how many steps are taken. */
const SPREADINGS = [
  { id: 'near', stay: 0.5, steps: 5 },
  { id: 'far', stay: 0.15, steps: 12 },
] as const

export interface LabelOptions {
  /** Folds; at most as many as there are labels. Default: 10, 5 on large graphs. */
  readonly folds?: number
  readonly seed: number
}

/** Labels carried over the graph fold by fold, from which the columns for any choice of hidden folds are sums. */
export interface LabelDiffusion {
  /** Fold of each labelled node, parallel to labelled.nodes. */
  readonly foldOf: Uint8Array
  readonly folds: number
  /**
   * The columns, n values each, as if the labels of the folds `hidden` were not known. A node of a fold that is not
   * hidden sees all labels but its own fold's, and never its own; everybody else sees all of them. Sums are scaled by
   * folds / folds seen, so that whoever sees fewer has as much to go by. NaN where no label is to be seen.
   */
  columns(hidden?: readonly number[]): ColumnBlock
}

/** One way of carrying labels: n × 2K sums, row-major: of the bad labels of fold f at f, of all labels at K + f. */
interface Carried {
  readonly sums: Float32Array
  readonly prior: number
  readonly column: Pick<FeatureColumn, 'relation' | 'hop' | 'operator'>
  readonly name: string
}

/** A graph that labels are carried over; `partitions` are community numbers of its nodes. */
export interface LabelGraph {
  readonly relation: string
  readonly csr: Csr
  readonly partitions: ReadonlyMap<string, Uint32Array>
  /** Label spreading too, which takes a dozen products. */
  readonly spread: boolean
}

/**
 * Carries the labels over the graphs. All of it is linear in the labels, so that one pass over the graph carries all
 * folds side by side. Folds are dealt by a hash of the node and the seed: who is in which does not depend on anybody's
 * label. W is scaled to a mean edge weight of 1.
 *
 * rate, hop 1   labelled neighbours: Wb and W1 for bad labels b and all labels 1
 * rate, hop 2   neighbours of neighbours: W(Pb), P = D⁻¹W
 * spreading     Σ_k stay (1 − stay)^k Sᵏb · √D / stay, S = D^-½WD^-½ (Zhou et al. 2004)
 * community     labelled members of the same community
 *
 * Each becomes (bad + prior·base) / (all + prior), and ln(1 + all): how much is known.
 */
export async function diffuseLabels(
  graphs: readonly LabelGraph[],
  labelled: LabelledNodes,
  options: LabelOptions,
  pace: Pace,
  tell: (share: number) => void,
): Promise<LabelDiffusion> {
  const n = graphs[0]?.csr.n ?? 0
  const folds = labelFolds(labelled.nodes.length, n, options.folds)
  const foldOf = dealFolds(labelled.nodes, folds, options.seed)
  const seeds = new Float32Array(n * 2 * folds)
  for (const [i, u] of labelled.nodes.entries()) {
    if (labelled.y[i] === 1) seeds[u * 2 * folds + foldOf[i]] = 1
    seeds[u * 2 * folds + folds + foldOf[i]] = 1
  }
  const carried: Carried[] = []
  for (const [i, graph] of graphs.entries()) {
    await carry(graph, seeds, 2 * folds, carried, pace, (share) => tell((i + share) / graphs.length))
  }
  const foldOfNode = new Int16Array(n).fill(-1)
  for (const [i, u] of labelled.nodes.entries()) foldOfNode[u] = foldOf[i]
  const counts = new Float64Array(2 * folds)
  for (const [i, f] of foldOf.entries()) {
    counts[f] += labelled.y[i]
    counts[folds + f]++
  }
  return {
    foldOf,
    folds,
    columns: (hidden = []) => labelColumnsOf(carried, n, folds, foldOfNode, counts, hidden),
  }
}

/** Folds that so many labels of n accounts are dealt into. */
export const labelFolds = (
  labels: number,
  n: number,
  wanted = n > MANY_ACCOUNTS ? FEW_FOLDS : LABEL_FOLDS,
): number => Math.max(1, Math.min(wanted, labels, 255))

/** Fold of each node: nodes in the order of a hash of (seed, node), dealt in turn. Labels are not looked at. */
export function dealFolds(nodes: Uint32Array, folds: number, seed: number): Uint8Array {
  const keys = Array.from(nodes, (u) => mix(u, seed))
  const order = Array.from(nodes.keys()).sort((a, b) => keys[a] - keys[b] || nodes[a] - nodes[b])
  const out = new Uint8Array(nodes.length)
  for (const [place, i] of order.entries()) out[i] = place % folds
  return out
}

/** A 32-bit hash of a node and a seed (the finaliser of MurmurHash3). */
function mix(node: number, seed: number): number {
  let h = Math.imul(node + 1, 0x9e3779b1) ^ Math.imul(seed + 0x7f4a7c15, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

async function carry(
  { relation, csr, partitions, spread }: LabelGraph,
  seeds: Float32Array,
  width: number,
  out: Carried[],
  pace: Pace,
  tell: (share: number) => void,
): Promise<void> {
  const { n, offsets, targets } = csr
  let total = 0
  for (const w of csr.weights) total += w
  const mean = csr.weights.length > 0 ? total / csr.weights.length : 1
  const weights = csr.weights.map((w) => w / mean)
  const strength = strengths({ n, offsets, targets, weights })
  const w: Operator = { n, offsets, targets, values: weights }
  const steps = 2 + (spread ? Math.max(...SPREADINGS.map((one) => one.steps)) : 0)
  let done = 0
  const product = async (a: Operator, x: Float32Array): Promise<Float32Array> => {
    const y = await multiply(a, x, width, pace)
    tell(++done / steps)
    return y
  }
  const add = (
    operator: FeatureColumn['operator'],
    hop: number,
    name: string,
    prior: number,
    sums: Float32Array,
  ): void => {
    out.push({ sums, prior, name, column: { relation, hop, operator } })
  }
  const near = await product(w, seeds)
  add('rate', 1, `${relation}:1`, PRIOR_NEIGHBOURS, near)
  const share = near.slice()
  for (let u = 0; u < n; u++)
    for (let i = u * width; i < (u + 1) * width; i++) share[i] = strength[u] > 0 ? share[i] / strength[u] : 0
  add('rate', 2, `${relation}:2`, PRIOR_NEIGHBOURS, await product(w, share))
  for (const [id, membership] of partitions)
    add('rate', 1, `${id}:${relation}`, PRIOR_NEIGHBOURS, communitySums(csr, membership, seeds, width))
  if (!spread) return

  const root = strength.map(Math.sqrt)
  const values = new Float32Array(weights.length)
  for (let u = 0; u < n; u++)
    for (let e = offsets[u]; e < offsets[u + 1]; e++) values[e] = weights[e] / (root[u] * root[targets[e]])
  const s: Operator = { n, offsets, targets, values }
  const spreads = SPREADINGS.map(() => seeds.slice())
  let current = seeds
  const most = Math.max(...SPREADINGS.map((one) => one.steps))
  for (let k = 1; k <= most; k++) {
    current = await product(s, current)
    for (const [i, { stay, steps: last }] of SPREADINGS.entries()) {
      if (k > last) continue
      // Relative to what stays at once; the last step keeps all that has not stayed.
      const factor = (1 - stay) ** k * (k === last ? 1 / stay : 1)
      const sum = spreads[i]
      for (let j = 0; j < sum.length; j++) sum[j] += factor * current[j]
    }
  }
  for (const [i, { id }] of SPREADINGS.entries()) {
    const sum = spreads[i]
    for (let u = 0; u < n; u++) {
      const factor = Math.max(1, root[u])
      for (let j = u * width; j < (u + 1) * width; j++) sum[j] *= factor
    }
    add('spreading', id === 'near' ? 2 : 3, `${id}:${relation}`, PRIOR_MASS, sum)
  }
}

/** What the labels in each node's community sum to; nothing for nodes without edges, which are in none. */
function communitySums(
  { n, offsets }: Csr,
  membership: Uint32Array,
  seeds: Float32Array,
  width: number,
): Float32Array {
  const count = membership.reduce((most, c) => Math.max(most, c + 1), 0)
  const sums = new Float32Array(count * width)
  for (let u = 0; u < n; u++)
    for (let j = 0; j < width; j++) sums[membership[u] * width + j] += seeds[u * width + j]
  const out = new Float32Array(n * width)
  for (let u = 0; u < n; u++) {
    if (offsets[u] === offsets[u + 1]) continue
    out.set(sums.subarray(membership[u] * width, (membership[u] + 1) * width), u * width)
  }
  return out
}

function labelColumnsOf(
  carried: readonly Carried[],
  n: number,
  folds: number,
  foldOfNode: Int16Array,
  counts: Float64Array,
  hidden: readonly number[],
): ColumnBlock {
  const seen = Array.from({ length: folds }, (_, f) => f).filter((f) => !hidden.includes(f))
  // Base rate of what a node of fold f sees; the last one is of everybody else.
  const base = Array.from({ length: folds + 1 }, (_, own) => {
    let bad = 0
    let all = 0
    for (const f of seen) {
      if (f === own) continue
      bad += counts[f]
      all += counts[folds + f]
    }
    return all > 0 ? bad / all : NaN
  })
  const scaleOthers = folds / Math.max(1, seen.length)
  const scaleOwn = folds / Math.max(1, seen.length - 1)
  const columns: FeatureColumn[] = []
  const values: Float32Array[] = []
  for (const { sums, prior, name, column } of carried) {
    const rate = new Float32Array(n)
    const known = new Float32Array(n)
    for (let u = 0; u < n; u++) {
      const own = foldOfNode[u]
      const trains = own >= 0 && !hidden.includes(own)
      const row = u * 2 * folds
      let bad = 0
      let all = 0
      // Summed anew rather than taken off a total: not even rounding lets the own label through.
      for (const f of seen) {
        if (f === own) continue
        bad += sums[row + f]
        all += sums[row + folds + f]
      }
      const scale = trains ? scaleOwn : scaleOthers
      bad *= scale
      all *= scale
      rate[u] = (bad + prior * base[trains ? own : folds]) / (all + prior)
      known[u] = Math.log1p(all)
    }
    const shared = { base: 'labels', family: 'labels', kind: 'number', ...column } as const
    columns.push({ ...shared, name: `${column.operator}:${name}`, unit: 'share' })
    columns.push({ ...shared, name: `known:${column.operator}:${name}`, unit: 'weight' })
    values.push(rate, known)
  }
  return { columns, values }
}
