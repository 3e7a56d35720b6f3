import type { EntityCause, EntityContext } from '../../common/contract/sharing.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { classifySharing } from './classify.ts'
import { sharingEffect } from './effect.ts'
import { shownGraph } from './graph-run.ts'
import { causeAt, sharingIndex } from './index-file.ts'
import { querySharing } from './query.ts'
import { entityKind, type SharingStats } from './stats.ts'

/**
 * Everything about how a thing is shared: base rate in the workspace, overlap in time, likely cause with evidence,
 * and what the recipe of the shown graph made of it. Counts are inside that recipe's window. Throws not_found.
 */
export async function explainEntity(
  ctx: ComputeContext,
  input: { graphRunId: number | null; id: number },
): Promise<EntityContext> {
  const graph = shownGraph(ctx, input.graphRunId)
  const window = graph?.recipe.window ?? null
  const entity = ctx.db
    .prepare(
      `SELECT e.type_id AS typeId, t.value AS type, e.key, e.source_id AS sourceId, e.row,
              s.path || coalesce('!' || s.entry, '') AS file, s.sha256
       FROM entity e JOIN term t ON t.id = e.type_id JOIN source s ON s.id = e.source_id AND s.status = 'ready'
       WHERE e.id = ?`,
    )
    .get(input.id) as
    | {
        typeId: number
        type: string
        key: string
        sourceId: number
        row: number
        file: string
        sha256: string | null
      }
    | undefined
  if (entity === undefined)
    throw new ShoalError('not_found', `There is no shared thing with the id ${input.id} in this workspace.`)
  const { typeId, type, key, ...provenance } = entity
  const stats = await querySharing(ctx, input.id, window)
  const verdict = stats === null ? null : classifySharing(stats)
  const index = await sharingIndex(ctx, window)
  const baseRate = { ofType: 0, shared: 0, sharedByAsMany: 0 }
  const accounts = stats?.accounts ?? 0
  for (let e = 0; e < index.type.length; e++) {
    if (index.type[e] !== typeId || index.accounts[e] === 0) continue
    baseRate.ofType++
    if (index.accounts[e] > 1) baseRate.shared++
    if (index.accounts[e] >= accounts) baseRate.sharedByAsMany++
  }
  const shared = accounts > 1 && verdict !== null
  const inWorkspace = (ctx.db.prepare('SELECT count(*) AS n FROM ready_account').get() as { n: number }).n
  const factor = shared ? verdict.factor : 1
  return {
    id: input.id,
    type,
    key,
    accounts,
    baseRate,
    time: timeOf(stats),
    cause: shared ? verdict.cause : 'unknown',
    confidence: shared ? verdict.confidence : 0,
    alternatives: shared ? verdict.causes.slice(1) : [],
    evidence: shared ? [...verdict.evidence] : [],
    factor,
    effect:
      graph === null
        ? null
        : sharingEffect(graph, { type, accounts, factor, lastSeen: stats?.lastSeen ?? null }, inWorkspace),
    kind: entityKind(type),
    provenance,
  }
}

function timeOf(stats: SharingStats | null): EntityContext['time'] {
  const pairs = stats === null ? 0 : (stats.datedAccounts * (stats.datedAccounts - 1)) / 2
  return {
    firstSeen: stats?.firstSeen ?? null,
    lastSeen: stats?.lastSeen ?? null,
    overlap: stats === null || pairs === 0 ? null : stats.overlappingPairs / pairs,
    days: stats?.days ?? 0,
    sharedDays: stats?.sharedDays ?? 0,
    uses: stats?.uses ?? 0,
  }
}

/** Likely causes of many things at once, from the index; in the order of `ids`. */
export async function sharingCauses(
  ctx: ComputeContext,
  input: { graphRunId: number | null; ids: readonly number[] },
): Promise<EntityCause[]> {
  const index = await sharingIndex(ctx, shownGraph(ctx, input.graphRunId)?.recipe.window ?? null)
  return input.ids.map((id) => ({
    id,
    accounts: index.accounts[id] ?? 0,
    cause: causeAt(index, id),
    confidence: index.confidence[id] ?? 0,
    factor: index.factor[id] ?? 1,
  }))
}
