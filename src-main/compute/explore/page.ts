import type { Selection } from '../../common/contract/selection.ts'
import { NO_ROW, row } from './accounts.ts'
import { count, has } from './bitset.ts'
import { maskOf } from './parts.ts'
import { orderOf } from './radix.ts'
import { once, type Snapshot } from './state.ts'

export type AccountSort = 'score' | 'key' | 'registered' | 'community' | 'events' | 'reports'
interface By {
  sort: AccountSort
  descending: boolean
}

/** What accounts are put in order by; unknown is NaN and comes last either way. */
async function sortValues(sort: AccountSort, at: Snapshot): Promise<ArrayLike<number>> {
  switch (sort) {
    case 'score':
      return (await at.runs.columns()).score
    case 'community':
      return Float64Array.from((await at.runs.columns()).community, (c) => (c === NO_ROW ? NaN : c))
    case 'registered':
      return (await at.facts.accounts()).registered
    case 'reports':
      return (await at.facts.accounts()).reports
    case 'events':
      return (await at.facts.events()).perAccount
    case 'key': {
      // The index on keys has them in order already.
      const accounts = await at.facts.accounts()
      const rank = new Float64Array(accounts.n).fill(NaN)
      const ids = at.db.prepare('SELECT id FROM account ORDER BY key').pluck().all() as number[]
      for (let i = 0; i < ids.length; i++) {
        const r = row(accounts, ids[i])
        if (r !== NO_ROW) rank[r] = i
      }
      return rank
    }
  }
}

/** Rows by the first column, those equal in it by the next. An order is made once and walked by every page. */
function orderBy(at: Snapshot, [first, ...then]: readonly By[]): Promise<Uint32Array> {
  const ofRuns = [first, ...then].some(({ sort }) => sort === 'score' || sort === 'community')
  const name = [first, ...then].map(({ sort, descending }) => `${sort} ${descending}`).join(', ')
  return once(ofRuns ? at.runs.kept : at.facts.kept, `order ${name}`, async () =>
    orderOf(
      await sortValues(first.sort, at),
      first.descending,
      then.length > 0 ? await orderBy(at, then) : undefined,
    ),
  )
}

/** Ids of one page of the selected, in order; equal ones by id. */
export async function pageOf(
  at: Snapshot,
  selection: Selection,
  page: By & { also?: readonly By[]; offset: number; limit: number },
): Promise<{ total: number; ids: number[] }> {
  const accounts = await at.facts.accounts()
  const mask = await maskOf(at, selection)
  const order = await orderBy(at, [page, ...(page.also ?? [])])
  const total = mask === null ? accounts.n : count(mask)
  const ids: number[] = []
  const end = Math.min(total, page.offset + page.limit)
  if (mask === null) {
    for (let i = page.offset; i < end; i++) ids.push(accounts.accountId[order[i]])
    return { total, ids }
  }
  let seen = 0
  for (let i = 0; i < order.length && seen < end; i++) {
    if (!has(mask, order[i])) continue
    if (seen++ >= page.offset) ids.push(accounts.accountId[order[i]])
  }
  return { total, ids }
}
