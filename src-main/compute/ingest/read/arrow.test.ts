import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromArrays, tableToIPC, vectorFromArray, Int64 } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrowReader } from './arrow.ts'
import { lz4Frame } from './lz4.ts'
import { EXPECTED } from './testing/expected.ts'
import { memorySource, objects, readAll, records } from './testing/read.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))

describe('as pyarrow writes it', () => {
  test.each(['uncompressed', 'zstd', 'lz4'])('Feather version 2, %s', async (codec) => {
    const [table] = await readAll(arrowReader, memorySource(fixture(`pyarrow-${codec}.feather`)))
    expect(objects(table)).toEqual(EXPECTED)
    expect(table.info.rows).toBe(3)
    const declared = Object.fromEntries(table.info.columns.map((c) => [c.name, c.declared]))
    expect(declared).toMatchObject({
      用户: 'text',
      id: 'number',
      kind: 'text',
      day: 'date',
      ms: 'time',
      tags: 'json',
    })
  })

  test('the stream format, large texts', async () => {
    expect(await records(arrowReader, fixture('pyarrow-stream.arrows'))).toEqual([
      { 用户: '张三', id: '9223372036854775807', kind: 'login' },
      { 用户: '', id: '', kind: 'login' },
      { 用户: '=1+1', id: '-9007199254740993', kind: '' },
    ])
  })

  test('texts as views', async () => {
    const rows = await records(arrowReader, fixture('pyarrow-view.arrow'))
    expect(rows.map((row) => row.view)).toEqual(['张三', '', '=1+1'])
  })

  test('Feather version 1 is refused with what to do', async () => {
    await expect(readAll(arrowReader, memorySource(fixture('pyarrow-v1.feather')))).rejects.toThrow(
      /version 1.*version 2/,
    )
  })
})

test('what arrow itself writes comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          fc.string({ unit: 'grapheme' }),
          fc.double({ noNaN: true }),
        ),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      fc.constantFrom('file' as const, 'stream' as const),
      async (rows, kind) => {
        const table = tableFromArrays({
          id: vectorFromArray(
            rows.map(([id]) => id),
            new Int64(),
          ) as never,
          text: rows.map(([, text]) => text),
          x: Float64Array.from(rows.map(([, , x]) => x)),
        })
        const [read] = await readAll(arrowReader, memorySource(Buffer.from(tableToIPC(table, kind))))
        expect(read.rows.map((row) => (Array.isArray(row) ? row : 'nul'))).toEqual(
          rows.map(([id, text, x]) => (text.includes('\0') ? 'nul' : [String(id), text, String(x)])),
        )
      },
    ),
    { numRuns: 60, seed: 3 },
  )
})

test('LZ4 frames that are damaged or too large are refused', () => {
  const frame = Buffer.from('04224d186040820500008068656c6c6f00000000', 'hex')
  expect(Buffer.from(lz4Frame(frame, 100)).toString()).toBe('hello')
  expect(() => lz4Frame(frame, 3)).toThrow(/larger/)
  for (let i = 0; i < frame.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const bad = Buffer.from(frame)
      bad[i] ^= 1 << bit
      try {
        expect(lz4Frame(bad, 1000).length).toBeLessThanOrEqual(1000)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
    expect(() => lz4Frame(frame.subarray(0, i), 100)).toThrow()
  }
})

test('a file with any one byte set to 255 is read, or refused in words: it neither hangs nor fails as its rows are taken', async () => {
  const whole = readFileSync(join(import.meta.dirname, 'fixtures', 'pyarrow-view.arrow'))
  const refused = new Map<number, string>()
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole)
    bytes[at] = 0xff
    try {
      await readAll(arrowReader, memorySource(bytes))
    } catch (error) {
      expect(error).toMatchObject({ code: 'import_unreadable' })
      refused.set(at, (error as Error).message)
    }
  }
  // The length of a batch's message, as it stands before the message: negative.
  expect(refused.get(511)).toContain('a message has a wrong size')
  // Where the text of a row begins.
  expect(refused.get(584)).toContain("a column's values are cut off")
})
