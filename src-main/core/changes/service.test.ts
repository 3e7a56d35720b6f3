import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type Sqlite from 'better-sqlite3'
import type { ChangedAccount, CommunityChange } from '../../common/contract/changes.ts'
import type { Progress } from '../../common/pace.ts'
import type { CallOptions, CoreContext } from '../context.ts'
import { createWorkspaceFolder, openDatabase } from '../db/open.ts'
import { createMask } from '../privacy/mask.ts'
import { changeHandlers } from './service.ts'

let folder: string
let db: Sqlite.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-changes-'))
  db = openDatabase(createWorkspaceFolder(join(folder, 'w.shoal')))
  db.exec(`INSERT INTO job (id, kind, params, status, created_at, finished_at)
      VALUES (1, 'import', '{}', 'done', 0, 100), (2, 'import', '{}', 'done', 0, 300);
    INSERT INTO source (id, job_id, path, table_name, mapping, status, imported_at)
      VALUES (1, 1, '/a/accounts.csv', 'accounts', '{"columns":["account_id","city"]}', 'ready', 90),
             (2, 2, '/b/accounts.csv', 'accounts', '{"columns":["account_id","city"]}', 'ready', 290);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'u100234', 1, 1), (2, 'u100235', 2, 1);`)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const COUNTS = { new: Uint32Array.of(0, 4), changed: Uint32Array.of(2, 0), gone: Uint32Array.of(0, 1) }
function handlers() {
  const answers: Record<string, unknown> = {
    'compute.changes': { import: { job: 2 } },
    'compute.changedByCommunity': COUNTS,
  }
  const ctx = {
    open: () => ({ db, path: folder, name: 'w' }),
    ask: { call: (name: string) => Promise.resolve(answers[name]) },
  } as unknown as CoreContext
  return changeHandlers(ctx)
}
const call = { signal: new AbortController().signal }
const run = (id: number, kind: string, at: number, parent: number | null = null, params = '{}') =>
  db
    .prepare(
      `INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at, app_version, stats)
       VALUES (?, ?, 'x', '1', ?, '{}', ?, 'done', ?, 't', '{"split":1}')`,
    )
    .run(id, kind, params, parent, at)
const stateOf = async () => (await handlers()['changes.get']({ job: 2 }, call)).communities

test('an import says what it is compared with, newest first', async () => {
  const imports = await handlers()['changes.imports']({}, call)
  expect(imports.map(({ job, earlier }) => [job, earlier])).toEqual([
    [2, 1],
    [1, null],
  ])
})

test('who asks what changed hears how far the comparison is', async () => {
  const half: Progress = { phase: 'changes', done: 1, total: 2, unit: 'steps' }
  const told: Progress[] = []
  const ask = {
    call: (_name: string, _input: unknown, options: CallOptions) => {
      options.onProgress?.(half)
      return Promise.resolve({ import: { job: 2 } })
    },
  }
  const ctx = { open: () => ({ db, path: folder, name: 'w' }), ask } as unknown as CoreContext
  await changeHandlers(ctx)['changes.get']({ job: 2 }, { ...call, progress: (one) => told.push(one) })
  expect(told).toEqual([half])
})

test('communities are followed from an analysis before the import to one after it', async () => {
  expect((await stateOf()).state).toBe('before')
  run(1, 'communities', 200)
  expect((await stateOf()).state).toBe('after')
  run(2, 'communities', 400)
  expect((await stateOf()).state).toBe('unlike')
  run(3, 'lineage', 410, 2, '{"earlier":1,"later":2}')
  expect(await stateOf()).toMatchObject({ state: 'ready', runId: 3, earlierAt: 200, counts: { split: 1 } })

  // A later analysis of the same facts is not about this import.
  run(4, 'communities', 500)
  run(5, 'lineage', 510, 4, '{"earlier":2,"later":4}')
  expect(await stateOf()).toMatchObject({ state: 'ready', runId: 3 })

  const insert = db.prepare('INSERT INTO community_lineage VALUES (3, ?, ?, ?, ?, ?, ?)')
  insert.run('same', 5, 3, 9, 9, 9)
  insert.run('gone', 7, null, 0, 4, 0)
  insert.run('split', 0, 1, 5, 10, 5)
  insert.run('split', 0, 0, 5, 10, 5)
  const page = { job: 2, offset: 0, limit: 100 }
  const { total, rows } = await handlers()['changes.communities'](page, call)
  const told = (link: CommunityChange) => [link.kind, link.laterId, link.new, link.changed, link.gone]
  expect(total).toBe(3)
  expect(rows.map(told)).toEqual([
    ['split', 0, 0, 2, 0],
    ['split', 1, 4, 0, 1],
    ['gone', null, 0, 0, 0],
  ])
  const same = await handlers()['changes.communities']({ ...page, kind: 'same' }, call)
  expect(same.rows.map(({ kind }) => kind)).toEqual(['same'])
})

test('hidden names stay hidden, before and after', () => {
  const row: ChangedAccount = {
    id: 1,
    key: 'u100234',
    registeredAt: null,
    fields: [
      { name: 'display_name', values: ['Bob Ito', 'Robert Ito'] },
      { name: 'city', values: ['Oslo', 'with u100235'] },
    ],
  }
  const mask = createMask(db, 7)
  const shown = mask.out({ total: 1, rows: [row] })
  const text = JSON.stringify(shown)
  for (const secret of ['u100234', 'u100235', 'Bob Ito', 'Robert']) expect(text).not.toContain(secret)
  expect(text).toContain('Oslo')
  expect(mask.back(shown)).toEqual({ total: 1, rows: [row] })
})
