import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { useSelection } from '../../state/selection.ts'
import { useForeignSelection } from './use-foreign.ts'

beforeEach(() => useSelection.getState().reset())

const patch = (parts: Parameters<ReturnType<typeof useSelection.getState>['patch']>[0]) =>
  act(() => useSelection.getState().patch(parts))

it('is filtered by what others select, not by what the table itself picks', () => {
  const { result } = renderHook(() => useForeignSelection('accounts'))
  patch({ risk: { min: 0.5, max: 1 } })
  expect(result.current.filter).toEqual({ risk: { min: 0.5, max: 1 } })
  act(() => result.current.toggle(7))
  expect(useSelection.getState().selection.accounts).toEqual([7])
  expect(result.current.chosen).toEqual([7])
  expect(result.current.filter).toEqual({ risk: { min: 0.5, max: 1 } })
})

it('keeps what others put into its own part as the filter while rows are toggled in and out', () => {
  const { result } = renderHook(() => useForeignSelection('accounts'))
  patch({ accounts: [1, 2, 3] })
  expect(result.current.filter).toEqual({ accounts: [1, 2, 3] })
  act(() => result.current.toggle(2))
  expect(result.current.chosen).toEqual([1, 3])
  expect(result.current.filter).toEqual({ accounts: [1, 2, 3] })
  patch({ accounts: undefined })
  expect(result.current.filter).toEqual({})
})

it('gives the same filter object while nothing changed, so that nothing is fetched again', () => {
  const { result, rerender } = renderHook(() => useForeignSelection('communities'))
  patch({ text: '微信' })
  const before = result.current.filter
  rerender()
  act(() => result.current.toggle(4))
  expect(result.current.filter).toBe(before)
})
