import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { graphOf, groups, randomGraph, type Edge } from './graphs.fixture.ts'
import { leiden } from './leiden.ts'
import { louvain } from './louvain.ts'
import { connectedComponents } from './partition.ts'

/** The community of each node at level k. */
function atLevel(hierarchy: Uint32Array[], k: number): Uint32Array {
  return hierarchy.slice(1, k + 1).reduce((member, map) => member.map((c) => map[c]), hierarchy[0])
}

describe('the hierarchy', () => {
  test('is nested, coarser from level to level, connected, numbered by size, up to the components', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, fc.boolean(), async ({ n, edges, seed, resolution }, refined) => {
        const csr = graphOf(n, edges)
        const found = await (refined ? leiden : louvain)(csr, { seed, resolution }, freePace())
        const hierarchy = found.hierarchy!
        expect(hierarchy[0]).toEqual(found.membership)
        let below = found.communities
        for (let k = 1; k < hierarchy.length; k++) {
          expect(hierarchy[k].length).toBe(below)
          const membership = atLevel(hierarchy, k)
          const sizes: number[] = []
          for (const c of membership) sizes[c] = (sizes[c] ?? 0) + 1
          expect(sizes.length).toBeLessThan(below)
          for (let c = 1; c < sizes.length; c++) expect(sizes[c - 1]).toBeGreaterThanOrEqual(sizes[c])
          expect(connectedComponents(csr, membership).count).toBe(sizes.length)
          below = sizes.length
        }
        const top = atLevel(hierarchy, hierarchy.length - 1)
        expect(groups(top)).toEqual(groups(connectedComponents(csr).component))
      }),
      { numRuns: 100 },
    )
  })

  test('shows cliques in clusters in two halves', async () => {
    // 2 halves × 4 clusters × 4 cliques of 5, tied ever more loosely.
    const edges: Edge[] = []
    for (let u = 0; u < 160; u++) {
      for (let v = u + 1; v < 160; v++) {
        const same = (size: number) => Math.floor(u / size) === Math.floor(v / size)
        if (same(5)) edges.push([u, v, 1])
        else if (same(20)) edges.push([u, v, 1 / 16])
        else if (same(80)) edges.push([u, v, 1 / 256])
        else edges.push([u, v, 1 / 4096])
      }
    }
    const found = await leiden(graphOf(160, edges), { resolution: 12 }, freePace())
    const counts = found.hierarchy!.map((_, k) => new Set(atLevel(found.hierarchy!, k)).size)
    expect(counts).toEqual([32, 8, 2, 1])
    const clusters = atLevel(found.hierarchy!, 1)
    for (let u = 0; u < 160; u++) expect(clusters[u]).toBe(clusters[u - (u % 20)])
  })

  test('is left out where it is not wanted', async () => {
    const found = await leiden(graphOf(2, [[0, 1]]), { hierarchy: false }, freePace())
    expect(found.hierarchy).toBeUndefined()
  })
})
