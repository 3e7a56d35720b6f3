import type { Pace } from '../../../common/pace.ts'
import { strengths } from '../../diffusion/operator.ts'
import { combineCsr, emptyCsr } from '../../graph/csr.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { coreNumbers } from '../../kernels/core-numbers.ts'
import { triangles } from '../../kernels/triangles.ts'
import { emptyColumns } from './columns.ts'
import { quiet } from './progress.ts'

/** The graph as the model sees it: what people said of each other, what they share, and both. */
export interface GraphFamilies {
  readonly n: number
  /** null where the graph has no such channel. */
  readonly relations: Csr | null
  readonly entities: Csr | null
  readonly all: Csr
}

export function familiesOf(graph: AccountGraph): GraphFamilies {
  const pick = (prefix: string): Csr | null => {
    const parts = graph.channels.filter((c) => c.id.startsWith(prefix)).map((c) => c.csr)
    if (parts.length === 0) return null
    return parts.length === 1 ? parts[0] : combineCsr(graph.combined.n, parts).csr
  }
  return {
    n: graph.combined.n,
    relations: pick('relation:'),
    entities: pick('entity:'),
    all: graph.combined,
  }
}

/** The operators' stand-in for a family that the graph doesn't have. */
export const csrOrEmpty = (csr: Csr | null, n: number): Csr => csr ?? emptyCsr(n)

/** Local clustering coefficients; NaN where a node has fewer than two neighbours, so that there is no pair. */
export async function clusteringColumn(csr: Csr, pace: Pace): Promise<Float32Array> {
  const { clustering } = await triangles(csr, quiet(pace))
  for (let u = 0; u < csr.n; u++) if (csr.offsets[u + 1] - csr.offsets[u] < 2) clustering[u] = NaN
  return clustering
}

/** The columns of family 'structure', n values each. */
export async function structureColumns(
  families: GraphFamilies,
  pace: Pace,
): Promise<Map<string, Float32Array>> {
  const { n } = families
  const columns = emptyColumns([], n)
  for (const kind of ['relations', 'entities'] as const) {
    const csr = families[kind]
    const missing = () => new Float32Array(n).fill(NaN)
    columns.set(
      `degree_${kind}`,
      csr ? Float32Array.from({ length: n }, (_, u) => csr.offsets[u + 1] - csr.offsets[u]) : missing(),
    )
    columns.set(`strength_${kind}`, csr ? Float32Array.from(strengths(csr)) : missing())
    await pace.checkpoint()
    columns.set(`core_${kind}`, csr ? Float32Array.from(await coreNumbers(csr, quiet(pace))) : missing())
    await pace.checkpoint()
  }
  columns.set('clustering', await clusteringColumn(families.all, pace))
  return columns
}
