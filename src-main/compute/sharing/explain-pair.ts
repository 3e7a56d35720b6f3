import { current } from '../../common/facts/superseded.ts'
import type { EdgeReason } from '../../common/contract/accounts.ts'
import type { EdgeExplanation, PairThing } from '../../common/contract/sharing.ts'
import type { ComputeContext } from '../context.ts'
import { explainEdge } from '../graph/explain-edge.ts'
import { READY, linkInterval, windowSql, type Window } from './account-facts.ts'
import { shownGraph } from './graph-run.ts'
import { causeAt, sharingIndex } from './index-file.ts'

const DAY = 86_400_000
/** Shared things told one by one; two accounts rarely share more. */
const MOST_THINGS = 200

interface Uses {
  days: Set<number>
  first: number
  last: number
}

/**
 * Why two accounts are joined, with everything a sentence needs: the reasons with their weights, and for each shared
 * thing its likely innocent cause and when the two used it. Throws run_missing.
 */
export async function explainPair(
  ctx: ComputeContext,
  input: { graphRunId: number; a: number; b: number },
): Promise<EdgeExplanation> {
  const reasons = await explainEdge(ctx, input.graphRunId, input.a, input.b)
  const window = shownGraph(ctx, input.graphRunId)!.recipe.window
  const index = await sharingIndex(ctx, window)
  const mine = usesOf(ctx, input.a, window)
  const theirs = usesOf(ctx, input.b, window)
  const describe = ctx.db.prepare(
    'SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
  )
  const things: PairThing[] = []
  for (const [entityId, a] of input.a === input.b ? [] : mine) {
    const b = theirs.get(entityId)
    if (b === undefined) continue
    const { type, key } = describe.get(entityId) as { type: string; key: string }
    const sameDays = [...a.days].filter((day) => b.days.has(day)).sort((x, y) => x - y)
    const dated = !Number.isNaN(a.first) && !Number.isNaN(b.first)
    things.push({
      entityId,
      type,
      key,
      accounts: index.accounts[entityId] ?? 0,
      cause: causeAt(index, entityId),
      confidence: index.confidence[entityId] ?? 0,
      sameDays: sameDays.length,
      firstSameDay: sameDays.length > 0 ? sameDays[0] * DAY : null,
      lastSameDay: sameDays.length > 0 ? sameDays[sameDays.length - 1] * DAY : null,
      overlap: dated ? a.first <= b.last && b.first <= a.last : null,
      weight: weightOf(reasons, entityId, type, key),
    })
  }
  things.sort((x, y) => y.weight - x.weight || x.accounts - y.accounts || x.entityId - y.entityId)
  return { reasons, things: things.slice(0, MOST_THINGS) }
}

/** What the sharing of a thing adds to the edge; meeting on it is a reason of its own. */
function weightOf(reasons: readonly EdgeReason[], entityId: number, type: string, key: string): number {
  return reasons
    .filter(
      (r) =>
        (r.kind === undefined ? r.channel.startsWith('entity:') : r.kind === 'sharing') &&
        (r.entityId === undefined ? r.entityType === type && r.entityKey === key : r.entityId === entityId),
    )
    .reduce((sum, r) => sum + r.weight, 0)
}

/** When an account used each thing: days of its events, and from the first to the last use by events and links. */
function usesOf(ctx: ComputeContext, account: number, window: Window): Map<number, Uses> {
  const uses = new Map<number, Uses>()
  const at = (entity: number, first: number, last: number): Uses => {
    let use = uses.get(entity)
    if (use === undefined) uses.set(entity, (use = { days: new Set(), first: NaN, last: NaN }))
    if (!Number.isNaN(first) && !(use.first <= first)) use.first = first
    if (!Number.isNaN(last) && !(use.last >= last)) use.last = last
    return use
  }
  const events = ctx.db
    .prepare(
      `SELECT ip_id, device_id, ts FROM event WHERE account_id = ? AND ${READY}${windowSql(window, 'ts')}`,
    )
    .raw(true)
    .iterate(account) as IterableIterator<[number | null, number | null, number]>
  for (const [ip, device, ts] of events)
    for (const entity of [ip, device]) if (entity !== null) at(entity, ts, ts).days.add(Math.floor(ts / DAY))
  const links = ctx.db
    .prepare(
      `SELECT entity_id, first_seen, last_seen FROM link
       WHERE account_id = ? AND ${READY}${current(ctx.db, 'link')}`,
    )
    .raw(true)
    .all(account) as [number, number | null, number | null][]
  for (const [entity, first, last] of links) {
    const interval = linkInterval(first, last, window)
    if (interval !== null) at(entity, interval.first, interval.last)
  }
  return uses
}
