import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { UNREACHED, hops } from './bfs.ts'
import { components } from './components.ts'
import { coreNumbers } from './core-numbers.ts'
import { csrOf, dense, graphs, star } from './testing/graphs.ts'
import { triangles } from './triangles.ts'
import { endOfTurn } from './turns.ts'

const pace = freePace()
const check = (most: number, body: (csr: ReturnType<typeof csrOf>) => Promise<void>) =>
  fc.assert(fc.asyncProperty(graphs(most), body), { numRuns: 200, seed: 11 })
const neighbours = (w: number[][], u: number) => w[u].flatMap((x, v) => (x > 0 ? [v] : []))

/** Hops between all pairs by Floyd and Warshall. */
function allHops(w: number[][]): number[][] {
  const d = w.map((row, u) => row.map((x, v) => (u === v ? 0 : x > 0 ? 1 : Infinity)))
  for (let k = 0; k < w.length; k++)
    for (let u = 0; u < w.length; u++)
      for (let v = 0; v < w.length; v++) d[u][v] = Math.min(d[u][v], d[u][k] + d[k][v])
  return d
}

describe('against plain references on random graphs', () => {
  it('components join exactly what paths join, numbered by their first node', () =>
    check(14, async (csr) => {
      const { component, count } = await components(csr, pace)
      const d = allHops(dense(csr))
      for (let u = 0; u < csr.n; u++)
        for (let v = 0; v < csr.n; v++) expect(component[u] === component[v]).toBe(d[u][v] < Infinity)
      expect([...new Set(component)]).toEqual(Array.from({ length: count }, (_, c) => c))
    }))

  it('hops are shortest, and end at the limit', () =>
    check(12, async (csr) => {
      const d = allHops(dense(csr))
      for (let u = 0; u < csr.n; u++) {
        const all = await hops(csr, u, pace)
        const two = await hops(csr, u, pace, 2)
        for (let v = 0; v < csr.n; v++) {
          expect(all[v]).toBe(d[u][v] === Infinity ? UNREACHED : d[u][v])
          expect(two[v]).toBe(d[u][v] > 2 ? UNREACHED : d[u][v])
        }
      }
    }))

  it('core numbers are what is left when the least connected are taken off one by one', () =>
    check(14, async (csr) => {
      const w = dense(csr)
      const left = new Set(w.keys())
      const want = Array.from({ length: csr.n }, () => -1)
      for (let k = 0; left.size > 0;) {
        const degree = (u: number) => neighbours(w, u).filter((v) => left.has(v)).length
        const next = [...left].find((u) => degree(u) <= k)
        if (next === undefined) k++
        else {
          want[next] = k
          left.delete(next)
        }
      }
      expect([...(await coreNumbers(csr, pace))]).toEqual(want)
    }))

  it('triangles and clustering are those of every triple', () =>
    check(14, async (csr) => {
      const w = dense(csr)
      const found = await triangles(csr, pace)
      let total = 0
      for (let u = 0; u < csr.n; u++) {
        const around = neighbours(w, u)
        let mine = 0
        for (const v of around) for (const x of around) if (v < x && w[v][x] > 0) mine++
        total += mine
        const pairs = (around.length * (around.length - 1)) / 2
        expect(found.triangles[u]).toBe(mine)
        expect(found.clustering[u]).toBe(pairs > 0 ? Math.fround(mine / pairs) : 0)
      }
      expect(found.total).toBe(total / 3)
    }))

  it('do not depend on how nodes are named', () =>
    fc.assert(
      fc.asyncProperty(graphs(12), fc.infiniteStream(fc.nat()), async (csr, keys) => {
        const key = [...keys.take(csr.n)]
        const order = key.map((_, u) => u).sort((a, b) => key[a] - key[b] || a - b)
        const name = Array.from({ length: csr.n }, () => -1)
        order.forEach((u, i) => (name[u] = i))
        const w = dense(csr)
        const renamed = csrOf(
          csr.n,
          w.flatMap((row, u) => row.flatMap((x, v) => (x > 0 ? [[name[u], name[v], x] as const] : []))),
        )
        const [core, coreThere] = [await coreNumbers(csr, pace), await coreNumbers(renamed, pace)]
        const [tri, triThere] = [await triangles(csr, pace), await triangles(renamed, pace)]
        for (let u = 0; u < csr.n; u++) {
          expect(coreThere[name[u]]).toBe(core[u])
          expect(triThere.triangles[name[u]]).toBe(tri.triangles[u])
        }
      }),
      { numRuns: 100, seed: 3 },
    ))
})

describe('limits', () => {
  it('no nodes at all', async () => {
    const none = csrOf(0, [])
    expect(await components(none, pace)).toEqual({ component: new Uint32Array(0), count: 0 })
    expect(await coreNumbers(none, pace)).toEqual(new Uint32Array(0))
    expect(await triangles(none, pace)).toMatchObject({ total: 0 })
  })

  it('only isolated nodes', async () => {
    const alone = csrOf(3, [])
    expect(await components(alone, pace)).toEqual({ component: Uint32Array.of(0, 1, 2), count: 3 })
    expect(await coreNumbers(alone, pace)).toEqual(new Uint32Array(3))
    expect(await triangles(alone, pace)).toEqual({
      triangles: new Float64Array(3),
      total: 0,
      clustering: new Float32Array(3),
    })
    expect([...(await hops(alone, 1, pace))]).toEqual([UNREACHED, 0, UNREACHED])
  })

  it('a hub with 100,000 neighbours', async () => {
    const hub = star(100_001)
    expect((await components(hub, pace)).count).toBe(1)
    expect((await coreNumbers(hub, pace)).every((k) => k === 1)).toBe(true)
    expect((await triangles(hub, pace)).total).toBe(0)
    const far = await hops(hub, 5, pace)
    expect([far[5], far[0], far[100_000]]).toEqual([0, 1, 2])
  })

  it('a clique is its own core, with every triangle there is', async () => {
    const n = 60
    const edges = Array.from({ length: n * n }, (_, i) => [Math.floor(i / n), i % n, 1] as const)
    const clique = csrOf(n, edges)
    expect((await coreNumbers(clique, pace)).every((k) => k === n - 1)).toBe(true)
    const found = await triangles(clique, pace)
    expect(found.total).toBe((n * (n - 1) * (n - 2)) / 6)
    expect(found.clustering.every((c) => c === 1)).toBe(true)
  })

  it('stop when cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    const stopped = createPace(controller.signal)
    const csr = star(5)
    for (const work of [components, coreNumbers, triangles])
      await expect(work(csr, stopped)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(hops(csr, 0, stopped)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('turns cover every row once, and take at least one', () =>
    fc.assert(
      fc.property(graphs(20), fc.integer({ min: 1, max: 12 }), ({ n, offsets }, work) => {
        for (let from = 0; from < n;) {
          const to = endOfTurn(offsets, n, from, work)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(n)
          if (to > from + 1) expect(offsets[to] - offsets[from] + (to - from)).toBeLessThanOrEqual(work)
          if (to < n) expect(offsets[to + 1] - offsets[from] + (to + 1 - from)).toBeGreaterThan(work)
          from = to
        }
      }),
      { numRuns: 200, seed: 5 },
    ))
})
