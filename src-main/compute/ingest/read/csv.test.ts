import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CsvTokenizer, type CsvOptions } from './csv.ts'
import { MAX_FIELDS } from './row.ts'

type Told = string[] | { problem: string; raw: string }

function tokenize(input: Buffer | string, options: Partial<CsvOptions> & { chunks?: number[] } = {}): Told[] {
  const bytes = Buffer.from(input as string)
  const told: Told[] = []
  const tokenizer = new CsvTokenizer({
    delimiter: 0x2c,
    ...options,
    onRow: (row) => {
      if (row.problem !== null) told.push({ problem: row.problem, raw: row.raw() })
      else told.push(Array.from({ length: Math.min(row.count, MAX_FIELDS) }, (_, i) => row.text(i)))
    },
  })
  let at = 0
  for (const size of options.chunks ?? []) {
    tokenizer.push(bytes.subarray(at, at + size))
    at += size
  }
  tokenizer.push(bytes.subarray(at))
  tokenizer.end()
  return told
}

const cell = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 _.-]{0,8}$/),
  fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', '|', '你', '😀', ' '),
    maxLength: 8,
  }),
)
const table = fc.record({
  rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 12 }),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  lastNewline: fc.boolean(),
  quoteAll: fc.boolean(),
  bom: fc.boolean(),
})
const chunking = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 40 })

describe('valid input', () => {
  test('is read as csv-parse reads it, however it is cut into chunks', () => {
    fc.assert(
      fc.property(table, chunking, (t, chunks) => {
        const lines = t.rows.map((row) =>
          row
            .map((c) =>
              t.quoteAll || /["\r\n]/.test(c) || c.includes(t.delimiter) || c.trim() !== c
                ? `"${c.replaceAll('"', '""')}"`
                : c,
            )
            .join(t.delimiter),
        )
        const text = lines.join(t.newline) + (t.lastNewline ? t.newline : '')
        const expected = parse(text, {
          delimiter: t.delimiter,
          record_delimiter: ['\r\n', '\n', '\r'],
          relax_column_count: true,
          skip_empty_lines: true,
        }) as string[][]
        const got = tokenize(text, { delimiter: t.delimiter.charCodeAt(0), chunks })
        expect(got).toEqual(expected)
      }),
      { numRuns: 1500, seed: 20261122 },
    )
  })

  test('needs no line break at the end and keeps empty fields', () => {
    expect(tokenize('a,b\n,\n"",x,')).toEqual([
      ['a', 'b'],
      ['', ''],
      ['', 'x', ''],
    ])
  })

  test('mixes line ends and skips empty lines', () => {
    expect(tokenize('a\r\nb\n\n\rc\r\r\nd')).toEqual([['a'], ['b'], ['c'], ['d']])
  })

  test('takes a quote inside an unquoted field as a character', () => {
    expect(tokenize('5" disk,say "hi"\n')).toEqual([['5" disk', 'say "hi"']])
  })

  test('counts fields beyond the limit without keeping them', () => {
    let count = 0
    const tokenizer = new CsvTokenizer({ delimiter: 0x2c, onRow: (row) => (count = row.count) })
    tokenizer.push(Buffer.from(`${','.repeat(9_999)}\n`))
    expect(count).toBe(10_000)
  })
})

describe('broken input', () => {
  test('any bytes in any chunks give the same records, and no crash', () => {
    const noise = fc.array(fc.constantFrom(0, 10, 13, 34, 44, 97, 98, 255), { maxLength: 80 })
    fc.assert(
      fc.property(noise, chunking, fc.integer({ min: 1, max: 30 }), (bytes, chunks, maxRowBytes) => {
        // How much of an endless row had been seen when it was given up depends on the chunks, as it may:
        // the real limit is far above what a problem keeps of a row.
        const told = (cut: number[]) =>
          tokenize(Buffer.from(bytes), { maxRowBytes, chunks: cut }).map((row) =>
            'problem' in row && row.problem === 'row_too_long' ? 'row_too_long' : row,
          )
        expect(told(chunks)).toEqual(told([]))
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  test('text behind a closing quote costs that line only', () => {
    expect(tokenize('a,b\n"x"y,1\nc,d\n')).toEqual([
      ['a', 'b'],
      { problem: 'bad_quote', raw: '"x"y,1' },
      ['c', 'd'],
    ])
  })

  test('a quote never closed costs that line only', () => {
    expect(tokenize('a,"b\r\nc,d\r\ne,f')).toEqual([
      { problem: 'unterminated_quote', raw: 'a,"b' },
      ['c', 'd'],
      ['e', 'f'],
    ])
    expect(tokenize('a,b\nc,"d')).toEqual([['a', 'b'], { problem: 'unterminated_quote', raw: 'c,"d' }])
  })

  test('a stray quote closed by a later field gives the lines between back', () => {
    expect(tokenize('1,"oops\n2,b\n3,"fine"\n4,d\n')).toEqual([
      { problem: 'bad_quote', raw: '1,"oops' },
      ['2', 'b'],
      ['3', 'fine'],
      ['4', 'd'],
    ])
  })

  test('a row that is too long is dropped, and so is only it', () => {
    const long = 'x'.repeat(50)
    for (const chunks of [[], [3, 20, 20, 20]]) {
      expect(tokenize(`a,b\n${long},1\nc,d\n`, { maxRowBytes: 20, chunks })).toMatchObject([
        ['a', 'b'],
        { problem: 'row_too_long' },
        ['c', 'd'],
      ])
      expect(tokenize(`"a\nb,c\n${long}\nd,e\n`, { maxRowBytes: 20, chunks })).toMatchObject([
        { problem: 'row_too_long', raw: '"a' },
        ['b', 'c'],
        { problem: 'row_too_long' },
        ['d', 'e'],
      ])
    }
  })

  test('a NUL byte spoils its row only', () => {
    expect(tokenize('a\0,b\nc,d\n"e\0",f\n')).toMatchObject([
      { problem: 'nul_byte' },
      ['c', 'd'],
      { problem: 'nul_byte' },
    ])
  })

  test('keeps at most 2,000 characters of a row for the problem list', () => {
    const [told] = tokenize(`"${'你'.repeat(5_000)}"x\n`)
    expect((told as { raw: string }).raw).toHaveLength(2_000)
  })
})
