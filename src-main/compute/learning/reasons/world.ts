import type { Pace } from '../../../common/pace.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { rowNormalised, strengths } from '../../diffusion/operator.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import type { LabelledNodes } from '../types.ts'
import { dealFolds, labelFolds } from '../features/labels.ts'
import type { Scored } from './kept.ts'
import type { ColumnPlan } from './plan.ts'

/** One graph that columns are made of, and what is known of all of it. */
export interface Relation {
  /** 'all', or the id of a channel. */
  readonly id: string
  readonly csr: Csr
  readonly strength: Float64Array
  /** Sum and number of stored entries (each edge twice). */
  readonly total: number
  readonly count: number
}

/** As features/source.ts takes them: the whole graph, and each relation where there are several. */
export function relationsOf(graph: AccountGraph): Relation[] {
  const used = graph.channels.filter(({ csr }) => csr.targets.length > 0)
  const graphs: { id: string; csr: Csr }[] = []
  if (graph.combined.targets.length > 0) graphs.push({ id: 'all', csr: graph.combined })
  if (used.length > 1) graphs.push(...used)
  return graphs.map(({ id, csr }) => {
    let total = 0
    for (const w of csr.weights) total += w
    return { id, csr, strength: strengths(csr), total, count: csr.weights.length }
  })
}

/** Labels by node, and the folds that label columns were made with. */
export interface KnownLabels {
  readonly folds: number
  /** −1: no label. */
  readonly foldOf: Int16Array
  readonly bad: Uint8Array
  /** Bad and all labels of each fold. */
  readonly counts: { readonly bad: Float64Array; readonly all: Float64Array }
}

export function knownLabels(labelled: LabelledNodes, n: number, seed: number): KnownLabels {
  const folds = labelFolds(labelled.nodes.length, n)
  const dealt = dealFolds(labelled.nodes, folds, seed)
  const foldOf = new Int16Array(n).fill(-1)
  const bad = new Uint8Array(n)
  const counts = { bad: new Float64Array(folds), all: new Float64Array(folds) }
  for (const [i, u] of labelled.nodes.entries()) {
    foldOf[u] = dealt[i]
    bad[u] = labelled.y[i]
    counts.bad[dealt[i]] += labelled.y[i]
    counts.all[dealt[i]]++
  }
  return { folds, foldOf, bad, counts }
}

/** Share of an account's neighbours, and of theirs, of whom a column's value is known. null: known of everybody. */
export interface KnownShare {
  readonly near: Float32Array
  readonly far: Float32Array
}

/**
 * P·m and P²·m over each relation for every base column that powers are made of; m is 1 where the base is known. One
 * product serves all columns with the same gaps.
 */
export async function knownShares(
  scored: Pick<Scored, 'source' | 'columns'>,
  plan: ColumnPlan,
  relations: readonly Relation[],
  pace: Pace,
): Promise<ReadonlyMap<string, KnownShare>> {
  const { table } = scored.source
  const at = new Map(table.columns.map((column, k) => [column.name, k]))
  const out = new Map<string, KnownShare>()
  for (const [r, { csr }] of relations.entries()) {
    const wanted = new Set<number>()
    for (const local of plan.columns)
      if (local.kind === 'derived' && local.relation === r && local.operator.startsWith('power'))
        wanted.add(plan.bases[local.base].column)
    const masks = new Map<string, { mask: Float32Array; columns: number[] }>()
    for (const k of wanted) {
      const position = at.get(scored.columns[k].name)
      if (position === undefined) continue
      const mask = gapsOf(await table.column(position))
      if (mask === null) continue
      const same = masks.get(mask.hash)
      if (same === undefined) masks.set(mask.hash, { mask: mask.known, columns: [k] })
      else same.columns.push(k)
      await pace.checkpoint()
    }
    const list = [...masks.values()]
    if (list.length === 0) continue
    const width = list.length
    const x = new Float32Array(csr.n * width)
    for (const [i, { mask }] of list.entries()) for (let u = 0; u < csr.n; u++) x[u * width + i] = mask[u]
    const p = rowNormalised(csr)
    const near = await multiply(p, x, width, pace)
    const far = await multiply(p, near, width, pace)
    const part = (of: Float32Array, i: number) =>
      Float32Array.from({ length: csr.n }, (_, u) => of[u * width + i])
    for (const [i, { columns }] of list.entries()) {
      const share = { near: part(near, i), far: part(far, i) }
      for (const k of columns) out.set(`${r} ${k}`, share)
    }
  }
  return out
}

function gapsOf(column: Float32Array): { known: Float32Array; hash: string } | null {
  const known = new Float32Array(column.length)
  let missing = 0
  let a = 0x811c9dc5
  let b = 0
  for (let u = 0; u < column.length; u++) {
    if (!Number.isNaN(column[u])) known[u] = 1
    else {
      missing++
      a = Math.imul(a ^ u, 0x01000193)
      b = (Math.imul(b, 31) + u) | 0
    }
  }
  return missing === 0 ? null : { known, hash: `${missing} ${a} ${b}` }
}
