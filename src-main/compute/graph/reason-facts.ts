import { current } from '../../common/facts/superseded.ts'
import type { EdgeReason, SourceRef } from '../../common/contract/accounts.ts'
import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import type { Uses } from './nearest.ts'

/** Rows cited for one reason, half of them from each account where both have some. */
export const MOST_ROWS = 20

export interface FactRow {
  first_seen: number | null
  last_seen: number | null
  sourceId: number
  row: number
  file: string
  sha256: string | null
}

export const SOURCE_COLUMNS = `f.source_id AS sourceId, f.row,
  s.path || coalesce('!' || s.entry, '') AS file, s.sha256`
export const READY_JOIN = `JOIN source s ON s.id = f.source_id AND s.status = 'ready'`
const READY = 'source_id IN (SELECT id FROM ready_source)'

export const sourceRef = ({ sourceId, row, file, sha256 }: FactRow): SourceRef => ({
  sourceId,
  row,
  file,
  sha256,
})

/** The rows of two accounts that a reason cites. */
export const cited = (first: readonly FactRow[], second: readonly FactRow[]): SourceRef[] =>
  [...first.slice(0, MOST_ROWS / 2), ...second.slice(0, MOST_ROWS / 2)].map(sourceRef)

export function span(rows: readonly FactRow[]): { firstSeen: number | null; lastSeen: number | null } {
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

/** What the reasons of one edge are worked out from. */
export interface EdgeQuestion {
  readonly ctx: ComputeContext
  readonly recipe: Recipe
  readonly graphRunId: number
  /** Accounts in the graph. */
  readonly accounts: number
  /** Newest fact of the run, -Infinity where nothing was dated. */
  readonly newest: number
  /** The run's channels. */
  readonly channels: readonly string[]
  readonly a: number
  readonly b: number
}

/** The channel a type went to in the run. */
export const channelOf = (question: EdgeQuestion, kind: 'relation' | 'entity', type: string): string =>
  question.channels.includes(`${kind}:${type}`) ? `${kind}:${type}` : `${kind}:*`

export type Reason = EdgeReason & { kind: NonNullable<EdgeReason['kind']> }

/**
 * Every dated use of one thing inside the window by time, then account; `who` holds account ids, which ascend as the
 * nodes do. As readUses and readEvents read them: with links their first and last moments count, too.
 */
export function usesOfThing(
  { ctx, recipe: { window } }: Pick<EdgeQuestion, 'ctx' | 'recipe'>,
  thing: number,
  columns: readonly ('ip_id' | 'device_id' | 'links')[],
): Uses {
  const known = 'account_id IN (SELECT id FROM ready_account)'
  const inside = (column: string) =>
    `${column} IS NOT NULL${window === null ? '' : ` AND ${column} >= ${window.from} AND ${column} < ${window.to}`}`
  const parts = columns.flatMap((column) =>
    column === 'links'
      ? ['first_seen', 'last_seen'].map(
          (time) =>
            `SELECT ${time} AS at, account_id FROM link WHERE entity_id = @thing AND ${READY} AND ${known} AND ${inside(time)}${current(ctx.db, 'link')}`,
        )
      : [
          `SELECT ts, account_id FROM event WHERE ${column} = @thing AND ${READY} AND ${known} AND ${inside('ts')}`,
        ],
  )
  const rows = ctx.db
    .prepare(`SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY 1, 2`)
    .raw()
    .all({ thing }) as [number, number][]
  return {
    time: Float64Array.from(rows, (row) => row[0]),
    who: Uint32Array.from(rows, (row) => row[1]),
  }
}
