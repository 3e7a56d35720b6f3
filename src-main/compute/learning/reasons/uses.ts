import { current } from '../../../common/facts/superseded.ts'
import type { ComputeContext } from '../../context.ts'
import type { Ties } from './ties.ts'

const READY = 'source_id IN (SELECT id FROM ready_source) AND account_id IN (SELECT id FROM ready_account)'

/** What rows must be to count; nothing where every source is ready, so that counts are answered from indexes alone. */
function ready({ db }: Pick<ComputeContext, 'db'>): string {
  const others = db.prepare(`SELECT EXISTS (SELECT 1 FROM source WHERE status <> 'ready')`).pluck().get()
  return others === 1 ? ` AND ${READY}` : ''
}

/** What an account uses by links and events, in the order of ids. */
export function usedThings(
  ctx: Pick<ComputeContext, 'db'>,
  account: number,
): { id: number; type: string; key: string }[] {
  const counts = ready(ctx)
  return ctx.db
    .prepare(
      `SELECT e.id, t.value AS type, e.key FROM (
         SELECT entity_id AS id FROM link WHERE account_id = @account${counts}
         UNION SELECT ip_id FROM event WHERE account_id = @account AND ip_id IS NOT NULL${counts}
         UNION SELECT device_id FROM event WHERE account_id = @account AND device_id IS NOT NULL${counts}
       ) used JOIN entity e ON e.id = used.id JOIN term t ON t.id = e.type_id ORDER BY e.id`,
    )
    .all({ account }) as { id: number; type: string; key: string }[]
}

const AMONG = 'IN (SELECT value FROM json_each(@things))'

/** How many accounts use each thing; counted once for all questions about a scores run. */
export function crowdsOf(
  ctx: Pick<ComputeContext, 'db'>,
  { memo: kept }: Ties,
  things: readonly number[],
): ReadonlyMap<number, number> {
  const memo = (kept.get('crowds') as Map<number, number> | undefined) ?? new Map<number, number>()
  kept.set('crowds', memo)
  const unknown = things.filter((id) => !memo.has(id))
  if (unknown.length === 0) return memo
  const counts = ready(ctx)
  const rows = ctx.db
    .prepare(
      `SELECT thing, count(*) FROM (
         SELECT entity_id AS thing, account_id FROM link WHERE entity_id ${AMONG}${counts}
         UNION SELECT ip_id, account_id FROM event WHERE ip_id ${AMONG}${counts}
         UNION SELECT device_id, account_id FROM event WHERE device_id ${AMONG}${counts}
       ) GROUP BY thing`,
    )
    .raw()
    .all({ things: JSON.stringify(unknown) }) as [number, number][]
  for (const [id, count] of rows) memo.set(id, count)
  return memo
}

/** Who uses some things, and when each was last seen there, ms; -Infinity: undated. */
export function usersOf(
  ctx: Pick<ComputeContext, 'db'>,
  things: readonly number[],
  visit: (thing: number, account: number, at: number) => void,
): void {
  if (things.length === 0) return
  const counts = ready(ctx)
  const rows = ctx.db
    .prepare(
      `SELECT thing, account_id, max(at) FROM (
         SELECT entity_id AS thing, account_id, coalesce(last_seen, first_seen) AS at
         FROM link WHERE entity_id ${AMONG}${counts}${current(ctx.db, 'link')}
         UNION ALL SELECT ip_id, account_id, ts FROM event WHERE ip_id ${AMONG}${counts}
         UNION ALL SELECT device_id, account_id, ts FROM event WHERE device_id ${AMONG}${counts}
       ) GROUP BY thing, account_id`,
    )
    .raw()
    .iterate({ things: JSON.stringify(things) }) as IterableIterator<[number, number, number | null]>
  for (const [thing, account, at] of rows) visit(thing, account, at ?? -Infinity)
}
