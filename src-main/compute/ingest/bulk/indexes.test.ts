import { afterEach, expect, test } from 'vitest'
import { join } from 'node:path'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { sweepInterrupted } from '../sweep.ts'
import { checkIntegrity, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { indexesAside, makeIndexes, putIndexesAside, worthPuttingAside } from './indexes.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})
function workspace(): TestWorkspace {
  const w = createWorkspace(schema)
  open.push(w)
  return w
}
const indexes = (w: TestWorkspace) =>
  w.db
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`)
    .all()

/** Enough bytes for its indexes to be put aside. */
function big(days: string): string {
  const rows = Array.from(
    { length: 60_000 },
    (_, i) =>
      `user${i % 900},2024-${days}T10:${String(i % 60).padStart(2, '0')}:00Z,login,10.1.${i % 9}.7,web,x${i}`,
  )
  return `account_id,ts,kind,ip,context,session_of_the_login\n${rows.join('\n')}\n`
}

test('indexes are worth putting aside where much comes to little', () => {
  expect(worthPuttingAside(0, 1_000_000)).toBe(false)
  expect(worthPuttingAside(0, 100_000_000)).toBe(true)
  expect(worthPuttingAside(300_000, 100_000_000)).toBe(true)
  expect(worthPuttingAside(500_000, 100_000_000)).toBe(false)
  expect(worthPuttingAside(2_000_000, 10_000_000_000)).toBe(false)
})

test('after an import in bulk every index is as it was, and a later one still knows what came before', async () => {
  const w = workspace()
  const before = indexes(w)
  writeFiles(w.root, {
    'small/accounts.csv': 'account_id\nuser1\n',
    'small/events.csv':
      'account_id,ts,kind,ip,context,session_of_the_login\nuser1,2024-01-01T10:01:00Z,login,10.1.1.7,web,x1\n',
    'big/events.csv': big('01-01'),
  })
  await importExport(w.ctx, { paths: [join(w.root, 'small')] })
  const aside: string[] = []
  const ctx = {
    ...w.ctx,
    progress: ({ phase, detail }: { phase: string; detail?: string }) => {
      if (phase === 'import.indexes' && detail) aside.push(detail)
    },
  }
  const result = await importExport(ctx, { paths: [join(w.root, 'big')] })
  expect(aside).toContain('event_account_ts')
  expect(aside).toContain('event_ip')
  expect(indexes(w)).toEqual(before)
  expect(result).toMatchObject({ rowsIn: 60_000, rowsStored: 60_000, rowsKnown: 1 })
  expect(w.db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(60_000)
  checkIntegrity(w.db)
})

test('a cancel leaves the workspace and its indexes as they were', async () => {
  const w = workspace()
  const before = indexes(w)
  writeFiles(w.root, { 'big/accounts.csv': 'account_id\nuser1\n', 'big/events.csv': big('01-02') })
  const ctx = {
    ...w.ctx,
    progress: ({ phase }: { phase: string }) => {
      if (phase === 'import.indexes') w.abort.abort()
    },
  }
  await expect(importExport(ctx, { paths: [join(w.root, 'big')] })).rejects.toMatchObject({
    code: 'cancelled',
  })
  expect(indexes(w)).toEqual(before)
  expect(w.db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(0)
  expect(w.db.prepare('SELECT count(*) FROM account').pluck().get()).toBe(0)
  checkIntegrity(w.db)
})

test('indexes that were put aside by one that was killed are made by the next to open', async () => {
  const w = workspace()
  const before = indexes(w)
  putIndexesAside(w.db, ['event', 'account'])
  putIndexesAside(w.db, ['entity'])
  expect(indexes(w)).toHaveLength(before.length - 6)
  expect(indexesAside(w.db).map(({ name }) => name)).toContain('entity_key')
  await sweepInterrupted(w.ctx)
  await makeIndexes(w.ctx)
  expect(indexes(w)).toEqual(before)
  expect(indexesAside(w.db)).toEqual([])
  await makeIndexes(w.ctx)
  expect(indexes(w)).toEqual(before)
})
