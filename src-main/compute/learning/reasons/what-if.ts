import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { nodeOf as accountNodeOf, withAccountModel } from '../account-gnn/explain.ts'
import { AccountQuestions } from './account-questions.ts'
import { openEgo } from './ego.ts'
import { engineOfRun, refuseMessagePassing } from './explain.ts'
import { indexOf, nodeOf, scoresRun, withScored } from './kept.ts'
import { Questions } from './questions.ts'
import type { Change } from './questions.ts'
import { Things } from './things.ts'
import { openTies } from './ties.ts'
import type { Ties } from './ties.ts'

type M = (typeof computeLearningMethods)['compute.whatIf']

/**
 * The score of an account when some of its evidence is left out: entities (by id), neighbours (by account id), all ties
 * over a relation (by channel id, 'all' for every one) or what a quantity says (by its base). Its columns are worked out
 * anew and go through the model. What is held as it was: docs/reasons.md. A neighbour beyond the strongest ties that are
 * looked at, or an entity that the account does not use, changes nothing. Throws run_missing, not_found, model_invalid,
 * derived_missing, invalid_input; unsupported_here for message passing. Of the shipped account model nothing but ties can be left out.
 */
export async function whatIf(ctx: ComputeContext, input: ParsedInputOf<M>): Promise<OutputOf<M>> {
  const run = scoresRun(ctx, input.scoresRunId)
  refuseMessagePassing(run)
  const wants = input.without.some(({ kind }) => kind === 'entity')
  if (engineOfRun(run) === 'account_gnn')
    return withAccountModel(ctx, run.id, async (opened) => {
      const node = accountNodeOf(opened.graph, run.id, input.accountId)
      const ties = openTies(opened.graph, node, [], new Map())
      const things = wants ? await Things.open(ctx, ties) : null
      const change = changeOf(ties, things, input.without)
      const [before, after] = await new AccountQuestions(opened, ties, things).scores([{}, change], ctx)
      return { before, after }
    })
  return withScored(ctx, run, async (scored) => {
    const ego = await openEgo(scored, nodeOf(scored, input.accountId), ctx)
    const things = wants ? await Things.open(ctx, ego) : null
    const change = changeOf(ego, things, input.without)
    const [before, after] = await new Questions(ego, things).scores([{}, change], ctx)
    return { before, after }
  })
}

type Without = ParsedInputOf<M>['without']

function changeOf(ego: Ties, things: Things | null, without: Without): Required<Change> {
  const change = {
    ties: new Set<number>(),
    channels: new Set<string>(),
    entities: new Set<number>(),
    bases: new Set<string>(),
  }
  const { graph } = ego
  const used = new Set(things?.list.map(({ id }) => id))
  for (const { kind, ref } of without) {
    if (kind === 'feature') {
      if (!ego.columns.some(({ base }) => base === ref))
        throw new ShoalError('invalid_input', `The model has no columns of ${ref} that can be left out.`, {
          ref,
        })
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
