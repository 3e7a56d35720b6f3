import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { UNREACHED, hops } from './bfs.ts'
import { components } from './components.ts'
import { coreNumbers } from './core-numbers.ts'
import { distances } from './dijkstra.ts'
import { pageRank } from './pagerank.ts'
import { kShortestPaths } from './paths.ts'
import { pushPageRank } from './push.ts'
import { csrOf, readGml } from './testing/graphs.ts'
import { triangles } from './triangles.ts'

interface Summary {
  nodes: number
  edges: number
  components: number
  largestComponent: number
  coreSum: number
  coreMost: number
  triangles: number
  trianglesMost: number
  meanClustering: number
  rankMost: number
  rankLeast: number
  rankSquares: number
  middle: number
  reached: number
  hopSum: number
}
/** What networkx and igraph say; made by tests/reference/kernels.py. */
const reference = JSON.parse(
  readFileSync(new URL('../../../tests/reference/kernels.json', import.meta.url), 'utf8'),
) as {
  karate: {
    edges: [number, number, number][]
    rank: number[]
    rankWeighted: number[]
    rankFrom4And10: number[]
    core: number[]
    triangles: number[]
    clustering: number[]
    hopsFrom0: number[]
    inverseFrom0: number[]
    paths16To26: { nodes: number[]; length: number }[]
  }
  polblogs: Summary
  football: Summary
}
const pace = freePace()
const sum = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0)
function near(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length)
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i] - want[i])).toBeLessThanOrEqual(tolerance)
}

describe("Zachary's karate club, as networkx has it", () => {
  const { karate } = reference
  const csr = csrOf(34, karate.edges)
  const plain = csrOf(
    34,
    karate.edges.map(([a, b]) => [a, b, 1] as const),
  )

  it('PageRank to 1e-9, plain, weighted and personalised', async () => {
    near(await pageRank(plain, {}, pace), karate.rank, 1e-9)
    near(await pageRank(csr, {}, pace), karate.rankWeighted, 1e-9)
    const start = new Float64Array(34)
    start[4] = 1
    start[10] = 3
    near(await pageRank(csr, { start }, pace), karate.rankFrom4And10, 1e-9)
    const seeds = [
      { node: 4, weight: 1 },
      { node: 10, weight: 3 },
    ]
    const pushed = await pushPageRank(csr, seeds, { alpha: 0.15, epsilon: 1e-9 }, pace)
    near(pushed.values, karate.rankFrom4And10, 1e-7)
  })

  it('cores, triangles, clustering, one component', async () => {
    expect([...(await coreNumbers(csr, pace))]).toEqual(karate.core)
    const found = await triangles(csr, pace)
    expect([...found.triangles]).toEqual(karate.triangles)
    near(found.clustering, karate.clustering, 1e-7)
    expect((await components(csr, pace)).count).toBe(1)
  })

  it('hops, distances, and the eight shortest paths from 16 to 26', async () => {
    expect([...(await hops(csr, 0, pace))]).toEqual(karate.hopsFrom0)
    near(await distances(csr, 0, 'inverse', pace), karate.inverseFrom0, 1e-12)
    const paths = await kShortestPaths(csr, 16, 26, 8, {}, pace)
    near(
      paths.map((p) => p.length),
      karate.paths16To26.map((p) => p.length),
      1e-12,
    )
    // The shortest is the only one of its length.
    expect([...paths[0].nodes]).toEqual(karate.paths16To26[0].nodes)
  })
})

describe.each(['polblogs', 'football'] as const)('%s, whose data is not committed', (name) => {
  const file = new URL(`../../../../shared/data/communities/${name}.gml`, import.meta.url)
  it.skipIf(!existsSync(file))('agrees in sum (skipped where ../shared/data is absent)', async () => {
    const want = reference[name]
    const csr = readGml(readFileSync(file, 'utf8'))
    expect([csr.n, csr.targets.length / 2]).toEqual([want.nodes, want.edges])
    const { component, count } = await components(csr, pace)
    const sizes = new Uint32Array(count)
    for (const c of component) sizes[c]++
    expect([count, Math.max(...sizes)]).toEqual([want.components, want.largestComponent])
    const core = await coreNumbers(csr, pace)
    expect([sum(core), Math.max(...core)]).toEqual([want.coreSum, want.coreMost])
    const found = await triangles(csr, pace)
    expect([found.total, Math.max(...found.triangles)]).toEqual([want.triangles, want.trianglesMost])
    expect(sum(found.clustering) / csr.n).toBeCloseTo(want.meanClustering, 6)
    const rank = await pageRank(csr, {}, pace)
    expect(Math.max(...rank)).toBeCloseTo(want.rankMost, 9)
    expect(Math.min(...rank)).toBeCloseTo(want.rankLeast, 9)
    expect(rank.reduce((s, v) => s + v * v, 0)).toBeCloseTo(want.rankSquares, 9)
    const far = (await hops(csr, want.middle, pace)).filter((d) => d !== UNREACHED)
    expect([far.length, sum(far)]).toEqual([want.reached, want.hopSum])
  })
})
