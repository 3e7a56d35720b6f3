import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readNote } from '../../../common/mapping/read-notes.ts'
import { memorySource, readAll, records } from './testing/read.ts'
import { workbook, zipOf } from './testing/workbook.ts'
import { xlsxReader } from './xlsx.ts'
import { formatKind, numberText, serialText } from './xlsx-values.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))
const read = (bytes: Buffer, options = {}, size?: number) =>
  readAll(xlsxReader, memorySource(bytes, 'book.xlsx', size), options)
const sheet = (rows: string) => ({ sheets: { S: `<sheetData>${rows}</sheetData>` } })

describe('as others write it', () => {
  test('openpyxl: titles, Chinese headers, dates, booleans, hidden and empty sheets', async () => {
    const tables = await read(fixture('openpyxl.xlsx'))
    expect(tables.map((t) => [t.info.name, t.info.rows])).toEqual([
      ['用户', 3],
      ['登录 日志', 3],
    ])
    expect(tables[0].columns).toEqual([
      '用户编号',
      '昵称',
      '注册时间',
      '余额',
      '是否封禁',
      '身份证号',
      '时长',
    ])
    expect(tables[0].info.found).toEqual({ headerRow: 3 })
    expect(tables[0].rows).toEqual([
      ['00123', '张三', '2024-01-31T12:34:56', '12.5', 'true', '110101199003074500', '36:15:00'],
      ['456', '李四 <&> "引号"', '2023-12-01', '', 'false', '110101199003074514', '07:05:00'],
      ['+86 138', ' 前后有空格 ', '', '', '', '', ''],
    ])
    const notes = tables[0].info.notes.map(({ text }) => text).join('\n')
    for (const word of ['no stored result', '#N/A', 'more than 15 digits', 'merged', 'hidden rows']) {
      expect(notes).toContain(word)
    }
    expect(tables[1].info.notes).toEqual([readNote('hidden_sheet', {})])
    expect(tables[1].rows[0]).toEqual(['u0', '1700000000000', '10.0.0.0'])
  })

  test('XlsxWriter: 1904 dates, rich text, stored results of formulas', async () => {
    const [table] = await read(fixture('xlsxwriter-1904.xlsx'))
    expect(table.rows).toEqual([
      ['1000000000000000', '2024-02-28T23:59:59.500', '2020-01-01', 'a bold 1', '1000000000000001'],
      ['2000000000000000', '2024-02-29T23:59:59.500', '2020-01-02', 'a bold 2', '2000000000000001'],
      ['3000000000000000', '2024-02-29T23:59:59.500', '2020-01-03', 'a bold 3', '3000000000000001'],
    ])
    expect(table.info.columns.map((c) => c.declared)).toEqual(['number', 'time', 'date', 'text', 'number'])
  })
})

describe('cells', () => {
  test('inline, shared, rich and escaped texts, prefixes, absent references, CDATA', async () => {
    const bytes = await workbook({
      sheets: {
        S: `<sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><c t="inlineStr"><is><t>b</t></is></c><c r="D1" t="str"><v>d</v></c></x:row>
          <row><c t="s"><v>1</v></c><c t='inlineStr'><is><r><t>x&#10;y</t></r><r><t xml:space="preserve"> z</t></r><rPh><t>no</t></rPh></is></c><c t="b"><v>1</v></c><c t="str"><v><![CDATA[<&>]]></v></c></row>
          <row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" t="e"><v>#REF!</v></c><c r="D4"><v>-0.5</v></c></row><row r="5"><c r="A5" s="1"/></row><row r="6"><c r="A6" t="s"><v>77</v></c></row></sheetData>`,
      },
      strings:
        '<si><t>名称</t></si><si><r><t>a</t></r><r><t>&amp;b</t></r><rPh sb="0" eb="1"><t>ph</t></rPh></si><si><t>l_x000D_ine_x005F_</t></si>',
    })
    for (const size of [7, 100_000]) {
      const [table] = await read(bytes, {}, size)
      expect(table.columns).toEqual(['名称', 'b', 'column_3', 'd'])
      expect(table.rows.slice(0, 2)).toEqual([
        ['a&b', 'x\ny z', 'true', '<&>'],
        ['l\rine_', '', '', '-0.5'],
      ])
      expect(table.rows[2]).toMatchObject({
        problem: 'bad_record',
        complaint: expect.stringContaining('A6 cites text 77'),
      })
      expect(table.info.rows).toBe(3)
    }
  })

  test('no header: columns are lettered; one that was told wins', async () => {
    const bytes = await workbook(
      sheet(
        '<row r="2"><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row><row r="5"><c r="B5"><v>3</v></c><c r="C5"><v>4</v></c></row>',
      ),
    )
    expect(await records(xlsxReader, bytes)).toEqual([
      { A: '', B: '1', C: '2' },
      { A: '', B: '3', C: '4' },
    ])
    expect((await read(bytes, { headerRow: 2 }))[0].columns).toEqual(['column_1', '1', '2'])
    await expect(read(bytes, { headerRow: 3 })).rejects.toThrow(/row 3/)
  })
})

describe('values', () => {
  test.each([
    ['1700000000000', '1700000000000'],
    ['1.7E+12', '1700000000000'],
    ['1.2345678901234568E+17', '123456789012346000'],
    ['9007199254740993', '9007199254740993'],
    ['0.30000000000000004', '0.3'],
    ['1.1000000000000001', '1.1'],
    ['12.50', '12.50'],
    ['1E-7', '1e-7'],
    ['-4.0E3', '-4000'],
    ['007', '007'],
    ['1000000000000001.0', '1000000000000001'],
  ])('%s is shown as %s', (literal, text) => {
    expect(numberText(literal).text).toBe(text)
  })

  test.each([
    [45322, 'date', '2024-01-31'],
    [45322.5243, 'date', '2024-01-31T12:34:59.520'],
    [45322, 'datetime', '2024-01-31T00:00:00'],
    [45322.999999999, 'datetime', '2024-02-01T00:00:00'],
    [1, 'date', '1900-01-01'],
    [59, 'date', '1900-02-28'],
    [60, 'date', '1900-02-29'],
    [61, 'date', '1900-03-01'],
    [0.5, 'time', '12:00:00'],
    [1.5, 'duration', '36:00:00'],
    [-1, 'date', null],
    [3e6, 'date', null],
  ] as const)('day %d as %s', (serial, kind, text) => {
    expect(serialText(serial, kind, false)).toBe(text)
  })

  test('days of 1904 begin with 0', () => {
    expect(serialText(0, 'date', true)).toBe('1904-01-01')
    expect(serialText(43860, 'date', true)).toBe('2024-01-31')
  })

  test.each([
    ['yyyy\\-mm\\-dd', 'date'],
    ['[$-804]yyyy"年"m"月"d"日"', 'date'],
    ['m/d/yy h:mm;@', 'datetime'],
    ['上午/下午h"时"mm"分"', 'time'],
    ['[h]:mm:ss', 'duration'],
    ['mm:ss.0', 'time'],
    ['0.00', 'number'],
    ['#,##0.00_);[Red](#,##0.00)', 'number'],
    ['General', 'number'],
    ['0.00E+00', 'number'],
    ['"day" 0', 'number'],
    ['@', 'number'],
    ['mmm-yy', 'date'],
  ])('format %s is a %s', (code, kind) => {
    expect(formatKind(200, code)).toBe(kind)
  })
})

describe('refused', () => {
  test('older formats, encrypted ones and other ZIP files say what to do', async () => {
    const ole = Buffer.alloc(4096)
    ole.write('d0cf11e0a1b11ae1', 0, 'hex')
    await expect(read(ole)).rejects.toThrow(/older format \(\.xls\).*Save it as \.xlsx or CSV/)
    ole.write('EncryptedPackage', 1024, 'utf16le')
    await expect(read(ole)).rejects.toThrow(/encrypted/)
    await expect(read(await zipOf({ 'a.txt': 'x' }))).rejects.toThrow(/no Excel workbook/)
    await expect(read(await zipOf({ 'xl/workbook.bin': 'x' }))).rejects.toThrow(/xlsb/)
    await expect(read(await workbook({ sheets: { S: '' } }))).rejects.toThrow(/none of its sheets/)
  })

  test('bombs of XML entities and of zeros', async () => {
    const laughs =
      '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>'
    const parts = {
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': '<R><Relationship Id="a" Type="x/worksheet" Target="s.xml"/></R>',
    }
    await expect(read(await zipOf({ ...parts, 'xl/s.xml': laughs }))).rejects.toThrow(/DOCTYPE/)
    const source = memorySource(await zipOf({ ...parts, 'xl/s.xml': Buffer.alloc(40 << 20, 0x20) }))
    await expect(readAll(xlsxReader, source)).rejects.toThrow(/zip bomb/)
    expect(source.given).toBeLessThan(1 << 20)
  })

  test('a damaged sheet', async () => {
    const bytes = fixture('openpyxl.xlsx')
    await expect(read(bytes.subarray(0, -30))).rejects.toMatchObject({ code: 'import_unreadable' })
    const cut = await workbook({ sheets: { S: '<sheetData><row r="1"><c r="A1"><v>1</v>' } })
    await expect(read(cut)).rejects.toMatchObject({ code: 'import_unreadable' })
  })
})
