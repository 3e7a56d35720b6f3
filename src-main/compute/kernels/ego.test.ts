import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { hops as hopsFrom } from './bfs.ts'
import { egoNet } from './ego.ts'
import { csrOf, dense, graphs, star } from './testing/graphs.ts'

const pace = freePace()

describe('egoNet', () => {
  it('with room enough is everything within the hops, with every edge among it', () =>
    fc.assert(
      fc.asyncProperty(graphs(14), fc.nat(13), fc.integer({ min: 1, max: 4 }), async (csr, at, hops) => {
        const middle = at % csr.n
        const net = await egoNet(csr, middle, { hops, maxNodes: 100, maxEdges: 1000 }, pace)
        const distance = await hopsFrom(csr, middle, pace)
        const within = [...distance.keys()].filter((u) => distance[u] <= hops)
        expect([...net.nodes].sort((a, b) => a - b)).toEqual(within)
        net.nodes.forEach((u, i) => expect(net.hop[i]).toBe(distance[u]))
        const w = dense(csr)
        let edges = 0
        for (const u of within) for (const v of within) if (u < v && w[u][v] > 0) edges++
        expect(net.a.length).toBe(edges)
        net.a.forEach((a, k) => {
          expect(a).toBeLessThan(net.b[k])
          expect(net.weight[k]).toBe(w[net.nodes[a]][net.nodes[net.b[k]]])
        })
        expect([net.omittedNodes, net.omittedEdges]).toEqual([0, 0])
      }),
      { numRuns: 150, seed: 12 },
    ))

  it('within a budget takes the strongest, and counts what it left out', () =>
    fc.assert(
      fc.asyncProperty(
        graphs(14),
        fc.nat(13),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(5),
        async (csr, at, maxNodes, maxEdges) => {
          const middle = at % csr.n
          const net = await egoNet(csr, middle, { hops: 3, maxNodes, maxEdges }, pace)
          const all = await egoNet(csr, middle, { hops: 3, maxNodes: 100, maxEdges: 1000 }, pace)
          expect([...net.nodes]).toEqual([...all.nodes.subarray(0, maxNodes)])
          expect(net.nodes.length).toBe(Math.min(maxNodes, all.nodes.length))
          expect(net.omittedNodes > 0).toBe(all.nodes.length > maxNodes)
          expect(net.a.length).toBeLessThanOrEqual(maxEdges)
          const w = dense(csr)
          for (let i = 1; i < net.nodes.length; i++) {
            const nearer = [...all.nodes].filter((_, j) => all.hop[j] === net.hop[i] - 1)
            expect(net.strength[i]).toBeCloseTo(
              nearer.reduce((s, v) => s + w[net.nodes[i]][v], 0),
              10,
            )
            expect(net.hop[i]).toBeGreaterThanOrEqual(net.hop[i - 1])
            if (net.hop[i] === net.hop[i - 1])
              expect(net.strength[i]).toBeLessThanOrEqual(net.strength[i - 1])
          }
          const among = [...net.nodes].flatMap((u, i) =>
            [...net.nodes].slice(i + 1).flatMap((v) => (w[u][v] > 0 ? [w[u][v]] : [])),
          )
          expect([...net.weight]).toEqual(among.sort((a, b) => b - a).slice(0, maxEdges))
          expect(net.omittedEdges).toBe(among.length - net.a.length)
        },
      ),
      { numRuns: 150, seed: 13 },
    ))

  it('of a hub with 100,000 neighbours shows what there is room for', async () => {
    const net = await egoNet(star(100_001), 0, { hops: 2, maxNodes: 50, maxEdges: 10 }, pace)
    expect([...net.nodes]).toEqual(Array.from({ length: 50 }, (_, u) => u))
    expect(net.omittedNodes).toBe(100_001 - 50)
    expect([net.a.length, net.omittedEdges]).toEqual([10, 39])
    const alone = await egoNet(csrOf(2, []), 1, { hops: 2, maxNodes: 5, maxEdges: 5 }, pace)
    expect([...alone.nodes]).toEqual([1])
  })

  it('refuses impossible questions, and stops when cancelled', async () => {
    const room = { maxNodes: 5, maxEdges: 5 }
    await expect(egoNet(star(3), 9, { hops: 1, ...room }, pace)).rejects.toThrow(/no node 9/)
    await expect(egoNet(star(3), 0, { hops: 0, ...room }, pace)).rejects.toThrow(/hops/)
    await expect(egoNet(star(3), 0, { hops: 1, maxNodes: 0, maxEdges: 1 }, pace)).rejects.toThrow(/room/)
    const controller = new AbortController()
    controller.abort()
    await expect(
      egoNet(star(3), 0, { hops: 1, ...room }, createPace(controller.signal)),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})
