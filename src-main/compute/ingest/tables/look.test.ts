import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mappingSchema } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { DATA_ENDINGS } from '../../../common/mapping/endings.ts'
import { importExport } from '../import.ts'
import { ENDINGS } from '../read/formats.ts'
import { workbook } from '../read/testing/workbook.ts'
import { countRows, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { lookAt } from './look.ts'
import { previewImport } from './preview.ts'

let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
})
afterEach(() => w.dispose())

const put = (files: Record<string, string | Buffer>) => writeFiles(w.root, files)
const look = (...paths: string[]) =>
  lookAt({ paths: paths.map((path) => join(w.root, path)), rows: 5 }, w.ctx)
const LOGINS = `用户ID,登录时间,登录IP\n${Array.from({ length: 40 }, (_, i) => `00${i % 7},2024/3/1 8:${10 + i},10.0.0.${i % 3}`).join('\n')}\n`

describe('looking at files', () => {
  test('gives a mapping that imports what it shows', async () => {
    put({ 'x/登录.csv': LOGINS, 'x/readme.md': '#', 'x/broken.csv': 'a,b\n"1"x,2\n' })
    const seen = await look('x')
    expect(seen.ignored).toEqual([join(w.root, 'x/readme.md')])
    const logins = seen.files.find(({ name }) => name === '登录.csv')!
    expect(logins).toMatchObject({
      format: 'csv',
      error: null,
    })
    expect(logins.tables[0]).toMatchObject({
      name: '',
      by: 'guess',
      saved: null,
      read: { encoding: 'utf-8', delimiter: ',', headerRow: 1 },
    })
    expect(logins.tables[0]!.sample[0]).toEqual(['000', '2024/3/1 8:10', '10.0.0.0'])
    expect(logins.tables[0]!.sample).toHaveLength(5)
    expect(seen.sure).toBe(false)
    const mapping = mappingSchema.parse(seen.mapping)
    const result = await importExport(w.ctx, { paths: [join(w.root, 'x/登录.csv')], given: mapping })
    expect(result).toMatchObject({ rowsIn: 40, rowsStored: 40, accountsAdded: 7 })
  })

  test('says what is wrong with one file and goes on with the others', async () => {
    put({ 'x/empty.csv': '', 'x/登录.csv': LOGINS })
    const { files, sure } = await look('x')
    expect(files.find(({ name }) => name === 'empty.csv')!.error).toMatchObject({ code: 'import_unreadable' })
    expect(files.find(({ name }) => name === '登录.csv')!.error).toBeNull()
    expect(sure).toBe(false)
  })

  test('knows the export layout, and what lacks its columns', async () => {
    put({
      'x/accounts.csv': 'account_id\n1\n',
      'x/events.csv': 'user,time,action\na,2024-01-01,login\n',
      'x/other.csv': 'id\n1\n',
    })
    const { files } = await look('x')
    const by = (name: string) => files.find((file) => file.name === name)!
    expect(by('accounts.csv').tables[0]!.by).toBe('layout')
    expect(by('events.csv').error).toMatchObject({ code: 'import_missing_column' })
    expect(by('events.csv').tables[0]).toMatchObject({ by: 'guess', guess: { kind: 'events' } })
    expect(by('other.csv').tables[0]!.mapping).toBeNull()
    // What is shown for it imports it.
    const mapping = mappingSchema.parse({
      shoalMapping: 1,
      name: 'm',
      tables: [by('events.csv').tables[0]!.mapping],
    })
    const result = await importExport(w.ctx, { paths: [join(w.root, 'x/events.csv')], given: mapping })
    expect(result).toMatchObject({ rowsIn: 1, rowsStored: 1 })
  })
})

test('the header row of one sheet leaves the others alone, in looking and in importing', async () => {
  const cells = (...texts: string[]) =>
    texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')
  const sheet = (...rows: string[]) =>
    `<sheetData>${rows.map((row) => `<row>${row}</row>`).join('')}</sheetData>`
  put({
    'b.xlsx': await workbook({
      sheets: {
        one: sheet(cells('user_id', 'x'), cells('account_id', 'name'), cells('u1', 'A'), cells('u2', 'B')),
        two: sheet(cells('user_id', 'nick'), cells('u3', 'C'), cells('u4', 'D')),
      },
    }),
  })
  const paths = [join(w.root, 'b.xlsx')]
  const seen = await lookAt({ paths, rows: 5, reads: { [`${paths[0]}\none`]: { headerRow: 2 } } }, w.ctx)
  expect(
    seen.files[0]!.tables.map(({ columns, read }) => [columns.map(({ name }) => name), read.headerRow]),
  ).toEqual([
    [['account_id', 'name'], 2],
    [['user_id', 'nick'], 1],
  ])
  const given = mappingSchema.parse(seen.mapping)
  expect(
    (await previewImport(w.ctx, { paths, mapping: given, rows: 10 })).tables.map(({ rowsIn }) => rowsIn),
  ).toEqual([2, 2])
  expect(await importExport(w.ctx, { paths, given })).toMatchObject({
    rowsIn: 4,
    rowsStored: 4,
    accountsAdded: 4,
  })
})

describe('a preview', () => {
  test('shows what rows become and what is wrong, and leaves the workspace alone', async () => {
    put({ 'a.csv': 'who,at,dev\nu1,2024-01-01 10:00,D1\nu2,never,D2\nu3,2024-01-03 10:00,\n' })
    const before = countRows(w.db)
    const mapping = mappingSchema.parse({
      shoalMapping: 1,
      name: 'p',
      tables: [
        {
          match: { columns: ['who'] },
          outputs: [
            {
              to: 'events',
              cells: { account_id: { column: 'who' }, ts: { column: 'at', time: { zone: '+08:00' } } },
            },
            {
              to: 'links',
              cells: {
                account_id: { column: 'who' },
                entity_type: { value: 'device' },
                entity_id: { column: 'dev' },
              },
              optional: true,
            },
          ],
        },
      ],
    })
    const seen = await previewImport(w.ctx, { paths: [join(w.root, 'a.csv')], mapping, rows: 100 })
    expect(seen).toMatchObject({ accounts: 2, entities: 1 })
    expect(seen.tables[0]).toMatchObject({ rowsIn: 3, problems: 1, facts: { events: 2, links: 1 } })
    expect(seen.tables[0]!.shown.events[0]).toMatchObject({
      account: 'u1',
      ts: Date.parse('2024-01-01T02:00:00Z'),
    })
    expect(seen.tables[0]!.shown.links).toMatchObject([{ account: 'u1', type: 'device', entity: 'D1' }])
    expect(seen.tables[0]!.faults).toMatchObject([{ row: 2, column: 'at', code: 'bad_time' }])
    expect(countRows(w.db)).toEqual(before)
    // More rows than are stored with one statement, facts before the accounts that they name.
    put({
      'many.csv': `who,at,dev\n${Array.from({ length: 400 }, (_, i) => `n${i},2024-01-01,D${i}`).join('\n')}\n`,
    })
    const many = await previewImport(w.ctx, { paths: [join(w.root, 'many.csv')], mapping, rows: 1000 })
    expect(many).toMatchObject({ accounts: 400, entities: 400, tables: [{ rowsIn: 400, problems: 0 }] })
    const two = await previewImport(w.ctx, { paths: [join(w.root, 'a.csv')], mapping, rows: 1 })
    expect(two.tables[0]).toMatchObject({ rowsIn: 1, problems: 0 })
  })
})

test('pickers offer the files that readers read', () => {
  expect([...DATA_ENDINGS].sort()).toEqual([...ENDINGS].sort())
})
