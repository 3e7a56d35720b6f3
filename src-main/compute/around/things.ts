import type { Database } from 'better-sqlite3'
import { recipeSchema } from '../../common/recipe.ts'

/** The things that accounts use, from links and events of ready sources. */
export interface Uses {
  /** Ascending. */
  byAccount: Map<number, number[]>
  byThing: Map<number, number[]>
}
export interface Thing {
  id: number
  type: string
  key: string
}

const READY = `source_id IN (SELECT id FROM ready_source)`

/** What each of the accounts uses. Accounts that use nothing are there with an empty list. */
export function thingsOf(db: Database, accountIds: readonly number[]): Uses {
  const links = db.prepare(`SELECT DISTINCT entity_id FROM link WHERE account_id = ? AND ${READY}`).pluck()
  const events = db
    .prepare(`SELECT DISTINCT ip_id, device_id FROM event WHERE account_id = ? AND ${READY}`)
    .raw()
  const byAccount = new Map<number, number[]>()
  const byThing = new Map<number, number[]>()
  for (const account of accountIds) {
    const used = new Set(links.all(account) as number[])
    for (const [ip, device] of events.iterate(account) as Iterable<[number | null, number | null]>) {
      if (ip !== null) used.add(ip)
      if (device !== null) used.add(device)
    }
    byAccount.set(
      account,
      [...used].sort((x, y) => x - y),
    )
    for (const thing of used) {
      const users = byThing.get(thing)
      if (users) users.push(account)
      else byThing.set(thing, [account])
    }
  }
  return { byAccount, byThing }
}

/** Names of things, by id; ids that are no things are left out. */
export function thingNames(db: Database, ids: Iterable<number>): Map<number, Thing> {
  const rows = db
    .prepare(
      `SELECT e.id, t.value AS type, e.key FROM json_each(?) i
       JOIN entity e ON e.id = i.value JOIN term t ON t.id = e.type_id`,
    )
    .all(JSON.stringify([...ids])) as Thing[]
  return new Map(rows.map((row) => [row.id, row]))
}

const USERS = `SELECT account_id FROM link WHERE entity_id = $e AND ${READY}
  UNION SELECT account_id FROM event WHERE ip_id = $e AND ${READY}
  UNION SELECT account_id FROM event WHERE device_id = $e AND ${READY}`

/** Accounts that use a thing, ascending. */
export function usersOf(db: Database, thing: number): number[] {
  return db.prepare(`${USERS} ORDER BY 1`).pluck().all({ e: thing }) as number[]
}

/** How many accounts use each of the things; the indexes alone answer it but for the check of the source. */
export function countUsers(db: Database, things: Iterable<number>): Map<number, number> {
  const count = db.prepare(`SELECT count(*) FROM (${USERS})`).pluck()
  const counts = new Map<number, number>()
  for (const thing of things) counts.set(thing, count.get({ e: thing }) as number)
  return counts
}

/** Above this many accounts a shared thing makes no ties in the run's recipe. */
export function hubCapOf(db: Database, graphRunId: number): number {
  const params = db.prepare('SELECT params FROM run WHERE id = ?').pluck().get(graphRunId) as
    string | undefined
  const parsed = recipeSchema.safeParse(JSON.parse(params ?? '{}'))
  return (parsed.success ? parsed.data : recipeSchema.parse({})).entities.hubCap
}
