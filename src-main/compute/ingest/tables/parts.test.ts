import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mappingSchema } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { findFiles } from '../find/find.ts'
import { importExport } from '../import.ts'
import { createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { lookAt } from './look.ts'
import { openTables } from './open.ts'
import { openParts } from './parts.ts'
import { previewImport } from './preview.ts'
import { sampleRows } from './sample.ts'

let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
})
afterEach(() => w.dispose())

const put = (files: Record<string, string | Buffer>) => writeFiles(w.root, files)
const at = (path: string) => join(w.root, path)
const look = (path: string) => lookAt({ paths: [at(path)], rows: 5 }, w.ctx)

type Column = { name: string; data: unknown[]; type?: 'STRING' | 'INT64' | 'TIMESTAMP' }
const parquet = (...columns: Column[]) => Buffer.from(parquetWriteBuffer({ columnData: columns as never }))
const logins = (from: number, count: number) => {
  const rows = Array.from({ length: count }, (_, i) => from + i)
  return parquet(
    { name: 'user_id', data: rows.map((i) => `00${i % 7}`), type: 'STRING' },
    { name: 'login_time', data: rows.map((i) => new Date(Date.UTC(2024, 0, 1, 0, i))), type: 'TIMESTAMP' },
    { name: 'device_id', data: rows.map((i) => `D${i % 3}`), type: 'STRING' },
  )
}
const PLATFORM = {
  'lake/events/_SUCCESS': '',
  'lake/events/dt=2024-01-01/country=CN/part-0000.parquet': logins(0, 30),
  'lake/events/dt=2024-01-01/country=VN/part-0000.parquet': logins(30, 20),
  'lake/events/dt=2024-01-02/country=CN/part-0000.parquet': logins(50, 10),
}

describe('a folder that a data platform wrote', () => {
  test('is one table, with a column for every level of folders', async () => {
    put(PLATFORM)
    const { files, ignored } = await look('lake/events')
    expect(ignored).toEqual([])
    expect(files).toHaveLength(1)
    expect(files[0]).toMatchObject({
      name: 'events',
      label: at('lake/events'),
      format: 'parquet',
      parts: 3,
      error: null,
    })
    const [table] = files[0]!.tables
    expect(table!.columns.map(({ name, folder }) => [name, folder])).toEqual([
      ['user_id', false],
      ['login_time', false],
      ['device_id', false],
      ['dt', true],
      ['country', true],
    ])
    expect(table).toMatchObject({ name: '', rows: 60, notes: [] })
    expect(table!.sample[0]).toEqual(['000', '2024-01-01T00:00:00Z', 'D0', '2024-01-01', 'CN'])
    expect(table!.guess).toMatchObject({ kind: 'events' })
  })

  test('is previewed and imported by one mapping; every file is a source of its own', async () => {
    put(PLATFORM)
    const seen = await look('lake/events')
    const mapping = mappingSchema.parse(seen.mapping)
    expect(mapping.tables).toHaveLength(1)
    expect(mapping.tables[0]!.match.file).toBe('events')
    const preview = await previewImport(w.ctx, { paths: [at('lake/events')], mapping, rows: 45 })
    expect(preview.tables).toMatchObject([{ file: at('lake/events'), rowsIn: 45, problems: 0 }])
    const result = await importExport(w.ctx, { paths: [at('lake/events')], given: mapping })
    expect(result).toMatchObject({ rowsIn: 60, rowsStored: 60, problems: 0 })
    expect(result.sources.map(({ path, part, rowsIn }) => [path, part, rowsIn])).toEqual([
      [at('lake/events/dt=2024-01-01/country=CN/part-0000.parquet'), 'dt=2024-01-01/country=CN', 30],
      [at('lake/events/dt=2024-01-01/country=VN/part-0000.parquet'), 'dt=2024-01-01/country=VN', 20],
      [at('lake/events/dt=2024-01-02/country=CN/part-0000.parquet'), 'dt=2024-01-02/country=CN', 10],
    ])
    // The row is that of the file; what its folder says is with the facts: a column with a meaning, or an attribute.
    const facts = w.db
      .prepare(
        `SELECT s.path, e.row, e.attributes, (SELECT value FROM term WHERE id = e.country_id) AS country
         FROM event e JOIN source s ON s.id = e.source_id ORDER BY e.ts`,
      )
      .all() as { path: string; row: number; attributes: string; country: string | null }[]
    expect(facts[35]).toMatchObject({
      path: at('lake/events/dt=2024-01-01/country=VN/part-0000.parquet'),
      row: 6,
    })
    expect(
      facts.map(
        ({ country, attributes }) => country ?? (JSON.parse(attributes) as { country: string }).country,
      ),
    ).toEqual([
      ...Array.from({ length: 30 }, () => 'CN'),
      ...Array.from({ length: 20 }, () => 'VN'),
      ...Array.from({ length: 10 }, () => 'CN'),
    ])
    expect(JSON.parse(facts[59]!.attributes)).toMatchObject({ dt: '2024-01-02' })
    const again = await importExport(w.ctx, { paths: [at('lake/events')], given: mapping })
    expect(again.sources.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'duplicate'])
  })

  test('may hold the same bytes in two folders: they are other records', async () => {
    const same = 'account_id,registered_at\nu1,2024-01-01T00:00:00Z\n'
    put({ 'accounts/dt=1/part-0.csv': same, 'accounts/dt=2/part-0.csv': same })
    const result = await importExport(w.ctx, { paths: [at('accounts')] })
    expect(result).toMatchObject({ rowsIn: 2, rowsStored: 2 })
    expect(result.sources.map(({ status }) => status)).toEqual(['ready', 'ready'])
    expect(w.db.prepare('SELECT attributes FROM account_record ORDER BY id').pluck().all()).toEqual([
      '{"dt":"1"}',
      '{"dt":"2"}',
    ])
  })

  test('of CSV and JSON lines too; what warns of it warns once', async () => {
    put({
      'logins/dt=1/part-00000.csv':
        'user_id,login_time,note\nu1,2024-01-01 10:00:00,a\nu2,2024-01-01 11:00:00,"x ""y"""\n',
      'logins/dt=2/part-00000.csv':
        'user_id,login_time,note\nu3,2024-01-02 10:00:00,c\nu4,2024-01-02 11:00:00\n',
      'logins/dt=2/part-00001.csv': '',
      'more/part-00000.json':
        '{"user_id":"u1","login_time":"2024-01-03 10:00:00"}\n{"user_id":"u5","login_time":"2024-01-03 10:01:00","x":1}\n',
      'more/part-00001.json':
        '{"user_id":"u2","login_time":"2024-01-04 10:00:00"}\n{"user_id":oops}\n{"user_id":"u9","login_time":"2024-01-04 10:00:01"}\n',
    })
    const result = await importExport(w.ctx, { paths: [at('logins'), at('more')] })
    expect(result).toMatchObject({ rowsIn: 9, rowsStored: 7, problems: 2 })
    const codes = result.warnings.map(({ code, file }) => [code, file])
    expect(codes).toContainEqual(['guessed_mapping', at('logins')])
    expect(codes).toContainEqual(['guessed_mapping', at('more')])
    expect(codes.filter(([code]) => code === 'guessed_mapping')).toHaveLength(2)
    expect(result.warnings.map(({ message }) => message).join('\n')).toContain('1 of 3 files are empty')
    const problems = w.db.prepare('SELECT code, row, raw FROM import_problem ORDER BY code DESC').all()
    expect(problems).toMatchObject([
      { code: 'ragged_row', row: 2, raw: expect.stringContaining('u4,2024-01-02 11:00:00') as string },
      { code: 'bad_record', row: 2 },
    ])
  })

  test('says which files lack a column, and reads it as empty there', async () => {
    put({
      'accounts/part-0.parquet': parquet(
        { name: 'account_id', data: ['a', 'b'], type: 'STRING' },
        { name: 'level', data: ['1', '2'], type: 'STRING' },
      ),
      'accounts/part-1.parquet': parquet(
        { name: 'nick', data: ['N'], type: 'STRING' },
        { name: 'account_id', data: ['c'], type: 'STRING' },
      ),
    })
    const { files } = await look('accounts')
    expect(files[0]!.tables[0]!.columns.map(({ name }) => name)).toEqual(['account_id', 'level', 'nick'])
    expect(
      files[0]!.tables[0]!.notes.map(({ code, params }) => [code, params.column, params.count, params.file]),
    ).toEqual([
      ['parts_without_column', 'level', 1, 'part-1.parquet'],
      ['parts_without_column', 'nick', 1, 'part-0.parquet'],
    ])
    await importExport(w.ctx, { paths: [at('accounts')] })
    const kept = w.db.prepare('SELECT attributes FROM account_record ORDER BY id').pluck().all() as string[]
    expect(kept.map((text) => JSON.parse(text) as object)).toEqual([
      { level: '1' },
      { level: '2' },
      { nick: 'N' },
    ])
  })

  test('whose files contradict each other is refused, naming the file', async () => {
    put({
      'x/part-0.parquet': parquet({ name: 'id', data: ['1'], type: 'STRING' }),
      'x/part-1.parquet': parquet({ name: 'id', data: [1n], type: 'INT64' }),
      'y/part-0.csv': 'a,b\n1,2\n3,4\n',
      'y/part-1.csv': 'c,d\n1,2\n3,4\n',
      'z/dt=1/p.parquet': 'no parquet at all',
      'z/dt=2/p.parquet': logins(0, 100),
    })
    const x = await look('x')
    expect(x.files[0]!.error).toMatchObject({
      code: 'import_unreadable',
      details: { column: 'id', types: ['text', 'number'] },
    })
    expect(x.files[0]!.error!.message).toContain('part-1.parquet')
    await expect(importExport(w.ctx, { paths: [at('y')] })).rejects.toThrow(
      /part-1\.csv .*none of its columns/,
    )
    await expect(importExport(w.ctx, { paths: [at('z')] })).rejects.toMatchObject({
      code: 'import_unreadable',
      message: expect.stringContaining('p.parquet') as string,
    })
  })
})

test('of parts that were stored before only the columns count', async () => {
  put({
    'logins/dt=1/p.csv': 'user_id,login_time,note\nu1,2024-01-01,a\n',
    'logins/dt=2/p.csv': 'user_id,login_time\nu2,2024-01-02\n',
  })
  const found = await findFiles([at('logins')])
  try {
    const { tables } = await openTables(found.files.slice(1), {}, w.ctx, () => {})
    expect(
      tables.map(({ file, info }) => [file.part!.relative, info.columns.map(({ name }) => name)]),
    ).toEqual([['dt=2/p.csv', ['user_id', 'login_time', 'note', 'dt']]])
  } finally {
    await found.close()
  }
})

test('any parts come together by name: each cell is that of its file, of its folder, or empty', async () => {
  const name = fc.constantFrom('id', 'a', 'b', 'c', 'k', '名')
  const cell = fc.oneof(
    fc.string({ maxLength: 8, unit: 'grapheme' }),
    fc.constantFrom('', '"q"', 'x,y', 'two\nlines'),
  )
  const part = fc
    .uniqueArray(name, { minLength: 1, maxLength: 5 })
    .map((names) => [...new Set(['id', ...names])])
    .chain((columns) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), {
          minLength: 1,
          maxLength: 4,
        }),
      }),
    )
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
      const folder = `p${run++}`
      for (const [i, { columns, rows }] of parts.entries())
        put({
          [`${folder}/k=v${i}/part.csv`]:
            [columns, ...rows].map((row) => row.map(quoted).join(',')).join('\n') + '\n',
        })
      const found = await findFiles([at(folder)])
      try {
        const options = { headerRow: 1, encoding: 'utf-8', delimiter: ',', quote: '"' }
        const { tables } = await openParts(found.files[0]!.part!.set, options, 'all', w.ctx)
        const [table] = tables
        const names = table!.info.columns.map((column) => column.name)
        expect(new Set(names)).toEqual(new Set([...parts.flatMap(({ columns }) => columns), 'k']))
        expect(new Set(names).size).toBe(names.length)
        for (const { file, reader, info } of table!.parts) {
          const i = Number(/k=v(\d+)/.exec(file.path)![1])
          const { columns, rows } = parts[i]!
          const read = await sampleRows(reader, file, info, 100, w.ctx)
          // A NUL makes the record one that can't be used.
          const usable = rows.filter((row) => !row.join('').includes('\0'))
          expect(read).toEqual(
            usable.map((row) =>
              names.map((column) => {
                const at = columns.indexOf(column)
                return at >= 0 ? row[at] : column === 'k' ? `v${i}` : ''
              }),
            ),
          )
        }
      } finally {
        await found.close()
      }
    }),
    { numRuns: 60 },
  )
})
