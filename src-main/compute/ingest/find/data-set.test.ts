import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMadeUp, isPartitionData, partitionColumns } from './data-set.ts'
import { findFiles } from './find.ts'

let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'shoal-set-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), 'id\n1\n')
  }
}

/** What was found, as 'name: parts' for data sets and the path for files; and what was left alone. */
async function seen(
  ...paths: string[]
): Promise<{ sets: Record<string, string[]>; files: string[]; ignored: string[] }> {
  const found = await findFiles(paths.map((path) => join(root, path)))
  try {
    const sets: Record<string, string[]> = {}
    const files: string[] = []
    for (const file of found.files) {
      if (file.part) (sets[file.name] ??= []).push(file.part.relative)
      else files.push(relative(root, file.path))
    }
    return { sets, files, ignored: found.ignored.map(({ path }) => relative(root, path)) }
  } finally {
    await found.close()
  }
}

describe('files are one table', () => {
  test('below folders that are called key=value, without what platforms put beside them', async () => {
    put(
      'ev/dt=2024-01-01/country=CN/part-0000.parquet',
      'ev/dt=2024-01-01/country=CN/.part-0000.parquet.crc',
      'ev/dt=2024-01-02/country=__HIVE_DEFAULT_PARTITION__/part-0000.parquet',
      'ev/dt=2024-01-02/_temporary/0/part-0001.parquet',
      'ev/_SUCCESS',
      'ev/_metadata',
      'ev/_delta_log/00000000000000000000.json',
    )
    expect(await seen('ev')).toEqual({
      sets: {
        ev: [
          'dt=2024-01-01/country=CN/part-0000.parquet',
          'dt=2024-01-02/country=__HIVE_DEFAULT_PARTITION__/part-0000.parquet',
        ],
      },
      files: [],
      ignored: [],
    })
    const found = await findFiles([join(root, 'ev')])
    const { part } = found.files[1]!
    expect(part!.values).toEqual([
      { name: 'dt', value: '2024-01-02' },
      { name: 'country', value: '' },
    ])
    expect(part!.set).toMatchObject({ label: join(root, 'ev'), partitions: ['dt', 'country'], delta: true })
  })

  test('with names that Spark, Hive, Trino, pyarrow, Dask and BigQuery make up', async () => {
    put(
      's/part-00000-3f0e8a3e-9d59-4c6f-8a0e-0d2f0c1b2a3d-c000.snappy.parquet',
      's/part-00001-3f0e8a3e-9d59-4c6f-8a0e-0d2f0c1b2a3d-c000.snappy.parquet',
      'h/000000_0',
      'h/000001_0.gz',
      't/20240101_101010_00012_abcde_3f0e8a3e-9d59-4c6f-8a0e-0d2f0c1b2a3d.gz',
      'd/part.0.parquet',
      'b/000000000000.json.gz',
    )
    const { sets, files } = await seen('.')
    expect(files).toEqual([])
    expect(Object.fromEntries(Object.entries(sets).map(([name, parts]) => [name, parts.length]))).toEqual({
      s: 2,
      h: 2,
      t: 1,
      d: 1,
      b: 1,
    })
  })

  test('one folder at a time, and one day of a table too', async () => {
    put('ev/dt=1/p.csv', 'ev/dt=2/p.csv')
    expect((await seen('ev/dt=2')).sets).toEqual({ ev: ['dt=2/p.csv'] })
    expect((await seen('ev/dt=2/p.csv', 'ev/dt=1/p.csv')).sets).toEqual({ ev: ['dt=2/p.csv', 'dt=1/p.csv'] })
  })

  test('of those that have a name in common, where a folder holds several', async () => {
    put('x/dt=1/users-001.csv', 'x/dt=1/logins.csv', 'x/dt=2/users-0a4f21.csv', 'x/dt=2/logins.csv')
    expect((await seen('x')).sets).toEqual({
      'users.csv': ['dt=1/users-001.csv', 'dt=2/users-0a4f21.csv'],
      'logins.csv': ['dt=1/logins.csv', 'dt=2/logins.csv'],
    })
  })
})

test('files that only lie together stay files', async () => {
  put(
    '2024-01/users.csv',
    '2024-02/users.csv',
    'a.csv',
    'b.csv',
    'k=v/book.xlsx',
    'part.csv',
    'parts/party.csv',
  )
  const { sets, files } = await seen('.')
  expect(sets).toEqual({})
  expect(files).toHaveLength(7)
})

test('a part that was named alone is the file that was named', async () => {
  put('Downloads/part-00000.csv', 'Downloads/part-00001.csv', 'Downloads/other.csv')
  expect(await seen('Downloads/part-00000.csv')).toMatchObject({
    sets: {},
    files: ['Downloads/part-00000.csv'],
  })
  expect((await seen('Downloads/part-00000.csv', 'Downloads/part-00001.csv')).sets['Downloads']).toHaveLength(
    2,
  )
  expect(await seen('Downloads')).toMatchObject({
    sets: { Downloads: ['part-00000.csv', 'part-00001.csv'] },
    files: ['Downloads/other.csv'],
  })
})

test('names that people give are not taken for made-up ones', () => {
  for (const name of [
    'users.csv',
    'part.csv',
    'party-2024.csv',
    '2024-01-01.csv',
    '20240101.csv',
    'c000.csv',
    'department-1.csv',
  ])
    expect(isMadeUp(name), name).toBe(false)
})

describe('folders', () => {
  test('name columns', () => {
    expect(partitionColumns('dt=2024-01-31/country=DE/hour=07%3A00/part-0.parquet')).toEqual([
      { name: 'dt', value: '2024-01-31' },
      { name: 'country', value: 'DE' },
      { name: 'hour', value: '07:00' },
    ])
    expect(partitionColumns('a\\k=__HIVE_DEFAULT_PARTITION__\\b.parquet')).toEqual([{ name: 'k', value: '' }])
    expect(partitionColumns('x=1.parquet')).toEqual([])
  })

  test('give back every key and value that Hive can write', () => {
    const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, value: text }), { maxLength: 4 }), (columns) => {
        const path = columns.map(
          ({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
        )
        expect(partitionColumns([...path, 'part-0.parquet'].join('/'))).toEqual(columns)
      }),
      { numRuns: 300 },
    )
  })

  test('of any name never throw, and give no column without a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (path) => {
        for (const { name } of partitionColumns(path)) expect(name).not.toBe('')
        expect(typeof isPartitionData(path)).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })

  test('hold rows, or what platforms put beside them', () => {
    const names = [
      '_SUCCESS',
      'dt=1/_metadata',
      'dt=1/.part.crc',
      'dt=1/part.parquet',
      '_tmp/x.parquet',
      '_dt=1/p.parquet',
    ]
    expect(names.map(isPartitionData)).toEqual([false, false, false, true, false, true])
  })
})
