import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { multiply } from '../diffusion/multiply.ts'
import { rowNormalised, type Operator } from '../diffusion/operator.ts'
import { multiplyInWasm, powersInWasm } from './multiply.ts'
import { toSharedCsr } from './shared-csr.ts'
import { csrOf, graphs, star } from './testing/graphs.ts'
import { MAX_WASM_BYTES, instantiate, layout } from './wasm.ts'
import { wasm } from './kernels.wasm.ts'

const pace = freePace()

/** The definition: doubles, a row's entries in order, rounded once. */
function plain(a: Operator, x: Float32Array, width: number): Float32Array {
  const out = new Float32Array(x.length)
  for (let u = 0; u < a.n; u++)
    for (let c = 0; c < width; c++) {
      let sum = 0
      for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) sum += a.values[e] * x[a.targets[e] * width + c]
      out[u * width + c] = sum
    }
  return out
}
const signal = (length: number, salt = 1) =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin((i + 1) * 12.9898 * salt) * 43.7))

describe('multiplyInWasm', () => {
  it('gives the very bits of the plain loop, at any width', () =>
    fc.assert(
      fc.asyncProperty(graphs(20), fc.integer({ min: 1, max: 70 }), async (csr, width) => {
        const a = rowNormalised(csr)
        const x = signal(csr.n * width)
        const out = new Float32Array(x.length).fill(NaN)
        expect(await multiplyInWasm(a, x, width, out, pace)).toBe(true)
        expect(out).toEqual(plain(a, x, width))
      }),
      { numRuns: 150, seed: 14 },
    ))

  it('gives the same bits when the matrix has to go through some columns at a time', async () => {
    const a = rowNormalised(star(500))
    for (const width of [16, 37, 64, 70]) {
      const x = signal(500 * width)
      const want = plain(a, x, width)
      const matrix = a.offsets.byteLength + a.targets.byteLength + a.values.byteLength
      for (const columns of [16, 33, 50]) {
        const out = new Float32Array(x.length).fill(NaN)
        const room = matrix + 256 + 8 * 500 * columns
        expect(await multiplyInWasm(a, x, width, out, pace, room)).toBe(true)
        expect(out).toEqual(want)
      }
    }
    const out = new Float32Array(500 * 20).fill(7)
    expect(await multiplyInWasm(a, signal(500 * 20), 20, out, pace, 20_000)).toBe(false)
    expect(out.every((v) => v === 7)).toBe(true)
  })

  it('gives the same bits hop by hop and in one chain, or says that it does not fit', () =>
    fc.assert(
      fc.asyncProperty(graphs(20), fc.integer({ min: 1, max: 40 }), async (csr, width) => {
        const a = rowNormalised(csr)
        const x = signal(csr.n * width)
        let want: Float32Array = x
        const chain = (await powersInWasm(a, x, width, 4, pace))!
        expect(chain.length).toBe(4)
        for (const power of chain) {
          want = plain(a, want, width)
          expect(power).toEqual(want)
        }
        expect(await powersInWasm(a, x, width, 4, pace, 65_536 + 8 * csr.n * width)).toBe(null)
      }),
      { numRuns: 60, seed: 15 },
    ))

  it('keeps two products at once apart', async () => {
    // Checkpoints that always let others run.
    const slow = {
      ...pace,
      checkpoint: () => new Promise<void>((resolve) => setImmediate(resolve)),
    }
    const a = rowNormalised(star(300))
    const b = rowNormalised(csrOf(300, [[3, 4, 1] as const]))
    const [x, y] = [signal(300 * 24), signal(300 * 24, 3)]
    const [p, q] = [new Float32Array(x.length), new Float32Array(x.length)]
    await Promise.all([multiplyInWasm(a, x, 24, p, slow), multiplyInWasm(b, y, 24, q, slow)])
    expect(p).toEqual(plain(a, x, 24))
    expect(q).toEqual(plain(b, y, 24))
  })

  it('is what multiply uses for large products, with the bits of small ones', async () => {
    // 40,000 entries × 64: large enough; the same columns one by one go through JavaScript.
    const a = rowNormalised(star(20_001))
    const x = signal(a.n * 64)
    const whole = await multiply(a, x, 64, pace)
    for (const c of [0, 1, 17, 63]) {
      const column = Float32Array.from({ length: a.n }, (_, u) => x[u * 64 + c])
      const alone = await multiply(a, column, 1, pace)
      for (let u = 0; u < a.n; u += 97) expect(whole[u * 64 + c]).toBe(alone[u])
      expect(whole[c]).toBe(alone[0])
    }
  })

  it('reads shared memory, and stops when cancelled', async () => {
    const csr = toSharedCsr(star(50))
    const a = rowNormalised(csr)
    const out = new Float32Array(50 * 8)
    expect(await multiplyInWasm(a, signal(400), 8, out, pace)).toBe(true)
    expect(out).toEqual(plain(rowNormalised(star(50)), signal(400), 8))
    const controller = new AbortController()
    controller.abort()
    await expect(multiplyInWasm(a, signal(400), 8, out, createPace(controller.signal))).rejects.toMatchObject(
      { code: 'cancelled' },
    )
  })
})

describe('toSharedCsr', () => {
  it('copies a graph onto one shared buffer, once', () => {
    const csr = star(9)
    const shared = toSharedCsr(csr)
    expect(shared).toEqual(csr)
    expect(shared.offsets.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(shared.weights.buffer).toBe(shared.offsets.buffer)
    expect(toSharedCsr(shared)).toBe(shared)
    expect(toSharedCsr(csrOf(0, [])).n).toBe(0)
  })
})

describe('WebAssembly memory', () => {
  it('is laid out in aligned, separate places above the static data', () => {
    const plan = layout()
    const places = [1, 16, 17, 0].map((bytes) => plan.place(bytes))
    expect(places).toEqual([65_536, 65_552, 65_568, 65_600])
    expect(plan.end).toBe(65_600)
  })

  it('refuses what 32-bit addresses cannot reach', () => {
    expect(() => instantiate(wasm, MAX_WASM_BYTES + 1)).toThrow(/4096 MiB|4097 MiB/)
    expect(instantiate(wasm, 70_000).memory.buffer.byteLength).toBe(131_072)
  })
})
