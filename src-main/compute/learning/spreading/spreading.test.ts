import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace, freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { Csr } from '../../graph/types.ts'
import { csrOf, dense, graphs } from '../../kernels/testing/graphs.ts'
import { auroc } from '../evaluate/metrics.ts'
import type { LabelledNodes } from '../types.ts'
import { SPREADINGS } from './index.ts'
import { sparsify } from './sparsify.ts'

type Matrix = number[][]
const byId = (id: string) => SPREADINGS.find((one) => one.id === id)!
const pace = freePace()

const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, u) => Array.from({ length: n }, (_, v) => (u === v ? 1 : 0)))
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, c) => row.reduce((s, v, k) => s + v * b[k][c], 0)))
const plus = (a: Matrix, b: Matrix, f = 1): Matrix => a.map((row, u) => row.map((v, c) => v + f * b[u][c]))
const sum = (row: number[]): number => row.reduce((s, v) => s + v, 0)
const symmetric = (w: Matrix): Matrix => {
  const d = w.map(sum)
  return w.map((row, u) => row.map((v, k) => (v > 0 ? v / Math.sqrt(d[u] * d[k]) : 0)))
}

/** Solves a · x = b for a matrix of right-hand sides, by elimination with pivoting. */
function solve(a: Matrix, b: Matrix): Matrix {
  const n = a.length
  const m = a.map((row, i) => [...row, ...b[i]])
  for (let c = 0; c < n; c++) {
    let p = c
    for (let r = c + 1; r < n; r++) if (Math.abs(m[r][c]) > Math.abs(m[p][c])) p = r
    ;[m[c], m[p]] = [m[p], m[c]]
    for (let r = 0; r < n; r++) {
      if (r === c) continue
      const f = m[r][c] / m[c][c]
      for (let k = c; k < m[r].length; k++) m[r][k] -= f * m[c][k]
    }
  }
  return m.map((row, i) => row.slice(n).map((v) => v / row[i]))
}

const signal = (n: number, { nodes, y }: LabelledNodes): Matrix => {
  const x = Array.from({ length: n }, () => [0, 0])
  nodes.forEach((u, i) => (x[u] = [y[i], 1]))
  return x
}

function shares(spread: Matrix, { y }: LabelledNodes, shrink: number): number[] {
  const prior = sum([...y]) / y.length
  const reached = spread.filter(([, all]) => all > 1e-12)
  const c = reached.length === 0 ? 0 : (shrink * sum(reached.map(([, all]) => all))) / reached.length
  return spread.map(([bad, all]) => (all > 1e-12 ? (bad + c * prior) / (all + c) : prior))
}

/** What each method should give, from dense matrices. */
const REFERENCES: Record<string, (w: Matrix, x: Matrix) => Matrix> = {
  'label-spreading': (w, x) =>
    solve(
      plus(identity(w.length), symmetric(w), -0.9),
      x.map((row) => row.map((v) => 0.1 * v)),
    ),
  pagerank: (w, x) => {
    // x = r v + (1 − r)(Pᵀ x + mass of isolated nodes · v), scaled back by the number of each class.
    const d = w.map(sum)
    const columns = [0, 1].map((c) => {
      const start = x.map(([bad, all]) => (c === 0 ? bad : all - bad))
      const of = sum(start)
      if (of === 0) return start
      const v = start.map((s) => s / of)
      const a = w.map((row, u) =>
        row.map((_, k) => (u === k ? 1 : 0) - 0.85 * (d[k] > 0 ? w[k][u] / d[k] : v[u])),
      )
      return solve(
        a,
        v.map((s) => [0.15 * s]),
      ).map(([s]) => s * of)
    })
    return columns[0].map((bad, u) => [bad, bad + columns[1][u]])
  },
  'heat-kernel': (w, x) => {
    const s = symmetric(w)
    let term = x
    let total = x.map((row) => row.map(() => 0))
    let factor = Math.exp(-3)
    for (let k = 0; k < 40; k++) {
      total = plus(total, term, factor)
      term = times(s, term)
      factor *= 3 / (k + 1)
    }
    return total
  },
  appnp: (w, x) => {
    const entries = w.flat().filter((v) => v > 0)
    const loop = entries.length === 0 ? 1 : sum(entries) / entries.length
    const looped = symmetric(plus(w, identity(w.length), loop))
    let z = x
    for (let k = 0; k < 10; k++)
      z = plus(
        times(looped, z).map((row) => row.map((v) => 0.9 * v)),
        x,
        0.1,
      )
    return z
  },
}

/** A graph and labels of some of its nodes, at least one. */
const cases = graphs(10).chain((csr) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: csr.n - 1 }), fc.constantFrom(0, 1)), {
      minLength: 1,
      maxLength: csr.n,
      selector: ([u]) => u,
    })
    .map((pairs): { csr: Csr; labelled: LabelledNodes } => {
      pairs.sort((a, b) => a[0] - b[0])
      return {
        csr,
        labelled: {
          nodes: Uint32Array.from(pairs, ([u]) => u),
          y: Uint8Array.from(pairs, ([, y]) => y),
        },
      }
    }),
)

describe('against dense references', () => {
  test.each(Object.keys(REFERENCES))('%s', (id) =>
    fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(0, 0.1, 2), async ({ csr, labelled }, shrink) => {
        const got = await byId(id).run(csr, labelled, { shrink }, pace)
        const spread = REFERENCES[id](dense(csr), signal(csr.n, labelled))
        const want = shares(spread, labelled, shrink)
        const most = Math.max(...spread.map(([, all]) => all))
        got.forEach((v, u) => {
          // Where hardly any label arrives, what iteration left out decides the share.
          if (spread[u][1] > 0.02 * most || spread[u][1] < 1e-12)
            expect(Math.abs(v - want[u]), `node ${u}`).toBeLessThan(0.03)
        })
      }),
      { numRuns: 80, seed: 3 },
    ),
  )

  test('diffusion to sparsify is that of the kernel, cut to the strongest', () =>
    fc.assert(
      fc.asyncProperty(graphs(9), fc.constantFrom('pagerank', 'heat'), async (csr, kernel) => {
        const w = dense(csr)
        const n = csr.n
        const d = w.map(sum)
        const walk = w.map((row, u) => row.map((_, v) => (d[v] > 0 ? w[v][u] / d[v] : 0)))
        let full: Matrix
        if (kernel === 'pagerank')
          full = solve(
            plus(identity(n), walk, -0.85),
            identity(n).map((row) => row.map((v) => 0.15 * v)),
          )
        else {
          full = identity(n).map((row) => row.map(() => 0))
          let term = identity(n)
          let factor = Math.exp(-3)
          for (let k = 0; k < 60; k++) {
            full = plus(full, term, factor)
            term = times(walk, term)
            factor *= 3 / (k + 1)
          }
        }
        const keep = 4
        const options = { kernel, restart: 0.15, time: 3, neighbours: keep, visits: 1e8 } as const
        const got = dense(await sparsify(csr, options, pace))
        for (let s = 0; s < n; s++) {
          const column = full.map((row, u) => ({ u, v: row[s] })).filter(({ u, v }) => u !== s && v > 1e-9)
          column.sort((a, b) => b.v - a.v)
          const cut = column[keep - 1]?.v ?? 0
          for (const { u, v } of column) {
            const back = full[s][u]
            const others = full.map((row, k) => (k === u ? 0 : row[u])).filter((x, k) => k !== u && x > 1e-9)
            const backCut = others.sort((a, b) => b - a)[keep - 1] ?? 0
            // Ties and near ties at the cut may go either way.
            if (Math.abs(v - cut) < 2e-3 && column.length > keep) continue
            if (Math.abs(back - backCut) < 2e-3 && others.length > keep) continue
            const want = ((v >= cut ? v : 0) + (back >= backCut ? back : 0)) / 2
            expect(Math.abs(got[u][s] - want), `${s} to ${u}`).toBeLessThan(3e-3)
          }
        }
        // Undirected, without loops.
        for (let u = 0; u < n; u++) for (let v = 0; v < n; v++) expect(got[u][v]).toBe(got[v][u])
        for (let u = 0; u < n; u++) expect(got[u][u]).toBe(0)
      }),
      { numRuns: 60, seed: 3 },
    ))
})

describe.each(SPREADINGS.map((one) => [one.id, one] as const))('%s', (_id, spreading) => {
  /** Two dense groups that hardly touch, and one account without ties. */
  function planted(seed: number): { csr: Csr; truth: Uint8Array; labelled: LabelledNodes } {
    const random = new Random(seed)
    const n = 201
    const truth = Uint8Array.from({ length: n }, (_, u) => (u < 60 ? 1 : 0))
    const edges: [number, number, number][] = []
    for (let u = 0; u < n - 1; u++)
      for (let v = 0; v < u; v++)
        if (random.next() < (truth[u] === truth[v] ? 0.12 : 0.01)) edges.push([u, v, 1 + random.int(3)])
    const nodes = Uint32Array.from({ length: 40 }, (_, i) => i * 5)
    return { csr: csrOf(n, edges), truth, labelled: { nodes, y: Uint8Array.from(nodes, (u) => truth[u]) } }
  }
  const hiddenOf = (truth: Uint8Array, labelled: LabelledNodes) => {
    const known = new Set(labelled.nodes)
    return Uint32Array.from(truth.keys()).filter((u) => !known.has(u))
  }

  test('finds the group whose members are labelled; the base rate where nothing is known', async () => {
    const { csr, truth, labelled } = planted(2)
    const scores = await spreading.run(csr, labelled, {}, pace)
    const hidden = hiddenOf(truth, labelled)
    const quality = auroc(
      Uint8Array.from(hidden, (u) => truth[u]),
      Float32Array.from(hidden, (u) => scores[u]),
    )
    expect(quality).toBeGreaterThan(0.9)
    for (const s of scores) expect(s >= 0 && s <= 1).toBe(true)
    expect(scores[200]).toBeCloseTo(12 / 40, 6)
    expect(await spreading.run(csr, labelled, {}, pace)).toEqual(scores)
  })

  test('knows nothing of random labels', async () => {
    const values: number[] = []
    for (let seed = 1; seed <= 8; seed++) {
      const { csr, truth, labelled } = planted(seed)
      const random = new Random(seed + 100)
      const y = Uint8Array.from(truth, () => (random.next() < 0.3 ? 1 : 0))
      const shuffled = { nodes: labelled.nodes, y: Uint8Array.from(labelled.nodes, (u) => y[u]) }
      const scores = await spreading.run(csr, shuffled, {}, pace)
      const hidden = hiddenOf(truth, labelled)
      values.push(
        auroc(
          Uint8Array.from(hidden, (u) => y[u]),
          Float32Array.from(hidden, (u) => scores[u]),
        ),
      )
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06)
  })

  test('a graph without edges, one class, a cancel', async () => {
    const bare = csrOf(5, [])
    const labelled = { nodes: Uint32Array.of(0, 1), y: Uint8Array.of(1, 0) }
    const scores = await spreading.run(bare, labelled, {}, pace)
    expect(Array.from(scores.subarray(2))).toEqual([0.5, 0.5, 0.5])
    const line = csrOf(3, [[0, 1, 1]])
    const good = await spreading.run(line, { nodes: Uint32Array.of(0), y: Uint8Array.of(0) }, {}, pace)
    expect([...good]).toEqual([0, 0, 0])
    const controller = new AbortController()
    controller.abort()
    const run = spreading.run(planted(1).csr, labelled, {}, createPace(controller.signal))
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  })
})
