import { cleanup, render, screen } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { ProvenanceRow, ProvenanceSource } from '../../../src-main/common/contract/provenance.ts'
import { setLanguage, startI18n } from '../i18n/index.ts'
import { RowAsItWas } from './row.tsx'

const SOURCE: ProvenanceSource = {
  sourceId: 2,
  path: '/x/平台.csv',
  entry: null,
  part: '',
  format: 'csv',
  encoding: 'gb18030',
  sha256: 'ab'.repeat(32),
  bytes: 1000,
  modifiedAt: null,
  importedAt: Date.UTC(2026, 0, 2),
  job: { id: 3, kind: 'retry', startedAt: null },
  mapping: '平台',
  identity: null,
  retryOf: 1,
  outputs: [
    { to: 'events', cells: [] },
    { to: 'links', cells: [] },
  ],
  columns: ['账号', '时间', '手机'],
  from: 'workspace',
  lost: null,
  damaged: false,
}
const ROW: ProvenanceRow = {
  sourceId: 2,
  row: 1234,
  cells: [
    { column: '账号', value: '007', uses: [{ to: 'events', role: 'account_id' }] },
    { column: '时间', value: '31/12/2025', uses: [{ to: 'events', role: 'ts' }] },
    { column: '手机', value: '', uses: [{ to: 'links', role: 'entity_id' }] },
    { column: '', value: 'more', uses: [] },
  ],
  text: '007,31/12/2025,,more',
  problem: { code: 'bad_time', column: '时间', message: 'in English' },
}
const marked = () =>
  [...screen.getByTestId('provenance-cells').querySelectorAll('tr.is-used > th')].map((th) => th.textContent)

beforeAll(() => startI18n('zh-CN'))
afterAll(() => setLanguage('en'))
afterEach(cleanup)

it('marks the cells that made the fact, and says what is wrong in the reader’s language', () => {
  render(<RowAsItWas source={SOURCE} row={ROW} hidden={false} to="events" />)
  expect(marked()).toEqual(['账号', '时间'])
  expect(screen.getByTestId('provenance-row').textContent).toBe('1,234')
  expect(screen.getByText('时间 的值“31/12/2025”无法识别为时间，请指定该列的时间格式。')).toBeTruthy()
  expect(screen.queryByText('in English')).toBeNull()
  expect(screen.getByTestId('provenance-text').textContent).toBe(ROW.text)
  cleanup()
  render(<RowAsItWas source={SOURCE} row={ROW} hidden={false} />)
  expect(marked()).toEqual(['账号', '时间', '手机'])
})

it('shows no cell while names are hidden, and says why there is none of a row that was not kept', () => {
  const bare = { ...ROW, cells: null, text: null }
  render(<RowAsItWas source={SOURCE} row={bare} hidden />)
  expect(screen.getByTestId('provenance-hidden').textContent).toContain('隐藏')
  expect(screen.queryByTestId('provenance-cells')).toBeNull()
  cleanup()
  render(<RowAsItWas source={{ ...SOURCE, from: null, lost: 'gone' }} row={bare} hidden={false} />)
  expect(screen.getByTestId('provenance-lost').textContent).toContain('不在原处')
})
