import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CheckCode } from '../../../common/contract/check.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { checkSchema } from '../../../core/imports/check.ts'
import { openStore } from '../../store/open.ts'
import { importExport } from '../import.ts'
import { contextFor, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
beforeEach(async () => {
  w = createWorkspace(schema)
  writeFiles(w.root, {
    'x/accounts.csv': 'account_id,tier\nu1,a\nu2,b\n',
    'x/relations.csv': 'src,dst,weight\nu1,u2,0.1\nu1,u2,heavy\n',
    'x/events.csv': `account_id,ts,kind,ip\n${Array.from({ length: 2000 }, (_, i) => `u${i % 9},${1_600_000_000 + i},login,10.0.0.${i % 99}\n`).join('')}`,
    'x/reports.csv': 'report_id,account_id,text\nr,u1,hello there\n',
  })
  await importExport(w.ctx, { paths: [join(w.root, 'x')] })
})
afterEach(() => w.dispose())

/** What is not in order, and the first thing said of it. */
async function faults(): Promise<Partial<Record<CheckCode, string>>> {
  const { items } = await checkWorkspace(w.ctx)
  return Object.fromEntries(items.filter((i) => i.faults > 0).map((i) => [i.code, i.samples[0]]))
}

test('a workspace as import leaves it is whole, and the check changes nothing', async () => {
  const before = w.db.serialize()
  const report = await checkWorkspace(w.ctx)
  expect(report.items.map(({ code, faults }) => [code, faults])).toEqual(
    ['database', 'references', 'rows', 'records', 'facts', 'unpublished', 'search'].map((code) => [code, 0]),
  )
  expect(report).toMatchObject({ accounts: 9, entities: 99, sources: 4, waiting: 0 })
  expect(report.counts).toEqual({ account_record: 2, relation: 1, event: 2000, report: 1, import_problem: 1 })
  expect(report.items.find((i) => i.code === 'rows')!.looked).toBe(2005)
  expect(report.items.find((i) => i.code === 'records')!.looked).toBe(2005)
  expect(report.contentHash).toMatch(/^[0-9a-f]{64}$/)
  expect(w.db.serialize().equals(before)).toBe(true)
  expect((await checkWorkspace(w.ctx)).contentHash).toBe(report.contentHash)
})

test.each<[string, Partial<Record<CheckCode, RegExp>>]>([
  [`UPDATE source SET rows_in = 3 WHERE table_name = 'accounts'`, { rows: /3 rows in, 2 stored, 0 rejected/, records: /row 3 is not kept/ }],
  [`DELETE FROM import_problem`, { rows: /1 rows rejected, 0 in the problem list/ }],
  [`DELETE FROM event WHERE row = 7`, { facts: /2000 events said, 1999 stored/ }],
  [`INSERT INTO label (account_id, label, source_id, row) SELECT 1, 'malicious', source_id, 1 FROM event LIMIT 1`, { facts: /1 rows of label that it does not speak of/ }],
  [`UPDATE report SET text = 'another text'`, { search: /report_fts/ }],
  [`PRAGMA foreign_keys = OFF; DELETE FROM entity WHERE key = '10.0.0.5'`, { references: /^event \d+ names a row of entity/ }],
  [`UPDATE source SET status = 'importing' WHERE table_name = 'accounts'`, { unpublished: /2 accounts that facts name/ }],
  [`UPDATE source SET status = 'duplicate' WHERE table_name = 'reports'`, { unpublished: /1 rows of report belong to a source that is a duplicate/ }],
])('%s', async (tamper, expected) => {
  w.db.exec(tamper)
  const found = await faults()
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  for (const [code, words] of Object.entries(expected)) expect(found[code as CheckCode]).toMatch(words)
}) // prettier-ignore

test('a page that was overwritten is found', async () => {
  const page = w.db
    .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'event_ts'`)
    .pluck()
    .get() as number
  const size = w.db.pragma('page_size', { simple: true }) as number
  const file = w.db.name
  w.db.pragma('wal_checkpoint(TRUNCATE)')
  w.db.close()
  const bytes = readFileSync(file)
  // The index's root keeps its header and loses its cells.
  bytes.fill(0, (page - 1) * size + 20, page * size)
  writeFileSync(file, bytes)
  w.db = openStore(w.ctx.workspace)
  w.ctx = contextFor(w.ctx.workspace, w.db)
  expect((await faults()).database).toBeDefined()
})

test('an index that is gone or another one is found', () => {
  expect(checkSchema(w.db)).toMatchObject({ faults: 0 })
  w.db.exec('DROP INDEX event_ip; DROP INDEX event_ts; CREATE INDEX event_ts ON event(ts)')
  expect(checkSchema(w.db)).toMatchObject({
    faults: 2,
    samples: ['index event_ip is missing', 'index event_ts is another one'],
  })
})
