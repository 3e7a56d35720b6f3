import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Core } from '../../core/app.ts'
import { testApp, type TestApp } from './testing/app.ts'

let app: TestApp
let dir: string
let core: Core
let pids: number[]
let call: TestApp['call']
let ended: TestApp['ended']
let writeExport: TestApp['writeExport']

beforeEach(() => {
  app = testApp()
  ;({ dir, core, pids, call, ended, writeExport } = app)
})
afterEach(() => app.close())

test('an export becomes a map, lists, a timeline and texts that agree with each other', async () => {
  await call('workspace.create', { path: join(dir, 'case') })
  const job = await ended(await call('imports.start', { paths: [writeExport()], analyze: false }))
  expect(job.error).toBeNull()
  expect(job.result).toMatchObject({ rowsIn: 163, rowsStored: 163, problems: 0 })
  const analysis = await ended(await call('analysis.start', {}))
  expect(analysis.error).toBeNull()

  const info = (await call('workspace.info', {}))!
  expect(info.counts).toMatchObject({ accounts: 40, relations: 40, events: 40, reports: 2, labels: 1 })
  expect(info.tzOffset).toBe(480)
  expect(info.analysisStale).toBe(false)
  expect(info.journal.ok).toBe(true)

  const map = await call('communities.map', {})
  const list = await call('communities.list', { sort: 'size' })
  expect(map.id.length).toBe(list.total)
  expect([...map.size].reduce((a, b) => a + b, 0) + map.isolated).toBe(40)
  const members = await call('communities.members', { id: 0 })
  expect(members.accountId.length).toBe(list.rows.find((r) => r.id === 0)!.size)
  expect(members.edgesTotal).toBeGreaterThan(0)
  expect(Math.max(...members.edgeTarget)).toBeLessThan(members.accountId.length)
  const places = await call('explore.places', {})
  expect(places.n).toBe(40)
  expect([...places.community].filter((c) => c === 0).length).toBe(members.accountId.length)

  // One selection, the same everywhere.
  const selection = { communities: [0] }
  const count = await call('accounts.count', { selection })
  expect(count).toMatchObject({ accounts: members.accountId.length, communities: 1, total: 40 })
  const accounts = await call('accounts.list', { selection, sort: 'score' })
  expect(accounts.total).toBe(count.accounts)
  expect(accounts.rows.every((row) => row.community === 0 && row.score! >= 0 && row.score! <= 1)).toBe(true)
  const scores = accounts.rows.map((row) => row.score!)
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  const seen = await call('timeline.get', { selection })
  expect(seen.eventsInView).toBe(count.accounts) // one event each
  const sum = (column: Uint32Array) => column.reduce((a, b) => a + b, 0)
  expect(sum(seen.logins) + sum(seen.failed)).toBe(seen.eventsInView)
  expect(sum(seen.registrations)).toBe(count.accounts)

  // A view never filters itself, and the time part cuts the others.
  const all = await call('timeline.get', {})
  const time = { from: all.from, to: all.from + 2 * 86_400_000 }
  const inTime = await call('accounts.count', { selection: { time } })
  expect(inTime.accounts).toBeLessThan(40)
  expect((await call('timeline.get', { selection: { time } })).eventsInView).toBe(all.eventsInView)

  const detail = await call('accounts.get', { id: accounts.rows[0]!.id })
  expect(detail.provenance[0]!.file).toMatch(/accounts\.csv$/)
  expect(detail.provenance[0]!.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(detail.entities.find((e) => e.type === 'device')!.accounts).toBe(10)
  const neighbours = await call('accounts.neighbours', { id: detail.id })
  expect(neighbours.rows[0]!.channels.length).toBeGreaterThan(0)
  const why = await call('edges.explain', { a: detail.id, b: neighbours.rows[0]!.id })
  expect(why.reasons.length).toBeGreaterThan(0)
  const reasons = (await call('accounts.explain', { id: detail.id }))!
  expect(reasons.score).toBeCloseTo(detail.score!, 4)

  // Two Chinese characters, three, and English words find their reports.
  for (const [query, key] of [
    ['微信', 'r1'],
    ['日结三百', 'r1'],
    ['deposit blocked', 'r2'],
  ] as const) {
    const found = await call('reports.list', { query })
    expect(found.rows.map((row) => row.key)).toEqual([key])
    expect(found.rows[0]!.class).not.toBeNull()
  }
  expect((await call('search.all', { query: 'a1' })).accounts[0]!.key).toBe('a1')
  expect((await call('search.all', { query: 'D2' })).entities[0]).toMatchObject({ key: 'D2', accounts: 10 })
})

test('an analysis that ended half way changes nothing on screen', async () => {
  await call('workspace.create', { path: join(dir, 'half') })
  await ended(await call('imports.start', { paths: [writeExport()], analyze: false }))
  await ended(await call('analysis.start', {}))
  const { runs } = (await call('workspace.info', {}))!
  const insert = core.session()!.workspace.db.prepare(
    `INSERT INTO run (kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at, app_version)
     SELECT kind, algorithm, algorithm_version, params, inputs, ?, 'done', started_at + 1, app_version FROM run WHERE id = ?`,
  )
  const graph = Number(insert.run(null, runs.graph).lastInsertRowid)
  insert.run(graph, runs.communities) // a newer graph and its communities, but no layout of them
  expect((await call('workspace.info', {}))!.runs).toEqual(runs)
})

test('filters on what has not been inferred select nobody instead of everybody', async () => {
  await call('workspace.create', { path: join(dir, 'raw') })
  await ended(await call('imports.start', { paths: [writeExport()], analyze: false }))
  expect((await call('accounts.count', { selection: { communities: [0] } })).accounts).toBe(0)
  expect((await call('accounts.count', { selection: { risk: { min: 0, max: 1 } } })).accounts).toBe(0)
  expect((await call('accounts.list', {})).total).toBe(40)
  await expect(call('communities.map', {})).rejects.toMatchObject({ code: 'run_missing' })
  expect((await call('workspace.info', {}))!.analysisStale).toBe(true)
})

test('bad input fails by name, stores nothing, and the workspace goes on', async () => {
  await call('workspace.create', { path: join(dir, 'bad') })
  const missing = await ended(await call('imports.start', { paths: [join(dir, 'nowhere')] }))
  expect(missing.status).toBe('failed')
  expect(missing.error!.code).toBe('import_missing_file')
  expect(missing.error!.message).toContain('nowhere')

  const folder = join(dir, 'headless')
  mkdirSync(folder)
  writeFileSync(join(folder, 'accounts.csv'), 'id,registered\nx,2026-01-01\n')
  const column = await ended(await call('imports.start', { paths: [folder] }))
  expect(column.error!.code).toBe('import_missing_column')
  expect(column.error!.message).toContain('account_id')
  expect((await call('workspace.info', {}))!.counts).toMatchObject({ accounts: 0, sources: 0 })

  const good = await ended(await call('imports.start', { paths: [writeExport()], analyze: false }))
  expect(good.status).toBe('done')
  expect((await call('journal.verify', {})).ok).toBe(true)
})

test('a killed compute process interrupts its import, and reopening shows nothing half-imported', async () => {
  const path = (await call('workspace.create', { path: join(dir, 'killed') })).path
  const folder = writeExport(120_000)
  const job = await call('imports.start', { paths: [folder], analyze: false })
  await expect
    .poll(() => core.session()!.jobs.list()[0]!.progress?.done ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(500_000)
  // Questions are answered by a process of their own, while the import runs and after its process is gone.
  expect((await call('accounts.count', {})).total).toBe(0)
  process.kill(pids.at(-1)!, 'SIGKILL')
  const lost = await ended(job)
  expect((await call('accounts.count', {})).total).toBe(0)
  expect(pids.length).toBe(2)
  expect(lost.status).toBe('interrupted')
  expect(lost.error!.code).toBe('compute_lost')
  expect((await call('workspace.info', {}))!.counts).toMatchObject({ accounts: 0, sources: 0 })

  await call('workspace.open', { path })
  expect((await call('accounts.list', {})).total).toBe(0)
  const { db } = core.session()!.workspace
  // What was stored whole is kept for the import that goes on, and shown nowhere.
  expect(db.prepare('SELECT count(*) FROM ready_account').pluck().get()).toBe(0)
  expect(
    db.prepare(`SELECT count(*) FROM source WHERE status <> 'importing' OR stored_at IS NULL`).pluck().get(),
  ).toBe(0)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('a cancelled import stops soon and leaves nothing', async () => {
  await call('workspace.create', { path: join(dir, 'cancelled') })
  const job = await call('imports.start', { paths: [writeExport(120_000)], analyze: false })
  await expect
    .poll(() => core.session()!.jobs.list()[0]!.progress?.done ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(200_000)
  await call('jobs.cancel', { id: job.id })
  expect((await ended(job)).status).toBe('cancelled')
  expect((await call('workspace.info', {}))!.counts.accounts).toBe(0)
  expect(core.session()!.workspace.db.prepare('SELECT count(*) FROM account').pluck().get()).toBe(0)
})

test('one workspace, one Shoal: the second is told so', async () => {
  const { path } = await call('workspace.create', { path: join(dir, 'locked') })
  const other = app.makeCore()
  await expect(other.open(path, false)).rejects.toMatchObject({ code: 'workspace_locked' })
  await call('workspace.close', {})
  await other.open(path, false)
  await other.close()
})

test('opening what is no workspace says so, and keeps none open', async () => {
  await expect(call('workspace.open', { path: join(dir, 'absent') })).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await call('workspace.info', {})).toBeNull()
  await expect(call('accounts.list', {})).rejects.toMatchObject({ code: 'no_workspace' })
})

test('deleting derived/ loses nothing that the analysis cannot rebuild', async () => {
  const { path } = await call('workspace.create', { path: join(dir, 'derived') })
  await ended(await call('imports.start', { paths: [writeExport()], analyze: false }))
  await ended(await call('analysis.start', {}))
  const before = await call('communities.list', { sort: 'id', descending: false })
  await call('workspace.close', {})
  rmSync(join(path, 'derived'), { recursive: true })
  await call('workspace.open', { path })
  await expect(call('communities.members', { id: 0 })).rejects.toMatchObject({ code: 'derived_missing' })
  await ended(await call('analysis.start', {}))
  expect(existsSync(join(path, 'derived'))).toBe(true)
  const after = await call('communities.list', { sort: 'id', descending: false })
  expect(after.rows.map((r) => r.size)).toEqual(before.rows.map((r) => r.size))
  expect((await call('communities.members', { id: 0 })).edgesTotal).toBeGreaterThan(0)
})
