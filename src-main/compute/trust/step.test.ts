import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema } from '../../common/recipe.ts'
import { runCommunitiesStep } from '../communities/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { runGraphStep } from '../graph/step.ts'
import { readLabels, readRegistered } from './facts.ts'
import { earlierRunOf, runLineageStep } from './lineage-step.ts'
import { readOutsideUses } from './outside-uses.ts'
import { repetitionsFor, runTrustStep } from './step.ts'

const DAY = 86_400_000
let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
})
afterEach(() => ws.close())

const register = (account: number, at: number, source = 1) =>
  ws.db
    .prepare('INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, ?, 1)')
    .run(account, at, source)
const label = (account: number, word: string, ts: number | null = null, source = 1) =>
  ws.db
    .prepare('INSERT INTO label (account_id, label, ts, source_id, row) VALUES (?, ?, ?, ?, 1)')
    .run(account, word, ts, source)

/** `groups` cliques of five friends, from account 1; group 0 registered within minutes, the others over a year. */
function cliques(groups: number): void {
  ws.accounts(...Array.from({ length: groups * 5 }, (_, i) => `a${i}`))
  ws.db.transaction(() => {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < 5; i++) {
        register(
          g * 5 + i + 1,
          g === 0 ? 100 * DAY + i * 60_000 : ((g * 5 + i) * 7919 * 3_600_000) % (365 * DAY),
        )
        for (let j = i + 1; j < 5; j++) ws.relation(g * 5 + i + 1, g * 5 + j + 1)
      }
    }
  })()
}

async function analysed(groups = 60) {
  cliques(groups)
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const communities = await runCommunitiesStep(ws.ctx, graph, { seed: 3 })
  return { graph, communities }
}
const rowsOf = (table: string, runId: number) =>
  ws.db.prepare(`SELECT * FROM ${table} WHERE run_id = ?`).all(runId) as Record<string, number | string>[]

describe('the trust step', () => {
  const repetitions = { seeds: 2, bootstraps: 3, rewirings: 2 }

  test('stores stability, confidence and tests, and says in the run how they were made', async () => {
    const { graph, communities } = await analysed()
    const trust = await runTrustStep(ws.ctx, graph, communities, { seed: 5, repetitions })
    const stability = rowsOf('community_stability', trust.runId)
    expect(stability).toHaveLength(60)
    for (const row of stability) {
      expect(row.grade).toBe('A')
      expect(row.core).toBe(5)
      expect(row.by_seed).toBe(1)
    }
    expect(rowsOf('member_confidence', trust.runId)).toHaveLength(300)
    const surprise = rowsOf('community_test', trust.runId).filter((r) => r.statistic === 'surprise')
    expect(surprise).toHaveLength(60)
    const first = ws.db
      .prepare('SELECT community_id FROM community_member WHERE run_id = ? AND account_id = 1')
      .pluck()
      .get(communities.runId)
    const top = surprise.sort((a, b) => Number(b.observed) - Number(a.observed))[0]
    expect(top.community_id).toBe(first)
    expect(Number(top.q)).toBeLessThan(1e-6)
    expect(trust.surprising).toBe(1)
    const run = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(trust.runId) as Record<string, string>
    expect(run).toMatchObject({ kind: 'trust', status: 'done', seed: 5, parent_run_id: communities.runId })
    expect(JSON.parse(run.params)).toMatchObject({ ...repetitions, dropped: 0.1, repetitionsChosen: 'given' })
    expect(JSON.parse(run.stats)).toMatchObject({ grades: { A: 60, B: 0, C: 0, D: 0 }, surprising: 1 })
    const shares = ws.progress.filter((p) => p.phase.startsWith('trust.')).map((p) => p.done)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBeCloseTo(100, 6)
  })

  test('the same facts and seed give the same rows', async () => {
    const { graph, communities } = await analysed(30)
    const once = await runTrustStep(ws.ctx, graph, communities, { seed: 5, repetitions })
    const again = await runTrustStep(ws.ctx, graph, communities, { seed: 5, repetitions })
    for (const table of ['community_stability', 'member_confidence', 'community_test']) {
      const strip = (id: number) => rowsOf(table, id).map((row) => ({ ...row, run_id: 0 }))
      expect(strip(again.runId)).toEqual(strip(once.runId))
    }
  })

  test('nothing stays of a cancelled run', async () => {
    const { graph, communities } = await analysed(20)
    const rerun = async () => {
      ws.abort()
      return communities.membership
    }
    await expect(runTrustStep(ws.ctx, graph, communities, { seed: 1, rerun })).rejects.toMatchObject({
      code: 'cancelled',
    })
    const run = ws.db.prepare(`SELECT id, status FROM run WHERE kind = 'trust'`).get() as { id: number }
    expect(run).toMatchObject({ status: 'cancelled' })
    expect(rowsOf('community_stability', run.id)).toEqual([])
  })

  test('a workspace without edges has a run and no rows', async () => {
    ws.accounts('a', 'b')
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    const communities = await runCommunitiesStep(ws.ctx, graph, { seed: 3 })
    const trust = await runTrustStep(ws.ctx, graph, communities, { seed: 1 })
    expect(trust.stability).toBeNaN()
    expect(rowsOf('community_test', trust.runId)).toEqual([])
  })

  test('larger graphs get fewer repetitions, never none of both kinds', () => {
    const sizes = [10, 60_000, 300_000, 2_000_000, 20_000_000].map((edges) =>
      repetitionsFor(edges / 4, edges),
    )
    for (let i = 1; i < sizes.length; i++) {
      expect(sizes[i].seeds).toBeLessThan(sizes[i - 1].seeds)
      expect(sizes[i].bootstraps).toBeLessThan(sizes[i - 1].bootstraps)
      expect(Math.min(sizes[i].seeds, sizes[i].bootstraps)).toBeGreaterThan(0)
    }
  })
})

describe('facts', () => {
  test('registration: the newest record that is ready goes before events', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    register(1, 10)
    register(1, 20)
    register(1, 99, 2)
    ws.event(2, 500)
    const kind = ws.db.prepare(`INSERT INTO term (domain, value) VALUES ('event_kind', 'register')`).run()
    const event = ws.db.prepare(
      'INSERT INTO event (account_id, ts, kind_id, source_id, row) VALUES (?, ?, ?, 1, 1)',
    )
    for (const [account, ts] of [
      [1, 5],
      [2, 40],
      [2, 30],
      [3, 7],
    ])
      event.run(account, ts, kind.lastInsertRowid)
    expect([...(await readRegistered(ws.ctx, Uint32Array.of(1, 2, 4)))]).toEqual([20, 30, NaN])
  })

  test('labels: the newest ready word counts, other words do not', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    label(1, 'malicious', 5)
    label(1, 'benign', 9)
    label(2, 'benign', 9)
    label(2, 'malicious', 5)
    label(3, 'vip')
    label(4, 'malicious', 5, 2)
    expect([...(await readLabels(ws.ctx, Uint32Array.of(1, 2, 3, 4)))]).toEqual([2, 2, 0, 0])
  })

  test('only what made no edge is outside: left-out types, dropped hubs', async () => {
    ws.accounts(...Array.from({ length: 8 }, (_, i) => `a${i}`))
    for (let a = 1; a <= 8; a++) ws.link(a, 'device', 'hub')
    for (let a = 1; a <= 3; a++) ws.link(a, 'device', 'rare')
    for (let a = 1; a <= 2; a++) ws.link(a, 'wallet', 'w')
    ws.link(5, 'wallet', 'alone')
    for (let a = 3; a <= 7; a++) ws.event(a, 1000 * a, { ip: 'nat' })
    ws.event(3, 9000, { ip: 'nat' })
    const ids = Uint32Array.from({ length: 8 }, (_, i) => i + 1)
    const named = async (recipe: object) => {
      const { left, hubs } = await readOutsideUses(ws.ctx, ids, recipeSchema.parse(recipe))
      const names = (uses: typeof left) =>
        [...uses.entityIds].map(
          (id, k) =>
            `${ws.db.prepare('SELECT key FROM entity WHERE id = ?').pluck().get(id)}:${[
              ...uses.users.subarray(uses.offsets[k], uses.offsets[k + 1]),
            ].join('')}`,
        )
      return { left: names(left), hubs: names(hubs) }
    }
    expect(await named({ entities: { hubCap: 4 } })).toEqual({
      left: [],
      hubs: ['hub:01234567', 'nat:23456'],
    })
    expect(await named({ entities: { hubCap: 5, types: ['device'] } })).toEqual({
      left: ['w:01', 'nat:23456'],
      hubs: ['hub:01234567'],
    })
    expect(await named({ entities: { hubCap: 4, hub: 'split' } })).toEqual({ left: [], hubs: [] })
    expect(await named({ entities: { hubCap: 4 }, cooccurrence: { on: ['ip'] } })).toEqual({
      left: [],
      hubs: ['hub:01234567'],
    })
    expect(await named({ entities: { hubCap: 2 }, window: { from: 3000, to: 6000 } })).toEqual({
      left: [],
      hubs: ['nat:234'],
    })
  })
})

describe('the lineage step', () => {
  async function run(recipe: object = {}) {
    const graph = await runGraphStep(ws.ctx, recipeSchema.parse(recipe))
    return runCommunitiesStep(ws.ctx, graph, { seed: 3 })
  }
  const importMore = () =>
    ws.db.exec(
      `INSERT INTO source (path, table_name, sha256, rows_stored, status, imported_at)
       VALUES ('/more.csv', 'relations', 'bb', 1, 'ready', 1)`,
    )

  test('follows communities over an import; a run on the same facts is no earlier export', async () => {
    cliques(4)
    const first = await run()
    expect(await runLineageStep(ws.ctx, { later: first.runId })).toBeNull()
    const repeated = await run()
    expect(earlierRunOf(ws.ctx, repeated.runId)).toBeNull()
    // The second export: friends of group 0, and a new group.
    importMore()
    ws.accounts('n1', 'n2', 'n3', 'n4', 'n5')
    for (const u of [1, 2, 3, 4, 5]) for (const v of [21, 22]) ws.relation(u, v)
    ws.relation(21, 22)
    for (const [u, v] of [
      [23, 24],
      [24, 25],
      [23, 25],
    ])
      ws.relation(u, v)
    const later = await run()
    const lineage = (await runLineageStep(ws.ctx, { later: later.runId }))!
    expect(lineage).toMatchObject({ earlier: repeated.runId, later: later.runId })
    expect(lineage.counts).toEqual({ born: 1, same: 3, grown: 1, shrunk: 0, split: 0, merged: 0, gone: 0 })
    const grown = rowsOf('community_lineage', lineage.runId).find((r) => r.kind === 'grown')
    expect(grown).toMatchObject({ shared: 5, earlier_size: 5, later_size: 7 })
    const stored = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(lineage.runId)
    expect(stored).toMatchObject({ kind: 'lineage', parent_run_id: later.runId, status: 'done' })
  })

  test('time windows count as other facts; a run by the same recipe goes first', async () => {
    cliques(2)
    const whole = await run()
    const other = await run({ relations: { damping: 'sqrt' }, window: { from: 0, to: 1 } })
    const later = await run({ window: { from: 0, to: 10 } })
    expect(earlierRunOf(ws.ctx, later.runId)).toBe(whole.runId)
    expect(earlierRunOf(ws.ctx, other.runId)).toBe(whole.runId)
  })

  test('a run at a resolution of its own is no earlier state of an automatic one', async () => {
    cliques(3)
    const first = await run()
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    await runCommunitiesStep(ws.ctx, graph, { resolution: 5 })
    importMore()
    const later = await run()
    expect(earlierRunOf(ws.ctx, later.runId)).toBe(first.runId)
  })

  test('chosen runs are compared either way; a run with itself or none is refused', async () => {
    cliques(3)
    const a = await run()
    const b = await run()
    const back = (await runLineageStep(ws.ctx, { earlier: b.runId, later: a.runId }))!
    expect(back.counts.same).toBe(3)
    await expect(runLineageStep(ws.ctx, { earlier: a.runId, later: a.runId })).rejects.toThrow('with itself')
    await expect(runLineageStep(ws.ctx, { earlier: 999, later: a.runId })).rejects.toThrow('999')
  })
})
