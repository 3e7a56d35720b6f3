import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import type { Counterfactuals } from '../../../src-main/common/contract/lab.ts'
import { ShoalError } from '../../../src-main/common/errors.ts'
import { setApi, type Api } from '../../client/api.ts'
import { usePrefs } from '../../state/prefs.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { CounterfactualsSection } from './counterfactuals.tsx'

beforeAll(() => startI18n('en'))
const account = {
  id: 1,
  key: 'a1',
  entities: [
    { entityId: 7, type: 'device', key: 'D-7', accounts: 58 },
    { entityId: 8, type: 'ip', key: '10.0.0.8', accounts: 3 },
    { entityId: 9, type: 'device', key: 'own', accounts: 1 },
  ],
} as unknown as AccountDetail
const found: Counterfactuals = {
  accountId: 1,
  score: 0.93,
  threshold: 0.5,
  single: [
    { kind: 'neighbour', ref: '22', label: 'bob', type: null, after: 0.7 },
    { kind: 'entity', ref: '7', label: 'D-7', type: 'device', after: 0.41 },
  ],
  flip: { without: [{ kind: 'entity', ref: '7', label: 'D-7', type: 'device' }], after: 0.41, exact: true },
  fidelity: { named: 0.52, random: 0.04, trials: 20 },
  seconds: 0.1,
}
let asked: unknown[] = []
let answer: () => unknown = () => found
beforeEach(() => {
  asked = []
  answer = () => found
  usePrefs.setState({ hideNames: false })
  setApi({
    call: (async (name: string, input: unknown) => {
      if (name === 'accounts.counterfactuals') return answer()
      if (name === 'accounts.neighbours')
        return {
          total: 1,
          rows: [
            { id: 22, key: 'bob' },
            { id: 23, key: 'eve' },
          ],
        }
      if (name === 'accounts.whatIf') {
        asked.push(input)
        return { before: 0.93, after: 0.3 }
      }
      return null
    }) as Api['call'],
    on: () => () => {},
    status: 'open',
    onStatus: () => () => {},
  })
})
afterEach(() => {
  cleanup()
  setApi(null)
  vi.useRealTimers()
})
const rows = () => screen.getAllByTestId('what-row').map((row) => row.textContent)

it('says the strongest in one line, and how far the named reasons can be trusted', async () => {
  render(<CounterfactualsSection account={account} />)
  expect((await screen.findByTestId('what-strongest')).textContent).toBe('0.93 → 0.41 without device D-7')
  expect(screen.getByTestId('what-flip').textContent).toContain(
    'under the threshold 0.50: device D-7. Then 0.41',
  )
  expect(screen.getByTestId('fidelity').textContent).toContain('13 times as much')
  expect(rows()[0]).toContain('0.41')
})

it('runs the model without what is ticked, asked once for several ticks', async () => {
  render(<CounterfactualsSection account={account} />)
  await screen.findByTestId('what-strongest')
  fireEvent.click(screen.getByTestId('what-more'))
  // What is known alone, then what is shared with others, then neighbours, each once.
  await waitFor(() => expect(screen.getAllByTestId('what-row')).toHaveLength(4))
  expect(rows()[2]).toContain('10.0.0.8')
  expect(rows()[3]).toContain('eve')
  vi.useFakeTimers()
  const boxes = screen.getAllByRole('checkbox')
  fireEvent.click(boxes[0]!)
  fireEvent.click(boxes[2]!)
  await act(async () => void vi.advanceTimersByTime(1000))
  vi.useRealTimers()
  await waitFor(() => expect(screen.getByTestId('what-if').textContent).toContain('0.30'))
  expect(asked).toEqual([
    {
      id: 1,
      without: [
        { kind: 'entity', ref: '7' },
        { kind: 'entity', ref: '8' },
      ],
    },
  ])
  fireEvent.click(screen.getByText('Clear'))
  expect(screen.queryByTestId('what-if')).toBeNull()
})

it('warns where random reasons move the score as much, and when nothing flips it', async () => {
  answer = () => ({ ...found, flip: null, fidelity: { named: 0.1, random: 0.09, trials: 20 } })
  render(<CounterfactualsSection account={account} />)
  expect((await screen.findByTestId('fidelity')).textContent).toContain('Do not lean on this')
  expect(screen.getByTestId('what-flip').textContent).toContain('No set of up to eight')
})

it('hides names, and says quietly when the model cannot be asked', async () => {
  usePrefs.setState({ hideNames: true })
  const view = render(<CounterfactualsSection account={account} />)
  await screen.findByTestId('what-strongest')
  expect(view.container.textContent).not.toContain('bob')
  view.unmount()
  answer = () => {
    throw new ShoalError('unsupported_here', 'Not for this model.')
  }
  render(<CounterfactualsSection account={account} />)
  expect(await screen.findByText(/cannot be asked this/)).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})
