import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvCell, csvRow, neutral, tsvRow, verbatim } from './csv.ts'

/** Fields as a spreadsheet makes them of a text: a quote counts where a field begins; the rest is as it stands. */
function fields(text: string, separator: string): string[] {
  const all: string[] = []
  let at = 0
  while (at <= text.length) {
    let field = ''
    if (text[at] === '"') {
      for (at++; at < text.length; at++) {
        if (text[at] === '"' && text[at + 1] !== '"') break
        if (text[at] === '"') at++
        field += text[at]
      }
      at++
    }
    while (at < text.length && !`${separator}\r\n`.includes(text[at]!)) field += text[at++]
    all.push(field)
    at++
  }
  return all
}

/** What Excel, WPS and LibreOffice take for a formula, full-width characters as Chinese and Japanese versions do. */
const runs = (field: string) => /^\s*[=+\-@＝＋－＠]/.test(field)

const nasty = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...'=+-@＝＋－＠\'"\t\r\n;, |') },
      { weight: 2, arbitrary: fc.constantFrom('cmd', '用户', '1', 'HYPERLINK("x")') },
      { weight: 1, arbitrary: fc.string({ maxLength: 3, unit: 'binary' }) },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

describe('what a spreadsheet would run', () => {
  test('never comes out, wherever programs split', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (cells) => {
        const line = csvRow(cells)
        for (const separator of [',', ';', '\t'])
          for (const field of fields(line, separator)) expect(runs(field), line).toBe(false)
        // Behind one of these, some programs look for a formula again.
        for (const field of fields(line, ',')) expect(field).not.toMatch(/^[\t\r\n]/)
      }),
      { numRuns: 3000 },
    )
  })

  test('comes back word for word by the stated rule', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (cells) => {
        expect(fields(csvRow(cells).slice(0, -1), ',').map(verbatim)).toEqual(cells)
        expect(fields(tsvRow(cells).slice(0, -1), '\t').map(verbatim)).toEqual(cells)
      }),
      { numRuns: 3000 },
    )
  })

  test('gets one apostrophe, and nothing else does', () => {
    for (const text of ['=1+1', '+86 138', '-5', '@SUM(A1)', '\t=1', '\rx', '＝1', ' =1', "'=1", '\n'])
      expect(neutral(text).startsWith("'"), JSON.stringify(text)).toBe(true)
    for (const text of [
      'user-1',
      "it's",
      "'quoted'",
      'a=b',
      '用户',
      '',
      '1,5',
      'a - b',
      '2024-01-31',
      'a,-1',
    ])
      expect(neutral(text)).toBe(text)
    expect(neutral('first\n- second; =third')).toBe("first\n'- second;' =third")
    // Two ids that differ stay two.
    expect(neutral("'=1")).not.toBe(neutral('=1'))
  })
})

test('cells: nothing for nothing, numbers as they are, quotes where they are needed', () => {
  expect(csvRow([null, undefined, NaN, Infinity, -1.5, 0, true, 'a', 'a,b', 'a"b', 'a\nb', 'a;b'])).toBe(
    ',,,,-1.5,0,true,a,"a,b","a""b","a\nb","a;b"\n',
  )
  expect(csvCell('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`)
})
