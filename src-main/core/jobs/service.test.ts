import Sqlite from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import type { Job } from '../../common/contract/jobs.ts'
import { ShoalError } from '../../common/errors.ts'
import { sql } from '../db/migrations/0001-initial.ts'
import { verifyJournal } from '../journal/journal.ts'
import { createJobService, type JobService } from './service.ts'

let db: Sqlite.Database
let jobs: JobService
let changes: Job[]
let problems: unknown[]
beforeEach(() => {
  db = new Sqlite(':memory:')
  db.exec(sql)
  changes = []
  problems = []
  jobs = createJobService({
    workspace: { path: '/w', name: 'w', db },
    actor: 'tester',
    now: Date.now,
    changed: (job) => changes.push(job),
    problem: (error) => problems.push(error),
  })
})
const work = (run: () => Promise<Record<string, unknown>>) => ({ kind: 'import' as const, params: {}, run })

/** From now on the database has no page to spare, as on a full disk. Returns what frees it. */
function fillUp(): () => void {
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true }) as number}`)
  const insert = db.prepare('INSERT INTO setting (key, value) VALUES (?, ?)')
  for (const size of [100_000, 1000, 50, 1]) {
    try {
      for (let i = 0; ; i++) insert.run(`fill-${size}-${i}`, 'x'.repeat(size))
    } catch (error) {
      expect((error as { code: string }).code).toBe('SQLITE_FULL')
    }
  }
  return () => db.pragma('max_page_count = 1000000')
}

test('jobs run one at a time, in order, and each ends in the journal', async () => {
  const order: string[] = []
  const make = (name: string) =>
    jobs.start(
      work(async () => {
        order.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push(`${name} ends`)
        return { name }
      }),
    )
  const ended = await Promise.all([make('a'), make('b')].map((job) => jobs.ended(job.id)))
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  expect(ended.map((job) => job.status)).toEqual(['done', 'done'])
  expect(db.prepare(`SELECT count(*) FROM journal WHERE action = 'job.done'`).pluck().get()).toBe(2)
  expect(verifyJournal(db).ok).toBe(true)
})

test('a waiting job can be cancelled before it begins', async () => {
  let release = () => {}
  const first = jobs.start(work(() => new Promise((resolve) => (release = () => resolve({})))))
  const second = jobs.start(work(async () => ({ never: true })))
  await expect.poll(() => jobs.list().find((job) => job.id === first.id)!.status).toBe('running')
  jobs.cancel(second.id)
  expect((await jobs.ended(second.id)).status).toBe('cancelled')
  release()
  expect((await jobs.ended(first.id)).status).toBe('done')
})

test('on a full disk a job still ends, says why, and the next one runs', async () => {
  let free = () => {}
  const failed = jobs.start(
    work(async () => {
      free = fillUp()
      throw new ShoalError('disk_full', `The disk is full.${' '.repeat(20_000)}`) // needs pages to record
    }),
  )
  const ended = await jobs.ended(failed.id)
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'disk_full' } })
  expect(problems).toHaveLength(1) // that the end could not be recorded is said, not swallowed
  // What could not be written down must not look as if it still ran.
  expect(jobs.list().find((job) => job.id === failed.id)!.status).not.toBe('running')
  free()
  const next = jobs.start(work(async () => ({})))
  expect((await jobs.ended(next.id)).status).toBe('done')
})

test('a job whose process was lost is interrupted where something is left of it, and has failed where nothing is', async () => {
  const lost = () => Promise.reject(new ShoalError('compute_lost', 'Gone.'))
  const kept = jobs.start({ ...work(lost), left: () => ({ files: 3, stored: 2 }) })
  const bare = jobs.start(work(lost))
  expect(await jobs.ended(kept.id)).toMatchObject({ status: 'interrupted', result: { files: 3, stored: 2 } })
  expect(await jobs.ended(bare.id)).toMatchObject({ status: 'failed', error: { code: 'compute_lost' } })
})
