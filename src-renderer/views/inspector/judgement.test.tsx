import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { setApi, type Api } from '../../client/api.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { UndoToast, useDone } from '../accounts/undo-toast.tsx'
import { JudgementSection } from './judgement.tsx'

beforeAll(() => startI18n('en'))
afterEach(() => {
  cleanup()
  setApi(null)
})

function Harness(props: { verdict: string | null }) {
  const { done, act, dismiss } = useDone()
  return (
    <>
      <JudgementSection
        target={{ kind: 'community', ref: 16 }}
        name="C-17"
        verdicts={['ring', 'benign']}
        verdict={props.verdict}
        judgements={[]}
        act={act}
      />
      <UndoToast done={done} dismiss={dismiss} />
    </>
  )
}
function listen(fail?: Error): [string, unknown][] {
  const calls: [string, unknown][] = []
  setApi({
    call: (async (name: string, input: unknown) => {
      calls.push([name, input])
      if (fail) throw fail
      return null
    }) as Api['call'],
    on: () => () => {},
    status: 'open',
    onStatus: () => () => {},
  })
  return calls
}

it('judges with the reason that was written, says so, and can take it back', async () => {
  const calls = listen()
  render(<Harness verdict={null} />)
  fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: 'one script in 71 reports' } })
  fireEvent.click(screen.getByTestId('judge-ring'))
  const toast = await screen.findByTestId('undo-toast')
  expect(toast.textContent).toContain('C-17 judged ring')
  expect(calls[0]).toEqual([
    'judgements.set',
    { target: { kind: 'community', ref: 16 }, verdict: 'ring', reason: 'one script in 71 reports' },
  ])
  fireEvent.click(screen.getByText('Undo'))
  await waitFor(() => expect(calls[1]).toEqual(['undo.back', {}]))
  await waitFor(() => expect(toast.textContent).toContain('Undone'))
})

it('withdraws with a null verdict, offered only where there is one', async () => {
  const calls = listen()
  render(<Harness verdict="ring" />)
  expect(screen.getByTestId('judge-ring').getAttribute('aria-pressed')).toBe('true')
  fireEvent.click(screen.getByText('Withdraw'))
  await waitFor(() => expect(calls[0]?.[1]).toMatchObject({ verdict: null }))
  cleanup()
  render(<Harness verdict={null} />)
  expect(screen.queryByText('Withdraw')).toBeNull()
})

it('keeps the written reason and says what went wrong when it fails', async () => {
  listen(new Error('The disk is full.'))
  render(<Harness verdict={null} />)
  const reason = screen.getByLabelText(/Reason/) as HTMLInputElement
  fireEvent.change(reason, { target: { value: 'kept' } })
  fireEvent.click(screen.getByTestId('judge-benign'))
  expect((await screen.findByTestId('undo-toast')).textContent).toContain('The disk is full.')
  expect(screen.queryByText('Undo')).toBeNull()
  expect(reason.value).toBe('kept')
})
