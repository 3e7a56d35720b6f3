import Sqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { computeMethods } from '../../common/contract/compute.ts'
import type { WorkspaceOpening } from '../../common/contract/workspace.ts'
import { memoryTransports } from '../../common/rpc/memory.ts'
import { serveRpc, type ServerCall } from '../../common/rpc/server.ts'
import { createCore, type Core } from '../app.ts'
import { tidyingFraction } from './tidy.ts'

let root: string
let core: Core
let path: string
let said: (WorkspaceOpening | null)[]
/** Compute processes that were let go of. */
let gone: number
/** What tidying does in the compute process of this test. */
let sweep: (call: ServerCall) => Promise<{ swept: number; kept: number }>

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'shoal-opening-'))
  said = []
  gone = 0
  sweep = async () => ({ swept: 1, kept: 1 })
  core = start()
  path = (await core.open(join(root, 'w'), true)).path
  await core.close()
  // As a killed import leaves it: one source whole, one not, and indexes put aside.
  const db = new Sqlite(join(path, 'workspace.sqlite'))
  db.exec(`
    INSERT INTO source (path, table_name, status, imported_at, stored_at) VALUES ('/x/a.csv', 'accounts', 'importing', 1, 1);
    INSERT INTO source (path, table_name, status, imported_at) VALUES ('/x/b.csv', 'relations', 'importing', 1);
    INSERT INTO account (key, source_id, row) VALUES ('a', 1, 1), ('b', 1, 2), ('c', 1, 3);
    INSERT INTO term (domain, value) VALUES ('relation_type', 'knows');
    DROP INDEX account_key;
    INSERT INTO meta (key, value) VALUES ('import.indexes', '${JSON.stringify([
      { name: 'account_key', sql: 'CREATE UNIQUE INDEX account_key ON account(key)' },
      { name: 'relation_src', sql: 'CREATE INDEX relation_src ON relation (src_id)' },
    ])}')`)
  db.close()
  gone = 0
  core = start()
})
afterEach(async () => {
  await core.close()
  rmSync(root, { recursive: true, force: true })
})

function start(): Core {
  const made = createCore({
    host: { actor: 'tester', version: 'test', documentsDir: root } as never,
    pick: null,
    modelsDir: root,
    sampleDir: root,
    userDir: join(root, 'user'),
    startCompute() {
      const [mine, theirs] = memoryTransports()
      theirs.onClose(() => gone++)
      serveRpc(theirs, computeMethods, {
        'compute.sweep': (_: unknown, call: ServerCall) => sweep(call),
        'compute.indexKeys': async () => ({ indexed: 0 }),
      } as never)
      return mine
    },
  })
  made.on('workspace.opening', (state) => said.push(state))
  return made
}

const building = { phase: 'import.indexes', done: 0, total: 2, unit: 'steps', detail: 'account_key' } as const
/** Says that it is at work and hears nothing more, as CREATE INDEX does. */
const neverEnding = async (call: ServerCall) => {
  call.progress(building)
  return new Promise<never>(() => {})
}

test('opening says what it does while it clears away what a killed import left, and that it has ended', async () => {
  sweep = async (call) => {
    call.progress({ phase: 'import.sweep', done: 3, total: 6, unit: 'steps' })
    call.progress(building)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await core.ask('workspace.opening', {})).toMatchObject({ progress: building })
    return { swept: 1, kept: 1 }
  }
  await core.open(path, false)
  expect(said.map((state) => state && state.progress.phase)).toEqual(['import.sweep', 'import.indexes', null])
  expect(said[0]).toMatchObject({ path, name: 'w' })
  expect(said[1]!.fraction).toBeGreaterThan(said[0]!.fraction!)
  expect(await core.ask('workspace.opening', {})).toBeNull()
})

test('what opens at once says nothing', async () => {
  await core.open(join(root, 'other'), true)
  expect(said).toEqual([])
})

test('an opening that is stopped lets go of the workspace, which opens the next time', async () => {
  sweep = neverEnding
  const opening = core.open(path, false)
  await expect.poll(() => said.length).toBe(1)
  await core.ask('workspace.cancelOpening', {})
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
  // Not before the process that works on it is gone.
  expect(gone).toBe(1)
  expect(said.at(-1)).toBeNull()
  expect(await core.ask('workspace.info', {})).toBeNull()
  sweep = async () => ({ swept: 1, kept: 1 })
  expect(await core.open(path, false)).toMatchObject({ path })
})

test('closing the app does not wait for an opening', async () => {
  sweep = neverEnding
  const opening = core.open(path, false)
  await expect.poll(() => said.length).toBe(1)
  const behind = core.open(join(root, 'other'), true)
  const ends = Promise.allSettled([opening, behind])
  await core.close()
  for (const end of await ends)
    expect(end).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
})

test('how far it is goes by the rows that are looked through and indexed', () => {
  const db = new Sqlite(join(path, 'workspace.sqlite'))
  const fraction = tidyingFraction(db)
  const at = (detail: string) => fraction({ ...building, detail })!
  const step = { phase: 'import.sweep', done: 6, total: 6, unit: 'steps' } as const
  // account has three rows and relation none, so its index is most of what is left.
  expect(fraction({ ...step, done: 0 })).toBe(0)
  expect(fraction(step)).toBeCloseTo(at('account_key'), 10)
  expect(at('relation_src') - at('account_key')).toBeCloseTo((1 - at('relation_src')) * 4, 10)
  expect(fraction({ phase: 'import.indexes', done: 2, total: 2, unit: 'steps' })).toBe(1)
  expect(fraction({ phase: 'another', done: 1, total: 2, unit: 'steps' })).toBeNull()
  db.close()
})
