import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppInput, AppOutput, MethodName } from '../../common/contract/index.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { createRpcClient } from '../../common/rpc/client.ts'
import { memoryTransports } from '../../common/rpc/memory.ts'
import { createCore, type Core } from '../../core/app.ts'
import { forkCompute } from './fork-compute.ts'
import { APP_VERSION, MODELS_DIR, nodeHostInfo, SAMPLE_DIR } from './paths.ts'

// The whole application below its hosts, with a real compute process, as the renderer sees it.
let dir: string
let core: Core
let pids: number[]
let call: <N extends MethodName>(name: N, input: AppInput<N>) => Promise<AppOutput<N>>

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-app-'))
  pids = []
  core = makeCore()
  const [mine, theirs] = memoryTransports()
  core.serve(theirs)
  const client = createRpcClient(mine)
  call = (name, input) => client.call(name, input) as never
})
afterEach(async () => {
  await core.close()
  rmSync(dir, { recursive: true, force: true })
})

function makeCore(): Core {
  return createCore({
    host: { ...nodeHostInfo(), documentsDir: dir, actor: 'tester' },
    pick: null,
    startCompute() {
      const transport = forkCompute({
        modelsDir: MODELS_DIR,
        appVersion: APP_VERSION,
        providersFile: join(dir, 'user/providers.json'),
      })
      pids.push(transport.pid)
      return transport
    },
    modelsDir: MODELS_DIR,
    sampleDir: SAMPLE_DIR,
    userDir: join(dir, 'user'),
  })
}

/** A small export: two rings that share devices, reports, a label. */
function writeExport(rows = 40): string {
  const folder = join(dir, 'export')
  mkdirSync(folder, { recursive: true })
  const lines = (head: string, make: (i: number) => string) =>
    [head, ...Array.from({ length: rows }, (_, i) => make(i))].join('\n')
  const time = (i: number) => `2026-03-0${1 + (i % 7)}T0${i % 9}:15:00+08:00`
  writeFileSync(
    join(folder, 'accounts.csv'),
    lines('account_id,registered_at,nickname', (i) => `a${i},${time(i)},"name ${i}"`),
  )
  writeFileSync(
    join(folder, 'links.csv'),
    lines('account_id,entity_type,entity_id', (i) => `a${i},device,D${i % 4}`),
  )
  writeFileSync(
    join(folder, 'relations.csv'),
    lines('src,dst,type', (i) => `a${i},a${(i + 4) % rows},friend`),
  )
  writeFileSync(
    join(folder, 'events.csv'),
    lines(
      'account_id,ts,kind,ip,device,outcome',
      (i) => `a${i},${time(i)},login,10.0.0.${i % 5},D${i % 4},${i % 3 ? 'ok' : 'failure'}`,
    ),
  )
  writeFileSync(
    join(folder, 'reports.csv'),
    [
      'report_id,account_id,reporter_id,ts,lang,category,text',
      `r1,a0,a1,${time(1)},zh,scam,加我微信，日结三百，先垫付佣金秒返`,
      `r2,a4,a2,${time(2)},en,spam,"He asked me to pay a deposit first, then blocked me"`,
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'labels.csv'),
    'account_id,label,source,ts\na0,malicious,manual_review,2026-03-09\n',
  )
  return folder
}

async function ended(job: Job): Promise<Job> {
  return core.session()!.jobs.ended(job.id)
}

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
  const points = await call('communities.points', {})
  expect(points.accountId.length).toBe(40)

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
  const why = await call('accounts.explainEdge', { a: detail.id, b: neighbours.rows[0]!.id })
  expect(why.length).toBeGreaterThan(0)
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

test('a killed compute process fails its job, and reopening shows nothing half-imported', async () => {
  const path = (await call('workspace.create', { path: join(dir, 'killed') })).path
  const folder = writeExport(120_000)
  const job = await call('imports.start', { paths: [folder], analyze: false })
  await expect
    .poll(() => core.session()!.jobs.list()[0]!.progress?.done ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(500_000)
  process.kill(pids.at(-1)!, 'SIGKILL')
  const failed = await ended(job)
  expect(failed.status).toBe('failed')
  expect(failed.error!.code).toBe('compute_lost')
  expect((await call('workspace.info', {}))!.counts).toMatchObject({ accounts: 0, sources: 0 })

  await call('workspace.open', { path })
  expect((await call('accounts.list', {})).total).toBe(0)
  const { db } = core.session()!.workspace
  expect(db.prepare('SELECT count(*) FROM account').pluck().get()).toBe(0)
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
  const other = makeCore()
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
