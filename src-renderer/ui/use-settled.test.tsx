import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSettled } from './use-settled.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function settling(atOnce: boolean) {
  const drawn: string[] = []
  const hook = renderHook(
    ({ value }) => {
      const settled = useSettled(value, 80, atOnce)
      drawn.push(settled)
      return settled
    },
    { initialProps: { value: 'a' } },
  )
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms))
  return { hook, drawn, pass, show: (value: string) => hook.rerender({ value }) }
}

it('follows a value once it has been still', () => {
  const { hook, pass, show } = settling(false)
  show('b')
  expect(hook.result.current).toBe('a')
  pass(79)
  show('c')
  pass(79)
  expect(hook.result.current).toBe('a')
  pass(1)
  expect(hook.result.current).toBe('c')
})

it('follows the first change after stillness in the same drawing, and what comes soon after it when it is still', () => {
  const { hook, drawn, pass, show } = settling(true)
  show('b')
  expect(drawn).toEqual(['a', 'b'])
  pass(40)
  show('c')
  show('d')
  expect(hook.result.current).toBe('b')
  pass(80)
  expect(hook.result.current).toBe('d')
  expect(drawn).not.toContain('c')
  pass(80)
  show('e')
  expect(hook.result.current).toBe('e')
})

it('goes back to what it was without having followed', () => {
  const { hook, drawn, pass, show } = settling(true)
  show('b')
  pass(10)
  show('a')
  expect(hook.result.current).toBe('b')
  pass(80)
  expect(hook.result.current).toBe('a')
  pass(500)
  expect(drawn.at(-1)).toBe('a')
  show('c')
  expect(hook.result.current).toBe('c')
  show('d')
  show('c')
  pass(80)
  show('e')
  expect(hook.result.current).toBe('e')
})
