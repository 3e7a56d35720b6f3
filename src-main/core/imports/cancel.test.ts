import Sqlite from 'better-sqlite3'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { computeMethods } from '../../common/contract/compute.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { memoryTransports } from '../../common/rpc/memory.ts'
import { serveRpc } from '../../common/rpc/server.ts'
import { createCore, type Core } from '../app.ts'
import { JOB_GRACE_MS } from '../jobs/compute-port.ts'

let root: string
let core: Core
/** Lets a compute process that is busy go away, as a kill does. */
let starts: number
let swept: string[]
let die: (() => void) | null

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'shoal-cancel-'))
  starts = 0
  swept = []
  die = null
  core = createCore({
    host: { actor: 'tester', version: 'test', documentsDir: root } as never,
    pick: null,
    modelsDir: root,
    sampleDir: root,
    userDir: join(root, 'user'),
    startCompute() {
      starts++
      const [mine, theirs] = memoryTransports()
      die = () => theirs.close()
      serveRpc(theirs, computeMethods, {
        // One file of two is stored; then one statement that hears nothing, as CREATE INDEX is.
        'compute.import': async ({ workspace }: { workspace: string }) => {
          const db = new Sqlite(join(workspace, 'workspace.sqlite'))
          db.exec(`INSERT INTO source (path, table_name, status, imported_at, stored_at) VALUES ('/x/a.csv', 'accounts', 'importing', 1, 1);
                   INSERT INTO source (path, table_name, status, imported_at) VALUES ('/x/b.csv', 'events', 'importing', 1)`)
          db.close()
          await new Promise(() => {})
        },
        'compute.sweep': async ({ workspace, discard }: { workspace: string; discard: boolean }) => {
          if (!discard) return { swept: 0, kept: 2 }
          const db = new Sqlite(join(workspace, 'workspace.sqlite'))
          swept.push(`${db.prepare(`DELETE FROM source WHERE status = 'importing'`).run().changes} sources`)
          db.close()
          return { swept: 2, kept: 0 }
        },
        'compute.indexKeys': async () => ({ indexed: 0 }),
      } as never)
      return mine
    },
  })
  await core.open(join(root, 'w'), true)
})
afterEach(async () => {
  await core.close()
  rmSync(root, { recursive: true, force: true })
})

const importing = () =>
  core
    .session()!
    .workspace.db.prepare(`SELECT count(*) FROM source WHERE status = 'importing'`)
    .pluck()
    .get() as number

async function started(paths = [join(root, 'x')]): Promise<Job> {
  const job = await core.ask('imports.start', { paths, analyze: false })
  await expect.poll(importing).toBe(2)
  return job
}
const jobs = () => core.session()!.jobs

test('a cancel that nobody hears is answered at once, and what was left is cleared away by a job of its own', async () => {
  expect(JOB_GRACE_MS).toBeLessThan(1000)
  const job = await started()
  jobs().cancel(job.id)
  expect(await jobs().ended(job.id)).toMatchObject({ status: 'cancelled' })
  // The answer did not wait for the clearing.
  expect(swept).toEqual([])
  const clearing = jobs().list()[0]!
  expect(clearing.kind).toBe('discard')
  expect(await jobs().ended(clearing.id)).toMatchObject({ status: 'done' })
  expect(swept).toEqual(['2 sources'])
  expect(importing()).toBe(0)
  expect(starts).toBe(2)
  expect(await core.ask('imports.interrupted', {})).toBeNull()
})

test('an import whose process was lost waits to be gone on with', async () => {
  writeFileSync(join(root, 'x'), '')
  const job = await started([join(root, 'x'), join(root, 'gone')])
  die!()
  expect(await jobs().ended(job.id)).toMatchObject({ status: 'interrupted', error: { code: 'compute_lost' } })
  expect(await core.ask('imports.interrupted', {})).toMatchObject({
    jobId: job.id,
    files: 2,
    stored: 1,
    paths: [join(root, 'x'), join(root, 'gone')],
    missing: [join(root, 'gone')],
  })

  const again = await core.ask('imports.resume', {})
  expect(again.params).toEqual(job.params)
  expect(await core.ask('imports.interrupted', {})).toBeNull()
  jobs().cancel(again.id)
  await jobs().ended(again.id)
})

test('what was interrupted can be discarded, once', async () => {
  const job = await started()
  die!()
  await jobs().ended(job.id)
  const discard = await core.ask('imports.discard', {})
  expect(await jobs().ended(discard.id)).toMatchObject({ status: 'done' })
  expect(importing()).toBe(0)
  expect(
    jobs()
      .list()
      .find(({ id }) => id === job.id),
  ).toMatchObject({ status: 'cancelled' })
  expect(await core.ask('imports.interrupted', {})).toBeNull()
  await expect(core.ask('imports.discard', {})).rejects.toMatchObject({ code: 'not_found' })
  await expect(core.ask('imports.resume', {})).rejects.toMatchObject({ code: 'not_found' })
})

test('what a cancelled import left when the app was closed is cleared away when it opens', async () => {
  const job = await started()
  const { path } = core.session()!.workspace
  await core.close()
  await core.open(path, false)
  expect(core.session()!.jobs.list().find(({ id }) => id === job.id)).toMatchObject({ status: 'cancelled' }) // prettier-ignore
  const clearing = core.session()!.jobs.list()[0]!
  expect(clearing.kind).toBe('discard')
  await core.session()!.jobs.ended(clearing.id)
  expect(importing()).toBe(0)
})

test('a killed app finds the import again when it opens', async () => {
  const job = await started()
  const { path } = core.session()!.workspace
  // As a kill leaves it: nothing is said of an end.
  await core.close()
  const raw = new Sqlite(join(path, 'workspace.sqlite'))
  raw.exec(`UPDATE job SET status = 'running', finished_at = NULL`)
  raw.close()
  await core.open(path, false)
  expect(await core.ask('imports.interrupted', {})).toMatchObject({ jobId: job.id, files: 2 })
})
