import type { EdgeReason, SourceRef } from '../../common/contract/accounts.ts'
import { ShoalError } from '../../common/errors.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { rarityWeight } from './rarity.ts'
import { dampedWeight } from './relate.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'

/** Rows cited for one reason, half of them from each account where both have some. */
const MOST_ROWS = 20

interface FactRow {
  first_seen: number | null
  last_seen: number | null
  sourceId: number
  row: number
  file: string
  sha256: string | null
}
type RelationRow = FactRow & { type: string; weight: number }
type UseRow = FactRow & { entity_id: number }

/** One account's use of one entity: every row that says so, and when it was last seen. */
interface Use {
  rows: UseRow[]
  at: number
}

const SOURCE_COLUMNS = `f.source_id AS sourceId, f.row,
  s.path || coalesce('!' || s.entry, '') AS file, s.sha256`
const READY_JOIN = `JOIN source s ON s.id = f.source_id AND s.status = 'ready'`

/**
 * Why two accounts are joined in a graph run, strongest reason first, from the facts as they are stored now. The
 * weights are those of the run's recipe; a shared entity that is too common to count is told with weight 0.
 * Empty where nothing joins them. Throws run_missing.
 */
export async function explainEdge(
  ctx: Pick<ComputeContext, 'db'>,
  graphRunId: number,
  a: number,
  b: number,
): Promise<EdgeReason[]> {
  const run = ctx.db
    .prepare(`SELECT params, stats FROM run WHERE id = ? AND kind = 'graph' AND status = 'done'`)
    .get(graphRunId) as { params: string; stats: string } | undefined
  if (run === undefined)
    throw new ShoalError('run_missing', `There is no finished graph run ${graphRunId}.`, { graphRunId })
  const recipe = recipeSchema.parse(JSON.parse(run.params))
  const stats = JSON.parse(run.stats) as { newestFact: number | null; channels: { id: string }[] }
  const newest = stats.newestFact ?? -Infinity
  const ids = new Set(stats.channels.map((channel) => channel.id))
  const channelOf = (kind: 'relation' | 'entity', type: string): string =>
    ids.has(`${kind}:${type}`) ? `${kind}:${type}` : `${kind}:*`
  if (a === b) return []

  const related = relationReasons(ctx, recipe, newest, channelOf, a, b)
  const shared = sharingReasons(ctx, recipe, newest, channelOf, a, b)
  if (recipe.entities.minShared > 1 && related.length === 0) {
    const perType = new Map<string | null, number>()
    for (const { entityType, weight } of shared)
      if (weight > 0) perType.set(entityType, (perType.get(entityType) ?? 0) + 1)
    const enough = Math.max(0, ...perType.values()) >= recipe.entities.minShared
    if (!enough) for (const reason of shared) reason.weight = 0
  }
  return [...related, ...shared].sort((x, y) => y.weight - x.weight)
}

type ChannelOf = (kind: 'relation' | 'entity', type: string) => string

function relationReasons(
  ctx: Pick<ComputeContext, 'db'>,
  recipe: Recipe,
  newest: number,
  channelOf: ChannelOf,
  a: number,
  b: number,
): EdgeReason[] {
  const rows = ctx.db
    .prepare(
      `SELECT t.value AS type, f.weight, f.first_seen, f.last_seen, ${SOURCE_COLUMNS}
       FROM relation f ${READY_JOIN} JOIN term t ON t.id = f.type_id
       WHERE f.src_id = @a AND f.dst_id = @b
       UNION ALL
       SELECT t.value, f.weight, f.first_seen, f.last_seen, ${SOURCE_COLUMNS}
       FROM relation f ${READY_JOIN} JOIN term t ON t.id = f.type_id
       WHERE f.src_id = @b AND f.dst_id = @a`,
    )
    .all({ a, b }) as RelationRow[]
  const byType = new Map<string, { rows: RelationRow[]; sum: number }>()
  for (const row of rows) {
    if (recipe.relations.types !== null && !recipe.relations.types.includes(row.type)) continue
    const at = lastSeenInWindow(row.first_seen, row.last_seen, recipe.window)
    if (at === null || !(row.weight > 0)) continue
    const entry = byType.get(row.type) ?? { rows: [], sum: 0 }
    entry.rows.push(row)
    entry.sum += row.weight * decayFactor(at, newest, recipe.decayHalfLifeDays)
    byType.set(row.type, entry)
  }
  return [...byType].map(([type, entry]) => ({
    channel: channelOf('relation', type),
    entityType: null,
    entityKey: null,
    accountsSharing: null,
    weight: recipe.relations.weight * dampedWeight(entry.sum, recipe.relations.damping),
    ...span(entry.rows),
    provenance: entry.rows.slice(0, MOST_ROWS).map(sourceRef),
  }))
}

function sharingReasons(
  ctx: Pick<ComputeContext, 'db'>,
  recipe: Recipe,
  newest: number,
  channelOf: ChannelOf,
  a: number,
  b: number,
): EdgeReason[] {
  const ofA = usesOf(ctx, a, recipe)
  const ofB = usesOf(ctx, b, recipe)
  const common = [...ofA.keys()].filter((entity) => ofB.has(entity)).sort((x, y) => x - y)
  const sharing = accountsPerEntity(ctx, common, recipe)
  const describe = ctx.db.prepare(
    `SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?`,
  )
  const reasons: EdgeReason[] = []
  for (const entity of common) {
    const { type, key } = describe.get(entity) as { type: string; key: string }
    if (recipe.entities.types !== null && !recipe.entities.types.includes(type)) continue
    const [first, second] = [ofA.get(entity)!, ofB.get(entity)!]
    const d = sharing.get(entity)!
    const factor = Math.min(
      decayFactor(first.at, newest, recipe.decayHalfLifeDays),
      decayFactor(second.at, newest, recipe.decayHalfLifeDays),
    )
    reasons.push({
      channel: channelOf('entity', type),
      entityType: type,
      entityKey: key,
      accountsSharing: d,
      weight: d > recipe.entities.hubCap ? 0 : recipe.entities.weight * rarityWeight(d, 2) * factor,
      ...span([...first.rows, ...second.rows]),
      provenance: [...first.rows.slice(0, MOST_ROWS / 2), ...second.rows.slice(0, MOST_ROWS / 2)].map(
        sourceRef,
      ),
    })
  }
  return reasons
}

/** Everything an account used inside the window, by entity; rows in the order they were imported. */
function usesOf(ctx: Pick<ComputeContext, 'db'>, account: number, recipe: Recipe): Map<number, Use> {
  const rows = ctx.db
    .prepare(
      `SELECT f.entity_id, f.first_seen, f.last_seen, ${SOURCE_COLUMNS}
       FROM link f ${READY_JOIN} WHERE f.account_id = @account
       UNION ALL
       SELECT f.ip_id, f.ts, f.ts, ${SOURCE_COLUMNS}
       FROM event f ${READY_JOIN} WHERE f.account_id = @account AND f.ip_id IS NOT NULL
       UNION ALL
       SELECT f.device_id, f.ts, f.ts, ${SOURCE_COLUMNS}
       FROM event f ${READY_JOIN} WHERE f.account_id = @account AND f.device_id IS NOT NULL`,
    )
    .all({ account }) as UseRow[]
  const uses = new Map<number, Use>()
  for (const row of rows) {
    const at = lastSeenInWindow(row.first_seen, row.last_seen, recipe.window)
    if (at === null) continue
    const use = uses.get(row.entity_id)
    if (use === undefined) uses.set(row.entity_id, { rows: [row], at })
    else {
      use.rows.push(row)
      use.at = Math.max(use.at, at)
    }
  }
  return uses
}

/** How many accounts use each entity inside the window, over links and events. */
function accountsPerEntity(
  ctx: Pick<ComputeContext, 'db'>,
  entities: readonly number[],
  recipe: Recipe,
): Map<number, number> {
  if (entities.length === 0) return new Map()
  const { window } = recipe
  const linkWindow =
    window === null
      ? ''
      : 'AND coalesce(last_seen, first_seen) >= @from AND coalesce(first_seen, last_seen) < @to'
  const eventWindow = window === null ? '' : 'AND ts >= @from AND ts < @to'
  const wanted = `IN (SELECT value FROM json_each(@entities))`
  const ready = 'source_id IN (SELECT id FROM ready_source)'
  const known = 'account_id IN (SELECT id FROM ready_account)'
  const rows = ctx.db
    .prepare(
      `SELECT entity, count(*) FROM (
         SELECT entity_id AS entity, account_id FROM link
         WHERE entity_id ${wanted} AND ${ready} AND ${known} ${linkWindow}
         UNION SELECT ip_id, account_id FROM event WHERE ip_id ${wanted} AND ${ready} AND ${known} ${eventWindow}
         UNION SELECT device_id, account_id FROM event
         WHERE device_id ${wanted} AND ${ready} AND ${known} ${eventWindow}
       ) GROUP BY entity`,
    )
    .raw(true)
    .all({ entities: JSON.stringify(entities), ...window }) as [number, number][]
  return new Map(rows)
}

function span(rows: readonly FactRow[]): { firstSeen: number | null; lastSeen: number | null } {
  let firstSeen: number | null = null
  let lastSeen: number | null = null
  for (const row of rows) {
    const start = row.first_seen ?? row.last_seen
    const end = row.last_seen ?? row.first_seen
    if (start !== null && (firstSeen === null || start < firstSeen)) firstSeen = start
    if (end !== null && (lastSeen === null || end > lastSeen)) lastSeen = end
  }
  return { firstSeen, lastSeen }
}

const sourceRef = ({ sourceId, row, file, sha256 }: FactRow): SourceRef => ({ sourceId, row, file, sha256 })
