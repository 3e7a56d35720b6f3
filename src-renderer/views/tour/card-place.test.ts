import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cardSpot, overlap, type Box } from './card-place.ts'

const PAGE: Box = { left: 0, top: 0, width: 1280, height: 800 }
const CARD = { width: 344, height: 190 }

test('the card stands beside what it points at, on the first side with room', () => {
  const spot = (left: number, top: number, width = 40, height = 20) =>
    cardSpot({ left, top, width, height }, CARD, PAGE).side
  expect(spot(100, 300)).toBe('right')
  expect(spot(1200, 300)).toBe('left')
  expect(spot(200, 60, 900, 100)).toBe('below')
  expect(spot(200, 600, 900, 150)).toBe('above')
  expect(spot(10, 10, 1260, 780)).toBe('corner')
  expect(cardSpot(null, CARD, PAGE)).toEqual({ side: 'corner', left: 924, top: 578 })
})

test('it is always whole in the window, and covers nothing of what it stands beside', () => {
  const box = fc.record({
    left: fc.integer({ min: -200, max: 1400 }),
    top: fc.integer({ min: -200, max: 900 }),
    width: fc.integer({ min: 0, max: 1400 }),
    height: fc.integer({ min: 0, max: 900 }),
  })
  fc.assert(
    fc.property(box, (target) => {
      const spot = cardSpot(target, CARD, PAGE)
      expect(spot.left).toBeGreaterThanOrEqual(0)
      expect(spot.top).toBeGreaterThanOrEqual(0)
      expect(spot.left + CARD.width).toBeLessThanOrEqual(PAGE.width)
      expect(spot.top + CARD.height).toBeLessThanOrEqual(PAGE.height)
      if (spot.side !== 'corner') expect(overlap({ ...spot, ...CARD }, target)).toBe(0)
    }),
  )
})
