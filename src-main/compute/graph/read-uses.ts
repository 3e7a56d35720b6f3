import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import type { Uses } from './nearest.ts'
import { NONE, type AccountIndex } from './read-facts.ts'
import { forEachPage, packed, readyRows } from './read-columns.ts'

/** Dated uses of things, by thing, then time, then account. */
export interface ThingUses extends Uses {
  /** Entity ids, ascending. */
  readonly things: Uint32Array
  /** Uses of things[k] lie in [start[k], start[k + 1]). */
  readonly start: Uint32Array
}

type Window = Recipe['window']

class UseColumns {
  thing = new Uint32Array(1024)
  who = new Uint32Array(1024)
  time = new Float64Array(1024)
  length = 0

  push(thing: number, who: number, time: number): void {
    if (this.length === this.thing.length) {
      const { thing, who, time, length } = this
      this.thing = new Uint32Array(length * 2)
      this.who = new Uint32Array(length * 2)
      this.time = new Float64Array(length * 2)
      this.thing.set(thing)
      this.who.set(who)
      this.time.set(time)
    }
    this.thing[this.length] = thing
    this.who[this.length] = who
    this.time[this.length++] = time
  }

  finish(things: number, accounts: number): ThingUses {
    const thing = this.thing.subarray(0, this.length)
    const who = this.who.subarray(0, this.length)
    const time = this.time.subarray(0, this.length)
    const order = orderByTime(byKey(thing.length, who, accounts), time)
    const sorted = byKey(order, thing, things)
    const ids: number[] = []
    const start: number[] = []
    for (let i = 0; i < sorted.length; i++) {
      if (i > 0 && thing[sorted[i]] === thing[sorted[i - 1]]) continue
      ids.push(thing[sorted[i]])
      start.push(i)
    }
    start.push(sorted.length)
    const sortedWho = new Uint32Array(sorted.length)
    const sortedTime = new Float64Array(sorted.length)
    for (let i = 0; i < sorted.length; i++) {
      sortedWho[i] = who[sorted[i]]
      sortedTime[i] = time[sorted[i]]
    }
    return { things: Uint32Array.from(ids), start: Uint32Array.from(start), who: sortedWho, time: sortedTime }
  }
}

/** Stable counting sort of row numbers (or of 0..rows-1) by key[row] in [0, keys). */
function byKey(rows: Uint32Array | number, key: Uint32Array, keys: number): Uint32Array {
  const count = typeof rows === 'number' ? rows : rows.length
  const at = new Uint32Array(keys + 1)
  for (let i = 0; i < count; i++) at[key[i] + 1]++
  for (let k = 0; k < keys; k++) at[k + 1] += at[k]
  const sorted = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const row = typeof rows === 'number' ? i : rows[i]
    sorted[at[key[row]]++] = row
  }
  return sorted
}

/** Stable radix sort of row numbers by whole milliseconds, 16 bits a pass. */
function orderByTime(order: Uint32Array, time: Float64Array): Uint32Array {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < time.length; i++) {
    if (time[i] < least) least = time[i]
    if (time[i] > most) most = time[i]
  }
  const digit = new Uint32Array(time.length)
  for (let size = 1; least + size <= most; size *= 65_536) {
    for (let i = 0; i < time.length; i++) digit[i] = Math.floor((time[i] - least) / size) % 65_536
    order = byKey(order, digit, 65_536)
  }
  return order
}

/**
 * Every dated moment at which a ready account is known to have used one of the things: events, and of links the
 * first and the last time seen where they lie in the window (what happened in between nobody wrote down).
 * `wanted[entity]` > 0 says which things.
 */
export async function readUses(
  ctx: ComputeContext,
  accounts: AccountIndex,
  wanted: Uint8Array,
  window: Window,
): Promise<ThingUses> {
  const uses = new UseColumns()
  const { nodeOf } = accounts
  const inside = (at: number | null): at is number =>
    at !== null && (window === null || (at >= window.from && at < window.to))
  const account = { column: 'account_id', largest: nodeOf.length - 1 }
  const linkIds = packed([account, { column: 'entity_id', largest: wanted.length - 1 }])
  const first = linkIds.expressions.length
  await forEachPage(
    ctx,
    readyRows(ctx, 'link'),
    [...linkIds.expressions, 'first_seen', 'last_seen'],
    (page, length) => {
      const [who, what] = linkIds.unpack(page, length)
      for (let i = 0; i < length; i++) {
        const u = nodeOf[who[i]]
        if (wanted[what[i]] === 0 || u === NONE) continue
        const [start, end] = [page[first][i], page[first + 1][i]]
        if (inside(start)) uses.push(what[i], u, start)
        if (inside(end) && end !== start) uses.push(what[i], u, end)
      }
    },
  )
  const add = async (column: 'ip_id' | 'device_id') =>
    eachEvent(ctx, accounts, column, window, (u, thing, at) => {
      if (wanted[thing] > 0) uses.push(thing, u, at)
    })
  await add('ip_id')
  await add('device_id')
  return uses.finish(wanted.length, accounts.accountIds.length)
}

/** Every ready event that names an address, or a device, inside the window. */
export async function readEvents(
  ctx: ComputeContext,
  accounts: AccountIndex,
  on: 'ip' | 'device',
  window: Window,
): Promise<ThingUses> {
  const uses = new UseColumns()
  let most = 0
  await eachEvent(ctx, accounts, on === 'ip' ? 'ip_id' : 'device_id', window, (u, thing, at) => {
    if (thing > most) most = thing
    uses.push(thing, u, at)
  })
  return uses.finish(most + 1, accounts.accountIds.length)
}

/** Visits ready events of ready accounts with a value in `column`, in the order they were imported. */
async function eachEvent(
  ctx: ComputeContext,
  accounts: AccountIndex,
  column: 'ip_id' | 'device_id',
  window: Window,
  visit: (node: number, thing: number, at: number) => void,
): Promise<void> {
  const { nodeOf } = accounts
  const largest = (ctx.db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const ids = packed([
    { column: 'account_id', largest: nodeOf.length - 1 },
    { column, largest },
  ])
  const timeAt = ids.expressions.length
  await forEachPage(ctx, readyRows(ctx, 'event'), [...ids.expressions, 'ts'], (page, length) => {
    const [who, what] = ids.unpack(page, length)
    const times = page[timeAt] as number[]
    for (let i = 0; i < length; i++) {
      const u = nodeOf[who[i]]
      if (what[i] === 0 || u === NONE) continue
      const at = times[i]
      if (window === null || (at >= window.from && at < window.to)) visit(u, what[i], at)
    }
  })
}
