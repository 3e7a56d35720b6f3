import type { ComputeContext } from '../context.ts'
import type { Recipe } from '../../common/recipe.ts'
import { PairTable, type Pairs } from './pair-table.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'
import type { ChannelPlan } from './plan-channels.ts'

const NONE = 0xffffffff
/** Rows read between two checkpoints: ~20 ms, and no statement stays open while others use the connection. */
const PAGE_ROWS = 20_000

/** Every ready account: node u is accountIds[u]; nodeOf maps an account id back, NONE where it is no node. */
export interface AccountIndex {
  readonly accountIds: Uint32Array
  nodeOf(accountId: number): number
}

export interface FactCounts {
  relationRows: number
  linkRows: number
  eventRows: number
  selfRelations: number
  /** Relations whose weight is not above 0. */
  nonPositive: number
  /** Facts outside the window, undated ones included where a window is set. */
  outside: number
}

export interface Facts {
  readonly accounts: AccountIndex
  /** Per relation channel: distinct pairs a < b of nodes and their summed, decayed weight. */
  readonly relations: ReadonlyMap<number, Pairs>
  /** Distinct (entity id, node) and when that account was last seen with the entity (-Infinity: undated). */
  readonly incidence: Pairs
  /** Newest moment of a fact inside the window; -Infinity where nothing is dated. */
  readonly newest: number
  readonly counts: FactCounts
}

type Row = (number | null)[]

/** Runs `sql` (… WHERE id > ? … ORDER BY id LIMIT ?; id first) page by page; a row is a plain array. */
async function forEachRow(ctx: ComputeContext, sql: string, onRow: (row: Row) => void): Promise<number> {
  const statement = ctx.db.prepare(sql).raw(true)
  let last = -1
  let rows = 0
  for (;;) {
    let page = 0
    for (const row of statement.iterate(last, PAGE_ROWS) as IterableIterator<Row>) {
      onRow(row)
      last = row[0] as number
      page++
    }
    rows += page
    await ctx.checkpoint()
    if (page < PAGE_ROWS) return rows
  }
}

export async function readAccounts(ctx: ComputeContext): Promise<AccountIndex> {
  const { n } = ctx.db.prepare('SELECT count(*) AS n FROM ready_account').get() as { n: number }
  const accountIds = new Uint32Array(n)
  let at = 0
  await forEachRow(ctx, 'SELECT id FROM ready_account WHERE id > ? ORDER BY id LIMIT ?', (row) => {
    accountIds[at++] = row[0] as number
  })
  const nodes = new Uint32Array(n === 0 ? 0 : accountIds[n - 1] + 1).fill(NONE)
  for (let u = 0; u < n; u++) nodes[accountIds[u]] = u
  return { accountIds, nodeOf: (id) => (id < nodes.length ? nodes[id] : NONE) }
}

/** The newest moment of any ready relation, link or event that the window lets in. */
function newestFact(ctx: ComputeContext, window: Recipe['window']): number {
  let newest = -Infinity
  for (const sql of [
    'SELECT max(coalesce(last_seen, first_seen)) FROM relation',
    'SELECT max(coalesce(last_seen, first_seen)) FROM link',
    'SELECT max(ts) FROM event',
  ]) {
    const column = sql.includes('event') ? 'ts' : 'coalesce(first_seen, last_seen)'
    const bound = window === null ? '' : ` AND ${column} < ${window.to}`
    const where = ` WHERE source_id IN (SELECT id FROM ready_source)${bound}`
    const max = ctx.db
      .prepare(sql + where)
      .pluck()
      .get() as number | null
    if (max !== null) newest = Math.max(newest, window === null ? max : Math.min(max, window.to - 1))
  }
  return newest
}

/** About how many fact rows there are: ids have few gaps, and counting would be another scan. */
function countRows(ctx: ComputeContext): number {
  const sql = ['relation', 'link', 'event'].map((table) => `coalesce((SELECT max(id) FROM ${table}), 0)`)
  return Math.max(
    1,
    ctx.db
      .prepare(`SELECT ${sql.join(' + ')}`)
      .pluck()
      .get() as number,
  )
}

/** Reads every ready relation, link and event once. Memory follows distinct pairs, not rows. */
export async function readFacts(
  ctx: ComputeContext,
  recipe: Recipe,
  accounts: AccountIndex,
  plan: ChannelPlan,
): Promise<Facts> {
  const n = accounts.accountIds.length
  const counts: FactCounts = {
    relationRows: 0,
    linkRows: 0,
    eventRows: 0,
    selfRelations: 0,
    nonPositive: 0,
    outside: 0,
  }
  const newest = newestFact(ctx, recipe.window)
  const halfLife = recipe.decayHalfLifeDays
  const ready = 'source_id IN (SELECT id FROM ready_source)'
  let done = 0
  const all = countRows(ctx)
  const tell = () => ctx.progress({ phase: 'graph.read', done: (50 * done) / all, total: 100, unit: 'steps' })

  const tables = new Map<number, PairTable>()
  if (plan.relationChannel.size > 0) {
    counts.relationRows = await forEachRow(
      ctx,
      `SELECT id, src_id, dst_id, type_id, weight, first_seen, last_seen FROM relation
       WHERE id > ? AND ${ready} ORDER BY id LIMIT ?`,
      (row) => {
        if (++done % PAGE_ROWS === 0) tell()
        const channel = plan.relationChannel.get(row[3] as number)
        if (channel === undefined) return
        const u = accounts.nodeOf(row[1] as number)
        const v = accounts.nodeOf(row[2] as number)
        if (u === NONE || v === NONE) return
        if (u === v) return void counts.selfRelations++
        const weight = row[4] as number
        if (!(weight > 0)) return void counts.nonPositive++
        const at = lastSeenInWindow(row[5], row[6], recipe.window)
        if (at === null) return void counts.outside++
        let table = tables.get(channel)
        if (table === undefined) tables.set(channel, (table = new PairTable(n, n, 'sum')))
        table.push(Math.min(u, v), Math.max(u, v), weight * decayFactor(at, newest, halfLife))
      },
    )
  }

  const incidence = new PairTable(plan.entityChannel.length, n, 'max')
  const use = (accountId: number, entityId: number, at: number): void => {
    if (plan.entityChannel[entityId] === 0) return
    const u = accounts.nodeOf(accountId)
    if (u !== NONE) incidence.push(entityId, u, at)
  }
  if (plan.hasEntities) {
    counts.linkRows = await forEachRow(
      ctx,
      `SELECT id, account_id, entity_id, first_seen, last_seen FROM link
       WHERE id > ? AND ${ready} ORDER BY id LIMIT ?`,
      (row) => {
        if (++done % PAGE_ROWS === 0) tell()
        const at = lastSeenInWindow(row[3], row[4], recipe.window)
        if (at === null) return void counts.outside++
        use(row[1] as number, row[2] as number, at)
      },
    )
    counts.eventRows = await forEachRow(
      ctx,
      `SELECT id, account_id, ip_id, device_id, ts FROM event
       WHERE id > ? AND ${ready} ORDER BY id LIMIT ?`,
      (row) => {
        if (++done % PAGE_ROWS === 0) tell()
        const at = lastSeenInWindow(row[4], row[4], recipe.window)
        if (at === null) return void counts.outside++
        if (row[2] !== null) use(row[1] as number, row[2], at)
        if (row[3] !== null) use(row[1] as number, row[3], at)
      },
    )
  }
  tell()
  const relations = new Map<number, Pairs>()
  for (const [channel, table] of tables) {
    relations.set(channel, table.distinct())
    await ctx.checkpoint()
  }
  return { accounts, relations, incidence: incidence.distinct(), newest, counts }
}
