import { afterEach, beforeEach, expect, test } from 'vitest'
import { isCancelled } from '../../common/errors.ts'
import { testWorkspace } from '../graph/test-workspace.ts'
import type { TestWorkspace } from '../graph/test-workspace.ts'
import { communityOfAccount, NO_COMMUNITY } from './groups.ts'
import { runSeriesStep } from './step.ts'
import { eventTimes, seeded, weekly } from './testing.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const NONE = new Uint32Array(0)
let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
  known.clear()
})
afterEach(() => ws.close())

const known = new Map<string, number>()
function term(domain: string, value: string): number {
  const key = `${domain} ${value}`
  const before = known.get(key)
  if (before !== undefined) return before
  ws.db.prepare('INSERT OR IGNORE INTO term (domain, value) VALUES (?, ?)').run(domain, value)
  const id = ws.db.prepare('SELECT id FROM term WHERE domain = ? AND value = ?').pluck()
  known.set(key, id.get(domain, value) as number)
  return known.get(key) as number
}

interface Fact {
  account?: number
  ts: number
  kind?: string
  context?: string
  country?: string
  outcome?: string
  tz?: number
  source?: number
}

function addEvents(facts: readonly Fact[]): void {
  const insert = ws.db.prepare(
    `INSERT INTO event (account_id, ts, tz_offset, kind_id, context_id, country_id, outcome_id, source_id, row)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  ws.db.transaction(() => {
    facts.forEach((f, row) =>
      insert.run(
        f.account ?? 1,
        f.ts,
        f.tz ?? null,
        term('event_kind', f.kind ?? 'login'),
        f.context ? term('context', f.context) : null,
        f.country ? term('country', f.country) : null,
        f.outcome ? term('outcome', f.outcome) : null,
        f.source ?? 1,
        row + 1,
      ),
    )
  })()
}

function register(account: number, at: number | null, attributes = '{}', source = 1): void {
  ws.db
    .prepare(
      'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, ?, 1)',
    )
    .run(account, at, attributes, source)
}

const anomalies = (runId: number) =>
  ws.db.prepare('SELECT * FROM anomaly WHERE run_id = ? ORDER BY id').all(runId) as Record<string, never>[]
interface Run {
  status: string
  kind: string
  parent_run_id: number | null
  stats: Record<string, unknown>
  inputs: Record<string, string>
}
function run(runId: number): Run {
  const row = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as Record<string, string>
  return { ...row, stats: JSON.parse(row['stats']), inputs: JSON.parse(row['inputs']) } as unknown as Run
}
const quiet = (hours: number, base: number, seed: number): number[] =>
  eventTimes(hours, weekly(base), seeded(seed)).map((t) => START + Math.floor(t))

test('nothing, and one event, are empty runs and not errors', async () => {
  const empty = await runSeriesStep(ws.ctx, null, NONE)
  expect(empty.anomalies).toBe(0)
  expect(run(empty.runId)).toMatchObject({ status: 'done', kind: 'series', stats: { groups: 0, tests: 0 } })
  ws.accounts('a')
  addEvents([{ ts: START }])
  register(1, START)
  const one = await runSeriesStep(ws.ctx, null, NONE)
  expect(one.anomalies).toBe(0)
  expect(run(one.runId)).toMatchObject({ stats: { logins: 1, registrations: 1, groups: 0 } })
})

test('a burst of failed logins in one context is found there, with its counts, in time', async () => {
  ws.accounts('a')
  const at = START + 400 * HOUR
  const background = quiet(5 * 168, 4, 1).map((ts, i) => ({
    ts,
    context: i % 2 ? 'web' : 'app',
    outcome: i % 10 ? 'success' : 'failure',
  }))
  const attack = Array.from({ length: 90 }, (_, i) => ({
    ts: at + i * 60_000,
    context: 'api',
    outcome: 'failure',
  }))
  addEvents([...background, ...attack])
  const { runId, anomalies: n } = await runSeriesStep(ws.ctx, null, NONE)
  const rows = anomalies(runId)
  expect(rows).toHaveLength(n)
  expect(new Set(rows.map((r) => r['window_start']))).toEqual(new Set([at]))
  const api = rows.filter((r) => r['group_kind'] === 'context' && r['series'] === 'failed_logins')
  expect(api).toHaveLength(1)
  expect(api[0]).toMatchObject({ group_key: 'api', window_end: at + 2 * HOUR, observed: 90 })
  expect(api[0]['expected']).toBeLessThan(5)
  expect(api[0]['q']).toBeLessThan(1e-9)
  expect(api[0]['score']).toBeGreaterThan(5)
  // The other contexts were quiet, and all logins of this hour stand out too.
  expect(rows.some((r) => ['web', 'app'].includes(r['group_key']))).toBe(false)
  expect(rows.some((r) => r['group_kind'] === 'all' && r['series'] === 'failed_logins')).toBe(true)
})

test('a community of 20 that logs in together is found by its community, a smaller one is not looked at', async () => {
  ws.accounts(...Array.from({ length: 60 }, (_, i) => `a${i}`))
  const random = seeded(22)
  const background = quiet(6 * 168, 25, 2).map((ts) => ({ ts, account: 1 + Math.floor(random() * 60) }))
  const at = START + 486 * HOUR
  const together = Array.from({ length: 20 }, (_, i) => ({ ts: at + i * 1000, account: 1 + i }))
  addEvents([...background, ...together, ...together])
  const accountIds = Uint32Array.from({ length: 60 }, (_, i) => i + 1)
  const membership = Uint32Array.from({ length: 60 }, (_, i) => (i < 20 ? 0 : i < 39 ? 1 : NO_COMMUNITY))
  const communities = { runId: parentRun(), membership, count: 2 }
  expect(communityOfAccount(communities, accountIds).slice(0, 23)).toEqual(
    Uint32Array.from({ length: 23 }, (_, id) => (id >= 1 && id <= 20 ? 0 : NO_COMMUNITY)),
  )
  const { runId } = await runSeriesStep(ws.ctx, communities, accountIds)
  expect(anomalies(runId).filter((r) => r['group_kind'] === 'community')).toMatchObject([
    { series: 'logins', group_kind: 'community', group_key: '0', window_start: at, window_end: at + HOUR },
  ])
  expect(run(runId)).toMatchObject({ parent_run_id: communities.runId })
  expect(run(runId)['inputs']['communities']).toMatch(/^[0-9a-f]{64}$/)
})

function parentRun(): number {
  const sql = `INSERT INTO run (kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
    VALUES ('communities', 'x', '1', '{}', '{}', 'done', 0, '0')`
  return Number(ws.db.prepare(sql).run().lastInsertRowid)
}

test('registrations count each account once, by accounts.csv before register events, per channel', async () => {
  const n = 330
  ws.accounts(...Array.from({ length: n }, (_, i) => `a${i}`))
  const at = START + 200 * HOUR
  for (let i = 0; i < 300; i++) register(i + 1, START + i * 1.3 * HOUR, '{"channel":"organic"}')
  for (let i = 300; i < n; i++) register(i + 1, at + (i - 300) * 20_000, '{"channel":"invite","x":"1"}')
  // Said again later as events: not further registrations.
  addEvents(
    Array.from({ length: n }, (_, i) => ({ account: i + 1, ts: START + 600 * HOUR, kind: 'register' })),
  )
  const { runId } = await runSeriesStep(ws.ctx, null, NONE)
  expect(run(runId)).toMatchObject({ stats: { registrations: n, logins: 0 } })
  const rows = anomalies(runId)
  expect(rows.map((r) => [r['group_kind'], r['group_key']])).toEqual([
    ['all', ''],
    ['context', 'invite'],
  ])
  for (const row of rows) {
    expect(row['window_start']).toBe(at)
    expect(row['window_end']).toBe(at + 600_000)
  }
  expect(rows[1]['observed']).toBe(30)
})

test('sources that are not ready do not count', async () => {
  ws.accounts('a')
  addEvents([
    ...quiet(600, 3, 4).map((ts) => ({ ts })),
    ...Array.from({ length: 200 }, () => ({ ts: START + 300 * HOUR, source: 2 })),
  ])
  register(1, START, '{}', 2)
  const { runId, anomalies: n } = await runSeriesStep(ws.ctx, null, NONE)
  expect(n).toBe(0)
  expect(run(runId)).toMatchObject({ stats: { registrations: 0 } })
})

test('the dominant offset is stated and hours begin on it, across a change of clocks', async () => {
  ws.accounts('a')
  // Eight weeks of a 09:30 local routine; the clocks go back an hour in the last two.
  const facts: Fact[] = []
  for (let day = 0; day < 56; day++)
    for (let k = 0; k < 12; k++) {
      const tz = day < 42 ? 330 : 270
      facts.push({ ts: START + day * 24 * HOUR + 9.5 * HOUR + k * 60_000 - tz * 60_000, tz })
    }
  addEvents(facts)
  const { runId } = await runSeriesStep(ws.ctx, null, NONE)
  expect(run(runId)).toMatchObject({ stats: { offsetMinutes: 330 } })
  // The fixed offset sees the routine an hour late after the change: stated in docs/series.md, so pinned here.
  for (const row of anomalies(runId)) {
    expect(row['window_start']).toBeGreaterThanOrEqual(START + 42 * 24 * HOUR)
    expect((row['window_start'] + 330 * 60_000) % HOUR).toBe(0)
  }
})

test('cancel stops it, and leaves no finished run', async () => {
  ws.accounts('a')
  addEvents(quiet(400, 5, 5).map((ts) => ({ ts })))
  ws.abort()
  const failure = await runSeriesStep(ws.ctx, null, NONE).catch((error: unknown) => error)
  expect(isCancelled(failure)).toBe(true)
  expect(ws.db.prepare(`SELECT count(*) FROM run WHERE status = 'done'`).pluck().get()).toBe(0)
})
