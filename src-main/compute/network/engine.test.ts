import { describe, expect, it } from 'vitest'
import { Random } from '../communities/random.ts'
import { instantiate } from '../kernels/wasm.ts'
import { HeadEngine } from './engine.ts'
import type { Kernels } from './kernels.ts'
import { wasm } from './network.wasm.ts'
import { headShape, initialParameters } from './shape.ts'
import { plainLoss, plainMargin } from './testing.ts'

const ROWS = 13
const ENDS = [3, 4, 9, 10]

/** A head whose every part matters: gates that differ, biases and scales away from 0 and 1, weighted rows. */
function made(seed = 5) {
  const random = new Random(seed)
  const shape = headShape(10, ENDS.length, 12, 7)
  const engine = new HeadEngine(shape, ENDS, ROWS, ROWS)
  const parameters = initialParameters(shape, 0.3, random)
  const { gate, gateBias, bias, gamma, beta, denseBias } = engine.parts
  for (const [part, size] of [
    [gate, shape.inputs],
    [gateBias, shape.channels],
    [bias, shape.hidden],
    [gamma, shape.hidden],
    [beta, shape.hidden],
    [denseBias, shape.dense],
  ] as const)
    for (let i = 0; i < size; i++) parameters[part.at + i] += random.next() - 0.5
  engine.restart(parameters, [1, 2, 3, 4])
  for (let i = 0; i < ROWS; i++) {
    for (let j = 0; j < 10; j++) engine.x[i * shape.columns + j] = 3 * (random.next() - 0.5)
    engine.targets[i] = [0, 1, 0.05, 0.95][i % 4]
    engine.weights[i] = 0.5 + random.next()
  }
  const row = (i: number) => engine.x.subarray(i * shape.columns, i * shape.columns + 10)
  return { engine, shape, parameters, row, random }
}
const ALL = Uint32Array.from({ length: ROWS }, (_, i) => i)

describe('HeadEngine', () => {
  it('computes the margin that its definition gives', () => {
    const { engine, shape, parameters, row } = made()
    engine.forward(2, ROWS)
    for (let i = 2; i < ROWS; i++)
      expect(engine.margins[i - 2]).toBeCloseTo(plainMargin(shape, engine.parts, ENDS, parameters, row(i)), 5)
    engine.forwardRows(Uint32Array.of(7, 3, 7))
    expect(engine.margins[0]).toBe(engine.margins[2])
    expect(engine.margins[1]).toBeCloseTo(plainMargin(shape, engine.parts, ENDS, parameters, row(3)), 5)
  })

  it('computes the gradients that finite differences of the definition give, for every parameter', () => {
    const { engine, shape, parameters, row } = made()
    const used = Uint32Array.of(0, 1, 2, 3, 5, 8, 9, 11, 12)
    const loss = (p: Float64Array) =>
      plainLoss(
        Array.from(used, (i) => plainMargin(shape, engine.parts, ENDS, p, row(i))),
        Array.from(used, (i) => engine.targets[i]),
        Array.from(used, (i) => engine.weights[i]),
      )
    const base = Float64Array.from(parameters)
    expect(engine.lossAndGradients(used)).toBeCloseTo(loss(base), 5)
    let largest = 0
    for (let k = 0; k < base.length; k++) {
      const step = 1e-6
      base[k] += step
      const up = loss(base)
      base[k] -= 2 * step
      const down = loss(base)
      base[k] += step
      const want = (up - down) / (2 * step)
      largest = Math.max(largest, Math.abs(want))
      expect(Math.abs(engine.gradients[k] - want), `parameter ${k}`).toBeLessThan(
        2e-5 + 1e-3 * Math.abs(want),
      )
    }
    expect(largest).toBeGreaterThan(0.05)
  })

  it('computes the margin by each input', () => {
    const { engine, shape, parameters, row } = made(6)
    engine.marginGradients(0, ROWS)
    for (let i = 0; i < ROWS; i++) {
      const x = Float64Array.from(row(i))
      for (let j = 0; j < 10; j++) {
        const at = (d: number) => plainMargin(shape, engine.parts, ENDS, parameters, x.with(j, x[j] + d))
        const want = (at(1e-6) - at(-1e-6)) / 2e-6
        expect(Math.abs(engine.inputGradients[i * shape.columns + j] - want)).toBeLessThan(
          1e-4 + 1e-3 * Math.abs(want),
        )
      }
      expect(engine.margins[i]).toBeCloseTo(plainMargin(shape, engine.parts, ENDS, parameters, row(i)), 5)
    }
  })

  it('steps as AdamW does', () => {
    const { engine, parameters } = made()
    const want = Float64Array.from(parameters)
    const m = new Float64Array(want.length)
    const v = new Float64Array(want.length)
    for (let t = 1; t <= 5; t++) {
      engine.step(ALL, 0.01, 0.5, 0, 0)
      for (const part of Object.values(engine.parts)) {
        if (typeof part === 'number') continue
        for (let k = part.at; k < part.at + part.length; k++) {
          const g = engine.gradients[k]
          m[k] = 0.9 * m[k] + 0.1 * g
          v[k] = 0.999 * v[k] + 0.001 * g * g
          const hat = m[k] / (1 - 0.9 ** t) / (Math.sqrt(v[k] / (1 - 0.999 ** t)) + 1e-8)
          want[k] -= 0.01 * (hat + (part.decays ? 0.5 : 0) * want[k])
        }
      }
    }
    for (let k = 0; k < want.length; k++) expect(Math.abs(engine.parameters[k] - want[k])).toBeLessThan(2e-4)
    const moved = want.filter((value, k) => Math.abs(value - parameters[k]) > 0.01).length
    expect(moved).toBeGreaterThan(want.length / 2)
  })

  it('with dropout, has the gradient of the very network that it dropped to', () => {
    const a = made()
    const b = made()
    a.engine.restart(a.parameters, [9, 8, 7, 5])
    b.engine.restart(b.parameters, [9, 8, 7, 5])
    const first = a.engine.lossAndGradients(ALL, 0.4, 0.2)
    expect(b.engine.lossAndGradients(ALL, 0.4, 0.2)).toBe(first)
    expect(a.engine.gradients).toEqual(b.engine.gradients)
    const gradient = a.engine.gradients.slice()
    // Along the gradient the loss of the same masks falls as the gradient says.
    const step = 1e-3
    const square = gradient.reduce((sum, g) => sum + g * g, 0)
    const at = (sign: number) => {
      a.engine.restart(
        a.parameters.map((p, k) => p - sign * step * gradient[k]),
        [9, 8, 7, 5],
      )
      return a.engine.lossAndGradients(ALL, 0.4, 0.2)
    }
    expect((at(-1) - at(1)) / (2 * step * square)).toBeCloseTo(1, 1)
    expect(a.engine.lossAndGradients(ALL, 0.4, 0.2)).not.toBe(first)
  })
})

describe('the kernels', () => {
  const BYTES = 1 << 20
  const { exports, memory } = instantiate<Kernels>(wasm, BYTES)
  const floats = (at: number, count: number) => new Float32Array(memory.buffer, at, count)

  it('multiply any shapes, plain and transposed, set and added', () => {
    const random = new Random(3)
    for (const [m, n, k] of [
      [1, 4, 1],
      [4, 8, 3],
      [7, 12, 5],
      [9, 20, 17],
      [3, 36, 2],
      [16, 64, 33],
    ])
      for (const across of [false, true])
        for (const add of [0, 1]) {
          const [pa, pb, pc] = [65_536, 131_072, 262_144]
          const a = floats(pa, m * k).map(() => random.next() - 0.5)
          const b = floats(pb, k * n).map(() => random.next() - 0.5)
          const c = floats(pc, m * n).map(() => random.next() - 0.5)
          floats(pa, m * k).set(a)
          floats(pb, k * n).set(b)
          floats(pc, m * n).set(c)
          exports.product(m, n, k, pa, across ? 4 : k * 4, across ? m * 4 : 4, pb, n * 4, pc, n * 4, add)
          const got = floats(pc, m * n)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let want = add ? c[i * n + j] : 0
              for (let l = 0; l < k; l++) want += a[across ? l * m + i : i * k + l] * b[l * n + j]
              expect(got[i * n + j]).toBeCloseTo(want, 5)
            }
        }
  })

  it('drop the share that was asked for and keep the sum', () => {
    const count = 40_000
    for (const share of [0.1, 0.5, 0.9]) {
      exports.seedDropout(11, 22, 33, 44)
      const x = floats(65_536, count).fill(1)
      exports.dropValues(count, 65_536, Math.round(share * 2 ** 31), 1 / (1 - share))
      const zeros = x.reduce((n, v) => n + (v === 0 ? 1 : 0), 0)
      expect(Math.abs(zeros / count - share)).toBeLessThan(0.01)
      for (const v of x) expect(v === 0 || Math.abs(v - 1 / (1 - share)) < 1e-5).toBe(true)
    }
  })
})
