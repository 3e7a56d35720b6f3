import type { ComputeContext } from '../context.ts'

/** Members that are read at once: others may write, and a cancel is heard, between pages. */
const PAGE = 20_000

/**
 * Visits the members of a finished communities run, each account once, by account id. Nothing is visited for a run that is
 * not there. Throws cancelled.
 */
export async function forEachMember(
  ctx: ComputeContext,
  runId: number,
  visit: (accountId: number, communityId: number) => void,
): Promise<void> {
  const page = ctx.db
    .prepare(
      `SELECT account_id, community_id FROM community_member WHERE run_id = ? AND account_id > ?
       ORDER BY account_id LIMIT ${PAGE}`,
    )
    .raw()
  for (let last = -1; ;) {
    const rows = page.all(runId, last) as [number, number][]
    for (const [account, community] of rows) visit(account, community)
    await ctx.checkpoint()
    if (rows.length < PAGE) return
    last = rows.at(-1)![0]
  }
}
