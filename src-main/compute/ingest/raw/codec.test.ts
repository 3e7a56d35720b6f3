import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CellRow } from '../read/cell-row.ts'
import { CsvTokenizer } from '../read/csv.ts'
import { MAX_FIELDS, type Row, type RowProblem } from '../read/row.ts'
import { BlockDecoder, BlockEncoder, type RawRecord } from './codec.ts'

const PROBLEMS: RowProblem[] = ['bad_quote', 'unterminated_quote', 'row_too_long', 'bad_record']

function encode(width: number, rows: readonly Row[], room = 64): Buffer {
  const encoder = new BlockEncoder(width, Buffer.alloc(room))
  for (const row of rows) encoder.add(row)
  return encoder.bytes.subarray(0, encoder.length)
}

function decode(bytes: Buffer): RawRecord[] {
  const decoder = new BlockDecoder(bytes)
  const records: RawRecord[] = []
  while (decoder.more) records.push(decoder.next())
  return records
}

function cellRow(cells: readonly string[]): CellRow {
  const row = new CellRow()
  row.begin(cells.length)
  cells.forEach((cell, i) => row.set(i, cell))
  return row
}

/** Whatever a cell may hold that UTF-8 can say. */
const cell = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 120, maxLength: 400 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('=1+1', '\u0000', '"', '\r\n', '账号', '\u{1f980}', 'x'.repeat(128)),
  },
)

/** A record as it should come back, with the row that says it. */
const record = fc.oneof(
  fc.array(cell, { maxLength: 6 }).map((cells) => ({ cells, problem: null as RowProblem | null, text: '' })),
  fc.tuple(fc.constantFrom(...PROBLEMS), cell).map(([problem, text]) => ({ cells: null, problem, text })),
)

function rowOf({
  cells,
  problem,
  text,
}: {
  cells: string[] | null
  problem: RowProblem | null
  text: string
}) {
  if (cells) return cellRow(cells)
  const row = new CellRow()
  row.begin(0, text)
  row.fail(problem!)
  return row
}

describe('blocks', () => {
  it('give back every record as it was', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.integer({ min: 0, max: 4 }), (records, width) => {
        const found = decode(encode(width, records.map(rowOf)))
        expect(found).toHaveLength(records.length)
        records.forEach(({ cells, problem, text }, i) => {
          const one = found[i]!
          expect(one.cells).toEqual(cells)
          if (!cells) expect(one).toEqual({ cells: null, count: 0, text, problem })
          else {
            expect(one.problem).toBe(cells.some((c) => c.includes('\0')) ? 'nul_byte' : null)
            expect(one.count).toBe(cells.length)
            if (cells.length === width && one.problem === null) expect(one.text).toBeNull()
            else expect(one.text).toBe(cells.join('\t'))
          }
        })
      }),
      { numRuns: 400 },
    )
  })

  it('give back what the CSV tokenizer says of a file, with doubled quotes undone, stepping over any of them', () => {
    const piece = fc.constantFrom('a', '""', '"', ',', '\n', '\r\n', ' ', '账', 'xyz', '\0', '"a ""b"" c"')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        (parts, wanted) => {
          const expected: RawRecord[] = []
          const encoder = new BlockEncoder(2, Buffer.alloc(16))
          const tokenizer = new CsvTokenizer({
            delimiter: 0x2c,
            onRow: (row) => {
              const broken = row.problem !== null && row.problem !== 'nul_byte'
              const plain = row.problem === null && row.count === 2
              expected.push({
                cells: broken ? null : Array.from({ length: row.count }, (_, i) => row.text(i)),
                count: broken ? 0 : row.count,
                text: plain ? null : row.raw(1e6),
                problem: row.problem,
              })
              encoder.add(row)
            },
          })
          tokenizer.push(Buffer.from(parts.join('')))
          tokenizer.end()
          const bytes = encoder.bytes.subarray(0, encoder.length)
          expect(decode(bytes)).toEqual(expected)
          const decoder = new BlockDecoder(bytes)
          for (const [i, one] of expected.entries()) {
            if (wanted[i]) expect(decoder.next()).toEqual(one)
            else decoder.skip()
          }
          expect(decoder.more).toBe(false)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('keep as many cells as a row may have, and say how many there were', () => {
    const line = Array.from({ length: MAX_FIELDS + 5 }, (_, i) => String(i)).join(';')
    let bytes = Buffer.alloc(0)
    const tokenizer = new CsvTokenizer({
      delimiter: 0x3b,
      onRow: (row) => (bytes = Buffer.from(encode(3, [row]))),
    })
    tokenizer.push(Buffer.from(line))
    tokenizer.end()
    const [one] = decode(bytes)
    expect(one!.count).toBe(MAX_FIELDS + 5)
    expect(one!.cells).toHaveLength(MAX_FIELDS)
    expect(one!.cells!.at(-1)).toBe(String(MAX_FIELDS - 1))
    expect(one!.text).toBe(line)
    const full = Array.from({ length: MAX_FIELDS }, (_, i) => String(i))
    expect(decode(encode(MAX_FIELDS, [cellRow(full)]))[0]).toEqual({
      cells: full,
      count: MAX_FIELDS,
      text: null,
      problem: null,
    })
  })

  it('keep cells and broken records of 16 MiB whole', () => {
    const long = '长'.repeat((16 * 1024 * 1024) / 3)
    const broken = new CellRow()
    broken.begin(0, long)
    broken.fail('unterminated_quote')
    const [a, b, c] = decode(encode(2, [cellRow(['1', long]), broken, cellRow(['x', ''])]))
    expect(a!.cells![1] === long).toBe(true)
    expect(b!.text === long).toBe(true)
    expect(c!.cells).toEqual(['x', ''])
  })

  it('say so where they are cut short or of another version', () => {
    const bytes = encode(1, [cellRow(['abc'])])
    for (let end = 3; end < bytes.length; end++) {
      expect(() => decode(bytes.subarray(0, end))).toThrow(RangeError)
    }
    expect(() => decode(Buffer.from([9, 1]))).toThrow(/version 9/)
  })
})
