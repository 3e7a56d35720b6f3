import fc from 'fast-check'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { contentHash } from './content-hash.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})

/** A workspace that imported each group of files by itself, in order. */
async function imported(...groups: Record<string, string>[]): Promise<TestWorkspace> {
  const w = createWorkspace(schema)
  open.push(w)
  for (const [i, files] of groups.entries()) {
    writeFiles(join(w.root, `g${i}`), files)
    await importExport(w.ctx, { paths: [join(w.root, `g${i}`)] })
  }
  return w
}
const hashOf = async (w: TestWorkspace) => (await contentHash(w.ctx)).sha256

const name = fc.constantFrom('u1', 'u2', 'u3', '007', '7', '王五', 'a b')
const time = fc.integer({ min: 1_600_000_000, max: 1_700_000_000 }).map(String)
const word = fc.constantFrom('', 'x', 'y', '"q,\n"', '=1+1')
const tables = {
  'accounts.csv': fc.array(fc.tuple(name, word, word), { minLength: 1, maxLength: 8 }),
  'relations.csv': fc.array(
    fc.tuple(name, name, fc.constantFrom('0.1', '1', '2.5', 'heavy'), fc.constantFrom('f', 'g')),
    {
      maxLength: 8,
    },
  ),
  'links.csv': fc.array(fc.tuple(name, fc.constantFrom('device', 'phone'), fc.constantFrom('d1', 'd2')), {
    maxLength: 8,
  }),
  'events.csv': fc.array(fc.tuple(name, time, word, fc.constantFrom('', '1.1.1.1', '2.2.2.2'), word), {
    maxLength: 8,
  }),
  'reports.csv': fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 99 }).map(String), name, word), {
    maxLength: 8,
    selector: ([id]) => id,
  }),
  'labels.csv': fc.array(fc.tuple(name, fc.constantFrom('malicious', 'benign')), { maxLength: 4 }),
}
const HEADERS: Record<keyof typeof tables, string> = {
  'accounts.csv': 'account_id,tier,city',
  'relations.csv': 'src,dst,weight,type',
  'links.csv': 'account_id,entity_type,entity_id',
  'events.csv': 'account_id,ts,kind,ip,device',
  'reports.csv': 'report_id,account_id,text',
  'labels.csv': 'account_id,label',
}
type Tables = Record<keyof typeof tables, string[][]>
const files = (data: Tables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([file, rows]) => [
      file,
      `${HEADERS[file as keyof Tables]}\n${rows.map((row) => `${row.join(',')}\n`).join('')}`,
    ]),
  )
const NAMES = Object.keys(tables) as (keyof Tables)[]

describe('the hash of what a workspace observed', () => {
  test('is the same in every workspace and whatever order the files came in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(tables),
        fc.shuffledSubarray(NAMES.slice(1), { minLength: 5 }),
        async (data, order) => {
          const all = files(data as Tables)
          const one = await imported(all)
          // Accounts first, since an export must say who there is; the rest in any order.
          const apart = await imported({ 'accounts.csv': all['accounts.csv']! }, ...order.map((f) => ({ [f]: all[f]! }))) // prettier-ignore
          expect(await hashOf(apart)).toBe(await hashOf(one))
          const { counts, bySource } = await contentHash(one.ctx)
          const inTables = Object.values(counts).reduce((a, b) => a + b, 0)
          expect([...bySource.values()].flatMap(Object.values).reduce((a, b) => a + b, 0)).toBe(inTables)
          for (const w of open.splice(0)) w.dispose()
        },
      ),
      { numRuns: 12 },
    )
  })

  test('is another one where any cell is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(tables), fc.nat(), fc.nat(), fc.nat(), async (data, which, row, cell) => {
        const changed = structuredClone(data) as Tables
        const filled = NAMES.filter((file) => changed[file].length > 0)
        const rows = changed[filled[which % filled.length]!]
        const cells = rows[row % rows.length]!
        const at = cell % cells.length
        cells[at] = cells[at] === 'x' ? 'y' : 'x' // a time or a weight of x goes to the problems
        const before = await imported(files(data as Tables))
        const after = await imported(files(changed))
        // The facts themselves tell them apart, not only that the files are others.
        for (const w of open) w.db.exec(`UPDATE source SET sha256 = ''`)
        expect(await hashOf(after)).not.toBe(await hashOf(before))
        for (const w of open.splice(0)) w.dispose()
      }),
      { numRuns: 12 },
    )
  })

  test('sees a cell that changed in the database itself, in every table', async () => {
    const w = await imported({
      'accounts.csv': 'account_id,tier\nu1,a\n',
      'relations.csv': 'src,dst,weight\nu1,u2,0.1\nu1,u2,heavy\n',
      'links.csv': 'account_id,entity_type,entity_id\nu1,phone,1\n',
      'events.csv': 'account_id,ts,kind,ip\nu1,1600000000,login,1.1.1.1\n',
      'reports.csv': 'report_id,account_id,text\nr,u1,hello\n',
      'labels.csv': 'account_id,label\nu1,benign\n',
    })
    const before = await hashOf(w)
    for (const [change, back] of [
      [
        `UPDATE account_record SET attributes = '{}'`,
        `UPDATE account_record SET attributes = '{"tier":"a"}'`,
      ],
      [`UPDATE relation SET weight = 0.10000000000000002`, `UPDATE relation SET weight = 0.1`],
      [`UPDATE link SET count = 2`, `UPDATE link SET count = 1`],
      [
        `UPDATE event SET ip_id = NULL`,
        `UPDATE event SET ip_id = (SELECT id FROM entity WHERE key = '1.1.1.1')`,
      ],
      [`UPDATE event SET row = 2`, `UPDATE event SET row = 1`],
      [`UPDATE report SET text = 'Hello'`, `UPDATE report SET text = 'hello'`],
      [`UPDATE label SET label = 'malicious'`, `UPDATE label SET label = 'benign'`],
      [`UPDATE import_problem SET raw = ''`, `UPDATE import_problem SET raw = 'u1,u2,heavy'`],
      [`UPDATE account SET key = 'u3' WHERE key = 'u2'`, `UPDATE account SET key = 'u2' WHERE key = 'u3'`],
      [
        `UPDATE term SET value = 'tel' WHERE value = 'phone'`,
        `UPDATE term SET value = 'phone' WHERE value = 'tel'`,
      ],
      [
        `UPDATE source SET status = 'importing' WHERE table_name = 'labels'`,
        `UPDATE source SET status = 'ready'`,
      ],
    ] as const) {
      // prettier-ignore
      w.db.exec(change)
      expect(await hashOf(w), change).not.toBe(before)
      w.db.exec(back)
      expect(await hashOf(w), back).toBe(before)
    }
  })

  test('does not hang on ids: facts that lie in another order are the same facts', async () => {
    const w = await imported({
      'accounts.csv': 'account_id\nu1\n',
      'events.csv': `account_id,ts\n${Array.from({ length: 50 }, (_, i) => `u${i % 7},${1_600_000_000 + i}\n`).join('')}`,
    })
    const before = await hashOf(w)
    w.db.pragma('foreign_keys = OFF')
    w.db.exec(`UPDATE event SET id = 1000 - id; UPDATE account SET id = id + 500;
      UPDATE event SET account_id = account_id + 500; UPDATE account_record SET account_id = account_id + 500`)
    expect(await hashOf(w)).toBe(before)
  })

  test('can be stopped', async () => {
    const w = await imported({ 'accounts.csv': 'account_id\nu1\n' })
    w.abort.abort()
    await expect(contentHash(w.ctx)).rejects.toMatchObject({ code: 'cancelled' })
  })
})
