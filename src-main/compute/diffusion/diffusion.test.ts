import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { betaWavelet, lazyStep, powers, residual } from './filters.ts'
import { addRow, multiply, neighbourMax } from './multiply.ts'
import { columnNormalised, rowNormalised, symmetric } from './operator.ts'
import { propagate } from './propagate.ts'

type Matrix = number[][]
const pace = freePace()

/** A graph as the dense matrix of its weights. */
function toCsr(w: Matrix): Csr {
  const n = w.length
  const offsets = new Uint32Array(n + 1)
  const targets: number[] = []
  const weights: number[] = []
  for (let u = 0; u < n; u++) {
    for (let v = 0; v < n; v++)
      if (w[u][v] > 0) {
        targets.push(v)
        weights.push(w[u][v])
      }
    offsets[u + 1] = targets.length
  }
  return { n, offsets, targets: Uint32Array.from(targets), weights: Float32Array.from(weights) }
}
const degree = (w: Matrix) => w.map((row) => row.reduce((s, v) => s + v, 0))
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, c) => row.reduce((s, v, k) => s + v * b[k][c], 0)))
const combine = (a: Matrix, b: Matrix, f: (x: number, y: number, row: number) => number): Matrix =>
  a.map((row, u) => row.map((v, c) => f(v, b[u][c], u)))
const rowP = (w: Matrix): Matrix => {
  const d = degree(w)
  return w.map((row, u) => row.map((v) => (d[u] ? v / d[u] : 0)))
}
const symS = (w: Matrix): Matrix => {
  const d = degree(w)
  return w.map((row, u) => row.map((v, k) => (v ? v / Math.sqrt(d[u] * d[k]) : 0)))
}
const flat = (m: Matrix) => Float32Array.from(m.flat())
function near(got: ArrayLike<number>, want: Matrix, tolerance = 2e-5): void {
  const expected = want.flat()
  expect(got.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(got[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])))
}

/** Symmetric weights without loops; some nodes may have no edges. Signals of up to 19 channels. */
const cases = fc
  .record({ n: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 19 }) })
  .chain(({ n, width }) =>
    fc.record({
      w: fc
        .array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })), {
          minLength: n * n,
          maxLength: n * n,
        })
        .map((values) => {
          const w = Array.from({ length: n }, () => Array.from({ length: n }, () => 0))
          for (let u = 0; u < n; u++)
            for (let v = u + 1; v < n; v++) w[u][v] = w[v][u] = values[u * n + v] / 8
          return w
        }),
      x: fc.array(
        fc.array(
          fc.integer({ min: -64, max: 64 }).map((v) => v / 16),
          { minLength: width, maxLength: width },
        ),
        {
          minLength: n,
          maxLength: n,
        },
      ),
    }),
  )
const check = (body: (w: Matrix, x: Matrix) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(cases, ({ w, x }) => body(w, x)),
    { numRuns: 60, seed: 7 },
  )

describe('kernels against dense references', () => {
  it('multiplies by P, Pᵀ and S', () =>
    check(async (w, x) => {
      const csr = toCsr(w)
      const width = x[0].length
      near(await multiply(rowNormalised(csr), flat(x), width, pace), times(rowP(w), x))
      near(await multiply(symmetric(csr), flat(x), width, pace), times(symS(w), x))
      const transposed = rowP(w).map((_, u) => rowP(w).map((row) => row[u]))
      near(await multiply(columnNormalised(csr), flat(x), width, pace), times(transposed, x))
    }))

  it('computes one row as the whole product does', () =>
    check(async (w, x) => {
      const p = rowNormalised(toCsr(w))
      const width = x[0].length
      const whole = await multiply(p, flat(x), width, pace)
      for (let u = 0; u < w.length; u++) {
        const row = new Float64Array(width)
        addRow(p, flat(x), width, u, row, 2)
        near(row, [[...whole.subarray(u * width, (u + 1) * width)].map((v) => 2 * v)])
      }
    }))

  it('takes powers, lazy steps and residuals', () =>
    check(async (w, x) => {
      const p = rowNormalised(toCsr(w))
      const width = x[0].length
      const px = times(rowP(w), x)
      const ppx = times(rowP(w), px)
      const got = await powers(p, flat(x), width, 2, pace)
      near(got[0], x)
      near(got[1], px)
      near(got[2], ppx)
      const alone = degree(w).map((d) => d === 0)
      near(
        await lazyStep(p, flat(x), width, 0.25, pace),
        combine(x, px, (a, b, u) => (alone[u] ? a : 0.25 * a + 0.75 * b)),
      )
      near(
        await residual(p, flat(x), width, pace),
        combine(x, px, (a, b, u) => (alone[u] ? 0 : a - b)),
      )
    }))

  it('computes Beta wavelets, which add up to (C + 1)/2 of the signal', () =>
    check(async (w, x) => {
      const s = symmetric(toCsr(w))
      const width = x[0].length
      const alone = degree(w).map((d) => d === 0)
      const half = (m: Matrix, sign: number) =>
        combine(m, times(symS(w), m), (a, b, u) => (alone[u] ? (sign < 0 ? 0 : a) : (a + sign * b) / 2))
      // 1/(2 B(2, 2)) = 3, 1/(2 B(2, 3)) = 6
      near(
        await betaWavelet(s, flat(x), width, 1, 1, pace),
        half(half(x, -1), 1).map((r) => r.map((v) => 3 * v)),
      )
      near(
        await betaWavelet(s, flat(x), width, 1, 2, pace),
        half(half(half(x, -1), 1), 1).map((r) => r.map((v) => 6 * v)),
      )
      const sum = new Float64Array(w.length * width)
      for (let p = 0; p <= 3; p++) {
        const part = await betaWavelet(s, flat(x), width, p, 3 - p, pace)
        part.forEach((v, i) => (sum[i] += v))
      }
      near(
        sum,
        x.map((row) => row.map((v) => 2 * v)),
        1e-4,
      )
    }))

  it('takes the maximum over neighbours', () =>
    check(async (w, x) => {
      const width = x[0].length
      const got = await neighbourMax(toCsr(w), flat(x), width, pace)
      for (let u = 0; u < w.length; u++)
        for (let c = 0; c < width; c++) {
          const around = x.filter((_, v) => w[u][v] > 0).map((row) => row[c])
          expect(got[u * width + c]).toBe(around.length ? Math.max(...around) : NaN)
        }
    }))

  it('propagates with restarts', () =>
    check(async (w, x) => {
      const width = x[0].length
      let z = x
      for (let k = 0; k < 3; k++) z = combine(times(rowP(w), z), x, (a, b) => 0.9 * a + 0.1 * b)
      const p = rowNormalised(toCsr(w))
      near(await propagate(p, flat(x), width, { restart: 0.1, steps: 3 }, pace), z)
    }))
})

describe('limits', () => {
  const pair = toCsr([
    [0, 1],
    [1, 0],
  ])

  it('keeps a constant signal constant under P, on hubs too', async () => {
    const n = 20_000
    const w: Csr = {
      n,
      offsets: Uint32Array.from({ length: n + 1 }, (_, u) => (u === 0 ? 0 : n - 2 + u)),
      targets: Uint32Array.from({ length: 2 * (n - 1) }, (_, e) => (e < n - 1 ? e + 1 : 0)),
      weights: new Float32Array(2 * (n - 1)).fill(0.1),
    }
    const out = await multiply(rowNormalised(w), new Float32Array(n).fill(1), 1, pace)
    for (const v of out) expect(Math.abs(v - 1)).toBeLessThan(1e-6)
  })

  it('refuses wrong shapes', async () => {
    const p = rowNormalised(pair)
    await expect(multiply(p, new Float32Array(3), 1, pace)).rejects.toThrow(/not 2 × 1/)
    const x = new Float32Array(2)
    await expect(multiply(p, x, 1, pace, x)).rejects.toThrow(/overwrite/)
  })

  it('stops when cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    const stopped = createPace(controller.signal)
    await expect(multiply(rowNormalised(pair), new Float32Array(2), 1, stopped)).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
