import { current } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import { innocentFactors } from '../sharing/factors.ts'
import { nearestInTime } from './nearest.ts'
import { nearestWeight, rarityWeight } from './rarity.ts'
import { channelOf, cited, READY_JOIN, SOURCE_COLUMNS, span, usesOfThing } from './reason-facts.ts'
import type { EdgeQuestion, FactRow, Reason } from './reason-facts.ts'
import { stretches } from './sharing-of.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'

type UseRow = FactRow & { entity_id: number }

/** One account's use of one entity: every row that says so, and when it was last seen. */
interface Use {
  rows: UseRow[]
  at: number
}

/** One reason for each thing that both use; what is too common to count has weight 0. */
export async function sharingReasons(question: EdgeQuestion): Promise<Reason[]> {
  const { ctx, recipe } = question
  if (recipe.entities.types?.length === 0) return []
  const ofA = usesOf(question, question.a)
  const ofB = usesOf(question, question.b)
  const common = [...ofA.keys()].filter((entity) => ofB.has(entity)).sort((x, y) => x - y)
  const sharing = accountsPerEntity(question, common)
  const innocent =
    recipe.entities.discountInnocent && common.length > 0 ? await innocentFactors(ctx, recipe.window) : null
  const describe = ctx.db.prepare(
    `SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?`,
  )
  const reasons: Reason[] = []
  for (const entity of common) {
    const { type, key } = describe.get(entity) as { type: string; key: string }
    if (recipe.entities.types !== null && !recipe.entities.types.includes(type)) continue
    const [first, second] = [ofA.get(entity)!, ofB.get(entity)!]
    const d = sharing.get(entity) ?? 0
    const factor = innocent?.[entity] ?? 1
    const scale = recipe.entities.weight * (recipe.entities.byType[type] ?? 1) * factor
    const share =
      d > recipe.entities.hubCap ? hubShare(question, entity, d) : plainShare(question, d, first, second)
    const detail = share.detail ?? (factor < 1 ? ('innocent' as const) : undefined)
    reasons.push({
      channel: channelOf(question, 'entity', type),
      kind: 'sharing',
      entityType: type,
      entityKey: key,
      entityId: entity,
      accountsSharing: d,
      weight: scale * share.weight,
      ...span([...first.rows, ...second.rows]),
      provenance: cited(first.rows, second.rows),
      ...(detail !== undefined && { detail }),
      ...(innocent !== null && { innocentFactor: factor }),
      ...(share.times !== undefined && { times: share.times }),
    })
  }
  return reasons
}

interface Share {
  weight: number
  detail?: 'hub' | 'split' | 'nearest'
  times?: number
}

const decayOf =
  ({ newest, recipe }: EdgeQuestion) =>
  (at: number): number =>
    decayFactor(at, newest, recipe.decayHalfLifeDays)

function plainShare(question: EdgeQuestion, d: number, first: Use, second: Use): Share {
  const decay = decayOf(question)
  const rarity = rarityWeight(d, question.accounts, question.recipe.entities.rarity)
  return { weight: rarity * Math.min(decay(first.at), decay(second.at)) }
}

/** What a hub gives the two, worked out from everybody's uses of it as the recipe says. */
function hubShare(question: EdgeQuestion, entity: number, d: number): Share {
  const { a, b, accounts } = question
  const { hub, hubCap, nearest, rarity, splitHours } = question.recipe.entities
  const decay = decayOf(question)
  if (hub === 'drop') return { weight: 0, detail: 'hub' }
  const uses = usesOfThing(question, entity, ['links', 'ip_id', 'device_id'])
  if (hub === 'nearest') {
    const pairs = nearestInTime(uses, 0, uses.who.length, nearest)
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    const at = pairs.a.findIndex((x, i) => x === low && pairs.b[i] === high)
    if (at < 0) return { weight: 0, detail: 'hub' }
    return {
      weight: nearestWeight(d, accounts, nearest, rarity) * decay(pairs.time[at]),
      detail: 'nearest',
    }
  }
  let weight = 0
  let times = 0
  for (const members of stretches(uses, 0, uses.who.length, splitHours)) {
    if (members.length < 2 || members.length > hubCap) continue
    const [first, second] = [a, b].map((account) => members.find(([who]) => who === account))
    if (first === undefined || second === undefined) continue
    times++
    weight += rarityWeight(members.length, accounts, rarity) * Math.min(decay(first[1]), decay(second[1]))
  }
  return times === 0 ? { weight: 0, detail: 'hub' } : { weight, detail: 'split', times }
}

/** Everything an account used inside the window, by entity; rows in the order they were imported. */
function usesOf({ ctx, recipe }: EdgeQuestion, account: number): Map<number, Use> {
  const rows = ctx.db
    .prepare(
      `SELECT f.entity_id, f.first_seen, f.last_seen, ${SOURCE_COLUMNS}
       FROM link f ${READY_JOIN} WHERE f.account_id = @account${current(ctx.db, 'link', 'f')}
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
  { ctx, recipe }: { ctx: Pick<ComputeContext, 'db'>; recipe: EdgeQuestion['recipe'] },
  entities: readonly number[],
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
         WHERE entity_id ${wanted} AND ${ready} AND ${known} ${linkWindow}${current(ctx.db, 'link')}
         UNION SELECT ip_id, account_id FROM event WHERE ip_id ${wanted} AND ${ready} AND ${known} ${eventWindow}
         UNION SELECT device_id, account_id FROM event
         WHERE device_id ${wanted} AND ${ready} AND ${known} ${eventWindow}
       ) GROUP BY entity`,
    )
    .raw(true)
    .all({ entities: JSON.stringify(entities), ...window }) as [number, number][]
  return new Map(rows)
}
