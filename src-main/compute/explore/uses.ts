import type { Database } from 'better-sqlite3'
import type { Pace } from '../../common/pace.ts'
import { eachRow, NO_ROW, row, type AccountColumns } from './accounts.ts'
import { emptySet, add, has, type Bitset } from './bitset.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import { orderOf } from './radix.ts'

/** Which account uses which entity, by links and by events: rows of accounts by entity, and entities by row. */
export interface UseColumns {
  /** Accounts of entity e (an id) are users[userOffsets[e] .. userOffsets[e + 1]], ascending rows. */
  userOffsets: Uint32Array
  users: Uint32Array
  /** Type of entity e: index into `types`; NO_TYPE where there is no such entity. */
  type: Uint8Array
  types: string[]
}
const NO_TYPE = 255

export async function loadUses(
  db: Database,
  workspace: string,
  key: string,
  accounts: AccountColumns,
  pace: Pace,
): Promise<UseColumns> {
  const kept = { workspace, group: 'uses', key, keep: 1 }
  const file = await readColumns<{ types: string[] }>(pathOf(kept), pace)
  if (file) return { ...(file.columns as never as Omit<UseColumns, 'types'>), types: file.meta.types }
  const { types, ...columns } = await readUses(db, accounts, pace)
  await keepColumns(kept, { meta: { types }, columns: { ...columns } }, pace)
  return { ...columns, types }
}

/** How many use each entity alone: a part of the file. Null where there is none or it isn't whole. */
export async function readUseOffsets(
  workspace: string,
  key: string,
  pace: Pace,
): Promise<Uint32Array | null> {
  const file = await readColumns(pathOf({ workspace, group: 'uses', key }), pace, { userOffsets: Infinity })
  return file && (file.columns['userOffsets'] as Uint32Array)
}

async function readUses(db: Database, accounts: AccountColumns, pace: Pace): Promise<UseColumns> {
  const most = (db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const type = new Uint8Array(most + 1).fill(NO_TYPE)
  const types: string[] = []
  const codes = new Map<number, number>()
  const names = new Map(db.prepare('SELECT id, value FROM term').raw().all() as [number, string][])
  await eachRow<[number, number]>(
    db,
    'SELECT id, type_id FROM entity WHERE id > ? ORDER BY id LIMIT ?',
    [],
    pace,
    ([id, term]) => {
      let code = codes.get(term)
      if (code === undefined) {
        code = types.push(names.get(term) ?? '') - 1
        codes.set(term, code)
      }
      type[id] = Math.min(code, NO_TYPE - 1)
    },
  )
  // Pairs as one number each (entity × accounts + row), so that sorting them sorts by entity, then row.
  const n = accounts.n
  const pairs: Float64Array[] = []
  let chunk = new Float64Array(1 << 16)
  let filled = 0
  const put = (entity: number, account: number) => {
    const r = row(accounts, account)
    if (r === NO_ROW || entity > most) return
    if (filled === chunk.length) {
      pairs.push(chunk)
      chunk = new Float64Array(1 << 16)
      filled = 0
    }
    chunk[filled++] = entity * n + r
  }
  await eachRow<[number, number, number]>(
    db,
    'SELECT id, entity_id, account_id FROM link WHERE id > ? ORDER BY id LIMIT ?',
    [],
    pace,
    ([, entity, account]) => put(entity, account),
  )
  // By ranges of entities, so that the partial indexes answer alone and nothing is read twice.
  for (const column of ['ip_id', 'device_id']) {
    const read = db
      .prepare(
        `SELECT ${column}, account_id FROM event WHERE ${column} IS NOT NULL AND ${column} >= ? AND ${column} < ?
         GROUP BY 1, 2`,
      )
      .raw()
    const step = 20_000
    for (let from = 0; from <= most; from += step) {
      for (const [entity, account] of read.all(from, from + step) as [number, number][]) put(entity, account)
      await pace.checkpoint()
    }
  }
  pairs.push(chunk.subarray(0, filled))
  const all = new Float64Array(pairs.reduce((sum, p) => sum + p.length, 0))
  let at = 0
  for (const part of pairs) {
    all.set(part, at)
    at += part.length
  }
  all.sort()
  const users = new Uint32Array(all.length)
  const userOffsets = new Uint32Array(most + 2)
  let kept = 0
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && all[i] === all[i - 1]) continue
    const entity = Math.floor(all[i] / n)
    users[kept++] = all[i] - entity * n
    userOffsets[entity + 1]++
  }
  for (let e = 0; e <= most; e++) userOffsets[e + 1] += userOffsets[e]
  return { userOffsets, users: users.slice(0, kept), type, types }
}

/** Accounts that use any of the entities. */
export function usersOf({ userOffsets, users }: UseColumns, entities: readonly number[], n: number): Bitset {
  const found = emptySet(n)
  for (const e of entities) {
    if (e < 0 || e + 1 >= userOffsets.length) continue
    for (let i = userOffsets[e]; i < userOffsets[e + 1]; i++) add(found, users[i])
  }
  return found
}

/**
 * Accounts that share at least `atLeast` entities of a type (null: of any) with one other account. Two accounts that share
 * k of a's s entities share one of any s − k + 1 of them: only the rarest so many are looked behind, so that an
 * address of ten thousand accounts makes no hundred million pairs.
 */
export async function sharers(
  uses: UseColumns,
  wanted: { type: string | null; atLeast: number },
  n: number,
  pace: Pace,
): Promise<Bitset> {
  const { userOffsets, users } = uses
  const found = emptySet(n)
  const code = wanted.type === null ? -1 : uses.types.indexOf(wanted.type)
  if (wanted.type !== null && code < 0) return found
  const entities = uses.type.length
  const counts = (e: number) =>
    userOffsets[e + 1] - userOffsets[e] >= 2 &&
    uses.type[e] !== NO_TYPE &&
    (code < 0 || uses.type[e] === code)
  if (wanted.atLeast === 1) {
    for (let e = 0; e < entities; e++) {
      if (counts(e)) for (let i = userOffsets[e]; i < userOffsets[e + 1]; i++) add(found, users[i])
    }
    return found
  }
  // Entities of each account that somebody else uses too, rarest first.
  const rarest = orderOf(
    Uint32Array.from({ length: entities }, (_, e) => userOffsets[e + 1] - userOffsets[e]),
    false,
  )
  const offsets = new Uint32Array(n + 1)
  for (const e of rarest)
    if (counts(e)) for (let i = userOffsets[e]; i < userOffsets[e + 1]; i++) offsets[users[i] + 1]++
  for (let r = 0; r < n; r++) offsets[r + 1] += offsets[r]
  const things = new Uint32Array(offsets[n])
  const next = offsets.slice()
  for (const e of rarest) {
    if (counts(e)) for (let i = userOffsets[e]; i < userOffsets[e + 1]; i++) things[next[users[i]]++] = e
  }
  const shared = new Uint32Array(n)
  const touched: number[] = []
  for (let r = 0; r < n; r++) {
    const from = offsets[r]
    const to = offsets[r + 1]
    if (to - from < wanted.atLeast || has(found, r)) continue
    let hit = -1
    // Behind the commonest entities, only accounts that were met behind rarer ones are counted on.
    for (let k = from; k < to && hit < 0; k++) {
      const e = things[k]
      const open = k - from <= to - from - wanted.atLeast
      if (open) {
        for (let i = userOffsets[e]; i < userOffsets[e + 1]; i++) {
          const other = users[i]
          if (other === r) continue
          if (shared[other]++ === 0) touched.push(other)
          if (shared[other] >= wanted.atLeast) {
            hit = other
            break
          }
        }
      } else {
        for (const other of touched) {
          if (!isUser(userOffsets, users, e, other)) continue
          if (++shared[other] >= wanted.atLeast) {
            hit = other
            break
          }
        }
      }
    }
    if (hit >= 0) {
      add(found, r)
      add(found, hit)
    }
    for (const other of touched) shared[other] = 0
    touched.length = 0
    if ((r & 1023) === 0) await pace.checkpoint()
  }
  return found
}

function isUser(offsets: Uint32Array, users: Uint32Array, entity: number, account: number): boolean {
  let low = offsets[entity]
  let high = offsets[entity + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (users[middle] < account) low = middle + 1
    else high = middle
  }
  return low < offsets[entity + 1] && users[low] === account
}
