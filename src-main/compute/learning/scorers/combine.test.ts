import { describe, expect, it } from 'vitest'
import { Random } from '../../communities/random.ts'
import { auroc } from '../evaluate/metrics.ts'
import { sigmoid } from './calibration.ts'
import { combine, leanStack, stack, type Candidate } from './combine.ts'

/** Two independent signals, and candidates that see one, the other, or nothing. */
function world(n: number, seed: number) {
  const random = new Random(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const a = Float64Array.from({ length: n }, normal)
  const b = Float64Array.from({ length: n }, normal)
  const y = Uint8Array.from(a, (v, i) => (random.next() < sigmoid(1.5 * v + 1.5 * b[i] - 1) ? 1 : 0))
  const noise = Float64Array.from({ length: n }, normal)
  return { a, b, y, noise }
}
const candidate = (id: string, own: boolean, margins: Float64Array): Candidate => ({ id, own, margins })

describe('stack', () => {
  it('finds the weights that labels were drawn by, and none for noise', () => {
    const { a, b, y, noise } = world(8000, 1)
    const made = stack(
      [candidate('a', true, a), candidate('b', false, b), candidate('noise', false, noise)],
      y,
    )
    expect(made.coefficients[0]).toBeCloseTo(1.5, 0)
    expect(made.coefficients[1]).toBeCloseTo(1.5, 0)
    expect(made.coefficients[2]).toBeLessThan(0.1)
    expect(made.intercept).toBeCloseTo(-1, 0)
    expect(auroc(y, made.z)).toBeGreaterThan(Math.max(auroc(y, a), auroc(y, b)))
  })

  it('never gives a negative weight', () => {
    const { a, b, y } = world(2000, 2)
    const made = stack(
      [
        candidate('a', true, a),
        candidate(
          'wrong way',
          false,
          b.map((v) => -v),
        ),
      ],
      y,
    )
    expect(made.coefficients[1]).toBe(0)
  })

  it('stays nearer to equal weights with few labels', () => {
    const apart = (n: number) => {
      const { a, y, noise } = world(n, 3)
      const { coefficients } = stack([candidate('a', true, a), candidate('noise', false, noise)], y)
      return Math.abs(coefficients[0] - 0.5)
    }
    expect(apart(40)).toBeLessThan(apart(4000))
  })
})

describe('leanStack', () => {
  it('leaves out what has next to no share, and ranks as well', () => {
    const { a, b, y, noise } = world(8000, 7)
    const all = [candidate('a', true, a), candidate('b', false, b), candidate('noise', false, noise)]
    const made = leanStack(all, y)
    expect(made.coefficients[2]).toBe(0)
    expect(Math.abs(auroc(y, made.z) - auroc(y, stack(all, y).z))).toBeLessThan(0.002)
    made.z.forEach((z, i) => {
      const sum = made.intercept + made.coefficients[0] * a[i] + made.coefficients[1] * b[i]
      expect(Math.abs(z - sum)).toBeLessThan(1e-9)
    })
  })
})

describe('combine', () => {
  it('leaves members that look at the graph out where they bring nothing', () => {
    const { a, y, noise } = world(1500, 4)
    const made = combine([candidate('own', true, a), candidate('graph', false, noise)], y, 1)
    expect(made.graphHelps).toBe(false)
    expect(made.coefficients[1]).toBe(0)
    expect(made.coefficients[0]).toBeGreaterThan(0)
  })

  it('keeps them where they do', () => {
    const { a, b, y } = world(1500, 5)
    const made = combine([candidate('own', true, a), candidate('graph', false, b)], y, 1)
    expect(made.graphHelps).toBe(true)
    expect(made.coefficients.every((w) => w > 0)).toBe(true)
  })

  it('does not compare where there is nothing to compare with', () => {
    const { a, y } = world(200, 6)
    expect(combine([candidate('graph', false, a)], y, 1).graphHelps).toBeNull()
  })
})
