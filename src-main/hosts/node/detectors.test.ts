import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DetectorInfo, DetectResult } from '../../common/contract/detectors.ts'
import { writeMembership } from '../../core/detectors/export.ts'
import { createCsvSplitter } from '../../core/evidence/csv.ts'
import { SAMPLE_DIR } from './paths.ts'
import { testApp, type TestApp } from './testing/app.ts'

// Every detector on the bundled sample, through core and a real compute process.
let app: TestApp
let call: TestApp['call']
let infos: DetectorInfo[]

beforeAll(async () => {
  app = testApp()
  call = app.call
  await call('workspace.create', { path: join(app.dir, 'sample') })
  await app.ended(await call('imports.start', { paths: [SAMPLE_DIR], analyze: false }))
  infos = await call('detectors.list', {})
}, 60_000)
afterAll(() => app.close())

async function detect(
  detector: string,
  options: { params?: Record<string, unknown>; stability?: boolean } = {},
) {
  const job = await app.ended(
    await call('detectors.start', { detector, seed: 7, stability: false, ...options }),
  )
  return { job, result: job.result as unknown as DetectResult }
}
const count = (sql: string, ...values: unknown[]) =>
  app.core
    .session()!
    .workspace.db.prepare(sql)
    .pluck()
    .get(...values) as number

test('the list holds what forms are made from', () => {
  expect(infos.map((info) => info.id)).toEqual([
    'leiden',
    'louvain',
    'label-propagation',
    'seeded-expansion',
    'dense-blocks',
    'rings',
    'clique-percolation',
    'ego-splitting',
  ])
  const resolution = infos[0]!.params.find((param) => param.name === 'resolution')
  expect(resolution).toMatchObject({ kind: 'number', default: null, min: 0, max: 100_000 })
  expect(infos[0]!.params[0]).toMatchObject({
    kind: 'choice',
    choices: ['modularity', 'cpm'],
    default: 'modularity',
  })
  expect(infos[3]!.params[0]).toMatchObject({ name: 'accounts', kind: 'accounts', default: [] })
})

test('every detector runs with its defaults and stores what it says, the same each time', async () => {
  for (const { id, overlapping } of infos) {
    const { job, result } = await detect(id)
    expect(job.error, id).toBeNull()
    expect(result, id).toMatchObject({ detector: id, seed: 7, stability: null })
    expect(result.communities, id).toBeGreaterThan(0)
    expect(count('SELECT count(*) FROM community WHERE run_id = ?', result.runId)).toBe(result.communities)
    const rows = count('SELECT count(*) FROM community_member WHERE run_id = ?', result.runId)
    expect(rows, id).toBe(result.members)
    expect(count('SELECT sum(size) FROM community WHERE run_id = ?', result.runId)).toBe(rows)
    expect(result.modularity === null, id).toBe(overlapping)
    if (id !== 'dense-blocks') expect(result.allConnected, id).toBe(true)
    const { result: again } = await detect(id)
    const differ = count(
      `SELECT count(*) FROM community_member a LEFT JOIN community_member b
         ON b.run_id = ? AND b.account_id = a.account_id AND b.community_id = a.community_id
       WHERE a.run_id = ? AND b.account_id IS NULL`,
      again.runId,
      result.runId,
    )
    expect(differ, id).toBe(0)
    expect(again.members).toBe(result.members)
  }
  // One graph was built for all of them, and it is the one the first analysis shows.
  expect(count("SELECT count(*) FROM run WHERE kind = 'graph'")).toBe(1)
  expect((await call('workspace.info', {}))!.runs.graph).toBe(
    count("SELECT id FROM run WHERE kind = 'graph' AND status = 'done'"),
  )
}, 60_000)

test('stability is measured when asked, and the journal tells of the job', async () => {
  const { result } = await detect('label-propagation', { stability: true })
  expect(result.stability).toBeGreaterThan(0)
  expect(result.stability).toBeLessThanOrEqual(1)
  const { rows } = await call('journal.list', {})
  expect(rows[0]).toMatchObject({
    action: 'job.done',
    payload: { kind: 'detect', params: { detector: 'label-propagation', seed: 7, stability: true } },
  })
  expect(rows[0]!.payload['result']).toMatchObject({ runId: result.runId })
}, 60_000)

test('what cannot be done fails by name', async () => {
  expect((await detect('nobody')).job.error).toMatchObject({
    code: 'invalid_input',
    message: /no detector nobody/,
  })
  const { job } = await detect('rings', { params: { k: 1 } })
  expect(job.error!.message).toBe("rings: k can't be 1. It must be a whole number from 2 to 100.")
  const named = await detect('seeded-expansion', { params: { accounts: ['not-there'] } })
  expect(named.job.error).toMatchObject({ code: 'not_found', message: /account not-there/ })
  expect(count("SELECT count(*) FROM run WHERE status = 'running'")).toBe(0)
  const missing = await app.ended(await call('detectors.start', { detector: 'leiden', graphRunId: 99_999 }))
  expect(missing.error).toMatchObject({ code: 'run_missing' })
})

test('the file lists every membership, keys as they were written and no formulas', async () => {
  const { db } = app.core.session()!.workspace
  const { result } = await detect('ego-splitting')
  const expected = new Set<string>()
  for (const table of ['community_member', 'community_overlap']) {
    const rows = db
      .prepare(
        `SELECT a.key, m.community_id FROM ${table} m JOIN account a ON a.id = m.account_id WHERE m.run_id = ?`,
      )
      .raw()
      .all(result.runId) as [string, number][]
    for (const row of rows) expected.add(row.join(' '))
  }
  expect(expected.size).toBeGreaterThan(result.members)
  const file = join(app.dir, 'out.csv')
  expect(await writeMembership(db, result.runId, file)).toBe(expected.size)
  const records: string[][] = []
  const splitter = createCsvSplitter((cells) => records.push(cells))
  splitter.push(readFileSync(file, 'utf8'))
  splitter.end()
  expect(records[0]).toEqual(['account_id', 'community'])
  expect(new Set(records.slice(1).map((cells) => cells.join(' ')))).toEqual(expected)

  const [account] = db
    .prepare('SELECT account_id FROM community_member WHERE run_id = ? LIMIT 1')
    .raw()
    .get(result.runId) as [number]
  db.prepare('UPDATE account SET key = \'=1+1,"x"\' WHERE id = ?').run(account)
  await writeMembership(db, result.runId, file)
  expect(readFileSync(file, 'utf8')).toContain(`"'=1+1,""x""",`)
  await expect(writeMembership(db, result.runId, join(app.dir, 'no/such/folder.csv'))).rejects.toThrow(
    'ENOENT',
  )
})
