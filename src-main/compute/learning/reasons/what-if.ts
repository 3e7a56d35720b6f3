import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openEgo } from './ego.ts'
import type { Ego } from './ego.ts'
import { engineOfRun, refuseMessagePassing } from './explain.ts'
import { indexOf, nodeOf, scoresRun, withScored } from './kept.ts'
import type { ScoresRun } from './kept.ts'
import { Questions } from './questions.ts'
import type { Change } from './questions.ts'
import { Things } from './things.ts'

type M = (typeof computeLearningMethods)['compute.whatIf']

/**
 * The score of an account when some of its evidence is left out: entities (by id), neighbours (by account id), all ties
 * over a relation (by channel id, 'all' for every one) or what a quantity says (by its base). Its columns are worked out
 * anew and go through the model. What is held as it was: docs/reasons.md. A neighbour beyond the strongest ties that are
 * looked at, or an entity that the account does not use, changes nothing. Throws run_missing, not_found, model_invalid,
 * derived_missing, invalid_input; unsupported_here for models that are not tables of columns.
 */
export async function whatIf(ctx: ComputeContext, input: ParsedInputOf<M>): Promise<OutputOf<M>> {
  const run = scoresRun(ctx, input.scoresRunId)
  requireTable(run)
  return withScored(ctx, run, async (scored) => {
    const ego = await openEgo(scored, nodeOf(scored, input.accountId), ctx)
    const wants = input.without.some(({ kind }) => kind === 'entity')
    const things = wants ? await Things.open(ctx, ego) : null
    const change = changeOf(ego, things, input.without)
    const [before, after] = await new Questions(ego, things).scores([{}, change], ctx)
    return { before, after }
  })
}

/** Throws unsupported_here where evidence can't be left out one by one. */
export function requireTable(run: ScoresRun): void {
  refuseMessagePassing(run)
  if (engineOfRun(run) !== 'account_gnn') return
  throw new ShoalError(
    'unsupported_here',
    `What would change a score can be told for models trained in this workspace; ${run.modelName} came with the app. Train a scorer to see it.`,
    { runId: run.id },
  )
}

type Without = ParsedInputOf<M>['without']

function changeOf(ego: Ego, things: Things | null, without: Without): Required<Change> {
  const change = {
    ties: new Set<number>(),
    channels: new Set<string>(),
    entities: new Set<number>(),
    bases: new Set<string>(),
  }
  const { graph } = ego.scored.source
  const used = new Set(things?.list.map(({ id }) => id))
  for (const { kind, ref } of without) {
    if (kind === 'feature') {
      if (!ego.scored.columns.some(({ base }) => base === ref))
        throw new ShoalError('invalid_input', `The model does not look at ${ref}.`, { ref })
      change.bases.add(ref)
    } else if (kind === 'relation') {
      if (ref === 'all') for (const { id } of ego.channels) change.channels.add(id)
      else if (ego.channels.some(({ id }) => id === ref)) change.channels.add(ref)
      else throw new ShoalError('invalid_input', `The graph has no relation ${ref}.`, { ref })
    } else {
      const id = Number(ref)
      if (!Number.isInteger(id) || id < 0)
        throw new ShoalError('invalid_input', `'${ref}' is not the id of an account or entity.`, { ref })
      if (kind === 'entity') {
        if (used.has(id)) change.entities.add(id)
        continue
      }
      const v = indexOf(graph.accountIds, id)
      const tie = v < 0 ? -1 : indexOf(ego.neighbours, v)
      if (tie >= 0) change.ties.add(tie)
    }
  }
  return change
}
