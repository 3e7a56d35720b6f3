import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeIds, encodeIds } from './account-set.ts'

const ascending = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 0xffffffff })), {
    maxLength: 300,
  })
  .map((ids) => Uint32Array.from(ids).sort())

test('a set comes back as it was', () => {
  fc.assert(
    fc.property(ascending, (ids) => {
      expect(decodeIds(encodeIds(ids))).toEqual(ids)
    }),
  )
})

test('neighbouring ids take a byte each', () => {
  const ids = Uint32Array.from({ length: 1000 }, (_, i) => 5000 + i)
  expect(encodeIds(ids).length).toBe(1001)
})

test('ids that do not ascend are refused, and so are bytes that are no set', () => {
  expect(() => encodeIds(Uint32Array.of(3, 3))).toThrow(/ascend/)
  expect(() => encodeIds(Uint32Array.of(3, 2))).toThrow(/ascend/)
  expect(() => decodeIds(Uint8Array.of(5, 0))).toThrow(/cannot be read/)
  expect(() => decodeIds(Uint8Array.of(1, 0x85))).toThrow(/cannot be read/)
  expect(() => decodeIds(Uint8Array.of(255, 255, 255, 255, 127))).toThrow(/cannot be read/)
})
