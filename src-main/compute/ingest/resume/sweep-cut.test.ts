import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport, sweepInterrupted } from '../import.ts'
import { creditHash } from '../testing/kill.ts'
import { asJob, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'
import { contentHash } from './content-hash.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})

const BASE = {
  'base/accounts.csv': 'account_id\nu1\na2\n',
  'base/links.csv': 'account_id,entity_type,entity_id\nu1,phone,1\n',
}
const BIG = {
  'big/accounts.csv': 'account_id\na\nb\n',
  'big/relations.csv': 'src,dst,type\na,b,knows\nb,c,knows\n',
  'big/links.csv': 'account_id,entity_type,entity_id\na,phone,1\nc,phone,2\n',
  'big/events.csv': 'account_id,ts,kind,ip\na,2024-01-01,login,1.1.1.1\nd,2024-01-02,login,1.1.1.2\n',
  'big/reports.csv': 'report_id,account_id,text\nr1,a,first\n',
}
const imported = (w: TestWorkspace, folder: string) =>
  importExport(asJob(w.ctx), { paths: [join(w.root, folder)] })

/**
 * An import that is stored whole and fails as it is published; clearing it away stops in its turn, before `step` of the tables, as it does on
 * a disk that is full, or where the process is killed.
 */
async function cutOff(base: boolean, step: number): Promise<TestWorkspace> {
  const w = createWorkspace(schema)
  open.push(w)
  writeFiles(w.root, { ...BASE, ...BIG })
  if (base) await imported(w, 'base')
  const stop = new Error('the disk is full')
  const ctx = {
    ...asJob(w.ctx),
    progress: ({ phase, done }: { phase: string; done: number }) => {
      if (phase === 'import.publish' || (phase === 'import.sweep' && done === step)) throw stop
    },
  }
  await expect(importExport(ctx, { paths: [join(w.root, 'big')] })).rejects.toBe(stop)
  return w
}

test.each([
  [false, 1],
  [false, 4],
  [true, 0],
  [true, 2],
  [true, 5],
])('what was half cleared away is not taken over (import before: %s, stopped at %i)', async (base, step) => {
  const undisturbed = createWorkspace(schema)
  open.push(undisturbed)
  writeFiles(undisturbed.root, { ...BASE, ...BIG })
  if (base) await imported(undisturbed, 'base')
  const before = (await contentHash(undisturbed.ctx)).sha256
  await imported(undisturbed, 'big')

  const w = await cutOff(base, step)
  expect((await contentHash(w.ctx)).sha256).toBe(before)
  // As opening does: what is not whole any more goes.
  await sweepInterrupted(w.ctx)
  const { adopted } = await imported(w, 'big')
  expect(adopted).toBe(0)
  const report = await checkWorkspace(w.ctx)
  expect(report.items.filter(({ faults }) => faults > 0)).toEqual([])
  expect(report.contentHash).toBe((await contentHash(undisturbed.ctx)).sha256)
  expect(creditHash(w.db)).toBe(creditHash(undisturbed.db))
})
