import { expect, it } from 'vitest'
import type { ProvenanceRow, ProvenanceSource } from '../../../src-main/common/contract/provenance.ts'
import { rowAsText, rowAsTsv, sourceName } from './copy.ts'

const source = {
  path: '/x/export.zip',
  entry: 'a/logins.csv',
  part: '',
  sha256: 'ab12',
  importedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
} as ProvenanceSource
const row: ProvenanceRow = {
  sourceId: 1,
  row: 7,
  cells: [
    { column: '账号', value: '007', uses: [] },
    { column: 'note', value: '=HYPERLINK("http://x")\t1', uses: [] },
    { column: '', value: null, uses: [] },
  ],
  text: null,
  problem: null,
}

it('names file, hash, row and every cell as it was', () => {
  expect(sourceName(source)).toBe('/x/export.zip › a/logins.csv')
  expect(rowAsText(source, row, { file: '文件', row: '行', imported: '导入' })).toBe(
    '文件: /x/export.zip › a/logins.csv\nSHA-256: ab12\n行: 7\n导入: 2026-01-02T03:04:05.000Z\n\n' +
      '账号: 007\nnote: =HYPERLINK("http://x")\t1\n: \n',
  )
})

it('runs nothing in a spreadsheet', () => {
  expect(rowAsTsv(row)).toBe('账号\tnote\t\n007\t"\'=HYPERLINK(""http://x"")\t1"\t\n')
  expect(rowAsTsv({ ...row, cells: null, text: '+1,2' })).toBe("\n'+1,2\n")
})
