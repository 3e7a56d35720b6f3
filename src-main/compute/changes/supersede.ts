import type { Database } from 'better-sqlite3'
import { importOfSources } from '../../common/facts/imports.ts'
import { StatedAnew, supersede, type SupersededTable } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import { forEachPage, packed } from '../graph/read-columns.ts'

/** Rows that an import makes obsolete, each with the source that states it anew. */
export type Superseded = Record<SupersededTable, StatedAnew>

/**
 * What makes two rows statements about the same thing: the same ends (and type, or who says so) and the same beginning.
 * The beginning matters because a platform that exports what happened since the last time, or single acts such as
 * payments, states another beginning for each: those are different facts and add up. Where one of the two says none,
 * the ends decide.
 */
const STATES = {
  relation: { keys: ['src_id', 'dst_id', 'type_id'], begins: 'first_seen', values: ['weight', 'last_seen'] },
  link: { keys: ['account_id', 'entity_id'], begins: 'first_seen', values: ['count', 'last_seen'] },
} as const

/** New rows that are compared in one pass over the earlier ones: about 60 MB. */
const CHUNK = 1 << 20

/**
 * Finds the facts of earlier imports that the given sources, which are about to be published, state anew with other values
 * (and, where rejected rows of an earlier import are read again after a later one, those of the given that a later one
 * has). Rows of one import never supersede each other: they add up. `again` tells rows that the import brought word for
 * word as well: they still hold.
 *
 * Costs nothing in a workspace of one import; else one pass over the earlier rows of each table that has new ones.
 * Throws cancelled.
 */
export async function findSuperseded(
  ctx: ComputeContext,
  sources: readonly number[],
  again: (table: SupersededTable, id: number) => boolean = () => false,
): Promise<Superseded> {
  const found: Superseded = { relation: new StatedAnew(), link: new StatedAnew(), label: new StatedAnew() }
  const imports = importOfSources(ctx.db)
  const mine = new Set(sources)
  // What a killed job had stored is published, and so counts, as this one's.
  const retries = ctx.db.prepare('SELECT 1 FROM source WHERE id = ? AND retry_of IS NOT NULL').pluck()
  for (const id of sources) if (retries.get(id) === undefined) imports.set(id, ctx.jobId ?? 0)
  const numbers = new Set(sources.map((id) => imports.get(id)))
  const ready = (ctx.db.prepare(`SELECT id FROM ready_source`).pluck().all() as number[]).filter(
    (id) => !mine.has(id) && !numbers.has(imports.get(id)),
  )
  if (mine.size === 0 || ready.length === 0) return found
  const at = { imports, mine: [...mine].join(','), earlier: ready.join(','), again }
  for (const table of ['relation', 'link', 'label'] as const) {
    // Imports come one after the other, so that the rows of this one lie behind all that are shown.
    const floor = ctx.db
      .prepare(`SELECT id FROM ${table} WHERE source_id IN (${at.earlier}) ORDER BY id DESC LIMIT 1`)
      .pluck()
      .get() as number | undefined
    if (floor === undefined) continue
    if (table === 'label') await labelsAnew(ctx, floor, at, found.label)
    else await statesAnew(ctx, table, floor, at, found[table])
  }
  return found
}

/** Notes what was found. Call it in the transaction that publishes the sources. */
export function markSuperseded(db: Database, found: Superseded): void {
  for (const table of ['relation', 'link', 'label'] as const) supersede(db, table, found[table])
}

interface At {
  readonly imports: ReadonlyMap<number, number>
  readonly mine: string
  readonly earlier: string
  again(table: SupersededTable, id: number): boolean
}

/** A row's values behind its keys. */
type Statement = { id: number; source: number; begins: number | null; values: (number | null)[] }

async function statesAnew(
  ctx: ComputeContext,
  table: 'relation' | 'link',
  floor: number,
  { imports, mine, earlier, again }: At,
  found: StatedAnew,
): Promise<void> {
  const { db } = ctx
  const { keys, begins, values } = STATES[table]
  const most = (of: string) => (db.prepare(`SELECT max(id) FROM ${of}`).pluck().get() as number | null) ?? 0
  const names = {
    src_id: 'account',
    dst_id: 'account',
    account_id: 'account',
    entity_id: 'entity',
    type_id: 'term',
  }
  const largest = keys.map((key) => most(names[key]))
  const maxId = most(table)
  const columns = packed(keys.map((column, k) => ({ column, largest: largest[k]! })))
  const row = db.prepare(`SELECT source_id, ${begins}, ${values.join(', ')} FROM ${table} WHERE id = ?`).raw()
  const read = (id: number): Statement => {
    const [source, begin, ...rest] = row.get(id) as (number | null)[]
    return { id, source: source!, begins: begin!, values: rest }
  }
  for (let from = floor; from < maxId;) {
    const index = new KeyIndex(keys.length, Math.min(CHUNK, maxId - from))
    const rows = { table, where: ` AND source_id IN (${mine})`, maxId, from }
    from = await forEachKey(ctx, rows, columns, (id, key, i) => {
      index.add(key, i, id)
      return !index.full
    })
    const before = { table, where: ` AND source_id IN (${earlier})`, maxId: floor, from: 0 }
    await forEachKey(ctx, before, columns, (id, key, i) => {
      const candidates = index.at(key, i)
      if (candidates.length === 0 || again(table, id)) return true
      const old = read(id)
      const same = candidates.map(read).filter((one) => sameBeginning(old, one))
      // A further copy of what is there already: both count.
      if (same.length === 0 || same.some((one) => sameValues(old, one))) return true
      if (imports.get(old.source)! < imports.get(same[0]!.source)!) found.add(id, same.at(-1)!.source)
      else for (const one of same) found.add(one.id, old.source)
      return true
    })
  }
}

const sameBeginning = (a: Statement, b: Statement) =>
  a.begins === null || b.begins === null || a.begins === b.begins
const sameValues = (a: Statement, b: Statement) =>
  a.begins === b.begins && a.values.every((value, i) => value === b.values[i])

/** Visits ids and keys of rows in ascending order until told to stop; answers the last id that was visited. */
async function forEachKey(
  ctx: ComputeContext,
  rows: { table: string; where: string; maxId: number; from: number },
  columns: ReturnType<typeof packed>,
  visit: (id: number, keys: readonly Uint32Array[], i: number) => boolean,
): Promise<number> {
  let last = rows.maxId
  let stopped = false
  await forEachPage(
    ctx,
    rows,
    [...columns.expressions, 'id'],
    (page, length) => {
      const keys = columns.unpack(page, length)
      const ids = page[columns.expressions.length] as number[]
      for (let i = 0; i < length && !stopped; i++) {
        if (visit(ids[i]!, keys, i)) continue
        stopped = true
        last = ids[i]!
      }
    },
    () => stopped,
  )
  return last
}

/** Row ids by up to three whole numbers: open addressing over typed arrays, equal keys in a chain. */
class KeyIndex {
  private readonly slots: Uint32Array
  private readonly ids: Uint32Array
  private readonly chain: Uint32Array
  private readonly keys: Uint32Array
  private readonly width: number
  private length = 0

  constructor(width: number, capacity: number) {
    this.width = width
    this.slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(capacity, 8) * 2)))
    this.ids = new Uint32Array(capacity + 1)
    this.chain = new Uint32Array(capacity + 1)
    this.keys = new Uint32Array((capacity + 1) * width)
  }

  get full(): boolean {
    return this.length === this.ids.length - 1
  }

  add(keys: readonly Uint32Array[], i: number, id: number): void {
    const slot = this.slotOf(keys, i)
    const n = ++this.length
    for (let k = 0; k < this.width; k++) this.keys[n * this.width + k] = keys[k]![i]!
    this.ids[n] = id
    this.chain[n] = this.slots[slot]!
    this.slots[slot] = n
  }

  /** Ids of the rows with this key, ascending. */
  at(keys: readonly Uint32Array[], i: number): number[] {
    const ids: number[] = []
    for (let n = this.slots[this.slotOf(keys, i)]!; n > 0; n = this.chain[n]!) ids.push(this.ids[n]!)
    return ids.reverse()
  }

  /** The slot that holds the key, or the free one where it belongs. */
  private slotOf(keys: readonly Uint32Array[], i: number): number {
    const mask = this.slots.length - 1
    let hash = 0
    for (let k = 0; k < this.width; k++) {
      hash = Math.imul(hash ^ keys[k]![i]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const n = this.slots[slot]!
      if (n === 0) return slot
      let same = true
      for (let k = 0; k < this.width && same; k++) same = this.keys[n * this.width + k] === keys[k]![i]!
      if (same) return slot
    }
  }
}

/** Labels by the same source about the same account: of dated ones, only what is said of the same moment is said anew. */
async function labelsAnew(
  ctx: ComputeContext,
  floor: number,
  { imports, mine, earlier, again }: At,
  found: StatedAnew,
): Promise<void> {
  const STEP = 20_000
  const maxId = (ctx.db.prepare('SELECT max(id) FROM label').pluck().get() as number | null) ?? 0
  const pairs = ctx.db
    .prepare(
      `SELECT n.id, n.source_id, e.id, e.source_id, n.label = e.label AND n.ts IS e.ts
       FROM label n CROSS JOIN label e ON e.account_id = n.account_id AND e.id <= ${floor} AND e.label_source IS n.label_source
         AND (e.ts IS NULL OR n.ts IS NULL OR e.ts = n.ts)
       WHERE n.id > ? AND n.id <= ? AND n.source_id IN (${mine}) AND e.source_id IN (${earlier}) ORDER BY e.id, n.id`,
    )
    .raw()
  for (let from = floor; from < maxId; from += STEP) {
    const rows = pairs.all(from, from + STEP) as [number, number, number, number, number][]
    const same = new Set(rows.filter((r) => r[4] === 1).map((r) => r[2]))
    for (const [id, source, old, oldSource] of rows) {
      if (same.has(old) || again('label', old)) continue
      if (imports.get(oldSource)! < imports.get(source)!) found.add(old, source)
      else found.add(id, oldSource)
    }
    await ctx.checkpoint()
  }
}
