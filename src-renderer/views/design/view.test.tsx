import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  DesignComparison,
  DesignResult,
  RecipePreview,
} from '../../../src-main/common/contract/recipes.ts'
import { ShoalError } from '../../../src-main/common/errors.ts'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { setApi, type Api } from '../../client/api.ts'
import { recordSlicesTo, restoreState, takeState, watchHands, type SliceChange } from '../../state/slices.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { Comparison } from './compare.tsx'
import type { Design } from './designs.tsx'
import { setAt } from './draft.ts'
import { RecipeForm } from './form.tsx'
import { PreviewPane } from './preview.tsx'
import { DRAFT_SLICE, useDesign } from './store.ts'
import { usePreview } from './use-preview.ts'

interface Asked {
  name: string
  input: { recipe: Recipe }
  signal: AbortSignal
  answer(value: unknown): Promise<void>
  fail(error: unknown): Promise<void>
}
let asked: Asked[] = []
const fake: Api = {
  call: (name, input, options) => {
    return new Promise((resolve, reject) => {
      asked.push({
        name,
        input: input as never,
        signal: options!.signal!,
        answer: (value) => act(async () => resolve(value as never)),
        fail: (error) => act(async () => reject(error as Error)),
      })
    })
  },
  on: () => () => {},
  status: 'open',
  onStatus: () => () => {},
}
beforeAll(() => startI18n('en'))
beforeEach(() => {
  asked = []
  restoreState({})
  setApi(fake)
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  setApi(null)
  vi.useRealTimers()
})
const wait = (ms: number) => act(async () => void vi.advanceTimersByTime(ms))

const figures = (edges: number, sampled = 100): RecipePreview => ({
  accounts: 100,
  edges: { value: edges, low: sampled < 100 ? edges - 10 : edges, high: sampled < 100 ? edges + 10 : edges },
  isolated: { value: 4, low: 4, high: 4 },
  meanDegree: { value: 5, low: 5, high: 5 },
  maxDegree: 12,
  channels: [],
  degrees: [{ from: 0, accounts: 4 }],
  hubs: [],
  bytes: 1000,
  sampled,
  seconds: 0.2,
})

function Pane({ recipe }: { recipe: Recipe }) {
  const preview = usePreview(recipe, '')
  return <PreviewPane preview={preview} shown={null} invalid={false} />
}
const state = () => screen.getByTestId('preview-state').dataset['state']

describe('the preview', () => {
  it('asks a moment after the last edit, drops the older question, and never calls old figures new', async () => {
    const view = render(<Pane recipe={DEFAULT_RECIPE} />)
    await wait(0)
    await asked[0]!.answer(figures(500))
    expect(state()).toBe('fresh')
    expect(screen.getByTestId('preview-edges').textContent).toContain('500')

    const typed = (cap: number) => setAt(DEFAULT_RECIPE, 'entities.hubCap', cap)
    view.rerender(<Pane recipe={typed(3)} />)
    expect(state()).toBe('counting') // at once, before anything was asked
    view.rerender(<Pane recipe={typed(30)} />)
    await wait(1000)
    expect(asked).toHaveLength(2)
    expect(asked[1]!.input.recipe.entities.hubCap).toBe(30)
    expect(screen.getByTestId('preview-edges').closest('.is-stale')).not.toBeNull()

    view.rerender(<Pane recipe={typed(40)} />)
    await wait(1000)
    expect(asked[1]!.signal.aborted).toBe(true)
    await asked[1]!.answer(figures(30)) // too late
    expect(screen.getByTestId('preview-edges').textContent).toContain('500')
    await asked[2]!.answer(figures(400, 50))
    expect(state()).toBe('fresh')
    expect(screen.getByTestId('preview-edges').textContent).toContain('≈ 400')
    expect(screen.getByTestId('preview-edges').textContent).toContain('390–410')
    expect(screen.getByTestId('preview-state').textContent).toContain('50 of 100')
  })

  it('asks nothing for a new name, can be stopped, and says what failed', async () => {
    const view = render(<Pane recipe={DEFAULT_RECIPE} />)
    await wait(0)
    await asked[0]!.answer(figures(500))
    view.rerender(<Pane recipe={{ ...DEFAULT_RECIPE, name: 'other' }} />)
    await wait(1000)
    expect(asked).toHaveLength(1)
    expect(state()).toBe('fresh')

    view.rerender(<Pane recipe={setAt(DEFAULT_RECIPE, 'minEvidence', 2)} />)
    await wait(1000)
    fireEvent.click(screen.getByText('Stop'))
    expect(asked[1]!.signal.aborted).toBe(true)
    expect(state()).toBe('stale')
    fireEvent.click(screen.getByText('Count again'))
    await wait(1000)
    await asked[2]!.fail(new ShoalError('compute_lost', 'The process ended.'))
    expect(screen.getByRole('alert').textContent).toContain('The process ended.')
    expect(state()).toBe('stale')
  })
})

const result = (id: number, labelled: DesignResult['labelled']): DesignResult => ({
  graphRunId: id,
  communitiesRunId: id,
  recipe: { ...DEFAULT_RECIPE, name: `design ${id}` },
  detector: 'leiden',
  accounts: 100,
  edges: 300,
  covered: 0.5,
  meanDegree: 6,
  channels: [],
  communities: 9,
  largest: 20,
  modularity: 0.5,
  labelled,
  homophily: null,
  badGivenBad: null,
  seconds: 1,
})
const design = (id: number): Design => ({
  communitiesRunId: id,
  graphRunId: id,
  recipe: DEFAULT_RECIPE,
  detector: 'leiden',
  params: {},
  seed: 1,
  communities: 9,
  edges: 300,
  finishedAt: 0,
  shown: id === 1,
})

describe('the comparison', () => {
  const show = async (comparison: DesignComparison) => {
    render(<Comparison ids={[1]} designs={[design(1)]} />)
    await asked[0]!.answer(comparison)
  }

  it('says that label figures cannot be computed instead of showing zeros', async () => {
    await show({ designs: [result(1, { malicious: 0, benign: 0 })], pairs: [] })
    expect(screen.getByTestId('labels-note').textContent).toContain('No labelled accounts')
    expect(screen.queryByTestId('figure-badGivenBad')).toBeNull()
    expect(screen.queryByTestId('figure-homophily')).toBeNull()
    expect(screen.getByTestId('figure-edges').textContent).toContain('300')
  })

  it('says why a figure is missing where there are labels, but no labelled edge', async () => {
    await show({ designs: [result(1, { malicious: 3, benign: 0 })], pairs: [] })
    expect(screen.getByTestId('figure-homophily').textContent).toContain(
      'no edge joins two labelled accounts',
    )
    expect(screen.getByTestId('figure-badGivenBad').textContent).not.toMatch(/\d%/)
  })
})

describe('the draft', () => {
  function Form() {
    return <RecipeForm recipe={useDesign((s) => s.draft)} ingredients={undefined} />
  }
  const input = (name: string) => screen.getByTestId(`input-${name}`) as HTMLInputElement

  it('is kept with the session, and kept when what is typed is no value', async () => {
    const steps: SliceChange[] = []
    recordSlicesTo((changes) => steps.push(...changes))
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '2' }))
    render(<Form />)
    fireEvent.change(input('entities-hubCap'), { target: { value: '25' } })
    expect(useDesign.getState().draft.entities.hubCap).toBe(25)
    fireEvent.change(input('entities-hubCap'), { target: { value: '' } })
    expect(screen.getByRole('alert').textContent).toBe('Enter a number.')
    expect(useDesign.getState().draft.entities.hubCap).toBe(25)
    expect(useDesign.getState().invalid).toHaveProperty(['entities.hubCap'])
    fireEvent.blur(input('entities-hubCap'))
    expect(input('entities-hubCap').value).toBe('25')
    expect(useDesign.getState().invalid).toEqual({})
    await wait(1000)
    expect(steps.map(({ slice }) => slice)).toEqual([DRAFT_SLICE])

    // Another workspace has its own; the first one's comes back, into the field too.
    recordSlicesTo(null)
    act(() => restoreState({}))
    expect(input('entities-hubCap').value).toBe('60')
    act(() => restoreState({ [DRAFT_SLICE]: steps[0]!.after }))
    expect(input('entities-hubCap').value).toBe('25')
    act(() => takeState({ [DRAFT_SLICE]: steps[0]!.before }))
    expect(input('entities-hubCap').value).toBe('60')
  })

  it('makes steps that can be undone of edits, and none of a save', async () => {
    const steps: SliceChange[] = []
    recordSlicesTo((changes) => steps.push(...changes))
    const stop = watchHands(window)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '3' }))
    const { edit, put } = useDesign.getState()
    for (const typed of [3, 30, 300]) edit('entities.hubCap', typed)
    edit('entities.hubCap', 300)
    await wait(1000)
    put({ baseId: 7 })
    await wait(1000)
    stop()
    recordSlicesTo(null)
    expect(steps.map(({ what }) => what)).toEqual(['draft', null])
    expect(steps[0]).toMatchObject({
      before: { draft: { entities: { hubCap: 60 } } },
      after: { draft: { entities: { hubCap: 300 } } },
    })
  })
})
