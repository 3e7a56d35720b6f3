import { expect, it } from 'vitest'
import { drawDots } from './dots.ts'

const rgb = Uint8Array.from([200, 100, 0, 0, 0, 250])
function drawn(discs: { x: number; y: number; r: number; color: number }[], alpha = 1) {
  const picture = { data: new Uint8ClampedArray(6 * 5 * 4), width: 6, height: 5 }
  const of = (key: 'x' | 'y' | 'r' | 'color') => (i: number) => discs[i]![key]
  const dots = { x: of('x'), y: of('y'), r: of('r'), color: of('color') }
  drawDots(picture, Object.keys(discs).map(Number), dots, rgb, alpha)
  const pixel = (x: number, y: number) => [...picture.data.subarray(4 * (y * 6 + x), 4 * (y * 6 + x) + 4)]
  return { picture, pixel }
}
const inked = (data: Uint8ClampedArray) => data.filter((_, i) => i % 4 === 3).reduce((a, b) => a + b, 0) / 255

it('gives a disc its area, around its middle', () => {
  const { picture, pixel } = drawn([{ x: 2.5, y: 2.5, r: 0.5, color: 0 }])
  expect(pixel(2, 2)).toEqual([200, 100, 0, Math.round(255 * Math.PI * 0.25)])
  expect(inked(picture.data)).toBeCloseTo(Math.PI * 0.25, 2)
  const between = drawn([{ x: 3, y: 2.25, r: 0.5, color: 0 }])
  expect(inked(between.picture.data)).toBeCloseTo(Math.PI * 0.25, 1)
  expect(between.pixel(2, 2)).toEqual(between.pixel(3, 2))
  expect(between.pixel(2, 2)[3]).toBeGreaterThan(between.pixel(2, 1)[3]!)
})

it('lets what lies below shine through, and draws the later over the earlier', () => {
  const { pixel } = drawn(
    [
      { x: 1.5, y: 1.5, r: 1, color: 0 },
      { x: 1.5, y: 1.5, r: 1, color: 3 },
    ],
    0.5,
  )
  const [red, , blue, alpha] = pixel(1, 1)
  expect(Math.abs(alpha! - 0.75 * 255)).toBeLessThan(1.5)
  expect(blue! / 250).toBeGreaterThan(red! / 200)
  expect(red).toBeGreaterThan(0)
})

it('leaves out what lies outside', () => {
  const { picture } = drawn([
    { x: -3, y: 1, r: 1, color: 0 },
    { x: 99, y: 99, r: 1, color: 0 },
  ])
  expect(inked(picture.data)).toBe(0)
})
