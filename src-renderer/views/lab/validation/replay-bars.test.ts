import { expect, it } from 'vitest'
import { replayBars, replaySums } from './replay-bars.ts'

const step = (flagged: number, caught: number, falseAlarms: number, missed: number) => ({
  from: 0,
  to: 1,
  trained: 10,
  scored: 100,
  flagged,
  caught,
  falseAlarms,
  missed,
})

it('stacks what was flagged over what was missed, and keeps the unknown apart', () => {
  const steps = [step(10, 4, 3, 7), step(0, 0, 0, 0)]
  const { bars, axis } = replayBars(steps)
  expect(bars[0]).toMatchObject({ caught: 4, falseAlarms: 3, open: 3, missed: 7 })
  expect(axis.from).toBeLessThanOrEqual(-7)
  expect(axis.to).toBeGreaterThanOrEqual(10)
  expect(axis.ticks).toContain(0)
  expect(replaySums(steps)).toEqual({ flagged: 10, caught: 4, falseAlarms: 3, missed: 7 })
})

it('has an axis without anything to draw', () => {
  expect(replayBars([]).axis.to).toBeGreaterThan(0)
})
