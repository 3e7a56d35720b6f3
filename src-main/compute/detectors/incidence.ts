import { Random } from '../communities/random.ts'
import { PairTable } from '../graph/pair-table.ts'
import { nodeFinder } from './known-bad.ts'
import type { Pace } from '../../common/pace.ts'
import type { DetectorInput } from './types.ts'

/** What accounts did in common: column c was used by the nodes nodes[offsets[c] .. offsets[c+1]), ascending. */
export interface Incidence {
  /** Accounts. */
  readonly n: number
  readonly offsets: Uint32Array
  readonly nodes: Uint32Array
  readonly columns: readonly Column[]
  /** Columns left out because too many accounts share them. */
  readonly hubs: number
}

/** A thing (bin null), a thing in a time bin, or (entity null) a kind of event in a time bin. */
export interface Column {
  readonly entity: number | null
  readonly kind: number | null
  /** Milliseconds UTC at which the bin begins. */
  readonly from: number | null
}

export type Over = 'entities' | 'entity-times' | 'times'

/** Rows read between two checkpoints, ~20 ms. */
const PAGE_ROWS = 20_000
const MINUTE = 60_000
const READY = 'source_id IN (SELECT id FROM ready_source)'

export interface IncidenceOptions {
  over: Over
  binMinutes: number
  /** Columns of more accounts are left out. */
  hubCap: number
}

/**
 * Reads who shares what from ready links and events. 'entities': entities of links, ip and device of events.
 * 'entity-times': ip and device of events per time bin. 'times': kind of event per time bin. Columns of one account
 * say nothing and are left out, as are those of more than `hubCap`. In a stability run each fact is left out
 * with chance input.droppedFacts, by `seed`. Memory follows distinct (account, entity) pairs; with times, the
 * columns that are shared and one bin's events.
 */
export async function readIncidence(
  input: DetectorInput,
  options: IncidenceOptions,
  seed: number,
  pace: Pace,
): Promise<Incidence> {
  const nodeOf = nodeFinder(input.graph.accountIds)
  const drop = input.droppedFacts > 0 ? new Random(seed) : null
  /** The node of a fact's account; -1 where the fact does not count. */
  const counted = (account: number): number =>
    drop !== null && drop.next() < input.droppedFacts ? -1 : nodeOf(account)
  const columns = new Columns(input.graph.accountIds.length, options.hubCap)
  if (options.over === 'entities') await readEntities(input, counted, columns, pace)
  else await readTimes(input, options, counted, columns, pace)
  return columns.done()
}

/** Collects columns one by one. */
class Columns {
  readonly n: number
  private readonly hubCap: number
  private readonly offsets = [0]
  private readonly columns: Column[] = []
  private nodes = new Uint32Array(1 << 16)
  private length = 0
  private hubs = 0

  constructor(n: number, hubCap: number) {
    this.n = n
    this.hubCap = hubCap
  }

  /** `nodes` ascend without repetition. */
  add(column: Column, nodes: ArrayLike<number>): void {
    if (nodes.length < 2) return
    if (nodes.length > this.hubCap) return void this.hubs++
    if (this.length + nodes.length > this.nodes.length) {
      const grown = new Uint32Array(2 * (this.length + nodes.length))
      grown.set(this.nodes.subarray(0, this.length))
      this.nodes = grown
    }
    this.nodes.set(nodes, this.length)
    this.length += nodes.length
    this.offsets.push(this.length)
    this.columns.push(column)
  }

  done(): Incidence {
    const { n, hubs, columns } = this
    return {
      n,
      hubs,
      columns,
      offsets: Uint32Array.from(this.offsets),
      nodes: this.nodes.slice(0, this.length),
    }
  }
}

async function readEntities(
  { db }: DetectorInput,
  counted: (account: number) => number,
  columns: Columns,
  pace: Pace,
): Promise<void> {
  const largest = (table: string) =>
    db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
  const all = largest('link') + largest('event')
  const table = new PairTable(largest('entity') + 1, Math.max(1, columns.n), 'max')
  const use = (entity: number | null, account: number): void => {
    const u = entity === null ? -1 : counted(account)
    if (u >= 0) table.push(entity!, u, 0)
  }
  let before = 0
  for (const [name, fields] of [
    ['link', 'entity_id, NULL'],
    ['event', 'ip_id, device_id'],
  ]) {
    const statement = db
      .prepare(`SELECT id, account_id, ${fields} FROM ${name} WHERE id > ? AND ${READY} ORDER BY id LIMIT ?`)
      .raw(true)
    for (let last = -1; ;) {
      const rows = statement.all(last, PAGE_ROWS) as [number, number, number | null, number | null][]
      for (const [, account, first, second] of rows) {
        use(first, account)
        use(second, account)
      }
      last = rows.at(-1)?.[0] ?? last
      pace.progress({
        phase: 'detect.read',
        done: before + Math.max(0, last),
        total: 2 * all + 1,
        unit: 'rows',
      })
      await pace.checkpoint()
      if (rows.length < PAGE_ROWS) break
    }
    before += largest(name)
  }
  const { a, b, length } = table.distinct()
  for (let from = 0; from < length;) {
    let to = from + 1
    while (to < length && a[to] === a[from]) to++
    columns.add({ entity: a[from], kind: null, from: null }, b.subarray(from, to))
    from = to
  }
}

/** Bin by bin along the index of times, so that only one bin's events are held. */
async function readTimes(
  { db }: DetectorInput,
  { over, binMinutes }: IncidenceOptions,
  counted: (account: number) => number,
  columns: Columns,
  pace: Pace,
): Promise<void> {
  const bin = binMinutes * MINUTE
  const next = db.prepare('SELECT min(ts) FROM event WHERE ts >= ?').pluck()
  const last = db.prepare('SELECT max(ts) FROM event').pluck().get() as number | null
  const rowsOf = db
    .prepare(
      `SELECT account_id, kind_id, ip_id, device_id FROM event INDEXED BY event_ts
       WHERE ts >= ? AND ts < ? AND ${READY}`,
    )
    .raw(true)
  const first = next.get(-Number.MAX_SAFE_INTEGER) as number | null
  for (let at = first; at !== null;) {
    const from = Math.floor(at / bin) * bin
    const users = new Map<number, Set<number>>()
    const use = (key: number | null, u: number): void => {
      if (key === null || u < 0) return
      const set = users.get(key)
      if (set === undefined) users.set(key, new Set([u]))
      else set.add(u)
    }
    for (const row of rowsOf.iterate(from, from + bin) as IterableIterator<(number | null)[]>) {
      const u = counted(row[0]!)
      if (over === 'times') use(row[1], u)
      else {
        use(row[2], u)
        use(row[3], u)
      }
    }
    for (const key of Array.from(users.keys()).sort((x, y) => x - y)) {
      const column = over === 'times' ? { entity: null, kind: key, from } : { entity: key, kind: null, from }
      columns.add(column, Uint32Array.from(users.get(key)!).sort())
    }
    pace.progress({
      phase: 'detect.read',
      done: from - first!,
      total: 2 * Math.max(1, last! - first!),
      unit: 'rows',
    })
    await pace.checkpoint()
    at = next.get(from + bin) as number | null
  }
}
