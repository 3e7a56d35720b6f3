import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import { readCommunityPlaces } from '../../common/communities/columns.ts'
import { MEMBER_FLAG, type CommunityMap, type MemberMap } from '../../common/contract/communities.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { graphReader } from '../graph/reader.ts'
import { isEverybody } from '../selection/where.ts'
import { factsKey, newestRuns, readyRows } from '../workspace/queries.ts'
import { heaviestBetween } from './between.ts'
import { prepareStats } from './prepare.ts'
import { rowsOf } from './queries.ts'
import { requireStats, type CommunityStats } from './stats.ts'

const MAX_MEMBER_EDGES = 30_000
const MAX_KEYS = 5_000

/** The newest layout of the newest communities. */
function layoutOf(db: Database, communitiesRun: number): number {
  const run = db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'layout' AND status = 'done' AND parent_run_id = ?`)
    .pluck()
    .get(communitiesRun) as number | null
  if (run === null) throw new ShoalError('run_missing', 'There is no layout yet. Run the analysis first.')
  return run
}

/** Where the communities lie, and how many accounts are in none: the same for every selection. */
interface Places {
  key: string
  x: Float32Array
  y: Float32Array
  radius: Float32Array
  isolated: number
}
const places = new WeakMap<Database, Places>()

/** Read once for each layout and set of facts: every change of the selection asks for a map. */
function placesOf(db: Database, layoutRun: number, stats: CommunityStats): Places {
  const key = `${layoutRun} ${factsKey(db)}`
  const kept = places.get(db)
  if (kept?.key === key) return kept
  const known = stats.runs.layout === layoutRun ? stats.places : null
  const members = stats.size.reduce((sum, n) => sum + n, 0)
  const read: Places = {
    key,
    ...(known ?? readCommunityPlaces(rowsOf(db), layoutRun, stats.count)),
    isolated: readyRows(db, 'account') - members,
  }
  places.set(db, read)
  return read
}

export async function communityMap(
  ctx: CoreContext,
  selection: Selection,
  signal?: AbortSignal,
): Promise<CommunityMap> {
  const { db } = ctx.open()
  await prepareStats(ctx)
  const stats = requireStats(db)
  const communitiesRun = stats.runs.communities!
  const layoutRun = layoutOf(db, communitiesRun)
  const { x, y, radius, isolated } = placesOf(db, layoutRun, stats)
  const [between, selected] = await Promise.all([
    heaviestBetween(ctx),
    isEverybody(selection)
      ? stats.size
      : askExplorer(ctx, 'compute.explore.byCommunity', { selection }, signal).then(({ id, accounts }) => {
          const selected = new Uint32Array(stats.count)
          id.forEach((c, i) => (selected[c] = accounts[i]!))
          return selected
        }),
  ])
  return {
    communitiesRunId: communitiesRun,
    layoutRunId: layoutRun,
    scoresRunId: stats.runs.scores ?? null,
    threshold: stats.threshold,
    id: new Uint32Array(stats.count).map((_, i) => i),
    x,
    y,
    radius,
    size: stats.size,
    meanScore: stats.meanScore,
    flagged: stats.flagged,
    selected,
    edgeSource: between.source,
    edgeTarget: between.target,
    edgeWeight: between.weight,
    isolated,
  }
}

/** The shown communities' run. Throws run_missing before there is one. */
export function requireRun(ctx: CoreContext): number {
  const run = newestRuns(ctx.open().db).communities
  if (run === undefined)
    throw new ShoalError('run_missing', 'There are no communities yet. Run the analysis first.')
  return run
}

/** What of the map a selection changes: a map with everything is 2 MB at a million accounts. */
export async function selectedCommunities(
  ctx: CoreContext,
  selection: Selection,
  signal?: AbortSignal,
): Promise<{ communitiesRunId: number; id: Uint32Array; accounts: Uint32Array }> {
  const communitiesRunId = requireRun(ctx)
  const found = await askExplorer(ctx, 'compute.explore.byCommunity', { selection }, signal)
  return { communitiesRunId, ...found }
}

/** The members of a community as points, in id order; who is selected is not known here. */
function points(db: Database, id: number, keys: boolean): MemberMap {
  const runs = newestRuns(db)
  const layoutRun = layoutOf(db, runs.communities!)
  const rows = db
    .prepare(
      `SELECT p.account_id, coalesce(m.community_id, -1), p.x, p.y, s.score,
              (SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = p.account_id
                 AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1),
              (SELECT l.label FROM label l WHERE l.account_id = p.account_id${current(db, 'label', 'l')} ORDER BY l.id DESC LIMIT 1),
              ${keys ? '(SELECT key FROM account WHERE id = p.account_id)' : 'NULL'}
       FROM account_place p
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = p.account_id
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = p.account_id
       WHERE p.run_id = ? AND m.community_id = ?`,
    )
    .raw()
    .all(runs.communities, runs.scores ?? -1, layoutRun, id) as [
    number,
    number,
    number,
    number,
    number | null,
    string | null,
    string | null,
    string | null,
  ][]
  const n = rows.length
  const map: MemberMap = {
    accountId: new Uint32Array(n),
    key: keys ? rows.map((r) => r[7]!) : [],
    community: new Uint32Array(n),
    x: new Float32Array(n),
    y: new Float32Array(n),
    score: new Float32Array(n),
    flags: new Uint8Array(n),
    edgeSource: new Uint32Array(0),
    edgeTarget: new Uint32Array(0),
    edgeWeight: new Float32Array(0),
    edgeChannels: new Uint16Array(0),
    channels: [],
    edgesTotal: 0,
  }
  rows.forEach(([account, community, x, y, score, verdict, label], i) => {
    map.accountId[i] = account
    map.community[i] = community
    map.x[i] = x
    map.y[i] = y
    map.score[i] = score ?? NaN
    map.flags[i] =
      (verdict === 'malicious' ? MEMBER_FLAG.judgedMalicious : 0) |
      (verdict === 'benign' ? MEMBER_FLAG.judgedBenign : 0) |
      (label === 'malicious' ? MEMBER_FLAG.labelMalicious : 0) |
      (label === 'benign' ? MEMBER_FLAG.labelBenign : 0)
  })
  return map
}

export async function memberMap(
  ctx: CoreContext,
  id: number,
  selection: Selection,
  signal?: AbortSignal,
): Promise<MemberMap> {
  const { db, path } = ctx.open()
  const stats = requireStats(db)
  if (id >= stats.count) throw new ShoalError('not_found', `There is no community C-${id + 1}.`)
  const map = points(db, id, stats.size[id]! <= MAX_KEYS)
  const { selected } = isEverybody(selection)
    ? { selected: null }
    : await askExplorer(ctx, 'compute.explore.among', { selection, ids: map.accountId }, signal)
  for (let i = 0; i < map.flags.length; i++)
    if (selected === null || selected[i] === 1) map.flags[i]! |= MEMBER_FLAG.selected
  const graph = await graphReader(db, path)
  const indexOf = new Map<number, number>()
  map.accountId.forEach((account, i) => indexOf.set(account, i))
  const edges: [source: number, target: number, weight: number, channels: number][] = []
  for (let i = 0; i < map.accountId.length; i++) {
    const row = await graph.row(graph.nodeOf(map.accountId[i]!))
    for (let k = 0; k < row.accountId.length; k++) {
      const j = indexOf.get(row.accountId[k]!)
      if (j !== undefined && j > i) edges.push([i, j, row.weight[k]!, row.channels[k]!])
    }
  }
  edges.sort((a, b) => b[2] - a[2])
  const drawn = edges.slice(0, MAX_MEMBER_EDGES)
  map.channels = [...graph.channels]
  map.edgesTotal = edges.length
  map.edgeSource = Uint32Array.from(drawn, (e) => e[0])
  map.edgeTarget = Uint32Array.from(drawn, (e) => e[1])
  map.edgeWeight = Float32Array.from(drawn, (e) => e[2])
  map.edgeChannels = Uint16Array.from(drawn, (e) => e[3])
  return map
}
