import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { sortSymmetricRows } from '../../graph/csr.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { camouflageCurve, imitable, mimic, rewireGraph, rewireMarked } from './camouflage.ts'
import { column, everyone, rowsOf, smallBoosting, world } from './test-world.ts'

const pace = freePace()

function graphOf(n: number, edges: [number, number][]): Csr {
  const offsets = new Uint32Array(n + 1)
  for (const [u, v] of edges) {
    offsets[u + 1]++
    offsets[v + 1]++
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(offsets[n])
  const weights = new Float32Array(offsets[n])
  edges.forEach(([u, v], i) => {
    for (const [a, b] of [
      [u, v],
      [v, u],
    ]) {
      targets[cursor[a]] = b
      weights[cursor[a]++] = 1 + (i % 5)
    }
  })
  return sortSymmetricRows({ n, offsets, targets, weights })
}
const degrees = (csr: Csr) => [...csr.offsets.subarray(1)].map((end, u) => end - csr.offsets[u])

/** Edges at random, drawn so that each account's other end is of its own kind with probability `like`. */
function planted(n: number, bad: number, degree: number, like: number, seed: number): Csr {
  const random = new Random(seed)
  const seen = new Set<string>()
  const edges: [number, number][] = []
  for (let u = 0; u < n; u++)
    for (let d = 0; d < degree; d++) {
      const same = random.next() < like
      const v = u < bad === same ? random.int(bad) : bad + random.int(n - bad)
      const key = u < v ? `${u} ${v}` : `${v} ${u}`
      if (u === v || seen.has(key)) continue
      seen.add(key)
      edges.push([u, v])
    }
  return graphOf(n, edges)
}

describe('rewireMarked', () => {
  it('keeps every degree, makes no loop or second edge, and stays symmetric', async () => {
    const edges = fc.uniqueArray(
      fc.tuple(fc.nat(13), fc.nat(13)).filter(([u, v]) => u < v),
      { minLength: 1, maxLength: 40, selector: ([u, v]) => `${u} ${v}` },
    )
    const marks = fc.array(fc.nat(1), { minLength: 14, maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(
        edges,
        marks,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (pairs, marked, share) => {
          const csr = graphOf(14, pairs)
          const { csr: after, moved } = await rewireMarked(csr, Uint8Array.from(marked), share, 3, pace)
          expect(degrees(after)).toEqual(degrees(csr))
          const sum = (g: Csr) => g.weights.reduce((a, b) => a + b, 0)
          expect(sum(after)).toBeCloseTo(sum(csr), 3)
          for (let u = 0; u < 14; u++) {
            const row = [...after.targets.subarray(after.offsets[u], after.offsets[u + 1])]
            expect(row).toEqual([...new Set(row)].sort((a, b) => a - b))
            expect(row).not.toContain(u)
            row.forEach((v, k) => {
              const back = after.targets.subarray(after.offsets[v], after.offsets[v + 1]).indexOf(u)
              expect(after.weights[after.offsets[v] + back]).toBe(after.weights[after.offsets[u] + k])
            })
          }
          if (share === 0) expect(moved).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('moves the share that is asked for, of the marked accounts alone', async () => {
    const csr = planted(600, 100, 6, 0.8, 1)
    const marked = Uint8Array.from({ length: 600 }, (_, u) => (u < 100 ? 1 : 0))
    const touching = (g: Csr, keep: (u: number, v: number) => boolean) => {
      const found = new Set<number>()
      for (let u = 0; u < g.n; u++)
        for (const v of g.targets.subarray(g.offsets[u], g.offsets[u + 1]))
          if (u < v && keep(u, v)) found.add(u * g.n + v)
      return found
    }
    const bad = touching(csr, (u) => u < 100)
    const { csr: after, moved } = await rewireMarked(csr, marked, 0.5, 7, pace)
    expect(moved / bad.size).toBeGreaterThan(0.42)
    expect(moved / bad.size).toBeLessThan(0.58)
    const kept = [...touching(after, (u) => u < 100)].filter((e) => bad.has(e)).length
    expect(kept / bad.size).toBeGreaterThan(0.3)
    expect(kept / bad.size).toBeLessThan(0.65)
    expect(await rewireMarked(csr, marked, 0.5, 7, pace)).toEqual({ csr: after, moved })
    expect((await rewireMarked(csr, marked, 0, 7, pace)).csr).toEqual(csr)
  })
})

/** A score that is nothing but the share of an account's ties that lead to known malicious ones. */
const byNeighbours = (csr: Csr, known: Set<number>, test: Uint32Array): Float32Array =>
  Float32Array.from(test, (u) => {
    const row = csr.targets.subarray(csr.offsets[u], csr.offsets[u + 1])
    return row.reduce((sum, v) => sum + Number(known.has(v)), 0) / Math.max(1, row.length)
  })

describe('camouflage', () => {
  const n = 800
  const bad = 160
  const test = Uint32Array.from({ length: n / 2 }, (_, i) => 2 * i)
  const y = Uint8Array.from(test, (u) => (u < bad ? 1 : 0))
  const known = new Set(Array.from({ length: bad / 2 }, (_, i) => 2 * i + 1))
  const marked = Uint8Array.from({ length: n }, (_, u) => (u < bad && u % 2 === 0 ? 1 : 0))

  it('hurts a scorer that lives by ties, more the more of them move', async () => {
    const csr = planted(n, bad, 6, 0.85, 2)
    const graph: AccountGraph = {
      runId: 1,
      sha256: 'true',
      accountIds: Uint32Array.from({ length: n }, (_, u) => u + 1),
      combined: csr,
      channelMask: new Uint16Array(csr.targets.length).fill(1),
      channels: [{ id: 'relation:friend', csr }],
    }
    const curve = await camouflageCurve(y, [0, 0.5, 1], async (share) => {
      const changed = await rewireGraph(graph, marked, share, { seed: 1, maxWeight: null }, pace)
      expect(changed.graph.sha256).not.toBe('true')
      return byNeighbours(changed.graph.combined, known, test)
    })
    expect(curve[0].auroc).toBeGreaterThan(0.9)
    expect(curve[1].auprc).toBeLessThan(curve[0].auprc - 0.1)
    expect(curve[2].auprc).toBeLessThan(0.5 * curve[0].auprc)
  })

  it('leaves a scorer alone that does not look at ties', async () => {
    const w = world({ n: 800 })
    const model = await smallBoosting()(
      rowsOf(
        w,
        Uint32Array.from(w.y.keys()).filter((u) => u % 2 === 1),
      ),
      1,
    )
    const rows = rowsOf(w, test)
    const curve = await camouflageCurve(rows.y, [0, 1], async () => model(rows.x, rows.rows))
    expect(curve[1].auprc).toBe(curve[0].auprc)
  })

  it('hurts a scorer that lives by facts when these are copied', async () => {
    const w = world({ n: 800, informative: 6, shift: 1.2 })
    const nodes = everyone(w.y).nodes
    const model = await smallBoosting()(
      rowsOf(
        w,
        nodes.filter((u) => u % 2 === 1),
      ),
      1,
    )
    const malicious = test.filter((u) => w.y[u] === 1)
    const donors = nodes.filter((u) => w.y[u] === 0)
    const truth = rowsOf(w, test).y
    const curve = await camouflageCurve(truth, [0, 0.5, 1], async (share) => {
      const changed = { ...w, values: mimic(w.columns, w.values, malicious, donors, share, 1) }
      const rows = rowsOf(changed, test)
      return model(rows.x, rows.rows)
    })
    expect(curve[0].auroc).toBeGreaterThan(0.85)
    expect(curve[1].auroc).toBeLessThan(curve[0].auroc - 0.05)
    expect(Math.abs(curve[2].auroc - 0.5)).toBeLessThan(0.08)
  })
})

describe('mimic', () => {
  it('copies whole facts from one donor, and touches nobody else', () => {
    const columns = [column('a'), column('b'), column('b_missing', { base: 'b' }), column('c')]
    const values = columns.map((_c, k) => Float32Array.from({ length: 10 }, (_, u) => 100 * k + u))
    const before = values.map((v) => v.slice())
    const changed = mimic(columns, values, Uint32Array.of(0, 1), Uint32Array.of(8, 9), 2 / 3, 4)
    expect(values).toEqual(before)
    for (let k = 0; k < 4; k++) expect(changed[k].subarray(2)).toEqual(values[k].subarray(2))
    for (const u of [0, 1]) {
      const donor = new Set(columns.map((_c, k) => changed[k][u] - 100 * k).filter((from) => from !== u))
      expect(donor.size).toBe(1)
      expect(columns.filter((_c, k) => changed[k][u] !== values[k][u]).map((c) => c.base)).toHaveLength(
        changed[1][u] === values[1][u] ? 2 : 3,
      )
      expect(changed[1][u] === values[1][u]).toBe(changed[2][u] === values[2][u])
    }
  })

  it('imitates facts of one’s own, not what others do or say', () => {
    expect(imitable(column('f1'))).toBe(true)
    expect(imitable(column('x', { family: 'reports' }))).toBe(false)
    expect(imitable(column('x', { family: 'structure' }))).toBe(false)
    expect(imitable(column('x', { operator: 'mean', relation: 'all' }))).toBe(false)
  })
})
