import Sqlite from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import {
  contextFor,
  countRows,
  createWorkspace,
  writeFiles,
  type TestWorkspace,
} from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'
import { contentHash } from './content-hash.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
let other: Sqlite.Database
let before: string
beforeEach(async () => {
  w = createWorkspace(schema)
  writeFiles(w.root, {
    'base/accounts.csv': 'account_id\nu1\nu2\n',
    'big/accounts.csv': `account_id\n${Array.from({ length: 900 }, (_, i) => `n${i}`).join('\n')}\n`,
    'big/relations.csv': `src,dst\n${Array.from({ length: 9000 }, (_, i) => `n${i % 900},m${i % 800}`).join('\n')}\n`,
  })
  await importExport(w.ctx, { paths: [join(w.root, 'base')] })
  before = (await contentHash(w.ctx)).sha256
  other = new Sqlite(w.db.name)
})
afterEach(() => {
  other.close()
  w.dispose()
})
const importBig = () => importExport(w.ctx, { paths: [join(w.root, 'big')] })

/** Does something the first time that the import tells of a phase. */
function once(phase: string, then: () => void): void {
  let done = false
  w.ctx = contextFor(w.ctx.workspace, w.db, undefined, (progress) => {
    if (progress.phase !== phase || done) return
    done = true
    then()
  })
}

test.each(['import.check', 'import.accounts', 'import.relations', 'import.publish'])(
  'another program that writes from %s on: said so, nothing seen, and the next import is whole',
  async (phase) => {
    w.db.pragma('busy_timeout = 30')
    once(phase, () => other.exec('BEGIN IMMEDIATE'))
    const error = await importBig().catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'database_locked' })
    expect((error as Error).message).toMatch(
      /Another program is using .*test\.shoal.*Nothing was imported\. Close it/,
    )
    // It could not clean up either; still nothing is seen.
    expect((await contentHash(w.ctx)).sha256).toBe(before)
    other.exec('ROLLBACK')
    expect(await importBig()).toMatchObject({ rowsStored: 9_900 })
    const { items, waiting } = await checkWorkspace(w.ctx)
    expect(items.filter(({ faults }) => faults > 0)).toEqual([])
    expect(waiting).toBe(0)
    expect(countRows(w.db)).toMatchObject({ relation: 9_000, account_record: 902 })
  },
)

test('a program that lets go in time is waited for', async () => {
  // The lock is held by another process, which lets go by itself.
  const { fork } = await import('node:child_process')
  const script = `
    const Sqlite = require(${JSON.stringify(join(import.meta.dirname, '../../../../node_modules/better-sqlite3'))})
    const db = new Sqlite(process.argv[1])
    db.exec('BEGIN IMMEDIATE')
    process.send('locked')
    process.on('message', () => setTimeout(() => { db.exec('ROLLBACK'); process.exit(0) }, 100))`
  const holder = fork('-e', [script, w.db.name], { execArgv: [] })
  await new Promise((resolve) => holder.once('message', resolve))
  const gone = new Promise((resolve) => holder.once('exit', resolve))
  holder.send('let go')
  expect(await importBig()).toMatchObject({ rowsStored: 9_900 })
  await gone
})

test('a backup that reads all the while hinders nothing and sees what was there when it began', async () => {
  other.exec('BEGIN')
  const count = () => other.prepare('SELECT count(*) FROM relation').pluck().get()
  expect(count()).toBe(0)
  expect(await importBig()).toMatchObject({ rowsStored: 9_900 })
  expect(count()).toBe(0)
  // The log can't be emptied while it reads; the workspace is whole all the same.
  expect((await checkWorkspace(w.ctx)).items.filter(({ faults }) => faults > 0)).toEqual([])
  other.exec('COMMIT')
  expect(count()).toBe(9_000)
  const [{ busy }] = w.db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  expect(busy).toBe(0)
})
