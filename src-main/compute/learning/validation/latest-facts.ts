import type { ComputeContext } from '../../context.ts'
import { eachRow, NONE, nodesById, READY } from '../../trust/facts.ts'
import type { TrainingLabels } from '../../store/labels.ts'
import type { AfterLabelFamily } from './leakage.ts'

/** Families whose facts are dated, and where these stand: id, account, moment. */
const DATED: readonly { family: string; sql: readonly string[] }[] = [
  { family: 'logins', sql: ['SELECT id, account_id, ts FROM event WHERE id > ?'] },
  { family: 'reports', sql: ['SELECT id, account_id, ts FROM report WHERE ts IS NOT NULL AND id > ?'] },
  {
    family: 'sharing',
    sql: [
      'SELECT id, account_id, coalesce(first_seen, last_seen) FROM link WHERE coalesce(first_seen, last_seen) IS NOT NULL AND id > ?',
      'SELECT id, account_id, ts FROM event WHERE (ip_id IS NOT NULL OR device_id IS NOT NULL) AND id > ?',
    ],
  },
  {
    family: 'structure',
    sql: [
      'SELECT id, src_id, coalesce(first_seen, last_seen) FROM relation WHERE coalesce(first_seen, last_seen) IS NOT NULL AND id > ?',
      'SELECT id, dst_id, coalesce(first_seen, last_seen) FROM relation WHERE coalesce(first_seen, last_seen) IS NOT NULL AND id > ?',
    ],
  },
]

/**
 * How many of the accounts whose label has a time have facts of each family after it. null where no label has a time.
 * A link or relation that began before the label and lasted does not count.
 */
export async function factsAfterLabels(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  labelled: TrainingLabels,
): Promise<AfterLabelFamily[] | null> {
  const at = new Float64Array(accountIds.length).fill(Infinity)
  let dated = 0
  labelled.nodes.forEach((u, i) => {
    if (Number.isNaN(labelled.at[i])) return
    at[u] = labelled.at[i]
    dated++
  })
  if (dated === 0) return null
  const nodeOf = nodesById(accountIds)
  const out: AfterLabelFamily[] = []
  for (const { family, sql } of DATED) {
    const late = new Uint8Array(accountIds.length)
    for (const one of sql)
      await eachRow(ctx, `${one} AND ${READY}`, ([, account, moment]) => {
        const u = nodeOf[account as number] ?? NONE
        if (u !== NONE && (moment as number) > at[u]) late[u] = 1
      })
    out.push({ family, share: late.reduce((sum, v) => sum + v, 0) / dated })
  }
  return out
}
