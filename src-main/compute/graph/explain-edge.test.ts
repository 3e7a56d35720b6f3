import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recipeSchema } from '../../common/recipe.ts'
import { explainEdge } from './explain-edge.ts'
import { runGraphStep } from './step.ts'
import { testWorkspace } from './test-workspace.ts'

const DAY = 86_400_000
const NOW = 1_700_000_000_000

test('cites the entity, who shares it, when, and the rows; hubs are told with weight 0', async () => {
  const ws = testWorkspace(NOW)
  try {
    ws.accounts('a', 'b', 'c', 'd')
    ws.link(1, 'payment', 'iban-7', { first: NOW - 9 * DAY, last: NOW })
    ws.event(2, NOW, { ip: '10.9.9.9' })
    ws.link(2, 'payment', 'iban-7', { first: NOW - 3 * DAY, last: NOW })
    for (const id of [1, 2, 3, 4]) ws.link(id, 'ip', 'nat', { last: NOW })
    ws.relation(2, 1, { type: 'invited', first: NOW })
    ws.relation(1, 2, { type: 'invited', source: 2 })
    const graph = await runGraphStep(ws.ctx, recipeSchema.parse({ entities: { hubCap: 3 } }))
    const reasons = await explainEdge(ws.ctx, graph.runId, 1, 2)
    expect(reasons.map((r) => [r.channel, r.entityKey, r.accountsSharing, r.weight])).toEqual([
      ['relation:invited', null, null, 1],
      ['entity:payment', 'iban-7', 2, 1],
      ['entity:ip', 'nat', 4, 0],
    ])
    expect(reasons[1]).toMatchObject({
      firstSeen: NOW - 9 * DAY,
      lastSeen: NOW,
      provenance: [
        { sourceId: 1, row: 5, file: '/facts.csv', sha256: 'aa' },
        { sourceId: 1, row: 7, file: '/facts.csv', sha256: 'aa' },
      ],
    })
    expect(reasons[0].provenance).toHaveLength(1)
    expect(await explainEdge(ws.ctx, graph.runId, 2, 2)).toEqual([])
    await expect(explainEdge(ws.ctx, 99, 1, 2)).rejects.toMatchObject({ code: 'run_missing' })
  } finally {
    ws.close()
  }
})

test('its reasons add up to the weight of the edge in the graph, whatever the facts and the recipe', async () => {
  const fact = fc.record({
    kind: fc.constantFrom('relation', 'link', 'event'),
    a: fc.integer({ min: 1, max: 6 }),
    b: fc.integer({ min: 1, max: 6 }),
    what: fc.constantFrom('x', 'y'),
    type: fc.constantFrom('ip', 'device'),
    age: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
  })
  const recipes = fc.record({
    entities: fc.record({
      hubCap: fc.integer({ min: 2, max: 6 }),
      minShared: fc.integer({ min: 1, max: 2 }),
    }),
    decayHalfLifeDays: fc.constantFrom(null, 90),
    window: fc.constantFrom(null, { from: NOW - 200 * DAY, to: NOW - 20 * DAY }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fact, { maxLength: 40 }), recipes, async (facts, change) => {
      const ws = testWorkspace(NOW)
      try {
        ws.accounts('1', '2', '3', '4', '5', '6')
        for (const { kind, a, b, what, type, age } of facts) {
          const last = age === undefined ? undefined : NOW - age * DAY
          if (kind === 'relation') ws.relation(a, b, { type: what, last })
          else if (kind === 'link') ws.link(a, type, what, { last })
          else ws.event(a, last ?? NOW, type === 'ip' ? { ip: what } : { device: what })
        }
        const { runId, combined } = await runGraphStep(ws.ctx, recipeSchema.parse(change))
        for (let u = 0; u < 6; u++) {
          const weights = new Float64Array(6)
          for (let e = combined.offsets[u]; e < combined.offsets[u + 1]; e++)
            weights[combined.targets[e]] = combined.weights[e]
          for (let v = 0; v < 6; v++) {
            const reasons = await explainEdge(ws.ctx, runId, u + 1, v + 1)
            expect(reasons.reduce((sum, r) => sum + r.weight, 0)).toBeCloseTo(weights[v], 5)
          }
        }
      } finally {
        ws.close()
      }
    }),
    { numRuns: 15 },
  )
})
