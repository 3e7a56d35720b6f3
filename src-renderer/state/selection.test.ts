import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
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

  it('does not remember a step that changed nothing', () => {
    state().patch({ text: 'a' })
    state().patch({ text: 'a' })
    expect(state().past).toHaveLength(1)
  })

  it('forgets the future after a new step', () => {
    state().patch({ text: 'a' })
    state().undo()
    state().patch({ text: 'b' })
    state().redo()
    expect(state().selection).toEqual({ text: 'b' })
  })

  it('comes back exactly by undo and forward by redo, whatever was done', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('toggle' as const), id: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ kind: fc.constant('text' as const), id: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('clear' as const), id: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        state().reset()
        const seen = [state().selection]
        for (const { kind, id } of steps) {
          if (kind === 'toggle') state().toggle('communities', id)
          else if (kind === 'text') state().patch({ text: id === 0 ? undefined : `t${id}` })
          else state().clear()
          if (state().selection !== seen.at(-1)) seen.push(state().selection)
        }
        for (let i = seen.length - 1; i > 0; i--) {
          expect(state().selection).toEqual(seen[i])
          state().undo()
        }
        expect(state().selection).toEqual(seen[0])
        for (let i = 1; i < seen.length; i++) {
          state().redo()
          expect(state().selection).toEqual(seen[i])
        }
      }),
    )
  })

  it('leaves out the part that is the view itself', () => {
    expect(without({ text: 'a', time: { from: 0, to: 1 } }, 'time')).toEqual({ text: 'a' })
  })
})
