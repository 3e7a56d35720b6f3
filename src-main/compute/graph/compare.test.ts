import fc from 'fast-check'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recipeSchema } from '../../common/recipe.ts'
import { compareDesigns, sharedEdges } from './compare.ts'
import { csrFromPairs } from './csr.ts'
import { buildDesign } from './design.ts'
import { BENIGN, labelFit, MALICIOUS, UNLABELLED, wilson } from './homophily.ts'
import { PairTable } from './pair-table.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'
import type { Csr } from './types.ts'

let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
})
afterEach(() => ws.close())

const graphOf = (n: number, edges: readonly (readonly [number, number])[]): Csr => {
  const table = new PairTable(n, n, 'max')
  for (const [u, v] of edges) if (u !== v) table.push(Math.min(u, v), Math.max(u, v), 1)
  return csrFromPairs(n, table.distinct(), () => 1)
}

test('designs are compared by edges, communities and what is known of the accounts', async () => {
  ws.accounts(...'abcdefgh')
  // Two devices of four, and friendships that cut across one of them.
  for (const id of [1, 2, 3, 4]) ws.link(id, 'device', 'x')
  for (const id of [5, 6, 7, 8]) ws.link(id, 'device', 'y')
  for (const [a, b] of [
    [1, 2],
    [2, 3],
    [1, 3],
    [4, 5],
  ])
    ws.relation(a, b)
  for (const id of [1, 2, 3]) ws.label(id, 'malicious', 10)
  ws.label(4, 'malicious', 10)
  ws.label(4, 'benign', 20)
  ws.label(5, 'malicious', 5)
  ws.judge(5, 'benign')
  ws.judge(6, 'benign', true)
  const both = recipeSchema.parse({ name: 'both' })
  const devices = recipeSchema.parse({ name: 'devices', relations: { types: [] } })
  const first = await buildDesign(ws.ctx, { recipe: both, seed: 1 })
  const second = await buildDesign(ws.ctx, { recipe: devices, seed: 1, detector: 'leiden' })
  rmSync(join(ws.ctx.workspace, 'derived'), { recursive: true })

  const { designs, pairs } = await compareDesigns(ws.ctx, [first.communitiesRunId, second.communitiesRunId])
  expect(designs[0]).toMatchObject({
    ...first,
    recipe: both,
    accounts: 8,
    edges: 13,
    covered: 1,
    meanDegree: 26 / 8,
    channels: [
      { id: 'relation:friend', edges: 4 },
      { id: 'entity:device', edges: 12 },
    ],
    labelled: { malicious: 3, benign: 2 },
  })
  expect(designs[1]).toMatchObject({ ...second, edges: 12, communities: 2, largest: 4 })
  // Of the edges among 1..4 and 4–5: three join malicious ones, three a malicious and a benign one, one benign ones.
  expect(designs[0].homophily).toMatchObject({ edges: 7, same: 4, value: 4 / 7 })
  expect(designs[0].badGivenBad).toMatchObject({ ends: 9, value: 6 / 9, baseRate: 0.6 })
  expect(pairs).toHaveLength(1)
  expect(pairs[0]).toMatchObject({
    a: first.communitiesRunId,
    b: second.communitiesRunId,
    edgesShared: 12,
    edgesOnlyA: 1,
    edgesOnlyB: 0,
    edgeJaccard: 12 / 13,
    both: 8,
  })
  await expect(compareDesigns(ws.ctx, [99])).rejects.toMatchObject({ code: 'run_missing' })
})

test('a design that is there is not built again; another name is no other design', async () => {
  ws.accounts('a', 'b')
  ws.relation(1, 2)
  const recipe = recipeSchema.parse({ name: 'one', entities: { byType: { x: 2, y: 3 }, types: ['x', 'y'] } })
  const same = recipeSchema.parse({ name: 'two', entities: { byType: { y: 3, x: 2 }, types: ['y', 'x'] } })
  const other = recipeSchema.parse({ entities: { hubCap: 61 } })
  const [first, second, third] = [
    await buildDesign(ws.ctx, { recipe, seed: 1 }),
    await buildDesign(ws.ctx, { recipe: same, seed: 2 }),
    await buildDesign(ws.ctx, { recipe: other, seed: 1 }),
  ]
  expect(second.graphRunId).toBe(first.graphRunId)
  expect(third.graphRunId).not.toBe(first.graphRunId)
  ws.db.exec(`UPDATE source SET sha256 = 'bb' WHERE id = 1`)
  expect((await buildDesign(ws.ctx, { recipe, seed: 1 })).graphRunId).not.toBe(first.graphRunId)
})

test('accounts that an import added between two designs are compared where both have them', async () => {
  ws.accounts('a', 'b', 'c')
  ws.relation(1, 2)
  ws.relation(2, 3)
  const recipe = recipeSchema.parse({})
  const first = await buildDesign(ws.ctx, { recipe, seed: 1 })
  ws.accounts('d')
  ws.relation(3, 4)
  ws.db.exec(`UPDATE source SET sha256 = 'bb' WHERE id = 1`)
  const second = await buildDesign(ws.ctx, { recipe, seed: 1 })
  const { pairs } = await compareDesigns(ws.ctx, [first.communitiesRunId, second.communitiesRunId])
  expect(pairs[0]).toMatchObject({ edgesShared: 2, edgesOnlyA: 0, edgesOnlyB: 1 })
})

const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 30 })

test('shared edges are the intersection of the sets of edges', () => {
  fc.assert(
    fc.property(edges, edges, (x, y) => {
      const [a, b] = [graphOf(8, x), graphOf(8, y)]
      const accountIds = Uint32Array.from({ length: 8 }, (_, u) => 3 + u * 2)
      const set = (list: typeof x) =>
        new Set(list.filter(([u, v]) => u !== v).map(([u, v]) => `${Math.min(u, v)} ${Math.max(u, v)}`))
      const wanted = [...set(x)].filter((pair) => set(y).has(pair)).length
      expect(sharedEdges({ accountIds, csr: a }, { accountIds, csr: b })).toBe(wanted)
    }),
  )
})

test('homophily is what counting edge by edge gives; chance is 0 and agreement 1 when adjusted', () => {
  const label = fc.constantFrom(UNLABELLED, MALICIOUS, BENIGN)
  fc.assert(
    fc.property(edges, fc.array(label, { minLength: 8, maxLength: 8 }), (list, known) => {
      const csr = graphOf(8, list)
      const fit = labelFit(csr, Uint8Array.from(known))
      let [all, same, ends, bad] = [0, 0, 0, 0]
      const degree = [0, 0, 0]
      for (let u = 0; u < 8; u++) {
        for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
          const [x, y] = [known[u], known[csr.targets[e]]]
          if (x === UNLABELLED || y === UNLABELLED) continue
          degree[x]++
          if (u < csr.targets[e]) {
            all++
            if (x === y) same++
          }
          if (x === MALICIOUS) ends++
          if (x === MALICIOUS && y === MALICIOUS) bad++
        }
      }
      if (all === 0) expect(fit.homophily).toBeNull()
      else {
        const chance = degree.reduce((sum, d) => sum + (d / (2 * all)) ** 2, 0)
        const adjusted = chance > 1 - 1e-12 ? 0 : (same / all - chance) / (1 - chance)
        expect(fit.homophily).toMatchObject({ edges: all, same, value: same / all })
        expect(fit.homophily!.adjusted).toBeCloseTo(adjusted, 9)
        if (same === all && chance < 1) expect(fit.homophily!.adjusted).toBeCloseTo(1, 9)
      }
      if (ends === 0) expect(fit.badGivenBad).toBeNull()
      else expect(fit.badGivenBad).toMatchObject({ ends, value: bad / ends })
    }),
  )
})

test("Wilson's interval as in the literature", () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20.
  for (const [hits, of, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
  ]) {
    const found = wilson(hits, of)
    expect(found.low).toBeCloseTo(low, 4)
    expect(found.high).toBeCloseTo(high, 4)
  }
})
