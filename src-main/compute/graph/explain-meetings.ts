import { Meetings, meetingWeight } from './meetings.ts'
import { cited, READY_JOIN, SOURCE_COLUMNS, span, usesOfThing } from './reason-facts.ts'
import type { EdgeQuestion, FactRow, Reason } from './reason-facts.ts'
import { decayFactor } from './window.ts'

/** Events of one account that a reason cites at most. */
const MOST_EVENTS = 10

interface Met {
  thing: number
  times: number
  latest: number
}

/** One reason for each address and device on which the two met; together they carry the channel's weight. */
export function meetingReasons(question: EdgeQuestion): Reason[] {
  const { ctx, recipe, newest } = question
  const { cooccurrence } = recipe
  const reasons: Reason[] = []
  for (const on of ['ip', 'device'] as const) {
    if (!cooccurrence.on.includes(on)) continue
    const column = on === 'ip' ? 'ip_id' : 'device_id'
    const met = commonThings(question, column)
      .map((thing) => meetOn(question, thing, column))
      .filter(({ times }) => times > 0)
    const times = met.reduce((sum, m) => sum + m.times, 0)
    const enough = times >= cooccurrence.minTimes
    const latest = Math.max(...met.map((m) => m.latest))
    const weight = enough
      ? cooccurrence.weight *
        meetingWeight(times, cooccurrence.minTimes) *
        decayFactor(latest, newest, recipe.decayHalfLifeDays)
      : 0
    for (const m of met) {
      const { type, key } = ctx.db
        .prepare('SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?')
        .get(m.thing) as { type: string; key: string }
      const [first, second] = [question.a, question.b].map((account) =>
        eventsOn(question, account, m.thing, column),
      )
      reasons.push({
        channel: `event:${on}`,
        kind: 'meeting',
        entityType: type,
        entityKey: key,
        entityId: m.thing,
        accountsSharing: null,
        weight: (weight * m.times) / times,
        times: m.times,
        minutes: cooccurrence.windowMinutes,
        ...span([...first, ...second]),
        provenance: cited(first, second),
        ...(!enough && { detail: 'few' as const }),
      })
    }
  }
  return reasons
}

function commonThings({ ctx, a, b }: EdgeQuestion, column: 'ip_id' | 'device_id'): number[] {
  const of = (name: string) =>
    `SELECT ${column} FROM event WHERE account_id = @${name} AND ${column} IS NOT NULL
     AND source_id IN (SELECT id FROM ready_source)`
  return ctx.db
    .prepare(`${of('a')} INTERSECT ${of('b')} ORDER BY 1`)
    .pluck()
    .all({ a, b }) as number[]
}

/** How often the two met on one thing; who else was there decides what was a crowd. */
function meetOn(question: EdgeQuestion, thing: number, column: 'ip_id' | 'device_id'): Met {
  const { who, time } = usesOfThing(question, thing, [column])
  const accounts = [...new Set(who)].sort((x, y) => x - y)
  const nodeOf = new Map(accounts.map((account, node) => [account, node]))
  const [u, v] = [nodeOf.get(question.a), nodeOf.get(question.b)]
  if (u === undefined || v === undefined) return { thing, times: 0, latest: -Infinity }
  const uses = {
    things: Uint32Array.of(thing),
    start: Uint32Array.of(0, who.length),
    who: who.map((account) => nodeOf.get(account)!),
    time,
  }
  const meetings = new Meetings(uses, accounts.length, { ...question.recipe.cooccurrence, minTimes: 1 })
  meetings.row(u)
  return { thing, times: meetings.times[v], latest: meetings.times[v] > 0 ? meetings.latest[v] : -Infinity }
}

function eventsOn(
  { ctx, recipe: { window } }: EdgeQuestion,
  account: number,
  thing: number,
  column: 'ip_id' | 'device_id',
): FactRow[] {
  const inside = window === null ? '' : ` AND f.ts >= ${window.from} AND f.ts < ${window.to}`
  return ctx.db
    .prepare(
      `SELECT f.ts AS first_seen, f.ts AS last_seen, ${SOURCE_COLUMNS} FROM event f ${READY_JOIN}
       WHERE f.account_id = ? AND f.${column} = ?${inside} ORDER BY f.ts DESC LIMIT ${MOST_EVENTS}`,
    )
    .all(account, thing) as FactRow[]
}
