import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testApp, type TestApp } from './testing/app.ts'

let app: TestApp
beforeEach(() => (app = testApp()))
afterEach(() => app.close())

/** A farm on one phone, a family on a tablet, and a crowd behind one carrier's address. */
function writeWorld(dir: string): string {
  const folder = join(dir, 'world')
  mkdirSync(folder, { recursive: true })
  const accounts = ['account_id,registered_at,bio']
  const events = ['account_id,ts,kind,ip,device,city']
  const relations = ['src,dst,type']
  const day = (d: number, hour: number) => new Date(Date.UTC(2026, 0, 1 + d, hour)).toISOString()
  for (let i = 0; i < 6; i++) {
    accounts.push(`farm${i},${day(60, i)},"Official helper, add me for the daily task${'!'.repeat(i % 2)}"`)
    events.push(`farm${i},${day(60, i)},register,10.0.0.1,phone,Wuhan`)
    for (let k = 1; k <= 6; k++) events.push(`farm${i},${day(60 + k, i)},login,10.0.0.1,phone,Wuhan`)
  }
  for (let i = 0; i < 3; i++) {
    accounts.push(`kin${i},${day(-300 * i, 3)},`)
    for (let k = 0; k < 5; k++) events.push(`kin${i},${day(20 * k + i, 19 + i)},login,10.0.0.2,tablet,Wuhan`)
    relations.push(`kin${i},kin${(i + 1) % 3},friend`)
  }
  for (let i = 0; i < 150; i++) {
    accounts.push(`p${i},${day(-7 * i, i % 24)},`)
    for (let k = 0; k < 1 + (i % 2); k++)
      events.push(`p${i},${day((i * 7 + k * 31) % 120, (i * 5 + k) % 24)},login,100.64.0.1,own${i},Wuhan`)
  }
  for (const kin of ['kin0', 'kin1']) events.push(`${kin},${day(100, 9)},login,100.64.0.1,tablet,Wuhan`)
  for (const [name, lines] of Object.entries({ accounts, events, relations }))
    writeFileSync(join(folder, `${name}.csv`), lines.join('\n'))
  return folder
}

test('things, edges, likeness and duplicates are explained through the whole application', async () => {
  const { call, ended } = app
  await call('workspace.create', { path: join(app.dir, 'w') })
  expect(
    (await ended(await call('imports.start', { paths: [writeWorld(app.dir)], analyze: false }))).error,
  ).toBeNull()
  const find = async (key: string) =>
    (await call('search.all', { query: key })).entities.find((e) => e.key === key)!.id
  const [phone, tablet, carrier] = [await find('phone'), await find('tablet'), await find('100.64.0.1')]

  // Before any graph: causes are known, effects are not.
  const before = await call('entities.explain', { id: phone })
  expect(before).toMatchObject({ type: 'device', accounts: 6, cause: 'none', effect: null })
  expect(await call('edges.explain', { a: 1, b: 2 })).toEqual({ reasons: [], things: [] })

  expect((await ended(await call('analysis.start', {}))).error).toBeNull()
  const causes = await call('entities.causes', { ids: [carrier, phone, tablet] })
  expect(causes.map((c) => [c.accounts, c.cause])).toEqual([
    [152, 'carrier'],
    [6, 'none'],
    [3, 'family'],
  ])
  const nat = await call('entities.explain', { id: carrier })
  expect(nat).toMatchObject({
    accounts: 152,
    cause: 'carrier',
    factor: expect.closeTo(causes[0]!.factor, 6),
    confidence: expect.closeTo(causes[0]!.confidence, 6),
    effect: { treatment: 'dropped', hubCap: 60, pairWeight: 0 },
    baseRate: { ofType: 3, shared: 3, sharedByAsMany: 1 },
  })
  expect(nat.factor).toBeLessThan(0.25)
  expect(nat.evidence[0]).toMatchObject({ code: 'accounts', values: { count: 152 } })
  const farm = await call('entities.explain', { id: phone })
  expect(farm.effect).toMatchObject({ treatment: 'joins', pairWeight: 1 / 5, discount: null })
  expect(farm.time).toMatchObject({ uses: 42, days: 7, sharedDays: 7 })
  expect(farm.provenance.file).toMatch(/events\.csv$/)
  await expect(call('entities.explain', { id: 9999 })).rejects.toMatchObject({ code: 'not_found' })

  const idOf = async (key: string) =>
    (await call('search.all', { query: key })).accounts.find((a) => a.key === key)!.id
  const [f0, f1, k0, k1] = [await idOf('farm0'), await idOf('farm1'), await idOf('kin0'), await idOf('kin1')]
  const edge = await call('edges.explain', { a: k0, b: k1 })
  expect(edge.things.map((thing) => [thing.key, thing.cause, thing.sameDays])).toEqual([
    ['tablet', 'family', 1],
    ['10.0.0.2', 'family', 0],
    ['100.64.0.1', 'carrier', 1],
  ])
  expect(edge.things[2]!.weight).toBe(0)
  expect(edge.reasons.reduce((sum, r) => sum + r.weight, 0)).toBeGreaterThan(1)

  const similar = await call('accounts.similar', { id: f0, limit: 5 })
  expect(similar.rows).toHaveLength(5)
  for (const row of similar.rows) expect(similar.keys[row.id]).toMatch(/^farm/)
  const [first] = similar.rows
  expect(first!.parts.entities).toBeGreaterThan(0.3)
  expect(first!.text).toMatchObject({ of: 'profiles' })
  const less = await call('accounts.similar', { id: f0, limit: 5, weights: { entities: 0, texts: 0 } })
  expect(less.rows[0]!.score).toBeLessThan(first!.score)

  const groups = await call('similarity.groups', { account: f1 })
  expect(groups.rows.map((g) => [g.kind, g.size])).toEqual([
    ['entities', 6],
    ['texts', 6],
  ])
  expect(groups.rows[0]!.members).toBeInstanceOf(Uint32Array)
  expect(groups.rows[0]!.things.map((thing) => thing.key).sort()).toEqual(['10.0.0.1', 'phone'])
  expect(Object.values(groups.keys)).toContain('farm3')
})
