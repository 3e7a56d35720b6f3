import type { ComputeContext } from '../../context.ts'
import { emptyColumns } from './columns.ts'

const PAGE = 20_000
/** Classes of the text classifier that say something against an account. */
export const REPORT_CLASSES = ['spam', 'scam', 'abuse'] as const

/** The newest finished run that classified reports; null where there is none. */
export function reportClassesRun(ctx: Pick<ComputeContext, 'db'>): number | null {
  const id = ctx.db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'report_classes' AND status = 'done'`)
    .pluck()
    .get() as number | null
  return id
}

/**
 * report_<class>: expected number of reports about the account that are of the class (the sum of the classifier's
 * probabilities), of reports not later than `asOf` (ms; undated ones count). NaN where the account has none.
 */
export async function reportClassColumns(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  runId: number,
  asOf = Infinity,
): Promise<Map<string, Float32Array>> {
  const columns = emptyColumns(
    REPORT_CLASSES.map((name) => `report_${name}`),
    accountIds.length,
  )
  const nodeOf = new Map<number, number>()
  accountIds.forEach((id, u) => nodeOf.set(id, u))
  const page = ctx.db
    .prepare(
      `SELECT r.id, r.account_id, r.ts, c.probabilities FROM report r
       JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
       WHERE r.id > ? AND r.source_id IN (SELECT id FROM ready_source) ORDER BY r.id LIMIT ${PAGE}`,
    )
    .raw(true)
  for (let last = -1; ;) {
    const rows = page.all(runId, last) as [number, number, number | null, string][]
    for (const [, account, ts, json] of rows) {
      const u = nodeOf.get(account)
      if (u === undefined || (ts !== null && ts > asOf)) continue
      const probabilities = JSON.parse(json) as Record<string, number>
      for (const name of REPORT_CLASSES) {
        const column = columns.get(`report_${name}`)!
        column[u] = (Number.isNaN(column[u]) ? 0 : column[u]) + (probabilities[name] ?? 0)
      }
    }
    await ctx.checkpoint()
    if (rows.length < PAGE) return columns
    last = rows[rows.length - 1][0]
  }
}
