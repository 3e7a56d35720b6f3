import type { ComputeContext } from '../../context.ts'
import type { LabelledNodes } from '../types.ts'
import { trainEnsemble, type EnsemblePlan } from './ensemble.ts'
import { everyNode, RowReader, scoreNodes } from './score-table.ts'
import type { ScoringResult, ScoringTask } from './types.ts'

/** Runs a plan for a scoring task: trains, and scores the target with the members in memory. */
export async function runPlan(
  ctx: ComputeContext,
  task: Omit<ScoringTask, 'params'>,
  planFor: (labelled: Pick<LabelledNodes, 'y'>) => EnsemblePlan,
): Promise<Omit<ScoringResult, 'seconds'>> {
  const { source, labelled, target, seed, refit } = task
  const plan = planFor(labelled)
  const { trained, inner, labels } = await trainEnsemble(
    ctx,
    { source, labelled, seed, ...(refit && { refit }) },
    plan,
  )
  const names = trained.columns.map((column) => column.name)
  const nodes = target === 'all' ? everyNode(source.graph.combined.n) : target
  const scores = await scoreNodes(
    { names, score: (x, rows) => trained.score(x, rows) },
    new RowReader(source, labels, names),
    nodes,
    ctx,
  )
  const { choices } = trained
  return {
    scores,
    trained,
    labels,
    choices,
    weights: Object.fromEntries(choices.members.map(({ id, weight }) => [id, weight])),
    inner,
  }
}
