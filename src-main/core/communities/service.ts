import {
  communityMethods,
  type CommunityDetail,
  type CommunityRow,
} from '../../common/contract/communities.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { isEverybody } from '../selection/where.ts'
import { communityMap, memberMap, requireRun, selectedCommunities } from './map.ts'
import { judgedOf } from '../selection/judged.ts'
import { bindingEntities, relationsInside, reportClassCounts, verdictsOf } from './queries.ts'
import { prepareTrust } from './prepare.ts'
import { communityStats, requireStats, type CommunityStats } from './stats.ts'
import { lineageOf, lineagePage, testsOf, trustOf } from './trust.ts'

type ListInput = ParsedInputOf<(typeof communityMethods)['communities.list']>
type Sort = ListInput['sort']

/** Neighbours that a community's page names. */
const MOST_NEIGHBOURS = 12

const orNull = (value: number) => (Number.isNaN(value) ? null : value)

function toRow(stats: CommunityStats, verdicts: Map<number, string>, id: number): CommunityRow {
  return {
    id,
    size: stats.size[id]!,
    meanScore: orNull(stats.meanScore[id]!),
    maxScore: orNull(stats.maxScore[id]!),
    flagged: stats.flagged[id]!,
    labelledMalicious: stats.labelledMalicious[id]!,
    labelledBenign: stats.labelledBenign[id]!,
    reports: stats.reports[id]!,
    anomalies: stats.anomalies[id]!,
    conductance: stats.conductance[id]!,
    registeredFrom: orNull(stats.registeredFrom[id]!),
    registeredTo: orNull(stats.registeredTo[id]!),
    verdict: verdicts.get(id) ?? null,
    stability: orNull(stats.trust.stability[id]!),
    grade: stats.trust.grade[id]!,
    surprise: orNull(stats.trust.surprise[id]!),
    surpriseQ: orNull(stats.trust.surpriseQ[id]!),
    surpriseBy: stats.trust.surpriseBy[id]!,
    fate: stats.trust.fate[id]!,
  }
}

function sortKey(stats: CommunityStats, sort: Sort): (id: number) => number {
  const low = (v: number) => (Number.isNaN(v) ? -Infinity : v)
  switch (sort) {
    case 'size':
      return (id) => stats.size[id]!
    case 'risk':
      return (id) => low(stats.meanScore[id]!)
    // Many flagged members first; among equals the more surprising, then the riskier.
    case 'flagged':
      return (id) => {
        const surprise = Math.max(0, stats.trust.surprise[id]! || 0)
        const risk = stats.meanScore[id]! || 0 // NaN where unscored
        return stats.flagged[id]! + 0.9 * (surprise / (surprise + 10)) + 0.05 * risk
      }
    case 'reports':
      return (id) => stats.reports[id]!
    case 'anomalies':
      return (id) => stats.anomalies[id]!
    case 'registered':
      return (id) => low(stats.registeredFrom[id]!)
    case 'conductance':
      return (id) => stats.conductance[id]!
    case 'stability':
      return (id) => low(stats.trust.stability[id]!)
    case 'surprise':
      return (id) => low(stats.trust.surprise[id]!)
    case 'id':
      return (id) => id
  }
}

function passes({ trust }: CommunityStats, only: ListInput['only']): (id: number) => boolean {
  switch (only) {
    case 'all':
      return () => true
    case 'stable':
      return (id) => trust.grade[id] === 'A' || trust.grade[id] === 'B'
    case 'surprising':
      return (id) => trust.surpriseQ[id]! < 0.05
    default:
      return (id) => trust.fate[id] === only
  }
}

type Order = { sort: Sort; descending: boolean }
/** Orders of all communities: sorted once, walked by every selection. */
const orders = new WeakMap<CommunityStats, Map<string, Uint32Array>>()
const MOST_ORDERS = 8

/** Ids of all communities by the first order, those equal in it by the next, then by id. */
function orderOf(stats: CommunityStats, by: readonly Order[]): Uint32Array {
  const kept = orders.get(stats) ?? new Map<string, Uint32Array>()
  orders.set(stats, kept)
  const name = JSON.stringify(by.map(({ sort, descending }) => [sort, descending]))
  const known = kept.get(name)
  if (known) return known
  const columns = by.map(({ sort, descending }) => {
    const key = sortKey(stats, sort)
    const sign = descending ? -1 : 1
    return Float64Array.from({ length: stats.count }, (_, id) => sign * key(id))
  })
  const order = Uint32Array.from({ length: stats.count }, (_, id) => id).sort((a, b) => {
    for (const column of columns) {
      const x = column[a]!
      const y = column[b]!
      // Two that are not known are equal: −∞ − −∞ is no number.
      if (x !== y) return x - y
    }
    return a - b
  })
  if (kept.size >= MOST_ORDERS) kept.delete(kept.keys().next().value!)
  kept.set(name, order)
  return order
}

/** Which communities hold at least one selected account; null: all of them. */
async function holders(
  ctx: CoreContext,
  stats: CommunityStats,
  selection: Selection,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (isEverybody(selection)) return null
  const { id } = await askExplorer(ctx, 'compute.explore.byCommunity', { selection }, signal)
  const holds = new Uint8Array(stats.count)
  for (const one of id) holds[one] = 1
  return holds
}

async function communityDetail(ctx: CoreContext, id: number): Promise<CommunityDetail> {
  const { db } = ctx.open()
  await prepareTrust(ctx)
  const stats = requireStats(db)
  if (id >= stats.count) throw new ShoalError('not_found', `There is no community C-${id + 1}.`)
  const runId = stats.runs.communities!
  const run = db.prepare('SELECT algorithm, seed FROM run WHERE id = ?').get(runId) as {
    algorithm: string
    seed: number | null
  }
  const belonging = db
    .prepare(
      `SELECT belonging FROM community_member WHERE run_id = ? AND community_id = ? ORDER BY belonging
       LIMIT 1 OFFSET ?`,
    )
    .pluck()
    .get(runId, id, stats.size[id]! >> 1) as number | undefined
  const { other, weight, groups } = await askExplorer(ctx, 'compute.explore.community', { id })
  const neighbours = Array.from(other.subarray(0, MOST_NEIGHBOURS), (one, i) => ({
    id: one,
    weight: weight[i]!,
    size: stats.size[one]!,
  }))
  return {
    ...toRow(stats, verdictsOf(db, 'community', runId), id),
    runId,
    algorithm: run.algorithm,
    seed: run.seed,
    internalWeight: stats.internalWeight[id]!,
    boundaryWeight: stats.boundaryWeight[id]!,
    medianBelonging: belonging ?? 0,
    sharedEntities: bindingEntities(db, runId, id, 12),
    relationCounts: relationsInside(db, runId, id),
    reportClasses: stats.runs.report_classes
      ? reportClassCounts(db, runId, stats.runs.report_classes, id)
      : [],
    neighbours,
    groups,
    trust: trustOf(db, stats.trust, id),
    tests: stats.trust.trustRunId === null ? [] : testsOf(db, stats.trust.trustRunId, id),
    lineage: stats.trust.lineageRunId === null ? null : lineageOf(db, stats.trust.lineageRunId, id),
    ...judgedOf(db, 'community', id, runId),
  }
}

export function communityHandlers(ctx: CoreContext): Handlers<typeof communityMethods> {
  return {
    'communities.list': async (input, { signal }) => {
      const { db } = ctx.open()
      await prepareTrust(ctx)
      const stats = communityStats(db)
      if (!stats) return { total: 0, rows: [] }
      const holds = await holders(ctx, stats, input.selection, signal)
      const shown = passes(stats, input.only)
      const ids: number[] = []
      for (const id of orderOf(stats, [input, ...input.ties]))
        if ((holds === null || holds[id] === 1) && shown(id)) ids.push(id)
      const verdicts = verdictsOf(db, 'community', stats.runs.communities!)
      return {
        total: ids.length,
        rows: ids.slice(input.offset, input.offset + input.limit).map((id) => toRow(stats, verdicts, id)),
      }
    },
    'communities.get': ({ id }) => communityDetail(ctx, id),
    'communities.lineage': async (page) => {
      await prepareTrust(ctx)
      const { db } = ctx.open()
      const run = communityStats(db)?.trust.lineageRunId ?? null
      return run === null ? null : lineagePage(db, run, page)
    },
    'communities.map': ({ selection }, { signal }) => communityMap(ctx, selection, signal),
    'communities.selected': ({ selection }, { signal }) => selectedCommunities(ctx, selection, signal),
    'communities.regions': (_, { signal }) => {
      requireRun(ctx)
      return askExplorer(ctx, 'compute.explore.regions', {}, signal)
    },
    'communities.members': ({ id, selection }, { signal }) => memberMap(ctx, id, selection, signal),
  }
}
