import { afterEach, beforeEach, expect, it } from 'vitest'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import { activityColumns } from './activity.ts'
import { reportClassColumns, reportClassesRun } from './report-classes.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
  w.accounts('a', 'b', 'c')
})
afterEach(() => w.close())

it('sums what the classifier holds for likely, of reports not later than asOf', async () => {
  expect(reportClassesRun(w.ctx)).toBeNull()
  w.report(1, 'first', 100)
  w.report(1, 'undated')
  w.report(1, 'later', 300)
  w.report(2, 'other', 300)
  const run = (status: string) =>
    Number(
      w.db
        .prepare(
          `INSERT INTO run (kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
           VALUES ('report_classes', 'x', '1', '{}', '{}', ?, 0, '0')`,
        )
        .run(status).lastInsertRowid,
    )
  const id = run('done')
  run('running')
  expect(reportClassesRun(w.ctx)).toBe(id)
  const insert = w.db.prepare('INSERT INTO report_class VALUES (?, ?, ?, ?, ?)')
  for (const report of [1, 2, 3, 4])
    insert.run(id, report, 'scam', 0.75, JSON.stringify({ scam: 0.75, spam: 0.25 }))
  const all = await reportClassColumns(w.ctx, Uint32Array.of(1, 2, 3), id)
  expect([...all.get('report_scam')!]).toEqual([2.25, 0.75, NaN])
  expect([...all.get('report_abuse')!]).toEqual([0, 0, NaN])
  const early = await reportClassColumns(w.ctx, Uint32Array.of(1, 2, 3), id, 200)
  expect([...early.get('report_scam')!]).toEqual([1.5, NaN, NaN])
})

it('weighs shared things by how few share them', async () => {
  for (const account of [1, 2]) w.link(account, 'device', 'rare')
  for (const account of [1, 2, 3]) w.link(account, 'device', 'crowd')
  w.link(3, 'device', 'own')
  const columns = await activityColumns(w.ctx, Uint32Array.of(1, 2, 3))
  expect([...columns.get('device_rarity')!]).toEqual([1.5, 1.5, 0.5])
  expect([...columns.get('ip_rarity')!]).toEqual([NaN, NaN, NaN])
  // A link first seen later is not seen: then nobody shares it yet.
  w.link(2, 'card', 'c', { first: 500 })
  w.link(3, 'card', 'c', { first: 50, last: 900 })
  const early = await activityColumns(w.ctx, Uint32Array.of(1, 2, 3), { asOf: 100 })
  expect([...early.get('others')!]).toEqual([NaN, NaN, 1])
  expect(early.get('other_crowd')![2]).toBe(1)
})
