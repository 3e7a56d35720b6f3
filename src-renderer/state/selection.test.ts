import { beforeEach, describe, expect, it } from 'vitest'
import { flushSlices, recordSlicesTo, takeState, type SliceChange } from './slices.ts'
import { isEmptySelection, useSelection, without } from './selection.ts'

const state = () => useSelection.getState()
beforeEach(() => state().reset())

describe('selection', () => {
  it('drops parts that say nothing, so that nothing selected is an empty object', () => {
    state().patch({ communities: [3], text: 'x' })
    state().patch({ communities: [], text: '' })
    expect(state().selection).toEqual({})
    expect(isEmptySelection(state().selection)).toBe(true)
  })

  it('toggles ids in and out', () => {
    state().toggle('accounts', 1)
    state().toggle('accounts', 2)
    state().toggle('accounts', 1)
    expect(state().selection).toEqual({ accounts: [2] })
    state().toggle('accounts', 2)
    expect(state().selection).toEqual({})
  })

  it('leaves out the part that is the view itself', () => {
    expect(without({ text: 'a', time: { from: 0, to: 1 } }, 'time')).toEqual({ text: 'a' })
  })
})

describe('its slice', () => {
  it('is one step for each change, named by what it did, and comes back as it was kept', () => {
    const steps: SliceChange[][] = []
    recordSlicesTo((changes) => steps.push(changes))
    state().patch({ communities: [3] })
    flushSlices()
    state().patch({ communities: [3] })
    flushSlices()
    state().clear()
    flushSlices()
    expect(steps.flat().map(({ what, before, after }) => ({ what, before, after }))).toEqual([
      { what: 'selection', before: {}, after: { communities: [3] } },
      { what: 'selectionClear', before: { communities: [3] }, after: {} },
    ])
    takeState({ selection: { communities: [3], text: '' } })
    expect(state().selection).toEqual({ communities: [3] })
    takeState({ selection: { communities: 'all' } })
    expect(state().selection).toEqual({})
    recordSlicesTo(null)
  })
})
