import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../../../src-main/common/errors.ts'
import { account, answers, judgements, openTab, said, withLab } from '../testing/lab.tsx'

withLab()

describe('the label queue', () => {
  const items = () => screen.getAllByTestId('queue-item').map((item) => item.dataset['mark'] ?? '')
  const press = (key: string) => fireEvent.keyDown(screen.getByRole('listbox'), { key })
  const shown = (key: string) => screen.findByRole('region', { name: key })

  it('is worked through by keys: judged, skipped, taken back', async () => {
    openTab('queue')
    await shown('acc-1')
    fireEvent.change(screen.getByTestId('queue-reason'), { target: { value: ' same script ' } })
    press('m')
    await shown('acc-2')
    expect(said('judgements.set')).toEqual([
      { target: { kind: 'account', ref: 1 }, verdict: 'malicious', reason: 'same script' },
    ])
    expect(screen.getByTestId('queue-reason')).toHaveProperty('value', '')
    press('s')
    await shown('acc-3')
    expect(items()).toEqual(['malicious', 'skipped', ''])
    expect(screen.getByTestId('queue-count').textContent).toContain('1 labelled')
    press('z')
    await shown('acc-2')
    press('z')
    await shown('acc-1')
    expect(items()).toEqual(['', '', ''])
    expect(said('judgements.set')[1]).toEqual({
      target: { kind: 'account', ref: 1 },
      verdict: null,
      reason: '',
    })
  })
  it('goes back to what this analyst had said before, not to what another did', async () => {
    judgements.set(1, [
      { verdict: 'malicious', reason: 'theirs', by: 'Wang' },
      { verdict: 'unsure', reason: 'mine', by: 'L. Chen' },
    ])
    openTab('queue')
    await shown('acc-1')
    press('b')
    await shown('acc-2')
    press('z')
    await waitFor(() =>
      expect(said('judgements.set')[1]).toMatchObject({ verdict: 'unsure', reason: 'mine' }),
    )
  })
  it('takes no verdict while the account is not shown, nor from what is typed as a reason', async () => {
    let answer: (value: unknown) => void = () => {}
    answers['accounts.get'] = () => new Promise((done) => (answer = done))
    openTab('queue')
    await waitFor(() => expect(screen.getAllByTestId('queue-item')).toHaveLength(3))
    press('m')
    expect(said('judgements.set')).toEqual([])
    await act(async () => answer(account(1)))
    await shown('acc-1')
    fireEvent.keyDown(screen.getByTestId('queue-reason'), { key: 'm' })
    expect(said('judgements.set')).toEqual([])
  })
  it('keeps the account and the reason when the verdict could not be written', async () => {
    answers['judgements.set'] = () => {
      throw new ShoalError('disk_full', 'The disk is full.')
    }
    openTab('queue')
    await shown('acc-1')
    fireEvent.change(screen.getByTestId('queue-reason'), { target: { value: 'kept' } })
    press('m')
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.')
    await shown('acc-1')
    expect(screen.getByTestId('queue-reason')).toHaveProperty('value', 'kept')
    expect(items()).toEqual(['', '', ''])
  })
})
