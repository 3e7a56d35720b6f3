import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { bestThreshold, replay, replayWindows } from './replay.ts'

const DAY = 86_400_000
const even = (n: number, days: number) => Float64Array.from({ length: n }, (_, i) => (i * days * DAY) / n)
const classes = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i % 4 === 0 ? 1 : 0))

describe('replayWindows', () => {
  it('goes week by week over some weeks, month by month over many', () => {
    const weeks = replayWindows(even(400, 56), even(400, 56), classes(400))!
    expect(weeks.step).toBe('week')
    expect(weeks.at.length).toBeGreaterThan(5)
    const months = replayWindows(even(400, 300), even(400, 300), classes(400))!
    expect(months.step).toBe('month')
    expect(months.at).toHaveLength(9)
    for (const { at } of [weeks, months]) {
      expect([...at].sort((a, b) => a - b)).toEqual(at)
      expect(at.at(-1)).toBeGreaterThan(even(400, 56).at(-1)!)
    }
  })

  it('cuts a short time into parts of equal numbers', () => {
    const found = replayWindows(even(400, 5), even(400, 5), classes(400))!
    expect(found.step).toBe('quantile')
    expect(found.at).toHaveLength(5)
  })

  it('begins only once five labels of each class are known', () => {
    const known = even(400, 56).map((t, i) => (i % 4 === 0 ? t + 14 * DAY : t))
    const found = replayWindows(even(400, 56), known, classes(400))!
    const by = found.at[0]
    expect([...known].filter((t, i) => i % 4 === 0 && t < by).length).toBeGreaterThanOrEqual(4)
  })

  it('does nothing where nothing is dated, or labels of a class are missing', () => {
    expect(replayWindows(new Float64Array(100).fill(NaN), even(100, 90), classes(100))).toBeNull()
    expect(replayWindows(even(100, 90), even(100, 90), new Uint8Array(100))).toBeNull()
    expect(replayWindows(new Float64Array(100).fill(5), even(100, 90), classes(100))).toBeNull()
  })
})

describe('replay', () => {
  const n = 560
  const born = even(n, 56)
  const y = classes(n)
  const nodes = Uint32Array.from(y.keys())
  const known = born.map((t) => t + DAY)
  const windows = replayWindows(born, known, y)!
  const input = { windows, labelled: { nodes, y }, known, born, capacity: 1 }

  it('never sees a label from after the moment, nor an account from before', async () => {
    await replay(
      input,
      async ({ train, target, from, to }) => {
        expect(Math.max(...train.nodes.map((u) => known[u]))).toBeLessThan(from)
        for (const u of target) {
          expect(born[u]).toBeGreaterThanOrEqual(from)
          expect(born[u]).toBeLessThan(to)
        }
        return { scores: new Float32Array(target.length), threshold: 0 }
      },
      freePace(),
    )
  })

  it('counts what a perfect scorer within its capacity would have caught and missed', async () => {
    const { steps } = await replay(
      input,
      async ({ target }) => ({ scores: Float32Array.from(target, (u) => y[u]), threshold: 0.5 }),
      freePace(),
    )
    for (const step of steps) {
      expect(step.flagged).toBe(7)
      expect(step.caught).toBe(7)
      expect(step.falseAlarms).toBe(0)
      expect(step.caught + step.missed).toBeGreaterThan(14)
    }
    const wide = await replay(
      { ...input, capacity: 100 },
      async ({ target }) => ({ scores: Float32Array.from(target, (u) => y[u]), threshold: 0.5 }),
      freePace(),
    )
    expect(wide.steps.every((s) => s.missed === 0 && s.falseAlarms === 0)).toBe(true)
  })

  it('counts false alarms of a scorer that guesses, and nobody without a label', async () => {
    const random = new Random(1)
    const few = { nodes: nodes.filter((u) => u % 8 < 5), y: y.filter((_v, u) => u % 8 < 5) }
    const { steps } = await replay(
      { ...input, labelled: few, known: known.filter((_v, u) => u % 8 < 5), capacity: 5 },
      async ({ target }) => ({ scores: Float32Array.from(target, () => random.next()), threshold: 0 }),
      freePace(),
    )
    const sum = (key: 'flagged' | 'caught' | 'falseAlarms') => steps.reduce((a, s) => a + s[key], 0)
    expect(sum('falseAlarms')).toBeGreaterThan(sum('caught'))
    expect(sum('falseAlarms') + sum('caught')).toBeLessThan(sum('flagged'))
  })

  it('hears a cancel between steps', async () => {
    const abort = new AbortController()
    const running = replay(
      input,
      async ({ target }) => {
        abort.abort()
        return { scores: new Float32Array(target.length), threshold: 0 }
      },
      createPace(abort.signal),
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  })
})

it('bestThreshold flags where F1 is best', () => {
  expect(bestThreshold(Uint8Array.of(1, 1, 0, 1, 0), Float32Array.of(5, 4, 3, 2, 1))).toBe(2)
  expect(bestThreshold(Uint8Array.of(1, 1, 0, 0, 0), Float32Array.of(5, 4, 3, 2, 1))).toBe(4)
  expect(bestThreshold(Uint8Array.of(1, 1), Float32Array.of(1, 2))).toBe(0.5)
})
