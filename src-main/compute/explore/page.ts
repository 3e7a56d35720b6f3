import type { Selection } from '../../common/contract/selection.ts'
import { NO_ROW, row } from './accounts.ts'
import { has } from './bitset.ts'
import { chosenOf } from './chosen.ts'
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

const nameOf = (by: readonly By[]) => by.map(({ sort, descending }) => `${sort} ${descending}`).join(', ')
const ordersFor = (at: Snapshot, by: readonly By[]) =>
  by.some(({ sort }) => sort === 'score' || sort === 'community') ? at.runs.orders : at.facts.orders

/** Rows by the first column, those equal in it by the next. An order is made once and walked by every page. */
function orderBy(at: Snapshot, by: readonly By[]): Promise<Uint32Array> {
  const [first, ...then] = by
  return ordersFor(at, by).get(`order ${nameOf(by)}`, async () =>
    orderOf(
      await sortValues(first.sort, at),
      first.descending,
      then.length > 0 ? await orderBy(at, then) : undefined,
    ),
  )
}

/** Where each row stands in an order. */
function placesIn(at: Snapshot, by: readonly By[], order: Uint32Array): Promise<Uint32Array> {
  return ordersFor(at, by).get(`places ${nameOf(by)}`, async () => {
    const places = new Uint32Array(order.length)
    for (let i = 0; i < order.length; i++) places[order[i]] = i
    return places
  })
}

/** Ids of one page of the selected, in order; equal ones by id. */
export async function pageOf(
  at: Snapshot,
  selection: Selection,
  page: By & { also?: readonly By[]; offset: number; limit: number },
): Promise<{ total: number; ids: number[] }> {
  const { accountId } = await at.facts.accounts()
  const chosen = await chosenOf(at, selection)
  const { bits, count: total } = chosen
  const by = [page, ...(page.also ?? [])]
  const order = await orderBy(at, by)
  const end = Math.min(total, page.offset + page.limit)
  const ids: number[] = []
  if (bits === null) {
    for (let i = page.offset; i < end; i++) ids.push(accountId[order[i]])
    return { total, ids }
  }
  const { rows } = chosen
  if (rows !== null) {
    // Few: their places in the order, put in order once for all pages.
    const places = await placesIn(at, by, order)
    const mine = await once(chosen.kept, `places ${nameOf(by)}`, async () =>
      Uint32Array.from(rows, (r) => places[r]).sort(),
    )
    for (let i = page.offset; i < end; i++) ids.push(accountId[order[mine[i]]])
    return { total, ids }
  }
  let seen = 0
  for (let i = 0; i < order.length && seen < end; i++) {
    if (!has(bits, order[i])) continue
    if (seen++ >= page.offset) ids.push(accountId[order[i]])
  }
  return { total, ids }
}
