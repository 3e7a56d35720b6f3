import type { Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { FeatureSource } from '../features/source.ts'
import type { TrainingLabels } from '../../store/labels.ts'
import type { Panel } from './panel.ts'
import { rowsOf } from './panel.ts'
import { graphAsOf, type PassingSources } from './sources.ts'
import type { FoldRows, Rows } from './types.ts'

/** Moments that labels are gathered at, by the size of the graph; on larger ones nothing is computed. */
export function momentsFor(nodes: number): number {
  return nodes <= 60_000 ? 6 : nodes <= 400_000 ? 3 : 0
}

/**
 * The panel's rows with what was known when each label was given: labels are gathered into a few groups by time, and
 * each account's values are those of the moment of its group's first label, so that nothing after the label is in
 * them. Undated labels keep today's values. Label columns stay missing: they are not dated facts.
 */
export async function rowsAsOfLabels(
  ctx: ComputeContext,
  passing: PassingSources,
  graph: AccountGraph,
  recipe: Recipe,
  source: FeatureSource,
  labelled: TrainingLabels,
  panel: Panel,
): Promise<FoldRows[] | null> {
  const moments = momentsFor(graph.combined.n)
  if (moments === 0) return null
  const needed = new Set(panel.folds.flatMap((fold) => [...fold.testNodes]))
  const dated = [...labelled.nodes.keys()]
    .filter((i) => !Number.isNaN(labelled.at[i]) && needed.has(labelled.nodes[i]))
    .sort((a, b) => labelled.at[a] - labelled.at[b] || a - b)
  const values = new Map<number, Float32Array>()
  const width = panel.columns.length
  const remember = (rows: Rows, nodes: Uint32Array): void => {
    nodes.forEach((u, r) => values.set(u, rows.x.subarray(r * width, (r + 1) * width)))
  }
  const undated = Uint32Array.from(
    [...labelled.nodes.keys()]
      .filter((i) => Number.isNaN(labelled.at[i]) && needed.has(labelled.nodes[i]))
      .map((i) => labelled.nodes[i]),
  )
  remember(await rowsOf(source, null, panel.columns, undated, new Uint8Array(undated.length), ctx), undated)
  for (let m = 0; m < moments; m++) {
    const group = dated.slice(
      Math.floor((m * dated.length) / moments),
      Math.floor(((m + 1) * dated.length) / moments),
    )
    if (group.length === 0) continue
    const at = labelled.at[group[0]]
    const then = await graphAsOf(ctx, graph, recipe, at)
    const known = await passing.features(then, {
      asOf: at,
      encoding: source.encoding,
      like: { columns: panel.columns, graph: graph.sha256 },
    })
    const nodes = Uint32Array.from(group, (i) => labelled.nodes[i])
    remember(await rowsOf(known, null, panel.columns, nodes, new Uint8Array(nodes.length), ctx), nodes)
    await passing.close(known)
    await ctx.checkpoint()
  }
  const fill = (rows: Rows, nodes: Uint32Array): Rows => {
    const x = new Float32Array(rows.x.length).fill(NaN)
    nodes.forEach((u, r) => x.set(values.get(u)!, r * width))
    return { ...rows, x }
  }
  return panel.folds.map((fold) => ({
    ...fold,
    train: fill(fold.train, fold.trainNodes),
    test: fill(fold.test, fold.testNodes),
  }))
}
