import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { parquetReader } from './parquet.ts'
import { EXPECTED } from './testing/expected.ts'
import { memorySource, objects, readAll, records } from './testing/read.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))

describe('as pyarrow writes it', () => {
  test.each(['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'v2'])('%s', async (codec) => {
    const [table] = await readAll(parquetReader, memorySource(fixture(`pyarrow-${codec}.parquet`)))
    expect(objects(table)).toEqual(EXPECTED)
    expect(table.info.rows).toBe(3)
    const declared = Object.fromEntries(table.info.columns.map((c) => [c.name, c.declared]))
    expect(declared).toMatchObject({
      用户: 'text',
      id: 'number',
      ok: 'boolean',
      day: 'date',
      ms: 'time',
      tags: 'json',
    })
  })

  test('the old 96-bit times', async () => {
    const rows = await records(parquetReader, fixture('pyarrow-int96.parquet'))
    expect(rows.map((row) => [row.s, row.ms, row.us_utc])).toEqual([
      ['2024-01-31T12:34:56', '2024-01-31T12:34:56.789', '2024-01-31T12:34:56.789012'],
      ['', '', ''],
      ['1969-12-31T23:59:59', '', ''],
    ])
  })
})

test('what hyparquet-writer writes comes back, over many row groups and windows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          id: fc.oneof(fc.constant(null), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
          name: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 6 })),
          x: fc.oneof(fc.constant(null), fc.double({ noNaN: true })),
        }),
        { minLength: 1, maxLength: 60 },
      ),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('UNCOMPRESSED' as const, 'SNAPPY' as const),
      async (rows, rowGroupSize, codec) => {
        const file = parquetWriteBuffer({
          columnData: [
            { name: 'id', data: rows.map((r) => r.id), type: 'INT64' },
            { name: 'name', data: rows.map((r) => r.name), type: 'STRING' },
            { name: 'x', data: rows.map((r) => r.x), type: 'DOUBLE' },
          ],
          rowGroupSize,
          codec,
        })
        const [table] = await readAll(parquetReader, memorySource(Buffer.from(file)))
        const text = (value: unknown) => (value === null ? '' : String(value))
        // NUL makes a record a problem, as everywhere.
        expect(table.rows.map((row) => (Array.isArray(row) ? row : 'nul'))).toEqual(
          rows.map((r) => (r.name?.includes('\0') ? 'nul' : [text(r.id), text(r.name), text(r.x)])),
        )
      },
    ),
    { numRuns: 60, seed: 4 },
  )
})

test('damage is told, whatever it hits', async () => {
  const bytes = fixture('pyarrow-snappy.parquet')
  await expect(readAll(parquetReader, memorySource(bytes.subarray(0, -20)))).rejects.toMatchObject({
    code: 'import_unreadable',
  })
  const encrypted = Buffer.from(bytes)
  encrypted.write('PARE')
  await expect(readAll(parquetReader, memorySource(encrypted))).rejects.toThrow(/encrypted/)
})
