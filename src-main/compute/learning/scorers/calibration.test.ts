import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../../communities/random.ts'
import { auroc, brier, ece } from '../evaluate/metrics.ts'
import { calibrate, calibrated, fitPlatt, ISOTONIC_LABELS, sigmoid } from './calibration.ts'

/** Log-odds z and labels drawn with probability truth(z). */
function world(n: number, seed: number, truth: (z: number) => number): { z: Float64Array; y: Uint8Array } {
  const random = new Random(seed)
  const z = Float64Array.from({ length: n }, () => 6 * random.next() - 4)
  return { z, y: Uint8Array.from(z, (v) => (random.next() < truth(v) ? 1 : 0)) }
}

describe('fitPlatt', () => {
  it('finds the line that labels were drawn by', () => {
    const { z, y } = world(20_000, 1, (v) => sigmoid(0.7 * v - 1))
    const { slope, intercept } = fitPlatt(z, y)
    expect(slope).toBeCloseTo(0.7, 1)
    expect(intercept).toBeCloseTo(-1, 1)
  })

  it('says the base rate where z ranks the wrong way round', () => {
    const { z, y } = world(2000, 2, (v) => sigmoid(-v))
    const { slope, intercept } = fitPlatt(z, y)
    expect(slope).toBe(0)
    const rate = y.reduce((s, v) => s + v, 0) / y.length
    expect(sigmoid(intercept)).toBeCloseTo(rate, 2)
  })
})

describe('calibrate', () => {
  it('bends where enough labels say so, and is closer to the truth than a line', () => {
    // Flat, then steep: no line in log-odds fits it.
    const truth = (v: number) => (v < 0 ? 0.05 : 0.05 + 0.9 * Math.min(1, v))
    const { z, y } = world(6000, 3, truth)
    const curve = calibrate(z, y)
    expect(curve.method).toBe('isotonic')
    const test = world(6000, 4, truth)
    const { slope, intercept } = fitPlatt(z, y)
    const bent = test.z.map((v) => calibrated(curve, v))
    const line = test.z.map((v) => sigmoid(slope * v + intercept))
    expect(brier(test.y, bent)).toBeLessThan(brier(test.y, line))
    expect(ece(test.y, bent)).toBeLessThan(0.03)
  })

  it('keeps to a line with few labels', () => {
    const { z, y } = world(ISOTONIC_LABELS, 5, (v) => sigmoid(v))
    expect(calibrate(z, y)).toMatchObject({ method: 'platt', knots: [], bends: [] })
  })

  it('never changes a ranking, and keeps the base rate', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 400, max: 1500 }), (seed, n) => {
        const { z, y } = world(n, seed, (v) => 0.5 + 0.4 * Math.sin(2 * v))
        const curve = calibrate(z, y)
        const p = z.map((v) => calibrated(curve, v))
        expect(auroc(y, p)).toBeCloseTo(auroc(y, z), 10)
        for (const v of p) expect(v > 0 && v < 1).toBe(true)
        const rate = y.reduce((s, v) => s + v, 0) / n
        expect(p.reduce((s, v) => s + v, 0) / n).toBeCloseTo(rate, 1)
      }),
      { numRuns: 30 },
    )
  })
})
