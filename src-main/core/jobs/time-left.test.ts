import { expect, test } from 'vitest'
import { createTimeLeft } from './time-left.ts'

/** Seconds left as told at each step of a job that is at `at(t)` after t ms. */
function told(at: (ms: number) => number | null, until: number, step = 100): (number | null)[] {
  const left = createTimeLeft(1_000_000)
  return Array.from({ length: until / step }, (_, i) => left.update(at((i + 1) * step), 1_000_000 + (i + 1) * step))
} // prettier-ignore

test('there must be something to go by', () => {
  expect(told((t) => t / 20_000, 1_400).every((s) => s === null)).toBe(true)
  expect(told((t) => t / 1_000_000, 10_000).every((s) => s === null)).toBe(true)
  expect(told(() => null, 5_000).every((s) => s === null)).toBe(true)
})

test('at an even pace it is right', () => {
  const left = told((t) => t / 60_000, 59_000)
  for (const [i, seconds] of left.entries())
    if (seconds !== null) expect(seconds).toBeCloseTo(60 - ((i + 1) * 100) / 1000, 5)
  expect(left.filter((s) => s !== null).length).toBeGreaterThan(500)
})

test('where the pace halves it follows, and does not jump', () => {
  const half = (t: number) => (t < 20_000 ? t / 60_000 : 1 / 3 + (t - 20_000) / 120_000)
  const left = told(half, 99_000) as number[]
  const late = left[Math.floor(60_000 / 100)]!
  expect(Math.abs(late - 40)).toBeLessThan(6)
  for (let i = 20; i < left.length; i++) expect(Math.abs(left[i]! - left[i - 1]!)).toBeLessThan(1)
})

test('a job that stands still is never said to be nearly done', () => {
  const left = told((t) => Math.min(0.5, t / 20_000), 60_000) as number[]
  expect(left.at(-1)!).toBeGreaterThan(left[Math.floor(12_000 / 100)]!)
})
