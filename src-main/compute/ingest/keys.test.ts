import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyTable } from './keys.ts'

test('answers like a Map of (scope, bytes), through many growths', () => {
  const keys = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ minLength: 18, maxLength: 60 })),
    ),
    {
      maxLength: 300,
    },
  )
  fc.assert(
    fc.property(keys, (list) => {
      const table = new KeyTable()
      const map = new Map<string, number>()
      for (const [scope, bytes] of list) {
        const name = `${scope}:${bytes.join(',')}`
        const padded = Uint8Array.from([1, ...bytes, 2])
        expect(table.get(scope, padded, 1, padded.length - 1)).toBe(map.get(name) ?? 0)
        if (map.has(name)) continue
        map.set(name, map.size + 1)
        table.add(scope, padded, 1, padded.length - 1, map.size)
      }
      expect(table.size).toBe(map.size)
    }),
    { seed: 1 },
  )
  const table = new KeyTable()
  // Every third is too long to lie in its slot.
  const bytes = (i: number) => Buffer.from(`user-${i}${i % 3 === 0 ? '-of-a-platform-with-long-names' : ''}`)
  for (let i = 1; i <= 50_000; i++) table.add(0, bytes(i), 0, bytes(i).length, i)
  let wrong = 0
  for (let i = 1; i <= 50_000; i++) if (table.get(0, bytes(i), 0, bytes(i).length) !== i) wrong++
  expect(wrong).toBe(0)
  expect(table.get(0, bytes(50_001), 0, bytes(50_001).length)).toBe(0)
  expect(table.get(1, bytes(1), 0, bytes(1).length)).toBe(0)
})
