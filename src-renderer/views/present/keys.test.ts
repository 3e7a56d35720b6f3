import { expect, it } from 'vitest'
import { digitJumper, presenterKey } from './keys.ts'

const key = (name: string, mods = {}) =>
  presenterKey({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...mods })

it('knows the keys of keyboards and of remotes, and leaves shortcuts alone', () => {
  expect(key('PageDown')).toEqual({ do: 'next' })
  expect(key('PageUp')).toEqual({ do: 'back' })
  expect(key('B')).toEqual({ do: 'blank' })
  expect(key('.')).toEqual({ do: 'blank' })
  expect(key('7')).toEqual({ do: 'jump', digit: 7 })
  expect(key('z', { ctrlKey: true })).toBeNull()
  expect(key('q')).toBeNull()
})

it('reads digits typed together as one step, as far as there are so many', () => {
  const jump = digitJumper()
  expect(jump(1, 12, 0)).toBe(0)
  expect(jump(2, 12, 300)).toBe(11)
  expect(jump(3, 12, 500)).toBe(2)
  expect(jump(0, 12, 5000)).toBeNull()
  expect(jump(1, 5, 6000)).toBe(0)
  expect(jump(2, 5, 6100)).toBe(1)
  expect(jump(9, 5, 9000)).toBeNull()
})
