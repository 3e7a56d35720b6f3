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
import { communityMap, memberMap } from './map.ts'
import { judgedOf } from '../selection/judged.ts'
import { betweenCommunities } from './between.ts'
import { groupsOf } from './groups.ts'
import { bindingEntities, relationsInside, reportClassCounts, verdictsOf } from './queries.ts'
import { prepareStats } from './prepare.ts'
import { regionsOf } from './regions.ts'
import { communityStats, requireStats, type CommunityStats } from './stats.ts'
import { lineageOf, lineagePage, testsOf, trustOf } from './trust.ts'

type ListInput = ParsedInputOf<(typeof communityMethods)['communities.list']>
type Sort = ListInput['sort']

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

/** Ids of the communities that hold at least one selected account. */
async function communitiesOf(
  ctx: CoreContext,
  stats: CommunityStats,
  selection: Selection,
  signal: AbortSignal,
): Promise<number[]> {
  const ids = Array.from({ length: stats.count }, (_, id) => id)
  if (isEverybody(selection)) return ids
  const { selected } = await askExplorer(ctx, 'compute.explore.byCommunity', { selection }, signal)
  return ids.filter((id) => selected[id]! > 0)
}

async function communityDetail(ctx: CoreContext, id: number): Promise<CommunityDetail> {
  const { db } = ctx.open()
  await prepareStats(ctx)
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
  const between = await betweenCommunities(ctx)
  const neighbours: CommunityDetail['neighbours'] = []
  for (let e = 0; e < between.source.length; e++) {
    const other =
      between.source[e] === id ? between.target[e]! : between.target[e] === id ? between.source[e]! : -1
    if (other >= 0) neighbours.push({ id: other, weight: between.weight[e]!, size: stats.size[other]! })
  }
  neighbours.sort((a, b) => b.weight - a.weight)
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
    neighbours: neighbours.slice(0, 12),
    groups: groupsOf(db, runId, id),
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
      await prepareStats(ctx)
      const stats = communityStats(db)
      if (!stats) return { total: 0, rows: [] }
      const ids = (await communitiesOf(ctx, stats, input.selection, signal)).filter(passes(stats, input.only))
      const orders = [input, ...input.ties].map(({ sort, descending }) => ({
        key: sortKey(stats, sort),
        sign: descending ? -1 : 1,
      }))
      ids.sort((a, b) => {
        for (const { key, sign } of orders) {
          const x = key(a)
          const y = key(b)
          // Two that are not known are equal: −∞ − −∞ is no number.
          if (x !== y) return sign * (x - y)
        }
        return a - b
      })
      const verdicts = verdictsOf(db, 'community', stats.runs.communities!)
      return {
        total: ids.length,
        rows: ids.slice(input.offset, input.offset + input.limit).map((id) => toRow(stats, verdicts, id)),
      }
    },
    'communities.get': ({ id }) => communityDetail(ctx, id),
    'communities.lineage': (page) => {
      const { db } = ctx.open()
      const run = communityStats(db)?.trust.lineageRunId ?? null
      return run === null ? null : lineagePage(db, run, page)
    },
    'communities.map': ({ selection }, { signal }) => communityMap(ctx, selection, signal),
    'communities.regions': () => {
      const { db } = ctx.open()
      return regionsOf(db, requireStats(db).runs.communities!)
    },
    'communities.members': ({ id, selection }, { signal }) => memberMap(ctx, id, selection, signal),
  }
}
