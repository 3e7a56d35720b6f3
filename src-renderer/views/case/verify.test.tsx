import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { ShoalError } from '../../../src-main/common/errors.ts'
import { setApi, type Api } from '../../client/api.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { VerifyButton } from './verify.tsx'

beforeAll(() => startI18n('en'))
afterEach(() => {
  cleanup()
  setApi(null)
})

function answer(call: (name: string, input: unknown) => unknown): void {
  setApi({
    call: (async (name: string, input: unknown) => call(name, input)) as Api['call'],
    on: () => () => {},
    status: 'open',
    onStatus: () => () => {},
  })
}

it('says that a pack is whole, with the number of files', async () => {
  const asked: unknown[] = []
  answer((name, input) => {
    asked.push(name, input)
    return { ok: true, files: 12, problems: [] }
  })
  render(<VerifyButton path="/packs/ring" />)
  fireEvent.click(screen.getByTestId('verify'))
  const result = await screen.findByTestId('verify-result')
  expect(result.dataset['ok']).toBe('true')
  expect(result.textContent).toContain('12 files')
  expect(asked).toEqual(['evidence.verify', { path: '/packs/ring' }])
})

it('lists every problem of a changed pack with its file', async () => {
  answer(() => ({
    ok: false,
    files: 12,
    problems: [{ code: 'changed_file', file: 'data/report.html', message: 'The file was changed.' }],
  }))
  render(<VerifyButton path="/packs/ring" />)
  fireEvent.click(screen.getByTestId('verify'))
  const result = await screen.findByTestId('verify-result')
  expect(result.dataset['ok']).toBe('false')
  expect(result.textContent).toContain('1 problem.')
  expect(result.textContent).toContain('data/report.html')
})

it('says why it could not look, and shows no verdict', async () => {
  answer(() => {
    throw new ShoalError('not_found', 'No folder at /packs/ring.')
  })
  render(<VerifyButton path="/packs/ring" />)
  fireEvent.click(screen.getByTestId('verify'))
  expect((await screen.findByRole('alert')).textContent).toContain('No folder at /packs/ring.')
  expect(screen.queryByTestId('verify-result')).toBeNull()
})
