import type { AccountChange, ChangedAccount } from '../../common/contract/changes.ts'
import { commonColumns, differences } from '../../common/facts/differences.ts'
import type { Import } from '../../common/facts/imports.ts'
import { forEachMember } from '../communities/members.ts'
import type { ComputeContext } from '../context.ts'
import { codeOf, compareImports, type Comparison } from './compare.ts'

export interface ChangedFilter {
  job: number
  earlier?: number | undefined
  kind: AccountChange
  query: string
  field?: string | undefined
}

const PAGE = 5_000

/** Accounts that an import changed in one way, by id, which is the order in which they were first met. Throws as compareImports. */
export async function changedIds(ctx: ComputeContext, filter: ChangedFilter): Promise<Uint32Array> {
  const comparison = await compareImports(ctx, filter)
  return filtered(ctx, comparison, filter)
}

/** What was looked through last: a list comes in pages, and each of them is asked for by itself. */
let held: { key: string; ids: Uint32Array } | null = null

async function filtered(
  ctx: ComputeContext,
  comparison: Comparison,
  filter: ChangedFilter,
): Promise<Uint32Array> {
  const key = JSON.stringify([ctx.workspace, comparison.key, filter.kind, filter.query, filter.field])
  if (held?.key === key) return held.ids
  const ids = await lookThrough(ctx, comparison, filter)
  held = { key, ids }
  return ids
}

async function lookThrough(
  ctx: ComputeContext,
  comparison: Comparison,
  filter: ChangedFilter,
): Promise<Uint32Array> {
  const code = codeOf(filter.kind)
  let ids = idsOf(comparison.codes, code)
  const query = filter.query.trim().toLowerCase()
  if (query !== '') {
    const key = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()
    ids = await keep(ctx, ids, (id) => (key.get(id) as string).toLowerCase().includes(query))
  }
  if (filter.field !== undefined && filter.kind === 'changed') {
    const fieldsOf = fieldReader(ctx, comparison)
    ids = await keep(ctx, ids, (id) => fieldsOf(id).some(({ name }) => name === filter.field))
  }
  return ids
}

function idsOf(codes: Uint8Array, code: number): Uint32Array {
  let n = 0
  for (const one of codes) if (one === code) n++
  const ids = new Uint32Array(n)
  n = 0
  for (let id = 0; id < codes.length; id++) if (codes[id] === code) ids[n++] = id
  return ids
}

async function keep(
  ctx: ComputeContext,
  ids: Uint32Array,
  wanted: (id: number) => boolean,
): Promise<Uint32Array> {
  const kept = new Uint32Array(ids.length)
  let n = 0
  for (let i = 0; i < ids.length; i++) {
    if (i % PAGE === 0) await ctx.checkpoint()
    if (wanted(ids[i]!)) kept[n++] = ids[i]!
  }
  return kept.slice(0, n)
}

/** Reads what differs in an account's newest records of the two imports. */
function fieldReader({ db }: ComputeContext, { later, earlier }: Comparison) {
  const compared = commonColumns(earlier, later)
  const newest = (of: Import) =>
    db
      .prepare(
        `SELECT registered_at, attributes FROM account_record
         WHERE account_id = ? AND source_id IN (${of.listing.join(',')}) ORDER BY id DESC LIMIT 1`,
      )
      .raw()
  const [old, now] = [earlier && newest(earlier), newest(later)]
  return (id: number) => {
    const [before, after] = [old?.get(id), now.get(id)] as ([number | null, string] | undefined)[]
    return before && after ? differences(before, after, compared) : []
  }
}

/** A page of the list. */
export async function changedAccounts(
  ctx: ComputeContext,
  filter: ChangedFilter & { offset: number; limit: number },
): Promise<{ total: number; rows: ChangedAccount[] }> {
  const comparison = await compareImports(ctx, filter)
  const ids = await filtered(ctx, comparison, filter)
  const shown = ids.slice(filter.offset, filter.offset + filter.limit)
  const fieldsOf = filter.kind === 'changed' ? fieldReader(ctx, comparison) : () => []
  const row = ctx.db.prepare(
    'SELECT id, key, registered_at AS registeredAt FROM account_current WHERE id = ?',
  )
  const rows = Array.from(shown, (id) => ({
    ...(row.get(id) as Omit<ChangedAccount, 'fields'>),
    fields: fieldsOf(id),
  }))
  return { total: ids.length, rows }
}

/** How many members of each community of a run are new, changed or gone, by community id. */
export async function changedByCommunity(
  ctx: ComputeContext,
  which: { job: number; earlier?: number | undefined; communitiesRunId: number },
): Promise<{ new: Uint32Array; changed: Uint32Array; gone: Uint32Array }> {
  const { codes } = await compareImports(ctx, which)
  const { communitiesRunId: run } = which
  const count = (ctx.db.prepare('SELECT max(id) + 1 FROM community WHERE run_id = ?').pluck().get(run) ??
    0) as number
  const counts = {
    new: new Uint32Array(count),
    changed: new Uint32Array(count),
    gone: new Uint32Array(count),
  }
  const by = new Map([
    [codeOf('new'), counts.new],
    [codeOf('changed'), counts.changed],
    [codeOf('gone'), counts.gone],
  ])
  await forEachMember(ctx, run, (account, community) => {
    const column = by.get(codes[account] ?? 0)
    if (column && community < count) column[community]!++
  })
  return counts
}
