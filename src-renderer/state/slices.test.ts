import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { create } from 'zustand'
import {
  applyState,
  captureState,
  flushSlices,
  recordSlicesTo,
  restoreState,
  slice,
  takeState,
  watchHands,
  type SliceChange,
} from './slices.ts'

interface View {
  zoom: number
  hover: number
}
const makeView = () => create<View>()(() => ({ zoom: 1, hover: 0 }))
const makeList = () => create<{ ids: number[] }>()(() => ({ ids: [] }))

let steps: SliceChange[][]
let view: ReturnType<typeof makeView>
let list: ReturnType<typeof makeList>
let off: (() => void)[]
const readZoom = (value: unknown) => (value as { zoom?: number } | null)?.zoom ?? 1
const input = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'x' }))

beforeEach(() => {
  vi.useFakeTimers()
  steps = []
  view = makeView()
  list = makeList()
  off = [
    watchHands(window),
    slice({
      name: 'test-view',
      store: view,
      pick: (s) => ({ zoom: s.zoom }),
      apply: (value) => view.setState({ zoom: readZoom(value) }),
      what: (before, after) => (Math.abs(before.zoom - after.zoom) < 0.01 ? null : 'zoom'),
      settleMs: 300,
    }),
    slice({
      name: 'test-list',
      store: list,
      shared: true,
      pick: (s) => s.ids,
      apply: (value) => list.setState({ ids: Array.isArray(value) ? value : [] }),
      what: () => 'hide',
    }),
  ]
  recordSlicesTo((changes) => steps.push(changes))
  input()
})
afterEach(() => {
  recordSlicesTo(null)
  restoreState({})
  off.forEach((stop) => stop())
  vi.useRealTimers()
})

describe('a slice', () => {
  it('makes a step of each part of a form, however quickly one goes from field to field', () => {
    const form = create<{ a: { x: number; y: number }; b: number }>()(() => ({ a: { x: 0, y: 0 }, b: 0 }))
    off.push(
      slice({
        name: 'test-form',
        store: form,
        pick: ({ a, b }) => ({ a, b }),
        apply: () => {},
        what: () => 'draft',
        settleMs: 600,
        byPart: true,
      }),
    )
    form.setState({ a: { x: 1, y: 0 } })
    form.setState({ a: { x: 12, y: 0 } })
    form.setState({ a: { x: 12, y: 3 } })
    vi.advanceTimersByTime(10)
    form.setState({ b: 1 })
    form.setState({ b: 0 })
    form.setState({ b: 7 })
    vi.advanceTimersByTime(1000)
    expect(steps.map(([change]) => change!.after)).toEqual([
      { a: { x: 12, y: 0 }, b: 0 },
      { a: { x: 12, y: 3 }, b: 0 },
      { a: { x: 12, y: 3 }, b: 7 },
    ])
    expect(steps.map(([change]) => change!.before)).toEqual([
      { a: { x: 0, y: 0 }, b: 0 },
      { a: { x: 12, y: 0 }, b: 0 },
      { a: { x: 12, y: 3 }, b: 0 },
    ])
  })

  it('makes one step of what is made and then typed into', () => {
    const form = create<{ cells: Record<string, { value: string }> }>()(() => ({ cells: {} }))
    off.push(
      slice({
        name: 'test-cells',
        store: form,
        pick: (s) => s.cells,
        apply: () => {},
        what: () => 'draft',
        settleMs: 600,
        byPart: true,
      }),
    )
    for (const value of ['S', 'Sh', 'She']) form.setState({ cells: { city: { value } } })
    form.setState({ cells: { city: { value: 'She' }, kind: { value: 'l' } } })
    vi.advanceTimersByTime(1000)
    expect(steps.map(([change]) => change!.after)).toEqual([
      { city: { value: 'She' } },
      { city: { value: 'She' }, kind: { value: 'l' } },
    ])
  })

  it('keeps the order of what was done where the earlier change had not settled yet', () => {
    view.setState({ zoom: 2 })
    vi.advanceTimersByTime(100)
    list.setState({ ids: [1] })
    vi.advanceTimersByTime(1000)
    expect(steps.map((changes) => changes.map((change) => change.slice))).toEqual([
      ['test-view'],
      ['test-list'],
    ])
  })

  it('records a drag as one step when it is still, with where it began and ended', () => {
    for (let zoom = 2; zoom < 6; zoom++) {
      view.setState({ zoom })
      vi.advanceTimersByTime(100)
    }
    expect(steps).toEqual([])
    vi.advanceTimersByTime(300)
    expect(steps).toEqual([
      [{ slice: 'test-view', shared: false, what: 'zoom', before: { zoom: 1 }, after: { zoom: 5 } }],
    ])
  })

  it('records nothing for what it does not keep, nor for a drag that ends where it began', () => {
    view.setState({ hover: 5 })
    view.setState({ zoom: 3 })
    view.setState({ zoom: 1 })
    vi.advanceTimersByTime(1000)
    expect(steps).toEqual([])
  })

  it('puts what changed at once into one step', () => {
    list.setState({ ids: [1] })
    vi.advanceTimersByTime(10)
    view.setState({ zoom: 4 })
    list.setState({ ids: [1, 2] })
    flushSlices()
    expect(steps.map((changes) => changes.map((c) => c.slice))).toEqual([
      ['test-list'],
      ['test-view', 'test-list'],
    ])
  })

  it('takes an undone value without recording it, and remembers as no step what only followed', () => {
    takeState({ 'test-list': [7] })
    expect(list.getState().ids).toEqual([7])
    view.setState({ zoom: 9 }) // the view goes where the undone thing is
    vi.advanceTimersByTime(1000)
    expect(steps.flat()).toEqual([
      { slice: 'test-view', shared: false, what: null, before: { zoom: 1 }, after: { zoom: 9 } },
    ])
    input()
    view.setState({ zoom: 2 })
    vi.advanceTimersByTime(1000)
    expect(steps.at(-1)).toMatchObject([{ what: 'zoom', before: { zoom: 9 } }])
  })

  it('that is registered late gets what was restored for it', () => {
    restoreState({ late: [3] })
    expect(captureState(['late'])).toEqual({ late: [3] })
    const late = makeList()
    off.push(
      slice({
        name: 'late',
        store: late,
        pick: (s) => s.ids,
        apply: (value) => late.setState({ ids: (value as number[] | null) ?? [] }),
        what: () => null,
      }),
    )
    expect(late.getState().ids).toEqual([3])
    flushSlices()
    expect(steps).toEqual([])
  })

  it('whose value cannot be read is as in a new workspace', () => {
    off.push(
      slice({
        name: 'strict',
        store: list,
        pick: (s) => s.ids,
        apply(value) {
          if (value !== null) throw new Error('an older shape')
          list.setState({ ids: [] })
        },
        what: () => null,
      }),
    )
    list.setState({ ids: [4] })
    takeState({ strict: { old: true } })
    expect(list.getState().ids).toEqual([])
  })
})

describe('a state', () => {
  it('is captured and applied as one step, and taking back its before undoes it', () => {
    fc.assert(
      fc.property(
        fc.record({ zoom: fc.integer({ min: 1, max: 99 }), ids: fc.array(fc.nat(9)) }),
        fc.record({ zoom: fc.integer({ min: 1, max: 99 }), ids: fc.array(fc.nat(9)) }),
        (one, other) => {
          takeState({ 'test-view': { zoom: one.zoom }, 'test-list': one.ids })
          const kept = captureState(['test-view', 'test-list'])
          takeState({ 'test-view': { zoom: other.zoom }, 'test-list': other.ids })
          steps.length = 0
          applyState(kept)
          expect(captureState(['test-view', 'test-list'])).toEqual(kept)
          const changed = steps.flat()
          expect(steps.length).toBeLessThanOrEqual(1)
          expect(changed.every((c) => c.what === 'view')).toBe(true)
          takeState(Object.fromEntries(changed.map((c) => [c.slice, c.before])))
          expect(captureState(['test-view', 'test-list'])).toEqual({
            'test-view': { zoom: other.zoom },
            'test-list': other.ids,
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('of null is that of a new workspace; a story that plays makes no step of it', () => {
    list.setState({ ids: [1] })
    applyState({ 'test-list': null }, { what: null })
    expect(list.getState().ids).toEqual([])
    expect(steps.at(-1)).toMatchObject([{ slice: 'test-list', what: null, after: [] }])
  })
})
