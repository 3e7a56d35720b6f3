import { isRegistration } from '../../common/outcomes.ts'
import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { LABEL } from './label-tests.ts'
import type { Uses } from './sharing-test.ts'

/** Rows between two checkpoints; no statement stays open meanwhile. */
const PAGE = 20_000
const READY = 'source_id IN (SELECT id FROM ready_source)'

const NONE = 0xffffffff
/** Node of each account id, NONE where it is no node. */
function nodesById(accountIds: Uint32Array): Uint32Array {
  const nodes = new Uint32Array((accountIds.at(-1) ?? 0) + 1).fill(NONE)
  for (let u = 0; u < accountIds.length; u++) nodes[accountIds[u]] = u
  return nodes
}

async function eachRow(
  ctx: ComputeContext,
  sql: string,
  use: (row: (number | string | null)[]) => void,
): Promise<void> {
  const page = ctx.db.prepare(`${sql} ORDER BY id LIMIT ${PAGE}`).raw()
  for (let last = 0; ;) {
    const rows = page.all(last) as (number | string | null)[][]
    for (const row of rows) use(row)
    await ctx.checkpoint()
    if (rows.length < PAGE) return
    last = rows[rows.length - 1][0] as number
  }
}

/**
 * When each account registered, ms UTC, NaN where unknown: the newest record that states it, else the account's first
 * registration event.
 */
export async function readRegistered(ctx: ComputeContext, accountIds: Uint32Array): Promise<Float64Array> {
  const nodes = nodesById(accountIds)
  const registered = new Float64Array(accountIds.length).fill(NaN)
  const sql = `SELECT id, account_id, registered_at FROM account_record
    WHERE id > ? AND registered_at IS NOT NULL AND ${READY}`
  await eachRow(ctx, sql, ([, account, at]) => {
    const u = nodes[account as number] ?? NONE
    if (u !== NONE) registered[u] = at as number
  })
  const kinds = (
    ctx.db.prepare(`SELECT id, value FROM term WHERE domain = 'event_kind'`).all() as {
      id: number
      value: string
    }[]
  ).filter((kind) => isRegistration(kind.value))
  if (kinds.length === 0) return registered
  const first = ctx.db
    .prepare(
      `SELECT min(ts) FROM event WHERE account_id = ? AND kind_id IN (${kinds.map((k) => k.id).join()}) AND ${READY}`,
    )
    .pluck()
  for (let u = 0; u < registered.length; u++) {
    if (!Number.isNaN(registered[u])) continue
    const at = first.get(accountIds[u]) as number | null
    if (at !== null) registered[u] = at
    if ((u & 511) === 0) await ctx.checkpoint()
  }
  return registered
}

/** What the newest label (by time, then by import) says of each account: LABEL's codes. Other words count as none. */
export async function readLabels(ctx: ComputeContext, accountIds: Uint32Array): Promise<Uint8Array> {
  const nodes = nodesById(accountIds)
  const labels = new Uint8Array(accountIds.length)
  const newest = new Float64Array(accountIds.length).fill(-Infinity)
  const sql = `SELECT id, account_id, label, coalesce(ts, 0) FROM label
    WHERE id > ? AND label IN ('malicious', 'benign') AND ${READY}`
  await eachRow(ctx, sql, ([, account, label, ts]) => {
    const u = nodes[account as number] ?? NONE
    if (u === NONE || (ts as number) < newest[u]) return
    newest[u] = ts as number
    labels[u] = LABEL[label as 'malicious' | 'benign']
  })
  return labels
}

/**
 * Things that two accounts or more share and that made no edge of the recipe's graph: those of types that it leaves
 * out, and hubs that it drops (more accounts than hubCap in its window). Where a recipe treats hubs otherwise or joins
 * accounts by meeting at a thing, such things did make edges and are left out here.
 */
export async function readOutsideUses(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  recipe: Recipe,
): Promise<Uses> {
  const nodes = nodesById(accountIds)
  const types = ctx.db.prepare(`SELECT id, value FROM term WHERE domain = 'entity_type'`).all() as {
    id: number
    value: string
  }[]
  const meets = new Set<string>(recipe.cooccurrence.on)
  /** Accounts that an entity of the type may have without having made an edge begin above this; null: never. */
  const above = new Map<number, number>()
  for (const { id, value } of types) {
    if (meets.has(value)) continue
    const inRecipe = recipe.entities.types === null || recipe.entities.types.includes(value)
    if (!inRecipe) above.set(id, 1)
    else if (recipe.entities.hub === 'drop') above.set(id, recipe.entities.hubCap)
  }
  const entityIds: number[] = []
  const offsets: number[] = [0]
  const users: number[] = []
  if (above.size === 0) return pack(entityIds, offsets, users)
  const window = recipe.window
  const eventIn = window === null ? '' : `AND ts >= ${window.from} AND ts < ${window.to}`
  const linkIn =
    window === null
      ? ''
      : `AND coalesce(last_seen, first_seen) >= ${window.from} AND coalesce(first_seen, last_seen) < ${window.to}`
  // Counting rows is enough to pass over what can't have that many accounts.
  const candidates = ctx.db
    .prepare(
      `SELECT e.id, e.type_id, t.value FROM entity e JOIN term t ON t.id = e.type_id
       WHERE e.id > ? ORDER BY e.id LIMIT 2000`,
    )
    .raw()
  const linkRows = ctx.db
    .prepare('SELECT count(*) FROM (SELECT 1 FROM link WHERE entity_id = ? LIMIT ?)')
    .pluck()
  const eventRows = {
    ip: ctx.db
      .prepare('SELECT count(*) FROM (SELECT DISTINCT account_id FROM event WHERE ip_id = ? LIMIT ?)')
      .pluck(),
    device: ctx.db
      .prepare('SELECT count(*) FROM (SELECT DISTINCT account_id FROM event WHERE device_id = ? LIMIT ?)')
      .pluck(),
  }
  const linkUsers = ctx.db
    .prepare(`SELECT DISTINCT account_id FROM link WHERE entity_id = ? AND ${READY} ${linkIn}`)
    .pluck()
  const eventUsers = {
    ip: ctx.db
      .prepare(`SELECT DISTINCT account_id FROM event WHERE ip_id = ? AND ${READY} ${eventIn}`)
      .pluck(),
    device: ctx.db
      .prepare(`SELECT DISTINCT account_id FROM event WHERE device_id = ? AND ${READY} ${eventIn}`)
      .pluck(),
  }
  for (let last = 0; ;) {
    const page = candidates.all(last) as [number, number, string][]
    for (const [id, type, name] of page) {
      const least = above.get(type)
      if (least === undefined) continue
      const kind = name === 'ip' || name === 'device' ? name : null
      let rows = linkRows.get(id, least + 1) as number
      if (rows <= least && kind !== null) rows += eventRows[kind].get(id, least + 1) as number
      if (rows <= least) continue
      const found = new Set(linkUsers.all(id) as number[])
      if (kind !== null) for (const account of eventUsers[kind].all(id) as number[]) found.add(account)
      if (found.size <= least) continue
      for (const account of found) {
        const u = nodes[account] ?? NONE
        if (u !== NONE) users.push(u)
      }
      entityIds.push(id)
      offsets.push(users.length)
      await ctx.checkpoint()
    }
    await ctx.checkpoint()
    if (page.length < 2000) return pack(entityIds, offsets, users)
    last = page[page.length - 1][0]
  }
}

function pack(entityIds: number[], offsets: number[], users: number[]): Uses {
  return {
    entityIds: Uint32Array.from(entityIds),
    offsets: Uint32Array.from(offsets),
    users: Uint32Array.from(users),
  }
}
