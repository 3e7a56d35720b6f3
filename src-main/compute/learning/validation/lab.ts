import type { Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { FeatureSource } from '../features/source.ts'
import type { TrainingLabels } from '../../store/labels.ts'
import type { Scorer } from '../scorers/types.ts'
import type { Panel, StressLearner } from './panel.ts'
import type { PassingSources } from './sources.ts'
import type { ScoreWith } from './types.ts'

/** What every part of the lab works with. */
export interface Lab {
  readonly ctx: ComputeContext
  readonly graph: AccountGraph
  readonly recipe: Recipe
  readonly labelled: TrainingLabels
  /** When each node appeared, ms; NaN unknown. */
  readonly born: Float64Array
  readonly source: FeatureSource
  readonly passing: PassingSources
  readonly scorer: Scorer
  readonly params: Record<string, unknown>
  readonly stress: StressLearner
  readonly panel: Panel
  readonly seed: number
  readonly capacity: number
}

/** Accounts without a label that are scored beside the labelled, at most. */
const MOST_UNLABELLED = 100_000

/** The scorer under test on a source; values of nodes that need no score (on very large graphs) are NaN. */
export function scoreWithOn(
  lab: Pick<Lab, 'ctx' | 'scorer' | 'params' | 'labelled'>,
  source: FeatureSource,
): ScoreWith {
  const n = source.graph.combined.n
  const wanted = new Uint8Array(n)
  for (const u of lab.labelled.nodes) wanted[u] = 1
  const every = Math.max(1, Math.ceil(n / MOST_UNLABELLED))
  for (let u = 0; u < n; u += every) wanted[u] = 1
  const some = every === 1 ? null : Uint32Array.from(wanted.keys()).filter((u) => wanted[u] === 1)
  return async (labelled, { seed, tell }) => {
    let furthest = 0
    const task: ComputeContext = {
      ...lab.ctx,
      progress({ phase, done, total }) {
        if (!phase.startsWith('training.') || total === null) return
        furthest = Math.max(furthest, done / total)
        tell?.(furthest)
      },
    }
    const { scores } = await lab.scorer.run(task, {
      source,
      labelled,
      target: some ?? 'all',
      seed,
      params: lab.params,
    })
    if (some === null) return scores
    const all = new Float32Array(n).fill(NaN)
    some.forEach((u, i) => (all[u] = scores[i]))
    return all
  }
}
