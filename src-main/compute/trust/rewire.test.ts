import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { membersOf } from './best-match.ts'
import { csrFromEdges } from './graphs.fixture.ts'
import { createPeeler } from './peel.ts'
import { rewire } from './rewire.ts'

const pace = freePace()
const degrees = (csr: { n: number; offsets: Uint32Array }) =>
  Array.from({ length: csr.n }, (_, u) => csr.offsets[u + 1] - csr.offsets[u])

const graphs = fc.integer({ min: 2, max: 24 }).chain((n) =>
  fc.tuple(
    fc.constant(n),
    fc.uniqueArray(
      fc.tuple(fc.nat(n - 1), fc.nat(n - 1)).filter(([u, v]) => u < v),
      { maxLength: 60, selector: ([u, v]) => u * n + v },
    ),
  ),
)

test('rewired graphs are simple, symmetric, keep weights and degrees but for what was lost', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(1000), async ([n, edges], seed) => {
      const csr = csrFromEdges(
        n,
        edges.map(([u, v], i) => [u, v, i + 1]),
      )
      const { csr: made, lost } = await rewire(csr, seed, pace)
      expect(made.targets.length / 2 + lost).toBe(edges.length)
      const before = degrees(csr)
      const missing = degrees(made).map((d, u) => before[u] - d)
      expect(Math.min(...missing)).toBeGreaterThanOrEqual(0)
      expect(missing.reduce((a, b) => a + b, 0)).toBe(2 * lost)
      const seen = new Map<string, number>()
      for (let u = 0; u < n; u++) {
        const row = [...made.targets.subarray(made.offsets[u], made.offsets[u + 1])]
        expect(row).toEqual([...new Set(row)].sort((a, b) => a - b))
        expect(row).not.toContain(u)
        row.forEach((v, k) => seen.set(`${u} ${v}`, made.weights[made.offsets[u] + k]))
      }
      for (const [pair, weight] of seen) expect(seen.get(pair.split(' ').reverse().join(' '))).toBe(weight)
      const weights = [...seen].filter(([pair]) => Number(pair.split(' ')[0]) < Number(pair.split(' ')[1]))
      const left = new Set(edges.map((_, i) => i + 1))
      for (const [, weight] of weights) expect(left.delete(weight)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('a sparse graph keeps every degree, and hardly any edge stays where it was', async () => {
  const n = 2000
  const edges: [number, number][] = []
  for (let u = 0; u < n; u++) for (const k of [1, 7, 31]) edges.push([u, (u + k) % n])
  const csr = csrFromEdges(n, edges)
  const { csr: made, lost } = await rewire(csr, 5, pace)
  expect(lost).toBe(0)
  expect(degrees(made)).toEqual(degrees(csr))
  const had = new Set(edges.flatMap(([u, v]) => [u * n + v, v * n + u]))
  let same = 0
  for (let u = 0; u < n; u++) {
    for (let e = made.offsets[u]; e < made.offsets[u + 1]; e++) if (had.has(u * n + made.targets[e])) same++
  }
  // Chance: 6/2000 of 12,000 entries = 36.
  expect(same).toBeLessThan(80)
  expect((await rewire(csr, 5, pace)).csr).toEqual(made)
  expect((await rewire(csr, 6, pace)).csr).not.toEqual(made)
})

test('peeling leaves the denser core at every size, and its last step is the community itself', async () => {
  await fc.assert(
    fc.property(graphs, ([n, edges]) => {
      const csr = csrFromEdges(n, edges)
      const members = membersOf(new Uint32Array(n), 1)
      const cores = createPeeler(csr, new Uint32Array(n), members)(0, n)
      expect(cores[n]).toBeCloseTo((2 * edges.length) / (n * (n - 1)), 6)
      // Removing a least member can only raise the mean pair weight: it has at most the mean strength.
      for (let s = 2; s < n; s++) expect(cores[s]).toBeGreaterThanOrEqual(cores[s + 1] - 1e-6)
    }),
    { numRuns: 100 },
  )
  const csr = csrFromEdges(6, [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
  ])
  const peel = createPeeler(csr, new Uint32Array(6), membersOf(new Uint32Array(6), 1))
  expect(peel(0, 6)[3]).toBe(1)
  expect(peel(0, 6)[3]).toBe(1) // the heap is empty again
})
