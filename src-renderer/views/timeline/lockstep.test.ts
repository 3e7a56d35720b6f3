import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { likenessOf, lockstepOf, mostAlikeOrder, sharedShare, STRETCH_MS, stretchesOf } from './lockstep.ts'

const DAY = 86_400_000 / STRETCH_MS
const options = { pause: () => Promise.resolve(), stopped: () => false, shuffles: 99 }
const lists = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 10 }), {
  minLength: 2,
  maxLength: 6,
})
const rising = (list: number[]) => Int32Array.from([...list].sort((a, b) => a - b))

describe('lockstep', () => {
  it('cuts time into stretches without doubles', () => {
    const ts = Float64Array.of(0, 1000, STRETCH_MS, STRETCH_MS * 2 + 1, STRETCH_MS * 2 + 2)
    const found = stretchesOf(Uint32Array.of(1, 1, 2, 1, 1), ts)
    expect([...found.get(1)!]).toEqual([0, 2])
    expect([...found.get(2)!]).toEqual([1])
  })
  it('is the share that a plain count says', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const plain =
          given.reduce(
            (sum, list, k) =>
              sum +
              list.filter((s) => given.some((other, j) => j !== k && other.includes(s))).length / list.length,
            0,
          ) / given.length
        expect(sharedShare(given.map(rising))).toBeCloseTo(plain, 10)
      }),
    )
  })
  it('is far above chance for scripts that run together, and not for those who only keep the same hours', async () => {
    const together = Array.from({ length: 8 }, (_, k) =>
      rising(Array.from({ length: 20 }, (_, day) => day * DAY + ((day * 37) % 200) + (k % 2))),
    )
    const found = await lockstepOf(together, options)
    expect(found!.shared).toBeGreaterThan(0.9)
    expect(found!.p).toBeLessThanOrEqual(0.02)
    expect(found!.high).toBeLessThan(found!.shared)
    // The same hour every day, whichever day: moving an account by days changes nothing.
    const habits = Array.from({ length: 8 }, () =>
      rising(Array.from({ length: 40 }, (_, day) => day * DAY + 100)),
    )
    const usual = await lockstepOf(habits, options)
    expect(usual!.chance).toBeGreaterThan(0.9)
  })
  it('gives the same null for the same accounts, and none for one', async () => {
    const given = [rising([1, 5, 900]), rising([1, 6, 901]), rising([2, 5])]
    expect(await lockstepOf(given, options)).toEqual(await lockstepOf(given, options))
    expect(await lockstepOf([rising([1])], options)).toBeNull()
  })
})

describe('order by likeness', () => {
  it('keeps everybody once', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const order = mostAlikeOrder(likenessOf(given.map(rising)), given.length)
        expect([...order].sort((a, b) => a - b)).toEqual(given.map((_, k) => k))
      }),
    )
    expect(mostAlikeOrder(new Float32Array(), 0)).toEqual([])
  })
  it('is symmetric and within 0 and 1', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const n = given.length
        const like = likenessOf(given.map(rising))
        for (let a = 0; a < n; a++)
          for (let b = 0; b < n; b++) {
            expect(like[a * n + b]).toBe(like[b * n + a])
            expect(like[a * n + b]).toBeGreaterThanOrEqual(0)
            expect(like[a * n + b]).toBeLessThanOrEqual(1)
          }
      }),
    )
  })
  it('puts two rings that were shuffled back together', () => {
    const ring = (start: number) => rising(Array.from({ length: 12 }, (_, i) => start + i * 301))
    const given = [ring(0), ring(50), ring(0), ring(50), ring(0), ring(50)]
    const sides = mostAlikeOrder(likenessOf(given), 6).map((k) => k % 2)
    expect([
      [0, 0, 0, 1, 1, 1],
      [1, 1, 1, 0, 0, 0],
    ]).toContainEqual(sides)
  })
})
