import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { activityColumns } from '../facts/activity.ts'
import { FEATURES } from './feature-list.ts'
import type { Columns } from '../facts/columns.ts'
import { tellScores } from '../facts/progress.ts'
import { structureColumns } from '../facts/structure.ts'
import type { GraphFamilies } from '../facts/structure.ts'

/** Row-major n × FEATURES.length in the features' own units; NaN where not known. */
export interface RawFeatures {
  readonly n: number
  readonly values: Float32Array
}

/** All features of all accounts of the graph, from the graph and from the workspace's ready facts. */
export async function rawFeatures(
  ctx: ComputeContext,
  graph: AccountGraph,
  families: GraphFamilies,
): Promise<RawFeatures> {
  tellScores(ctx, 'structure', 0)
  const structure = await structureColumns(families, ctx)
  const activity = await activityColumns(ctx, graph.accountIds)
  return assemble(families.n, new Map([...structure, ...activity]))
}

/** Interleaves named columns in the order of FEATURES. */
export function assemble(n: number, columns: Columns): RawFeatures {
  const width = FEATURES.length
  const values = new Float32Array(n * width)
  FEATURES.forEach((feature, k) => {
    const column = columns.get(feature.name)
    if (column?.length !== n) throw new Error(`Feature ${feature.name} was not computed.`)
    for (let u = 0, at = k; u < n; u++, at += width) values[at] = column[u]
  })
  return { n, values }
}

/** Features that no account has. */
export function absentFeatures(raw: RawFeatures): string[] {
  const width = FEATURES.length
  return FEATURES.filter((_, k) => {
    for (let at = k; at < raw.values.length; at += width) if (!Number.isNaN(raw.values[at])) return false
    return true
  }).map((x) => x.name)
}
