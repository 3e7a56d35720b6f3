import { current } from '../../common/facts/superseded.ts'
import { isRegistration } from '../../common/outcomes.ts'
import type { ComputeContext } from '../context.ts'
import { LABEL } from './label-tests.ts'

/** Rows between two checkpoints; no statement stays open meanwhile. */
const PAGE = 20_000
export const READY = 'source_id IN (SELECT id FROM ready_source)'

export const NONE = 0xffffffff
/** Node of each account id, NONE where it is no node. */
export function nodesById(accountIds: Uint32Array): Uint32Array {
  const nodes = new Uint32Array((accountIds.at(-1) ?? 0) + 1).fill(NONE)
  for (let u = 0; u < accountIds.length; u++) nodes[accountIds[u]] = u
  return nodes
}

/** Runs `sql` (id first, WHERE id > ?, no ORDER) page by page. */
export async function eachRow(
  ctx: ComputeContext,
  sql: string,
  use: (row: (number | string | null)[]) => void,
): Promise<void> {
  const page = ctx.db.prepare(`${sql} ORDER BY id LIMIT ${PAGE}`).raw()
  for (let last = 0; ;) {
    const rows = page.all(last) as (number | string | null)[][]
    for (const row of rows) use(row)
    await ctx.checkpoint()
    if (rows.length < PAGE) return
    last = rows[rows.length - 1][0] as number
  }
}

/**
 * When each account registered, ms UTC, NaN where unknown: the newest record that states it, else the account's first
 * registration event.
 */
export async function readRegistered(ctx: ComputeContext, accountIds: Uint32Array): Promise<Float64Array> {
  const nodes = nodesById(accountIds)
  const registered = new Float64Array(accountIds.length).fill(NaN)
  const sql = `SELECT id, account_id, registered_at FROM account_record
    WHERE id > ? AND registered_at IS NOT NULL AND ${READY}`
  await eachRow(ctx, sql, ([, account, at]) => {
    const u = nodes[account as number] ?? NONE
    if (u !== NONE) registered[u] = at as number
  })
  const kinds = (
    ctx.db.prepare(`SELECT id, value FROM term WHERE domain = 'event_kind'`).all() as {
      id: number
      value: string
    }[]
  ).filter((kind) => isRegistration(kind.value))
  if (kinds.length === 0) return registered
  const first = ctx.db
    .prepare(
      `SELECT min(ts) FROM event WHERE account_id = ? AND kind_id IN (${kinds.map((k) => k.id).join()}) AND ${READY}`,
    )
    .pluck()
  for (let u = 0; u < registered.length; u++) {
    if (!Number.isNaN(registered[u])) continue
    const at = first.get(accountIds[u]) as number | null
    if (at !== null) registered[u] = at
    if ((u & 511) === 0) await ctx.checkpoint()
  }
  return registered
}

/** What the newest label (by time, then by import) says of each account: LABEL's codes. Other words count as none. */
export async function readLabels(ctx: ComputeContext, accountIds: Uint32Array): Promise<Uint8Array> {
  const nodes = nodesById(accountIds)
  const labels = new Uint8Array(accountIds.length)
  const newest = new Float64Array(accountIds.length).fill(-Infinity)
  const sql = `SELECT id, account_id, label, coalesce(ts, 0) FROM label
    WHERE id > ? AND label IN ('malicious', 'benign') AND ${READY}${current(ctx.db, 'label')}`
  await eachRow(ctx, sql, ([, account, label, ts]) => {
    const u = nodes[account as number] ?? NONE
    if (u === NONE || (ts as number) < newest[u]) return
    newest[u] = ts as number
    labels[u] = LABEL[label as 'malicious' | 'benign']
  })
  return labels
}
