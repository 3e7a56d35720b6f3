import { fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../core/db/migrations/index.ts'
import { DATABASE_FILE, openStore } from '../store/open.ts'
import { importExport, sweepInterrupted } from './import.ts'
import {
  checkIntegrity,
  contentHash,
  contextFor,
  countRows,
  createWorkspace,
  writeFiles,
} from './testing/workspace.ts'
import type { TestWorkspace } from './testing/workspace.ts'
import { contentHash as hashContent } from './resume/content-hash.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')

const CHILD = fileURLToPath(new URL('testing/import-child.ts', import.meta.url))
const open: TestWorkspace[] = []
function workspace(): TestWorkspace {
  const w = createWorkspace(schema)
  open.push(w)
  return w
}
let w: TestWorkspace
beforeEach(async () => {
  w = workspace()
  writeFiles(w.root, {
    'base/accounts.csv': 'account_id\nu1\nu2\n',
    'base/events.csv': 'account_id,ts,kind,ip\nu1,2024-01-01,login,1.1.1.1\n',
    'base/reports.csv': 'report_id,account_id,text\nr0,u1,first report\n',
    ...big(),
  })
  await importExport(w.ctx, { paths: [join(w.root, 'base')] })
})
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})

const observed = async (ctx: Parameters<typeof hashContent>[0]) => (await hashContent(ctx)).sha256

/** Enough events for several transactions. */
function big(): Record<string, string> {
  const n = 3_000
  const lines = (header: string, row: (i: number) => string, rows = n) =>
    `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`
  return {
    'big/accounts.csv': lines('account_id,tier', (i) => `a${i},${i % 5}`),
    'big/relations.csv': lines('src,dst,type', (i) => `a${i},b${i % 900},rel${i % 3}`),
    'big/events.csv': lines(
      'account_id,ts,kind,ip,device,country',
      (i) =>
        `a${(i * 7919) % n},${1_700_000_000 + i},login,10.0.${i % 250}.${i % 240},d${i % 4000},C${i % 30}`,
      26_000,
    ),
    'big/reports.csv': lines('report_id,account_id,text', (i) =>
      i % 50 === 0 ? `r${i},,no account` : `r${i},a${i},report ${i} 这个人是骗子 he spams everyone`,
    ),
  }
}

/** Imports in a process of its own that dies (SIGKILL) when it has told progress `after` times in `phase`. */
function importAndKill(target: TestWorkspace, phase: string, after: number): Promise<'killed' | 'done'> {
  const child = fork(CHILD, [target.ctx.workspace, phase, String(after), join(w.root, 'big')], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let finished = false
  child.on('message', (message) => {
    if (message === 'done') finished = true
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed')
      else if (code === 0 && finished) resolve('done')
      else reject(new Error(`the import ended with ${code ?? signal}`))
    })
  })
}

test('an import killed at any moment leaves nothing, and the next one is as if it had never been', async () => {
  const undisturbed = workspace()
  await importExport(undisturbed.ctx, { paths: [join(w.root, 'base')] })
  await importExport(undisturbed.ctx, { paths: [join(w.root, 'big')] })
  const expected = contentHash(undisturbed.db)
  const before = countRows(w.db)
  const contentBefore = contentHash(w.db)
  w.db.close()

  let left = 0
  for (const [phase, after] of [
    ['import.check', 2],
    ['import.relations', 2],
    ['import.events', 3],
    ['import.reports', 2],
    ['import.reports', 1],
  ] as const) {
    expect(await importAndKill(w, phase, after)).toBe('killed')
    const db = openStore(w.ctx.workspace)
    try {
      // Nothing of it is visible even before the sweep.
      expect(db.prepare(`SELECT count(*) FROM ready_source`).pluck().get()).toBe(3)
      expect(db.prepare(`SELECT count(*) FROM ready_account`).pluck().get()).toBe(2)
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      left += countRows(db).event + countRows(db).report
      await sweepInterrupted(contextFor(w.ctx.workspace, db), 'nothing')
      expect(countRows(db)).toEqual(before)
      expect(contentHash(db)).toBe(contentBefore)
      checkIntegrity(db)
    } finally {
      db.close()
    }
  }
  // The kills hit work in progress, not only what came before it.
  expect(left).toBeGreaterThan(4_000)

  const db = openStore(w.ctx.workspace)
  w.db = db
  await importExport(contextFor(w.ctx.workspace, db), { paths: [join(w.root, 'big')] })
  expect(contentHash(db)).toBe(expected)
  checkIntegrity(db)
})

test('an import that goes on takes over what was finished, and the result is as if nothing had happened', async () => {
  const undisturbed = workspace()
  await importExport(undisturbed.ctx, { paths: [join(w.root, 'base')] })
  await importExport(undisturbed.ctx, { paths: [join(w.root, 'big')] })
  const expected = contentHash(undisturbed.db)
  w.db.close()
  // Accounts, relations and most events are stored by then; the sweep on opening keeps the first two.
  expect(await importAndKill(w, 'import.events', 3)).toBe('killed')
  w.db = openStore(w.ctx.workspace)
  expect(await sweepInterrupted(contextFor(w.ctx.workspace, w.db))).toEqual({ swept: 2, kept: 2 })
  expect(w.db.prepare(`SELECT count(*) FROM ready_source`).pluck().get()).toBe(3)
  checkIntegrity(w.db)
  const read: string[] = []
  const ctx = contextFor(w.ctx.workspace, w.db, undefined, ({ phase }) => read.push(phase))
  const result = await importExport(ctx, { paths: [join(w.root, 'big')] })
  expect(result).toMatchObject({ adopted: 2, rowsIn: 35_000, problems: 60 })
  expect(read).not.toContain('import.accounts')
  expect(read).not.toContain('import.relations')
  expect(read).toContain('import.events')
  const whole = await observed(undisturbed.ctx)
  expect(await observed(contextFor(w.ctx.workspace, w.db))).toBe(whole)
  expect(contentHash(undisturbed.db)).toBe(expected)
  checkIntegrity(w.db)
})

test('a finished file that was written since is read again, and another import sweeps it', async () => {
  w.db.close()
  expect(await importAndKill(w, 'import.events', 2)).toBe('killed')
  w.db = openStore(w.ctx.workspace)
  const ctx = contextFor(w.ctx.workspace, w.db)
  expect(await sweepInterrupted(ctx)).toEqual({ swept: 2, kept: 2 })
  writeFiles(w.root, { 'big/accounts.csv': 'account_id,tier\na1,9\n' })
  const result = await importExport(ctx, { paths: [join(w.root, 'big')] })
  expect(result).toMatchObject({ adopted: 1 })
  expect(w.db.prepare(`SELECT count(*) FROM account_record`).pluck().get()).toBe(3)
  checkIntegrity(w.db)
})

test('the next import sweeps what nobody swept, and a child left alone finishes', async () => {
  w.db.close()
  await importAndKill(w, 'import.events', 2)
  expect(await importAndKill(w, 'never', 1)).toBe('done')
  w.db = openStore(w.ctx.workspace)
  const statuses = w.db.prepare(`SELECT DISTINCT status FROM source`).pluck().all()
  expect(statuses).toEqual(['ready'])
  expect(countRows(w.db)).toMatchObject({ event: 26_001, report: 2_941, import_problem: 60, meta: 0 })
  checkIntegrity(w.db)
})

test('the sweep keeps what other facts name, without a note of where the import began', async () => {
  // As if an import had died after another had used its accounts, entities and terms.
  await importExport(w.ctx, { paths: [join(w.root, 'big')] })
  const { db } = w
  db.exec(`
    UPDATE source SET status = 'importing' WHERE path LIKE '%/big/accounts.csv' OR path LIKE '%/big/events.csv';
    DELETE FROM meta;`)
  const reported = db
    .prepare(
      `SELECT count(DISTINCT account_id) FROM report WHERE source_id NOT IN (SELECT id FROM source WHERE status = 'importing')`,
    )
    .pluck()
    .get() as number
  expect(await sweepInterrupted(w.ctx, 'nothing')).toEqual({ swept: 2, kept: 0 })
  checkIntegrity(db)
  const counts = countRows(db)
  expect(counts).toMatchObject({ event: 1, relation: 3_000, report: 2_941, source: 5, account_record: 2 })
  expect(counts.account).toBeGreaterThanOrEqual(reported)
  expect(
    db.prepare(`SELECT count(*) FROM account WHERE source_id NOT IN (SELECT id FROM source)`).pluck().get(),
  ).toBe(0)
  // An account that a kept relation names now cites it.
  expect(
    db
      .prepare(
        `SELECT s.table_name, a.row FROM account a JOIN source s ON s.id = a.source_id WHERE a.key = 'a7'`,
      )
      .get(),
  ).toEqual({ table_name: 'relations', row: 8 })
  expect(db.prepare(`SELECT count(*) FROM entity`).pluck().get()).toBe(1)
  expect(db.prepare(`SELECT count(*) FROM term WHERE domain = 'country'`).pluck().get()).toBe(0)
  expect(db.prepare(`SELECT count(*) FROM term WHERE domain = 'relation_type'`).pluck().get()).toBe(3)
  expect(await sweepInterrupted(w.ctx)).toEqual({ swept: 0, kept: 0 })
})

test('opens and sweeps where the killed import was the first', async () => {
  const fresh = workspace()
  const before = countRows(fresh.db)
  fresh.db.close()
  expect(await importAndKill(fresh, 'import.reports', 2)).toBe('killed')
  fresh.db = openStore(join(fresh.root, 'test.shoal'))
  expect(join(fresh.ctx.workspace, DATABASE_FILE)).toBe(fresh.db.name)
  expect((await sweepInterrupted(contextFor(fresh.ctx.workspace, fresh.db), 'nothing')).swept).toBe(4)
  expect(countRows(fresh.db)).toEqual(before)
  checkIntegrity(fresh.db)
})
