import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { distances } from './dijkstra.ts'
import { NodeHeap } from './heap.ts'
import { LENGTH_KINDS, edgeLength, type PathLength } from './lengths.ts'
import { kShortestPaths, shortestPath } from './paths.ts'
import { csrOf, dense, graphs, star } from './testing/graphs.ts'

const pace = freePace()
const KINDS: PathLength[] = ['hops', 'inverse', 'likelihood']
const lengths = (w: number[][], kind: PathLength) =>
  w.map((row) => row.map((x) => (x > 0 ? edgeLength(LENGTH_KINDS[kind], x) : Infinity)))

/** Every path without loops, by trying all. */
function allPaths(length: number[][], from: number, to: number): { nodes: number[]; length: number }[] {
  const found: { nodes: number[]; length: number }[] = []
  const walk = (nodes: number[], sum: number): void => {
    const last = nodes[nodes.length - 1]
    if (last === to) {
      found.push({ nodes: [...nodes], length: sum })
      return
    }
    for (let v = 0; v < length.length; v++)
      if (length[last][v] < Infinity && !nodes.includes(v)) walk([...nodes, v], sum + length[last][v])
  }
  walk([from], 0)
  return found.sort((a, b) => a.length - b.length)
}

describe('paths', () => {
  it('are the k shortest of all there are', () =>
    fc.assert(
      fc.asyncProperty(
        graphs(7),
        fc.nat(6),
        fc.nat(6),
        fc.constantFrom(1, 3, 10, 1000),
        fc.constantFrom(...KINDS),
        async (csr, a, b, k, kind) => {
          const [from, to] = [a % csr.n, b % csr.n]
          const all = allPaths(lengths(dense(csr), kind), from, to)
          const got = await kShortestPaths(csr, from, to, k, { length: kind }, pace)
          expect(got.length).toBe(Math.min(k, all.length))
          expect(new Set(got.map((p) => p.nodes.join())).size).toBe(got.length)
          const known = new Map(all.map((p) => [p.nodes.join(), p.length]))
          got.forEach((p, i) => {
            expect(p.length).toBeCloseTo(all[i].length, 10)
            expect(known.get(p.nodes.join())).toBeCloseTo(p.length, 10)
            if (i > 0) expect(p.length).toBeGreaterThanOrEqual(got[i - 1].length)
          })
          expect(await kShortestPaths(csr, from, to, k, { length: kind }, pace)).toEqual(got)
        },
      ),
      { numRuns: 300, seed: 6 },
    ))

  it('on larger graphs: the first is as long as Floyd and Warshall say, as are all distances', () =>
    fc.assert(
      fc.asyncProperty(graphs(25), fc.constantFrom(...KINDS), async (csr, kind) => {
        const d = lengths(dense(csr), kind)
        for (let u = 0; u < csr.n; u++) d[u][u] = 0
        for (let k = 0; k < csr.n; k++)
          for (let u = 0; u < csr.n; u++)
            for (let v = 0; v < csr.n; v++) d[u][v] = Math.min(d[u][v], d[u][k] + d[k][v])
        const from = csr.n >> 1
        const far = await distances(csr, from, kind, pace)
        for (let v = 0; v < csr.n; v++) {
          const path = await shortestPath(csr, from, v, { length: kind }, pace)
          if (d[from][v] === Infinity) {
            expect(path).toBeNull()
            expect(far[v]).toBe(Infinity)
          } else {
            expect(path!.length).toBeCloseTo(d[from][v], 10)
            expect(far[v]).toBeCloseTo(d[from][v], 10)
          }
        }
      }),
      { numRuns: 60, seed: 8 },
    ))

  it('prefer strong detours to weak shortcuts, unless hops are counted', async () => {
    const csr = csrOf(3, [
      [0, 2, 0.25],
      [0, 1, 2],
      [1, 2, 2],
    ])
    const strong = await shortestPath(csr, 0, 2, {}, pace)
    expect(strong).toEqual({ nodes: Uint32Array.of(0, 1, 2), length: 1 })
    expect((await shortestPath(csr, 0, 2, { length: 'hops' }, pace))!.nodes).toEqual(Uint32Array.of(0, 2))
    // Chances: 1/5 directly, 2/3 × 2/3 around.
    const likely = await shortestPath(csr, 0, 2, { length: 'likelihood' }, pace)
    expect(Math.exp(-likely!.length)).toBeCloseTo(4 / 9, 12)
  })

  it('from a node to itself, to where nothing leads, and over a hub', async () => {
    expect(await kShortestPaths(star(3), 1, 1, 5, {}, pace)).toEqual([
      { nodes: Uint32Array.of(1), length: 0 },
    ])
    expect(await kShortestPaths(csrOf(3, [[0, 1, 1]]), 0, 2, 5, {}, pace)).toEqual([])
    const hub = star(100_001)
    expect(await kShortestPaths(hub, 7, 99_999, 5, {}, pace)).toEqual([
      { nodes: Uint32Array.of(7, 0, 99_999), length: 2 },
    ])
  })

  it('refuse unknown nodes and impossible k, and stop when cancelled', async () => {
    await expect(shortestPath(star(3), 0, 3, {}, pace)).rejects.toThrow(/no node 3/)
    await expect(kShortestPaths(star(3), 0, 1, 0, {}, pace)).rejects.toMatchObject({ code: 'invalid_input' })
    const controller = new AbortController()
    controller.abort()
    await expect(shortestPath(star(3), 0, 1, {}, createPace(controller.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('NodeHeap', () => {
  it('hands out nodes by their lowest key, then by number', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(600), fc.nat(20), fc.boolean()), { maxLength: 2000, size: 'max' }),
        (steps) => {
          const heap = new NodeHeap(601)
          const model = new Map<number, number>()
          const least = () => [...model].sort((a, b) => a[1] - b[1] || a[0] - b[0])[0]
          for (const [node, key, pop] of steps) {
            if (pop && model.size > 0) {
              const [want, wantKey] = least()
              expect(heap.least).toBe(wantKey)
              expect(heap.pop()).toBe(want)
              model.delete(want)
            } else {
              heap.put(node, key)
              model.set(node, Math.min(key, model.get(node) ?? Infinity))
            }
            expect(heap.size).toBe(model.size)
          }
          heap.clear()
          expect(heap.pop()).toBe(-1)
        },
      ),
      { numRuns: 12, seed: 9 },
    ))
})
