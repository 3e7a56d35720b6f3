import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import { FEATURES, FEATURE_INDEX } from './feature-list.ts'
import { absentFeatures, rawFeatures } from './features.ts'
import { familiesOf } from '../facts/structure.ts'

const DAY = 86_400_000
let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
})
afterEach(() => w.close())

const term = (domain: string, value: string): number => {
  w.db.prepare('INSERT OR IGNORE INTO term (domain, value) VALUES (?, ?)').run(domain, value)
  return w.db
    .prepare('SELECT id FROM term WHERE domain = ? AND value = ?')
    .pluck()
    .get(domain, value) as number
}
function happening(account: number, ts: number, kind: string, outcome: string | null = null, source = 1) {
  w.db
    .prepare(
      'INSERT INTO event (account_id, ts, kind_id, outcome_id, source_id, row) VALUES (?, ?, ?, ?, ?, 1)',
    )
    .run(account, ts, term('event_kind', kind), outcome && term('outcome', outcome), source)
}
function record(account: number, registeredAt: number | null, source = 1) {
  w.db
    .prepare('INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, ?, 1)')
    .run(account, registeredAt, source)
}
function report(account: number, reporter: number | null, source = 1) {
  w.db
    .prepare(
      "INSERT INTO report (key, account_id, reporter_id, text, source_id, row) VALUES ('r', ?, ?, 't', ?, 1)",
    )
    .run(account, reporter, source)
}
async function compute() {
  const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
  const raw = await rawFeatures(w.ctx, graph, familiesOf(graph))
  const of = (name: string) =>
    Array.from({ length: raw.n }, (_, u) => raw.values[u * FEATURES.length + FEATURE_INDEX.get(name)!])
  return { raw, of }
}

describe('rawFeatures', () => {
  it('counts who shares what, hubs and events included', async () => {
    w.accounts('a', 'b', 'c', 'd')
    w.link(1, 'device', 'phone')
    w.link(2, 'device', 'phone')
    w.link(2, 'device', 'tablet')
    w.link(1, 'payment', 'card')
    w.event(3, DAY, { ip: '10.0.0.1', device: 'phone' })
    w.event(3, 2 * DAY, { ip: '10.0.0.1' })
    w.event(1, DAY, { ip: '10.0.0.1' })
    w.event(1, DAY, { ip: '10.0.0.2' })
    // Not ready: must count nowhere.
    w.link(4, 'device', 'phone', { source: 2 })
    w.event(4, DAY, { ip: '10.0.0.1', source: 2 })
    const { of } = await compute()
    expect(of('devices')).toEqual([1, 2, 1, NaN])
    expect(of('device_crowd')).toEqual([3, 3, 3, NaN])
    expect(of('ips')).toEqual([2, NaN, 1, NaN])
    expect(of('ip_crowd')).toEqual([2, NaN, 2, NaN])
    expect(of('ip_crowd_least')).toEqual([1, NaN, 2, NaN])
    expect(of('others')).toEqual([1, NaN, NaN, NaN])
    expect(of('degree_entities')).toEqual([2, 2, 2, 0])
    expect(of('degree_relations')).toEqual([NaN, NaN, NaN, NaN])
  })

  it('reads logins, outcomes and other events', async () => {
    w.accounts('a', 'b')
    happening(1, DAY, 'login', 'ok')
    happening(1, DAY + 1, 'login', 'failed')
    happening(1, DAY + 2, 'payment')
    happening(1, DAY + 3, 'login', 'failed', 2)
    const { of } = await compute()
    expect(of('logins')).toEqual([2, 0])
    expect(of('other_events')).toEqual([1, 0])
    expect(of('login_failure_share')).toEqual([0.5, NaN])
  })

  it('takes the newest registration that is ready, or else the event', async () => {
    w.accounts('a', 'b', 'c', 'd')
    record(1, 5 * DAY)
    record(1, 10 * DAY)
    record(1, null)
    record(1, 1 * DAY, 2)
    happening(2, 15 * DAY, 'register')
    happening(3, 20 * DAY, 'login')
    record(4, null)
    const { of } = await compute()
    expect(of('account_age')).toEqual([10, 5, NaN, NaN])
  })

  it('counts reports by reporter', async () => {
    w.accounts('a', 'b', 'c')
    report(1, 2)
    report(1, 2)
    report(1, 3)
    report(1, null)
    report(3, null)
    report(2, 1, 2)
    const { of } = await compute()
    expect(of('reports_received')).toEqual([4, 0, 1])
    expect(of('reporters')).toEqual([2, 0, 0])
    expect(of('reports_made')).toEqual([0, 2, 1])
  })

  it('names what an export lacks', async () => {
    w.accounts('a', 'b', 'c')
    w.relation(1, 2)
    const { raw } = await compute()
    const absent = absentFeatures(raw)
    expect(absent).toContain('logins')
    expect(absent).toContain('reports_received')
    expect(absent).toContain('account_age')
    expect(absent).toContain('degree_entities')
    expect(absent).not.toContain('degree_relations')
  })

  it('never reads labels', async () => {
    w.accounts('a', 'b', 'c')
    w.relation(1, 2)
    happening(1, DAY, 'login')
    const before = await compute()
    w.db.exec(
      "INSERT INTO label (account_id, label, source_id, row) VALUES (1, 'malicious', 1, 1), (2, 'benign', 1, 2)",
    )
    expect((await compute()).raw.values).toEqual(before.raw.values)
  })

  it('goes through more accounts than a page holds', async () => {
    const n = 1203
    w.accounts(...Array.from({ length: n }, (_, k) => `a${k}`))
    for (let id = 1; id <= n; id += 100) for (let k = 0; k < 3; k++) happening(id, DAY * id + k, 'login')
    const { of } = await compute()
    of('logins').forEach((count, u) => expect(count).toBe(u % 100 === 0 ? 3 : 0))
  })

  it('stops when cancelled', async () => {
    w.accounts('a', 'b')
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    w.abort()
    await expect(rawFeatures(w.ctx, graph, familiesOf(graph))).rejects.toMatchObject({ code: 'cancelled' })
  })
})
