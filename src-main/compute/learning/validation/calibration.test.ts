import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../../communities/random.ts'
import { stratifiedFolds } from './folds.ts'
import { calibrate } from './calibration.ts'
import { estimatePrior, fitIsotonic, fitPlatt, poolAdjacent, shiftPrior } from './calibrators.ts'
import { normal } from './test-world.ts'

/** Scores with true log-odds z; `sharpen` 1 is honest, 3 far too sure, .3 too timid. */
function scored(n: number, sharpen: number, seed = 1) {
  const random = new Random(seed)
  const z = Float64Array.from({ length: n }, () => 1.5 * normal(random) - 0.8)
  const y = Uint8Array.from(z, (v) => (random.next() < 1 / (1 + Math.exp(-v)) ? 1 : 0))
  const scores = Float32Array.from(z, (v) => 1 / (1 + Math.exp(-sharpen * v)))
  return {
    y,
    scores,
    fold: stratifiedFolds(y, 5, 2),
    folds: 5,
    unlabelled: new Float32Array(0),
    prior: null,
    seed: 1,
  }
}

describe('calibrate', () => {
  it('finds nothing to mend in honest probabilities', () => {
    const found = calibrate(scored(2000, 1))
    expect(found.report.before.ece).toBeLessThan(0.05)
    expect(found.report.after.ece).toBeLessThan(0.05)
    expect(found.report.after.brier).toBeLessThan(found.report.reference)
    expect(found.report.before.ece).toBeLessThan(1.2 * found.eceByChance.before)
  })

  it('sees and repairs overconfidence', () => {
    const found = calibrate(scored(2000, 4))
    expect(found.report.before.ece).toBeGreaterThan(0.08)
    expect(found.report.before.ece).toBeGreaterThan(2 * found.eceByChance.before)
    expect(found.tilt.above).toBeGreaterThan(0.03)
    expect(found.tilt.below).toBeLessThan(-0.03)
    expect(found.report.after.ece).toBeLessThan(0.04)
    expect(found.report.after.brier).toBeLessThan(found.report.before.brier)
  })

  it('says how much of the error so few labels explain', () => {
    const few = calibrate(scored(150, 1))
    expect(few.report.before.bins.length).toBeLessThanOrEqual(4)
    expect(few.report.before.ece).toBeLessThan(few.eceByChance.before)
    expect(few.eceByChance.before).toBeGreaterThan(3 * calibrate(scored(6000, 1)).eceByChance.before)
  })

  it('sees timid scores lean the other way', () => {
    const { tilt } = calibrate(scored(2000, 0.3))
    expect(tilt.above).toBeLessThan(0)
    expect(tilt.below).toBeGreaterThan(0)
  })

  it('does not see skill in scores without any: calibrated values are judged on folds that they were not fitted on', () => {
    const random = new Random(3)
    const input = scored(400, 1)
    const found = calibrate({ ...input, scores: Float32Array.from(input.y, () => random.next()) })
    expect(found.report.after.brier).toBeGreaterThan(found.report.reference - 0.003)
  })

  it('estimates the bad rate among accounts without a label', () => {
    const input = scored(3000, 1)
    const random = new Random(5)
    // A population in which a tenth of the malicious accounts remain.
    const kept = [...input.y.keys()].filter((i) => input.y[i] === 0 || random.next() < 0.1)
    const unlabelled = Float32Array.from(kept, (i) => input.scores[i])
    const truth = kept.filter((i) => input.y[i] === 1).length / kept.length
    const found = calibrate({ ...input, unlabelled })
    expect(found.priorFrom).toBe('estimated')
    expect(Math.abs(found.report.prior - truth)).toBeLessThan(0.03)
    expect(calibrate({ ...input, unlabelled, prior: 0.01 }).report.prior).toBe(0.01)
  })
})

describe('isotonic regression', () => {
  it('pools as the min-max formula says (Robertson, Wright & Dykstra 1988)', () => {
    const points = fc.array(fc.record({ s: fc.integer({ min: 0, max: 8 }), y: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(points, (all) => {
        const y = Uint8Array.from(all, (p) => Number(p.y))
        const s = Float64Array.from(all, (p) => p.s)
        const pools = poolAdjacent(y, s)
        const levels = [...new Set(s)].sort((a, b) => a - b)
        const mean = (from: number, to: number) => {
          const inside = [...s.keys()].filter((i) => s[i] >= from && s[i] <= to)
          return inside.reduce((sum, i) => sum + y[i], 0) / inside.length
        }
        for (const level of levels) {
          const starts = levels.filter((l) => l <= level)
          const ends = levels.filter((l) => l >= level)
          const expected = Math.max(...starts.map((from) => Math.min(...ends.map((to) => mean(from, to)))))
          const pool = pools.find((p) => p.from <= level && level <= p.to)!
          expect(pool.bad / pool.count).toBeCloseTo(expected, 12)
        }
        expect(pools.reduce((sum, p) => sum + p.count, 0)).toBe(y.length)
      }),
    )
  })

  it('gives the steps of a known example', () => {
    const many = 200
    const y: number[] = []
    const s: number[] = []
    for (const [score, rate] of [
      [1, 0.1],
      [2, 0.4],
      [3, 0.2],
      [4, 0.9],
    ])
      for (let i = 0; i < many; i++) {
        s.push(score)
        y.push(i < rate * many ? 1 : 0)
      }
    const p = fitIsotonic(Uint8Array.from(y), s)
    expect(p.probability(1)).toBeCloseTo(0.1, 2)
    // 2 and 3 are out of order: one step at their mean, whose middle is 2.5.
    expect(p.probability(2.5)).toBeCloseTo(0.3, 2)
    expect(p.probability(4)).toBeCloseTo(0.9, 2)
    expect(p.probability(9)).toBe(p.probability(4))
  })
})

it('Platt gives everybody the base rate where scores rank the wrong way round', () => {
  const y = Uint8Array.from({ length: 100 }, (_, i) => (i < 30 ? 1 : 0))
  const p = fitPlatt(
    y,
    Float64Array.from({ length: 100 }, (_, i) => 0.1 + i / 200),
  )
  expect(p.probability(0.9)).toBeCloseTo(p.probability(0.1), 9)
  expect(p.probability(0.5)).toBeCloseTo(0.3, 1)
})

it('shifting a prior there and back changes nothing', () => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
  fc.assert(
    fc.property(share, share, share, (p, from, to) => {
      expect(shiftPrior(shiftPrior(p, from, to), to, from)).toBeCloseTo(p, 9)
    }),
  )
  expect(shiftPrior(0.5, 0.5, 0.1)).toBeCloseTo(0.1, 12)
})

it('the prior of the training population is estimated as itself', () => {
  const { scores, y } = scored(4000, 1)
  const prior = y.reduce((a, b) => a + b, 0) / y.length
  expect(Math.abs(estimatePrior(scores, prior) - prior)).toBeLessThan(0.02)
})
