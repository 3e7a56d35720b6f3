import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame } from './codec.ts'
import type { Frame } from './frames.ts'

const column = fc.oneof(
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.float32Array(),
  fc.float64Array(),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    column,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.string().filter((key) => key !== '__proto__'),
        fc.constantFrom('$col', '$obj'),
      ),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any

test('any frame comes back as it was, typed arrays and reserved keys included', () => {
  fc.assert(
    fc.property(value, fc.nat(), (payload, id) => {
      const frame: Frame = { t: 'ok', id, value: payload }
      const back = decodeFrame(encodeFrame(frame)) as { value: unknown }
      expect(back.value).toEqual(payload)
    }),
  )
})

test('damaged bytes give a clear error and never anything else', () => {
  const good = encodeFrame({ t: 'ok', id: 1, value: { a: new Float32Array([1, 2, 3]) } })
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const damaged = good.slice()
      damaged[at] = byte
      try {
        decodeFrame(damaged)
      } catch (error) {
        expect((error as { code?: string }).code).toBe('invalid_input')
      }
    }),
  )
  expect(() => decodeFrame(good.subarray(0, 3))).toThrow('damaged')
  expect(() => decodeFrame(good.subarray(0, good.length - 8))).toThrow('damaged')
})
