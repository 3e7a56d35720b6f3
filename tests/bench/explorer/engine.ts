import Sqlite, { type Database } from 'better-sqlite3'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Selection } from '../../../src-main/common/contract/selection.ts'
import { NUMBER_OF, numberOf, whereOf } from '../../../src-main/common/selection/where.ts'
import { channelBytes } from '../../../src-main/compute/explore/channels.ts'
import { mask, places } from '../../../src-main/compute/explore/handlers.ts'
import { pageOf } from '../../../src-main/compute/explore/page.ts'
import { ExploreState } from '../../../src-main/compute/explore/state.ts'
import { timelineCounts } from '../../../src-main/compute/explore/timeline.ts'
import { migrations } from '../../../src-main/core/db/migrations/index.ts'

/**
 * The explorer's engine against the same questions as SQL, on the same tables in the same run. `--accounts N --events M`
 * (default 200,000 and 4,000,000; the budget of issue 5 is 1,000,000 and 20,000,000). Tables are filled by SQL with simulated
 * numbers: what is measured is reading, not meaning. `--no-sql` leaves the peer out, `--workspace DIR` keeps the tables.
 */
const { values: options } = parseArgs({
  options: {
    accounts: { type: 'string', default: '200000' },
    events: { type: 'string', default: '4000000' },
    workspace: { type: 'string' },
    'no-sql': { type: 'boolean', default: false },
  },
})
const n = Number(options.accounts)
const m = Number(options.events)
const START = 1_700_000_000_000
const YEAR = 365 * 86_400_000
const RUNS = { graph: 1, communities: 2, layout: 3, scores: 4, report_classes: 5 }
const communities = Math.max(1, Math.floor(n / 20))

function fill(db: Database): void {
  for (const { sql } of migrations) db.exec(sql)
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -500000')
  db.pragma('foreign_keys = OFF')
  const indexes = db
    .prepare(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event' AND sql IS NOT NULL`,
    )
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`)
  const numbers = (count: number) =>
    `WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < ${count})`
  // Multiplying by an odd number and cutting: spread well enough, and the same every time.
  const spread = (factor: number, below: number) => `((i * ${factor}) >> 7) % ${below}`
  db.exec(`
    INSERT INTO source (id, path, table_name, sha256, rows_stored, status, imported_at)
      VALUES (1, '/a.csv', 'accounts', 'a', ${n}, 'ready', 0), (2, '/e.csv', 'events', 'e', ${m}, 'ready', 0);
    INSERT INTO term (id, domain, value) VALUES (1, 'event_kind', 'login'), (2, 'event_kind', 'register'),
      (3, 'event_kind', 'payment'), (4, 'outcome', 'ok'), (5, 'outcome', 'fail'), (6, 'context', 'web'),
      (7, 'context', 'app'), (8, 'country', 'CN'), (9, 'country', 'SG'), (10, 'entity_type', 'device'),
      (11, 'entity_type', 'ip');
    ${numbers(n)} INSERT INTO account SELECT i, 'u' || (i * 7919 % 99999989), 1, i FROM i;
    ${numbers(n)} INSERT INTO account_record SELECT i, i, ${START} + ${spread(2654435761, YEAR / 1000)} * 1000, 480,
      '{"region":"R' || (i % 30) || '","level":"' || (i % 90) || '"}', 1, i FROM i;
    ${numbers(Math.floor(n / 3))} INSERT INTO entity SELECT i, 10 + i % 2, 'e' || i, 1, i FROM i;
    ${numbers(n)} INSERT INTO link SELECT i, i, 1 + ${spread(40503, Math.floor(n / 3))}, NULL, NULL, 1, 1, i FROM i;
    ${numbers(m)} INSERT INTO event SELECT i, 1 + ${spread(2654435761, n)}, ${START} + i * ${Math.floor(YEAR / m / 1000) || 1} * 1000,
      480, 1 + (i % 10 = 0) + (i % 10 = 1) * 2, 6 + i % 2, NULL,
      CASE WHEN i % 4 = 0 THEN 1 + ${spread(48271, Math.floor(n / 3))} END,
      8 + (i % 7 = 0), NULL, 4 + (i % 9 = 0), NULL, 2, i FROM i;
    ${numbers(Math.floor(n / 20))} INSERT INTO label SELECT i, i * 20, CASE WHEN i % 3 THEN 'benign' ELSE 'malicious' END, NULL, i, 1, i FROM i;
    ${numbers(Math.floor(n / 10))} INSERT INTO report SELECT i, 'r' || i, 1 + ${spread(40503, n)}, NULL, ${START}, NULL, 'zh', NULL,
      CASE WHEN i % 5 THEN '广告刷屏' ELSE '加我微信，先垫付返利' END, 1, i FROM i;
    INSERT INTO report_fts (rowid, text) SELECT id, text FROM report;
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at, app_version) VALUES
      (1, 'graph', 'x', '1', '{}', '{}', NULL, 'done', 0, 'b'), (2, 'communities', 'x', '1', '{}', '{}', 1, 'done', 0, 'b'),
      (3, 'layout', 'x', '1', '{}', '{}', 2, 'done', 0, 'b'), (4, 'scores', 'x', '1', '{}', '{}', 1, 'done', 0, 'b'),
      (5, 'report_classes', 'x', '1', '{}', '{}', NULL, 'done', 0, 'b');
    ${numbers(communities)} INSERT INTO community SELECT 2, i - 1, 20, 1, 1, 0.1 FROM i;
    ${numbers(n)} INSERT INTO community_member SELECT 2, i, i % ${communities}, 1 FROM i;
    ${numbers(n)} INSERT INTO account_place SELECT 3, i, (i * 48271 % 20011) / 10.0, (i * 40503 % 20021) / 10.0 FROM i;
    ${numbers(n)} INSERT INTO score SELECT 4, i, (i * 48271 % 10007) / 10006.0 FROM i;
    INSERT INTO report_class SELECT 5, id, CASE WHEN id % 3 THEN 'spam' ELSE 'scam' END, 1, '{}' FROM report;
  `)
  for (const { sql } of indexes) db.exec(sql)
  db.exec('ANALYZE')
}

const given = options.workspace
const folder = given ?? mkdtempSync(join(tmpdir(), 'shoal-explore-'))
mkdirSync(folder, { recursive: true })
const file = join(folder, 'workspace.sqlite')
const say = (text: string) => process.stdout.write(`${text}\n`)
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
if (!existsSync(file)) {
  const from = performance.now()
  const made = new Sqlite(file)
  fill(made)
  made.close()
  say(
    `${n} accounts, ${m} events in ${((performance.now() - from) / 1000).toFixed(1)} s, ${mib(statSync(file).size)}`,
  )
}

const db = new Sqlite(file)
db.pragma('cache_size = -65536')
db.function(NUMBER_OF, { deterministic: true }, numberOf as never)

async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const from = performance.now()
  const value = await work()
  return { ms: performance.now() - from, value }
}
function line(name: string, engine: number, sql: number | null, note = ''): void {
  const peer =
    sql === null ? '' : `${sql.toFixed(1).padStart(10)} ms SQL ${(sql / engine).toFixed(0).padStart(7)}×`
  say(`${name.padEnd(34)}${engine.toFixed(1).padStart(9)} ms${peer}  ${note}`)
}
const bySql = async <T>(work: () => T): Promise<{ ms: number; value: T } | null> =>
  options['no-sql'] ? null : timed(work)

/**
 * Bytes of every buffer that is held, each once. What the process says of its buffers would be wrong: those of the columns
 * that were read before are given back whenever the collector comes to it.
 */
function bytesOf(value: unknown, seen = new Set<unknown>()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0
  seen.add(value)
  if (ArrayBuffer.isView(value)) {
    if (seen.has(value.buffer)) return 0
    seen.add(value.buffer)
    return value.buffer.byteLength
  }
  const inner = value instanceof Map ? [...value.values()] : Object.values(value)
  return inner.reduce<number>((sum, one) => sum + bytesOf(one, seen), 0)
}

async function load(name: string) {
  const state = new ExploreState(folder)
  const at = state.snapshot(RUNS)
  line(`${name}: places`, (await timed(() => places(at))).ms, null)
  line(`${name}: events`, (await timed(() => at.facts.events())).ms, null)
  line(`${name}: attributes`, (await timed(() => at.facts.attributes())).ms, null)
  line(`${name}: uses`, (await timed(() => at.facts.uses())).ms, null)
  line(`${name}: cells of time`, (await timed(() => at.facts.cells.get())).ms, null)
  line(`${name}: reports' texts`, (await timed(() => at.facts.texts.get())).ms, null)
  return { state, at }
}
if (!existsSync(join(folder, 'derived'))) (await load('open, from the tables')).state.close()
const { state, at } = await load('open, from the files')
const held = [
  await at.facts.accounts(),
  await at.facts.events(),
  await at.facts.attributes(),
  await at.facts.uses(),
  await at.facts.cells.get(),
  await at.facts.texts.get(),
  await at.runs.columns(),
]
say(`columns in memory: ${mib(bytesOf(held))} (process ${mib(process.memoryUsage().rss)})`)

const day = { from: START + YEAR / 2, to: START + YEAR / 2 + 86_400_000 }
const year = { from: START, to: START + YEAR }
const PARTS: Selection[] = [
  { communities: [1, 2, 3] },
  { accounts: [1, 2, 3] },
  { time: day },
  { time: year },
  { registered: day },
  { risk: { min: 0.9, max: 1 } },
  { text: '微信' },
  { reportClasses: ['scam'] },
  { verdicts: ['malicious'] },
  { labels: ['malicious'] },
  { entities: [1, 2, 3] },
  { sharing: { type: 'device', atLeast: 1 } },
  { sharing: { type: null, atLeast: 2 } },
  { attributes: [{ name: 'region', values: ['R7'] }] },
  { attributes: [{ name: 'level', min: 10, max: 20 }] },
]
for (const selection of PARTS) {
  const engine = await timed(() => mask(at, selection, []))
  // Pairs of accounts by SQL grow with the square of a thing's users: beyond small workspaces there is no waiting for it.
  const asked = selection.sharing === undefined || n <= 50_000
  const sql = !asked
    ? null
    : await bySql(() => {
        const where = whereOf(selection, 'a.id', { runs: RUNS, setIds: () => [] })
        return db
          .prepare(`SELECT count(*) FROM ready_account a WHERE ${where.sql}`)
          .pluck()
          .get(...where.params) as number
      })
  if (sql && sql.value !== engine.value.accounts)
    throw new Error(
      `${JSON.stringify(selection)}: SQL selects ${sql.value}, the engine ${engine.value.accounts}`,
    )
  line(
    `mask ${JSON.stringify(selection).slice(1, 29)}`,
    engine.ms,
    sql?.ms ?? null,
    `${engine.value.accounts} accounts`,
  )
}
const risky: Selection = { risk: { min: 0.9, max: 1 } }
for (const [name, selection, span] of [
  ['timeline, everything', {}, year],
  ['timeline, the riskiest tenth', risky, year],
  ['timeline, a day of everything', {}, day],
] as [string, Selection, typeof day][]) {
  const bins = { from: span.from, binMs: (span.to - span.from) / 300, count: 300 }
  const lanes = Array.from({ length: 8 }, (_, id) => ({ by: 'community' as const, id }))
  const engine = await timed(() => timelineCounts(at, selection, bins, lanes))
  const sql = await bySql(() => {
    const where = whereOf(selection, 'e.account_id', { runs: RUNS, setIds: () => [] })
    const rows = db
      .prepare(
        `SELECT CAST((e.ts - ?) / ? AS INTEGER), kind_id, outcome_id, count(*) FROM event e
         WHERE e.ts >= ? AND e.ts < ? AND ${where.sql} GROUP BY 1, 2, 3`,
      )
      .raw()
      .all(span.from, bins.binMs, span.from, span.to, ...where.params) as number[][]
    return rows.reduce((sum, row) => sum + row[3]!, 0)
  })
  if (sql && sql.value !== engine.value.eventsInView) throw new Error(`${name}: the counts differ`)
  line(name, engine.ms, sql?.ms ?? null, `${engine.value.eventsInView} events, 8 lanes (SQL: none)`)
}
for (const channel of ['risk', 'community', 'registered', 'events', 'attribute:region'])
  line(`channel ${channel}`, (await timed(() => channelBytes(channel, at))).ms, null)
for (const time of ['first', 'next']) {
  const page = { sort: 'events' as const, descending: true, offset: time === 'first' ? 0 : 100, limit: 100 }
  const engine = await timed(() => pageOf(at, risky, page))
  const sql = await bySql(() => {
    const where = whereOf(risky, 'a.id', { runs: RUNS, setIds: () => [] })
    return db
      .prepare(
        `SELECT a.id FROM ready_account a WHERE ${where.sql}
         ORDER BY (SELECT count(*) FROM event e WHERE e.account_id = a.id) DESC, a.id LIMIT 100 OFFSET ?`,
      )
      .pluck()
      .all(...where.params, page.offset)
  })
  if (sql && JSON.stringify(sql.value) !== JSON.stringify(engine.value.ids))
    throw new Error('The pages differ')
  line(`accounts by events, ${time} page`, engine.ms, sql?.ms ?? null)
}
state.close()
db.close()
if (given === undefined) rmSync(folder, { recursive: true, force: true })
