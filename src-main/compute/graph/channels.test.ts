import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recipeSchema, type RecipeInput } from '../../common/recipe.ts'
import { innocentFactors } from '../sharing/factors.ts'
import { findEntry } from './csr.ts'
import { explainEdge } from './explain-edge.ts'
import { previewRecipe } from './preview.ts'
import { runGraphStep } from './step.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'
import type { AccountGraph } from './types.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace(NOW)
})
afterEach(() => ws.close())

const build = (change: RecipeInput) => runGraphStep(ws.ctx, recipeSchema.parse(change), { force: true })
const weight = ({ combined }: AccountGraph, u: number, v: number): number => {
  const e = findEntry(combined, u - 1, v - 1)
  return e < 0 ? 0 : combined.weights[e]
}
const stats = () =>
  JSON.parse(
    ws.db.prepare(`SELECT stats FROM run WHERE kind = 'graph' ORDER BY id DESC`).pluck().get() as string,
  )

describe('texts', () => {
  const scam = 'Send the money to my cousin first and I will ship the phone tomorrow'
  test('near-identical reports join the accounts they are about; the reason shows both', async () => {
    ws.accounts('a', 'b', 'c')
    ws.report(1, scam, NOW - DAY)
    ws.report(2, `${scam}!!`, NOW)
    ws.report(3, 'He was rude to me in the chat and would not stop insulting everybody', NOW)
    const graph = await build({ texts: { of: ['reports'], weight: 2 } })
    expect(graph.channels.map(({ id, csr }) => [id, csr.targets.length / 2])).toEqual([['text:reports', 1]])
    const [reason, ...others] = await explainEdge(ws.ctx, graph.runId, 2, 1)
    expect(others).toEqual([])
    expect(reason.weight).toBeCloseTo(weight(graph, 1, 2), 6)
    expect(reason).toMatchObject({
      channel: 'text:reports',
      kind: 'text',
      excerpts: [`${scam}!!`, scam],
      firstSeen: NOW - DAY,
      lastSeen: NOW,
      provenance: [{ row: expect.any(Number) }, { row: expect.any(Number) }],
    })
    expect(reason.similarity).toBeCloseTo(weight(graph, 1, 2) / 2, 6)
    expect(reason.similarity).toBeGreaterThan(0.8)
    expect(weight(graph, 1, 3)).toBe(0)
    const late = await build({ texts: { of: ['reports'] }, window: { from: NOW - HOUR, to: NOW + 1 } })
    expect(late.combined.targets).toHaveLength(0)
  })

  test('of profiles only long values of the newest record count', async () => {
    ws.accounts('a', 'b', 'c')
    ws.profile(1, { bio: scam, region: 'CN' })
    ws.profile(2, { about: scam, region: 'CN' })
    ws.profile(3, { bio: scam })
    ws.profile(3, { bio: 'I like birds' })
    const graph = await build({ texts: { of: ['profiles'] } })
    expect(graph.combined.targets).toHaveLength(2)
    expect(weight(graph, 1, 2)).toBe(1)
    expect((await explainEdge(ws.ctx, graph.runId, 1, 2))[0]).toMatchObject({
      excerpts: [scam, scam],
      similarity: 1,
    })
  })

  test('a text of more accounts than the cap is a hub', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    for (const id of [1, 2, 3, 4]) ws.report(id, scam)
    const graph = await build({ texts: { of: ['reports'], hubCap: 3 } })
    expect(graph.combined.targets).toHaveLength(0)
    expect(stats().channels).toEqual([{ id: 'text:reports', edges: 0, hubsCapped: 1, hubAccounts: 0 }])
  })
})

describe('meetings', () => {
  test('no border separates two uses; meetings of one stay count once; a crowd says nothing', async () => {
    ws.accounts('a', 'b', 'c', 'd', 'e', 'f')
    const at = (account: number, minutes: number, ip = 'x') =>
      ws.event(account, NOW - DAY + minutes * MINUTE, { ip })
    // Wherever a grid of ten minutes began, some of these would lie on both sides of its borders.
    for (const start of [0, 61, 122, 183]) {
      at(1, start)
      at(2, start + 9)
    }
    // Back and forth for 20 minutes is two separate meetings at most: 0–10 and 11–20.
    for (let m = 300; m <= 320; m += 4) at(m % 8 === 4 ? 3 : 4, m)
    for (const id of [1, 2, 3, 4, 5, 6]) at(id, 600, 'crowd')
    const recipe: RecipeInput = {
      entities: { types: [] },
      cooccurrence: { on: ['ip'], windowMinutes: 10, minTimes: 2, hubCap: 5 },
      decayHalfLifeDays: null,
    }
    const graph = await build(recipe)
    expect(graph.channels.map(({ id }) => id)).toEqual(['event:ip'])
    expect(weight(graph, 1, 2)).toBeCloseTo(Math.log2(1 + 4 / 2), 6)
    expect(weight(graph, 3, 4)).toBeCloseTo(Math.log2(1 + 2 / 2), 6)
    expect(graph.combined.targets).toHaveLength(4)
    expect(stats().channels).toEqual([{ id: 'event:ip', edges: 2, hubsCapped: 1, hubAccounts: 6 }])
    expect(await explainEdge(ws.ctx, graph.runId, 1, 2)).toMatchObject([
      { channel: 'event:ip', kind: 'meeting', entityKey: 'x', times: 4, minutes: 10 },
    ])
    const often = await build({ ...recipe, cooccurrence: { ...recipe.cooccurrence, minTimes: 3 } })
    expect(weight(often, 3, 4)).toBe(0)
    expect(await explainEdge(ws.ctx, often.runId, 3, 4)).toMatchObject([
      { times: 2, weight: 0, detail: 'few' },
    ])
  })

  test('two that alternate endlessly on one device cost no more than their events', async () => {
    ws.accounts('a', 'b')
    ws.db.transaction(() => {
      for (let i = 0; i < 1_000; i++) ws.event(1 + (i % 2), NOW - i * 4_000, { device: 'd' })
    })()
    const recipe = { entities: { types: [] }, cooccurrence: { on: ['device' as const], windowMinutes: 60 } }
    const graph = await build({ ...recipe, decayHalfLifeDays: null })
    // 66 minutes 36 seconds: the first meeting after four seconds, the next more than an hour later.
    expect(weight(graph, 1, 2)).toBeCloseTo(Math.log2(1 + 2 / 2), 6)
  })
})

test('rhythm: the same odd hours join, the rush hour joins nobody', async () => {
  ws.accounts('a', 'b', 'c', 'd')
  const times = { 1: [3, 27, 51, 75], 2: [3, 27, 51, 75], 3: [5, 30, 60, 90], 4: [8, 33, 66, 99] }
  for (const [id, hours] of Object.entries(times))
    for (const hour of [...hours, 12, 36]) ws.event(Number(id), NOW - 10 * DAY + hour * HOUR)
  const graph = await build({ rhythm: { use: true, minEvents: 5, weight: 3 }, decayHalfLifeDays: null })
  expect(graph.combined.targets).toHaveLength(2)
  expect(weight(graph, 1, 2)).toBeCloseTo(3, 6)
  expect(await explainEdge(ws.ctx, graph.runId, 1, 2)).toMatchObject([
    { channel: 'rhythm', kind: 'rhythm', times: 6, similarity: 1, minutes: 60 },
  ])
})

test('innocent explanations discount an address, and the reason says by how much', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => i + 1)
  ws.accounts(...ids.map((id) => `k${id}`))
  ws.db.transaction(() => {
    // Forty strangers come and go on one address, each with a device of their own.
    for (const id of ids)
      for (let i = 0; i < 6; i++)
        ws.event(id, NOW - ((id * 7 + i * 11) % 90) * DAY - id * HOUR, { ip: 'cafe', device: `d${id}` })
    ws.event(1, NOW, { device: 'shared' })
    ws.event(2, NOW, { device: 'shared' })
  })()
  const recipe: RecipeInput = { decayHalfLifeDays: null }
  const plain = await build(recipe)
  const discounted = await build({ ...recipe, entities: { discountInnocent: true } })
  const factors = await innocentFactors(ws.ctx, null)
  const cafe = ws.db.prepare(`SELECT id FROM entity WHERE key = 'cafe'`).pluck().get() as number
  expect(factors[cafe]).toBeLessThan(0.9)
  expect(weight(discounted, 3, 4)).toBeCloseTo(weight(plain, 3, 4) * factors[cafe], 6)
  const reasons = await explainEdge(ws.ctx, discounted.runId, 3, 4)
  expect(reasons).toMatchObject([{ entityKey: 'cafe', detail: 'innocent' }])
  expect(reasons[0].innocentFactor).toBeCloseTo(factors[cafe], 6)
  expect(reasons[0].weight).toBeCloseTo(weight(discounted, 3, 4), 6)
  const preview = await previewRecipe(
    ws.ctx,
    recipeSchema.parse({ entities: { discountInnocent: true, hubCap: 10 } }),
  )
  expect(preview.hubs).toMatchObject([{ key: 'cafe', accounts: 40 }])
})

test('types may share a channel, with factors of their own, and are explained by it', async () => {
  ws.accounts('a', 'b', 'c')
  for (let t = 0; t < 20; t++) {
    ws.relation(1, 2, { type: `r${String(t).padStart(2, '0')}` })
    for (let i = 0; i < (t < 15 ? 2 : 0); i++) ws.relation(2, 3, { type: `r${String(t).padStart(2, '0')}` })
  }
  const graph = await build({ relations: { byType: { r19: 4, r00: 2 } }, maxWeight: 16 })
  expect(graph.channels.map(({ id }) => id)).toContain('relation:*')
  const star = graph.channels.findIndex(({ id }) => id === 'relation:*')
  const { csr } = graph.channels[star]
  // 14 types have their own; of r14 to r19 one row each, one of them times four.
  expect(csr.weights[findEntry(csr, 0, 1)]).toBeCloseTo(Math.log2(1 + 5 + 4), 5)
  expect(weight(graph, 1, 2)).toBe(16)
  const reasons = await explainEdge(ws.ctx, graph.runId, 1, 2)
  expect(reasons.reduce((sum, reason) => sum + reason.weight, 0)).toBeCloseTo(16, 6)
  expect(reasons.every((reason) => reason.detail === 'capped')).toBe(true)
  expect(reasons.find((reason) => reason.channel === 'relation:*')).toMatchObject({ times: 6 })
})
