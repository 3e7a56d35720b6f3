import { current } from '../../common/facts/superseded.ts'
import type { Ingredients } from '../../common/contract/recipes.ts'
import type { ComputeContext } from '../context.ts'

const READY = 'source_id IN (SELECT id FROM ready_source)'
/** Rows between two checkpoints: a few milliseconds. */
const PAGE = 20_000

/** What the workspace's facts offer to a recipe. One pass over relations, links and events. */
export async function ingredients(ctx: ComputeContext): Promise<Ingredients> {
  const { db } = ctx
  const one = (sql: string): number | null => db.prepare(sql).pluck().get() as number | null
  const relations = db
    .prepare(
      `SELECT t.value AS type, count(*) AS rows FROM relation r JOIN term t ON t.id = r.type_id
       WHERE r.${READY}${current(db, 'relation', 'r')} GROUP BY t.id ORDER BY rows DESC, type`,
    )
    .all() as Ingredients['relations']
  await ctx.checkpoint()
  const bounds = ['relation', 'link']
    .flatMap((table) => [
      one(`SELECT min(coalesce(first_seen, last_seen)) FROM ${table} WHERE ${READY}`),
      one(`SELECT max(coalesce(last_seen, first_seen)) FROM ${table} WHERE ${READY}`),
    ])
    .concat(one('SELECT min(ts) FROM event'), one('SELECT max(ts) FROM event'))
    .filter((time) => time !== null)
  return {
    relations,
    entities: await entityTypes(ctx),
    events: one(`SELECT coalesce(sum(rows), 0) FROM ready_fact WHERE table_name = 'events'`)!,
    reports: one(`SELECT coalesce(sum(rows), 0) FROM ready_fact WHERE table_name = 'reports'`)!,
    profiles: one(
      `SELECT count(DISTINCT account_id) FROM account_record WHERE attributes <> '{}' AND ${READY}`,
    )!,
    span: bounds.length > 0 ? { from: Math.min(...bounds), to: Math.max(...bounds) + 1 } : null,
  }
}

/** Entities of each type and how many of them a second account uses too. */
async function entityTypes(ctx: ComputeContext): Promise<Ingredients['entities']> {
  const { db } = ctx
  const maxId = (db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const first = new Uint32Array(maxId + 1)
  const shared = new Uint8Array(maxId + 1)
  const use = (entity: number | null, account: number): void => {
    if (entity === null) return
    if (first[entity] === 0) first[entity] = account
    else if (first[entity] !== account) shared[entity] = 1
  }
  for (const sql of [
    `SELECT id, account_id, entity_id, NULL FROM link WHERE id > ? AND ${READY} ORDER BY id LIMIT ${PAGE}`,
    `SELECT id, account_id, ip_id, device_id FROM event WHERE id > ? AND ${READY} ORDER BY id LIMIT ${PAGE}`,
  ]) {
    const page = db.prepare(sql).raw(true)
    for (let last = -1, rows: (number | null)[][] = []; ; last = rows.at(-1)![0]!) {
      rows = page.all(last) as (number | null)[][]
      for (const [, account, one, other] of rows) {
        use(one!, account!)
        use(other!, account!)
      }
      await ctx.checkpoint()
      if (rows.length < PAGE) break
    }
  }
  const types = new Map<number, { type: string; entities: number; shared: number }>()
  for (const { id, value } of db.prepare(`SELECT id, value FROM term WHERE domain = 'entity_type'`).all() as {
    id: number
    value: string
  }[]) {
    types.set(id, { type: value, entities: 0, shared: 0 })
  }
  const all = db.prepare(`SELECT id, type_id FROM entity WHERE ${READY}`).raw(true)
  for (const [id, type] of all.iterate() as IterableIterator<[number, number]>) {
    const entry = types.get(type)!
    entry.entities++
    entry.shared += shared[id]
  }
  return [...types.values()].filter((t) => t.entities > 0).sort((a, b) => b.entities - a.entities)
}
