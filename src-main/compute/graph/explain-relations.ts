import { current } from '../../common/facts/superseded.ts'
import { channelOf, MOST_ROWS, READY_JOIN, SOURCE_COLUMNS, sourceRef, span } from './reason-facts.ts'
import type { EdgeQuestion, FactRow, Reason } from './reason-facts.ts'
import { dampedWeight } from './relate.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'

type RelationRow = FactRow & { type: string; weight: number; forward: number }

/** One reason for each relation channel that joins the two, or would if it weren't for the recipe's rules. */
export function relationReasons(question: EdgeQuestion): Reason[] {
  const { recipe, newest } = question
  const { relations, window, decayHalfLifeDays } = recipe
  const byChannel = new Map<
    string,
    { rows: RelationRow[]; sum: number; directions: number; factor: number }
  >()
  for (const row of rowsBetween(question)) {
    if (relations.types !== null && !relations.types.includes(row.type)) continue
    const at = lastSeenInWindow(row.first_seen, row.last_seen, window)
    if (at === null || !(row.weight > 0)) continue
    const channel = channelOf(question, 'relation', row.type)
    const shares = channel === 'relation:*'
    const factor = relations.byType[row.type] ?? 1
    const entry = byChannel.get(channel) ?? { rows: [], sum: 0, directions: 0, factor: shares ? 1 : factor }
    entry.rows.push(row)
    entry.directions |= row.forward === 1 ? 1 : 2
    entry.sum += row.weight * decayFactor(at, newest, decayHalfLifeDays) * (shares ? factor : 1)
    byChannel.set(channel, entry)
  }
  return [...byChannel].map(([channel, { rows, sum, directions, factor }]) => {
    const oneWay = relations.direction === 'mutual' && directions !== 3
    const hub =
      !oneWay &&
      relations.hubCap !== null &&
      [question.a, question.b].some((account) => neighboursIn(question, account, channel) > relations.hubCap!)
    return {
      channel,
      kind: 'relation',
      entityType: null,
      entityKey: null,
      accountsSharing: null,
      weight: oneWay || hub ? 0 : relations.weight * factor * dampedWeight(sum, relations.damping),
      times: rows.length,
      ...span(rows),
      provenance: rows.slice(0, MOST_ROWS).map(sourceRef),
      ...(oneWay && { detail: 'one_way' as const }),
      ...(hub && { detail: 'hub' as const }),
    }
  })
}

function rowsBetween({ ctx, a, b }: EdgeQuestion): RelationRow[] {
  const between = (src: string, dst: string, forward: number) =>
    `SELECT f.id, t.value AS type, f.weight, f.first_seen, f.last_seen, ${forward} AS forward, ${SOURCE_COLUMNS}
     FROM relation f ${READY_JOIN} JOIN term t ON t.id = f.type_id WHERE f.src_id = ${src} AND f.dst_id = ${dst}
       ${current(ctx.db, 'relation', 'f')}`
  return ctx.db
    .prepare(`${between('@a', '@b', 1)} UNION ALL ${between('@b', '@a', 0)} ORDER BY 1`)
    .all({ a, b }) as RelationRow[]
}

/** How many neighbours an account has in a relation channel before hubs are left out. */
function neighboursIn(question: EdgeQuestion, account: number, channel: string): number {
  const { ctx, recipe } = question
  const { relations, window } = recipe
  const rows = ctx.db
    .prepare(
      `SELECT t.value AS type, f.src_id AS src, f.dst_id AS dst, f.weight, f.first_seen AS first, f.last_seen AS last
       FROM relation f JOIN term t ON t.id = f.type_id
       WHERE (f.src_id = @account OR f.dst_id = @account) AND f.src_id <> f.dst_id
         AND f.source_id IN (SELECT id FROM ready_source)${current(ctx.db, 'relation', 'f')}
         AND f.src_id IN (SELECT id FROM ready_account) AND f.dst_id IN (SELECT id FROM ready_account)`,
    )
    .iterate({ account }) as IterableIterator<{
    type: string
    src: number
    dst: number
    weight: number
    first: number | null
    last: number | null
  }>
  const directions = new Map<number, number>()
  for (const { type, src, dst, weight, first, last } of rows) {
    if (relations.types !== null && !relations.types.includes(type)) continue
    if (channelOf(question, 'relation', type) !== channel || !(weight > 0)) continue
    if (lastSeenInWindow(first, last, window) === null) continue
    const other = src === account ? dst : src
    directions.set(other, (directions.get(other) ?? 0) | (src === account ? 1 : 2))
  }
  if (relations.direction === 'any') return directions.size
  return [...directions.values()].filter((both) => both === 3).length
}
