import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { pageRank } from './pagerank.ts'
import { pushPageRank } from './push.ts'
import { csrOf, dense, graphs, star } from './testing/graphs.ts'

const pace = freePace()
const sum = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0)

/** Power iteration on the dense matrix until nothing changes; a walk without edges goes back to the start. */
function byPower(csr: Csr, damping: number, start: readonly number[]): number[] {
  const w = dense(csr)
  const s = w.map(sum)
  const v = start.map((x) => x / sum(start))
  let x = [...v]
  for (let k = 0; k < 2000; k++) {
    let stuck = 0
    for (let u = 0; u < csr.n; u++) if (s[u] === 0) stuck += x[u]
    const next = v.map((share) => (1 - damping + damping * stuck) * share)
    for (let u = 0; u < csr.n; u++)
      for (let t = 0; t < csr.n; t++) if (w[u][t] > 0) next[t] += (damping * x[u] * w[u][t]) / s[u]
    const change = next.reduce((c, value, u) => c + Math.abs(value - x[u]), 0)
    x = next
    if (change < 1e-16) break
  }
  return x
}

const cases = fc.record({
  csr: graphs(12),
  damping: fc.constantFrom(0, 0.3, 0.85, 0.97),
  start: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
})
const startFor = (csr: Csr, start: readonly number[]) => {
  const cut = start.slice(0, csr.n)
  return sum(cut) > 0 ? cut : cut.map(() => 1)
}

describe('pageRank', () => {
  it('is the fixed point that power iteration finds, within its tolerance', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ csr, damping, start }) => {
        const from = startFor(csr, start)
        const want = byPower(csr, damping, from)
        for (const tolerance of [1e-4, 1e-11]) {
          const got = await pageRank(csr, { damping, tolerance, start: from }, pace)
          const distance = got.reduce((d, value, u) => d + Math.abs(value - want[u]), 0)
          expect(distance).toBeLessThanOrEqual(tolerance + 1e-12)
        }
        const everywhere = await pageRank(csr, { damping, tolerance: 1e-11 }, pace)
        byPower(
          csr,
          damping,
          Array.from({ length: csr.n }, () => 1),
        ).forEach((value, u) => expect(Math.abs(everywhere[u] - value)).toBeLessThan(2e-11))
      }),
      { numRuns: 150, seed: 2 },
    ))

  it('of a hub with 100,000 neighbours is what a page of algebra says', async () => {
    const n = 100_001
    const rank = await pageRank(star(n), { tolerance: 1e-10 }, pace)
    // hub = .15/n + .85 × (1 − hub)
    const hub = (0.15 / n + 0.85) / 1.85
    expect(Math.abs(rank[0] - hub)).toBeLessThan(1e-10)
    expect(rank[77]).toBeCloseTo((1 - hub) / (n - 1), 12)
  })

  it('of nothing, of isolated nodes, and of a start on one of those', async () => {
    expect(await pageRank(csrOf(0, []), {}, pace)).toEqual(new Float64Array(0))
    for (const value of await pageRank(csrOf(4, []), {}, pace)) expect(value).toBeCloseTo(0.25, 14)
    const apart = csrOf(3, [[0, 1, 1]])
    expect([...(await pageRank(apart, { start: [0, 0, 1] }, pace))]).toEqual([0, 0, 1])
  })

  it('refuses what has no answer, and stops when cancelled', async () => {
    const csr = star(4)
    for (const options of [
      { damping: 1 },
      { damping: -0.1 },
      { tolerance: 0 },
      { start: [0, 0, 0, 0] },
      { start: [1, -1, 0, 0] },
    ])
      await expect(pageRank(csr, options, pace)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(pageRank(csr, { start: [1] }, pace)).rejects.toThrow(/4 nodes/)
    // A start that is one node leaves something to solve; one step is not enough for it.
    await expect(
      pageRank(star(9), { start: [0, 1, 0, 0, 0, 0, 0, 0, 0], maxSteps: 0 }, pace),
    ).rejects.toThrow(/settle/)
    const controller = new AbortController()
    controller.abort()
    await expect(pageRank(csr, {}, createPace(controller.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('pushPageRank', () => {
  it('is never above the exact value, and below it by at most epsilon × strength', () =>
    fc.assert(
      fc.asyncProperty(
        cases,
        fc.constantFrom(0.3, 0.01, 1e-5),
        fc.constantFrom(0.1, 0.5, 1),
        async ({ csr, start }, epsilon, alpha) => {
          const from = startFor(csr, start)
          const want = byPower(csr, 1 - alpha, from)
          const seeds = from.map((weight, node) => ({ node, weight }))
          const got = await pushPageRank(csr, seeds, { alpha, epsilon }, pace)
          const value = new Float64Array(csr.n)
          got.nodes.forEach((u, i) => (value[u] = got.values[i]))
          const strength = dense(csr).map(sum)
          for (let u = 0; u < csr.n; u++) {
            expect(value[u]).toBeLessThanOrEqual(want[u] + 1e-12)
            expect(value[u]).toBeGreaterThanOrEqual(want[u] - epsilon * strength[u] - 1e-12)
          }
          expect([...got.nodes]).toEqual([...got.nodes].sort((a, b) => a - b))
          expect(got.values.every((v) => v > 0)).toBe(true)
          expect(sum(got.values) + got.residual).toBeCloseTo(1, 10)
        },
      ),
      { numRuns: 200, seed: 4 },
    ))

  it('stays near its seed in a large graph', async () => {
    // A ring of 300,000 accounts.
    const n = 300_000
    const ring: Csr = {
      n,
      offsets: Uint32Array.from({ length: n + 1 }, (_, u) => 2 * u),
      targets: new Uint32Array(2 * n),
      weights: new Float32Array(2 * n).fill(1),
    }
    for (let u = 0; u < n; u++) {
      const [a, b] = [(u + n - 1) % n, (u + 1) % n]
      ring.targets[2 * u] = Math.min(a, b)
      ring.targets[2 * u + 1] = Math.max(a, b)
    }
    const got = await pushPageRank(ring, [{ node: 5, weight: 2 }], { alpha: 0.15, epsilon: 1e-6 }, pace)
    expect(got.nodes.length).toBeLessThan(200)
    expect(got.values[[...got.nodes].indexOf(5)]).toBe(Math.max(...got.values))
    // The bound on work: every push takes at least epsilon × strength × alpha off what is left.
    expect(got.pushes).toBeLessThan(1 / (0.15 * 1e-6 * 2))
  })

  it('refuses impossible seeds and options', async () => {
    const csr = star(4)
    const options = { alpha: 0.15, epsilon: 1e-4 }
    for (const seeds of [[], [{ node: 4, weight: 1 }], [{ node: 0, weight: 0 }], [{ node: 0, weight: -1 }]])
      await expect(pushPageRank(csr, seeds, options, pace)).rejects.toMatchObject({ code: 'invalid_input' })
    const seeds = [{ node: 0, weight: 1 }]
    for (const wrong of [
      { alpha: 0, epsilon: 1 },
      { alpha: 0.1, epsilon: 0 },
    ])
      await expect(pushPageRank(csr, seeds, wrong, pace)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
