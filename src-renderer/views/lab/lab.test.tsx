import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../../src-main/common/errors.ts'
import type { ModelRow } from '../../../src-main/common/contract/learning.ts'
import {
  captureState,
  flushSlices,
  recordSlicesTo,
  restoreState,
  takeState,
  watchHands,
  type SliceChange,
} from '../../state/slices.ts'
import LabView from './index.tsx'
import { ModelList } from './models/model-list.tsx'
import { protocolOf, readDrafted, readShown, useLab } from './store.ts'
import { answers, labels, model, openTab, said, withLab } from './testing/lab.tsx'

withLab()

describe('tabs', () => {
  it('are moved through by arrows and kept with the session', async () => {
    render(<LabView />)
    const first = screen.getByTestId('lab-tab-score')
    fireEvent.keyDown(first, { key: 'ArrowLeft' })
    expect(screen.getByTestId('lab-tab-runs').getAttribute('aria-selected')).toBe('true')
    expect(document.activeElement).toBe(screen.getByTestId('lab-tab-runs'))
    fireEvent.keyDown(document.activeElement!, { key: 'Home' })
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowRight' })
    expect(useLab.getState().tab).toBe('queue')
    const kept = captureState(['lab'])
    act(() => restoreState({}))
    expect(screen.getByTestId('lab-tab-score').getAttribute('aria-selected')).toBe('true')
    act(() => restoreState(kept))
    expect(screen.getByTestId('lab-tab-queue').getAttribute('aria-selected')).toBe('true')
  })
  it('what is filled in is a step of its own that can be taken back, and no part of a saved view', () => {
    const steps: SliceChange[] = []
    recordSlicesTo((changes) => steps.push(...changes))
    const stop = watchHands(window)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '3' }))
    const { validate } = useLab.getState()
    useLab.getState().put({ validate: { ...validate, prior: 3 } })
    useLab.getState().put({ tab: 'validation' })
    flushSlices()
    recordSlicesTo(null)
    stop()
    expect(steps.map(({ slice, what }) => [slice, what])).toEqual([
      ['lab', 'lab'],
      ['lab-draft', 'draft'],
    ])
    expect(Object.keys(captureState())).toContain('lab')
    expect(Object.keys(captureState())).not.toContain('lab-draft')
    takeState({ 'lab-draft': steps[1]!.before })
    expect(useLab.getState().validate.prior).toBeNull()
  })
  it('forget what makes no sense any more', () => {
    const kept = readDrafted({ bench: { seeds: 'x', scorers: ['a', 3], graphRunIds: [1, 'b'] } })
    expect(readShown({ tab: 'gone', benchRunId: 'x' })).toMatchObject({ tab: 'score', benchRunId: null })
    expect(kept.bench).toMatchObject({ seeds: 5, scorers: ['a'], graphRunIds: [1] })
    expect(readDrafted({ validate: { prior: [] } }).validate.prior).toBeNull()
    expect(protocolOf(kept.bench, null)).toEqual({ kind: 'stratified', train: 0.4, test: 0.4, seeds: 5 })
    expect(protocolOf({ ...kept.bench, protocol: 'splits' }, null)).toBeNull()
  })
})

describe('training', () => {
  it('is refused with what is missing while labels are too few', async () => {
    answers['labels.state'] = () =>
      labels({ malicious: 3, benign: 9, state: 'too_few', missing: { malicious: 2, benign: 0 } })
    openTab('score')
    expect((await screen.findByTestId('label-sentence')).textContent).toContain('2 more malicious accounts')
    expect(await screen.findByTestId('train-start')).toHaveProperty('disabled', true)
  })
  it('sends only what was changed, and offers to fit anew where there is something to keep', async () => {
    answers['scorers.train'] = () => ({ id: 5 })
    openTab('score')
    fireEvent.click(await screen.findByTestId('train-settings'))
    fireEvent.change(screen.getByTestId('input-param-default-folds'), { target: { value: '3' } })
    fireEvent.click(screen.getByTestId('train-start'))
    await waitFor(() =>
      expect(said('scorers.train')).toEqual([
        { scorer: 'default', params: { folds: 3 }, seed: 1, refit: false },
      ]),
    )
    fireEvent.click(screen.getByTestId('train-refit'))
    await waitFor(() => expect(said('scorers.train')[1]).toMatchObject({ refit: true }))
  })
  it('says what went wrong', async () => {
    answers['scorers.train'] = () => {
      throw new ShoalError('busy', 'Another training is running.')
    }
    openTab('score')
    fireEvent.click(await screen.findByTestId('train-start'))
    expect((await screen.findByRole('alert')).textContent).toContain('Another training is running.')
  })
})

describe('models', () => {
  const show = (models: ModelRow[]) =>
    render(
      <ModelList
        models={{
          data: models,
          error: null,
          loading: false,
          stale: false,
          progress: null,
          refetch: () => {},
        }}
      />,
    )
  it('show the used one first, marked, with held-out figures beside the base rate', () => {
    show([model({ id: 0, origin: 'shipped', scorer: null, used: false, auroc: null, auprc: null }), model()])
    const [first, second] = screen.getAllByTestId('model-row')
    expect(first!.dataset['used']).toBe('true')
    expect(first!.textContent).toContain('0.620 base rate 0.167')
    expect(first!.textContent).toContain('Held out by inner cross-validation')
    expect(second!.textContent).not.toContain('Held out')
    // Neither the shipped one nor the one in use can be removed.
    expect(screen.queryByTestId('model-remove')).toBeNull()
  })
  it('are removed only when asked twice', async () => {
    answers['models.remove'] = () => null
    show([model({ used: false })])
    fireEvent.click(screen.getByTestId('model-remove'))
    expect(said('models.remove')).toEqual([])
    expect(screen.getByTestId('model-remove').textContent).toBe('Really remove?')
    fireEvent.click(screen.getByTestId('model-remove'))
    await waitFor(() => expect(said('models.remove')).toEqual([{ id: 1 }]))
  })
})
