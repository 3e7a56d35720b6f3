import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildGraph } from './build.ts'
import { explainEdge } from './explain-edge.ts'
import { previewRecipe } from './preview.ts'
import { ACCOUNTS, NOW, referenceGraph, someFacts, someRecipe, store } from './reference.fixture.ts'
import { runGraphStep } from './step.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'
import type { Csr } from './types.ts'

let ws: TestWorkspace
beforeAll(() => {
  ws = testWorkspace(NOW)
})
afterAll(() => ws.close())

/** Weights by pair 'u v' of account ids, after checking that the graph keeps the promises of types.ts. */
function weightsOf(csr: Csr): Map<string, number> {
  const found = new Map<string, number>()
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      expect(v).not.toBe(u)
      if (e > csr.offsets[u]) expect(v).toBeGreaterThan(csr.targets[e - 1])
      expect(csr.weights[e]).toBeGreaterThan(0)
      found.set(`${u + 1} ${v + 1}`, csr.weights[e])
    }
  }
  for (const [pair, weight] of found) expect(found.get(pair.split(' ').reverse().join(' '))).toBe(weight)
  return new Map([...found].filter(([pair]) => Number(pair.split(' ')[0]) < Number(pair.split(' ')[1])))
}

function expectSame(found: Map<string, number>, wanted: Map<string, number>): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort())
  for (const [pair, weight] of found) expect(weight).toBeCloseTo(wanted.get(pair)!, 5)
}

test('whatever the facts and the recipe, the graph is what listing all pairs gives', async () => {
  await fc.assert(
    fc.asyncProperty(someFacts, someRecipe, async (facts, recipe) => {
      store(ws, facts)
      const built = await buildGraph(ws.ctx, recipe)
      const reference = referenceGraph(facts, recipe)
      expect(built.channels.map(({ id }) => id).sort()).toEqual([...reference.channels.keys()].sort())
      for (const { id, csr } of built.channels) expectSame(weightsOf(csr), reference.channels.get(id)!)
      expectSame(weightsOf(built.combined), reference.combined)
    }),
    { numRuns: 12 },
  )
})

test('the order of rows does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(
      someFacts.chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
        ),
      ),
      someRecipe,
      async ([facts, shuffled], recipe) => {
        store(ws, facts)
        const first = await buildGraph(ws.ctx, recipe)
        store(ws, shuffled)
        const second = await buildGraph(ws.ctx, recipe)
        expectSame(weightsOf(second.combined), weightsOf(first.combined))
        expect(second.channelMask).toEqual(first.channelMask)
      },
    ),
    { numRuns: 12 },
  )
})

test('reasons add up to the weight of every edge, and there are none that count without one', async () => {
  await fc.assert(
    fc.asyncProperty(someFacts, someRecipe, async (facts, recipe) => {
      store(ws, facts)
      const { runId, combined } = await runGraphStep(ws.ctx, recipe, { force: true })
      const weights = weightsOf(combined)
      for (let u = 1; u <= ACCOUNTS; u++) {
        for (let v = u + 1; v <= ACCOUNTS; v++) {
          const [a, b] = (u + v) % 2 === 0 ? [u, v] : [v, u]
          const reasons = await explainEdge(ws.ctx, runId, a, b)
          const sum = reasons.reduce((total, reason) => total + reason.weight, 0)
          expect(sum).toBeCloseTo(weights.get(`${u} ${v}`) ?? 0, 5)
        }
      }
    }),
    { numRuns: 12 },
  )
})

test('a preview that looks at everybody counts what is built', async () => {
  await fc.assert(
    fc.asyncProperty(someFacts, someRecipe, async (facts, recipe) => {
      store(ws, facts)
      const { stats, combined } = await buildGraph(ws.ctx, recipe)
      const preview = await previewRecipe(ws.ctx, recipe)
      const exactly = (value: number) => ({ value, low: value, high: value })
      expect(preview).toMatchObject({
        accounts: ACCOUNTS,
        sampled: ACCOUNTS,
        edges: exactly(stats.edges),
        isolated: exactly(stats.isolated),
        maxDegree: stats.maxDegree,
        channels: stats.channels.map(({ edges, ...rest }) => ({ ...rest, edges: exactly(edges) })),
      })
      expect(preview.meanDegree.value).toBeCloseTo((2 * stats.edges) / ACCOUNTS, 9)
      const bins = preview.degrees.map(() => 0)
      for (let u = 0; u < combined.n; u++) {
        const degree = combined.offsets[u + 1] - combined.offsets[u]
        bins[preview.degrees.findLastIndex(({ from }) => from <= degree)]++
      }
      expect(preview.degrees.map(({ accounts }) => accounts)).toEqual(bins)
    }),
    { numRuns: 20 },
  )
})
