import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { leiden } from '../communities/leiden.ts'
import { csrFromEdges } from './graphs.fixture.ts'
import { coreSizes, gradeOf, measureStability, type Rerun } from './stability.ts'

const pace = freePace()
const byLeiden: Rerun = async (csr, seed) => (await leiden(csr, { seed }, pace)).membership
const options = { seeds: 4, bootstraps: 6, dropped: 0.2, seed: 7 }

/** Two cliques of six joined by one edge, and a node that hangs between them by one edge each. */
function barbell() {
  const edges: [number, number][] = []
  for (const base of [0, 6]) {
    for (let i = 0; i < 6; i++) for (let j = i + 1; j < 6; j++) edges.push([base + i, base + j])
  }
  edges.push([0, 12], [6, 12])
  return csrFromEdges(13, edges)
}

test('cliques are stable and their members core; what hangs between them is fringe', async () => {
  const membership = Uint32Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0])
  const found = await measureStability({ combined: barbell() }, membership, 2, byLeiden, options, pace)
  expect(Math.min(...found.stability)).toBeGreaterThan(0.85)
  expect(Math.min(...found.confidence.subarray(0, 12))).toBe(1)
  expect(found.confidence[12]).toBeLessThan(0.75)
  expect([...coreSizes(membership, 2, found.confidence)]).toEqual([6, 6])
  expect(found.mean).toBeCloseTo((found.stability[0] * 7 + found.stability[1] * 6) / 13, 5)
  for (let c = 0; c < 2; c++) {
    expect(found.stability[c]).toBeCloseTo((found.bySeed[c] * 4 + found.byEdges[c] * 6) / 10, 5)
  }
})

test('communities that are not in the graph get a bad grade', async () => {
  const membership = Uint32Array.from([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2])
  const found = await measureStability({ combined: barbell() }, membership, 2, byLeiden, options, pace)
  expect([...found.stability].map(gradeOf)).toEqual(['D', 'D'])
})

test('a rerun that repeats the partition gives 1; one that finds nothing gives 0', async () => {
  const graph = { combined: barbell() }
  const membership = Uint32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 9, 9, 9, 9, 9])
  const same = await measureStability(graph, membership, 3, async () => membership.slice(), options, pace)
  expect([...same.stability]).toEqual([1, 1, 1])
  expect(same.mean).toBe(1)
  expect([...same.confidence]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
  const alone = async () => Uint32Array.from({ length: 13 }, (_, u) => u)
  const none = await measureStability(graph, membership, 3, alone, options, pace)
  expect([...none.stability]).toEqual([0, 0, 0])
  expect([...none.confidence]).toEqual(Array.from({ length: 13 }, () => 0))
})

test('a pair held by one edge comes back as often as the edge does, not half the time more', async () => {
  const csr = csrFromEdges(2, [[0, 1]])
  const kept: number[] = []
  const rerun: Rerun = async (graph) => {
    kept.push(graph.targets.length / 2)
    return graph.targets.length > 0 ? Uint32Array.of(0, 0) : Uint32Array.of(0, 1)
  }
  const found = await measureStability(
    { combined: csr },
    Uint32Array.of(0, 0),
    1,
    rerun,
    { seeds: 0, bootstraps: 200, dropped: 0.3, seed: 1 },
    pace,
  )
  const share = kept.reduce((sum, k) => sum + k, 0) / 200
  expect(share).toBeGreaterThan(0.6)
  expect(share).toBeLessThan(0.8)
  expect(found.byEdges[0]).toBeCloseTo(share, 5)
  expect(found.bySeed[0]).toBeNaN()
})

test('thinned graphs are symmetric, keep weights, and lose the share that was asked', async () => {
  const edges: [number, number, number][] = []
  for (let i = 0; i < 60; i++) for (let j = i + 1; j < 60; j++) edges.push([i, j, i + j / 100])
  const csr = csrFromEdges(60, edges)
  const shares: number[] = []
  const rerun: Rerun = async (graph) => {
    const weight = (u: number, v: number) => {
      for (let e = graph.offsets[u]; e < graph.offsets[u + 1]; e++) {
        if (graph.targets[e] === v) return graph.weights[e]
      }
      return 0
    }
    for (const [u, v, w] of edges) {
      expect(weight(u, v)).toBe(weight(v, u))
      expect([0, Math.fround(w)]).toContain(weight(u, v))
    }
    shares.push(graph.targets.length / csr.targets.length)
    return new Uint32Array(60)
  }
  await measureStability(
    { combined: csr },
    new Uint32Array(60),
    1,
    rerun,
    { seeds: 0, bootstraps: 5, dropped: 0.25, seed: 3 },
    pace,
  )
  // 1770 edges: three standard deviations are .031.
  for (const share of shares) expect(Math.abs(share - 0.75)).toBeLessThan(0.04)
  expect(new Set(shares).size).toBeGreaterThan(1)
})

test('the same seed gives the same result, another one another', async () => {
  const csr = barbell()
  const membership = (await leiden(csr, { seed: 1 }, pace)).membership
  const measure = (seed: number) =>
    measureStability({ combined: csr }, membership, 2, byLeiden, { ...options, seed }, pace)
  const first = await measure(1)
  expect(await measure(1)).toEqual(first)
  const others = await Promise.all([2, 3, 4].map(measure))
  expect(others.some((o) => o.confidence[12] !== first.confidence[12])).toBe(true)
})

describe('edges of the input', () => {
  test('no communities: empty results and no repetition is run', async () => {
    const never: Rerun = () => Promise.reject(new Error('not called'))
    const found = await measureStability(
      { combined: barbell() },
      new Uint32Array(13).fill(5),
      0,
      never,
      options,
      pace,
    )
    expect(found.stability).toHaveLength(0)
    expect(found.mean).toBeNaN()
    expect(Math.max(...found.confidence)).toBe(0)
  })

  test('no repetitions or a dropped share of 1 are refused', async () => {
    const measure = (change: object) =>
      measureStability(
        { combined: barbell() },
        new Uint32Array(13),
        1,
        byLeiden,
        { ...options, ...change },
        pace,
      )
    await expect(measure({ seeds: 0, bootstraps: 0 })).rejects.toThrow('at least one repetition')
    await expect(measure({ dropped: 1 })).rejects.toThrow('below 1')
  })

  test('grades begin exactly at Hennig’s thresholds', () => {
    expect([0.85, 0.8499, 0.75, 0.7499, 0.6, 0.5999].map(gradeOf)).toEqual(['A', 'B', 'B', 'C', 'C', 'D'])
  })
})
