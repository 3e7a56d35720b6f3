import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recipeSchema } from '../../common/recipe.ts'
import { Random } from '../communities/random.ts'
import { buildGraph, type GraphStats } from './build.ts'
import { StratifiedTotal, stratify } from './estimate.ts'
import { previewRecipe } from './preview.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000
const ACCOUNTS = 900
const recipe = recipeSchema.parse({
  entities: { hubCap: 40, hub: 'nearest' },
  cooccurrence: { on: ['device'], minTimes: 1 },
  minEvidence: 2,
})

describe('of a workspace too large to count', () => {
  let ws: TestWorkspace
  let truth: GraphStats
  beforeAll(async () => {
    ws = testWorkspace(NOW)
    const random = new Random(5)
    const below = (n: number) => Math.floor(random.next() * n)
    ws.db.transaction(() => {
      ws.accounts(...Array.from({ length: ACCOUNTS }, (_, i) => `k${i}`))
      for (let a = 1; a <= ACCOUNTS; a++) {
        if (a % 10 === 0) continue
        // Degrees of all sizes: some share much, some little, a few know hundreds.
        for (let i = 0; i < 4; i++)
          ws.event(a, NOW - below(500) * HOUR, {
            ip: `i${Math.floor(600 * random.next() ** 3)}`,
            device: `d${below(400)}`,
          })
        for (let i = below(4); i > 0; i--) ws.relation(a, 1 + Math.floor(ACCOUNTS * random.next() ** 2))
      }
    })()
    truth = (await buildGraph(ws.ctx, recipe)).stats
  })
  afterAll(() => ws.close())

  test('the intervals cover the truth about as often as they say', async () => {
    const covered = { edges: 0, isolated: 0, channels: 0 }
    const width: number[] = []
    const rounds = 60
    for (let seed = 1; seed <= rounds; seed++) {
      const preview = await previewRecipe(ws.ctx, recipe, { budget: 6_000, least: 12, seed })
      expect(preview.sampled).toBeLessThan(ACCOUNTS * 0.6)
      const { edges, isolated, channels } = preview
      if (edges.low <= truth.edges && truth.edges <= edges.high) covered.edges++
      if (isolated.low <= truth.isolated && truth.isolated <= isolated.high) covered.isolated++
      for (const [k, channel] of channels.entries())
        if (channel.edges.low <= truth.channels[k].edges && truth.channels[k].edges <= channel.edges.high)
          covered.channels += 1 / channels.length
      width.push((edges.high - edges.low) / truth.edges)
      expect(preview.degrees.reduce((sum, bin) => sum + bin.accounts, 0)).toBeCloseTo(ACCOUNTS, -1)
    }
    // 95% of 60 is 57; fewer than 51 would come by chance in fewer than one of a hundred workspaces.
    for (const count of Object.values(covered)) expect(count).toBeGreaterThanOrEqual(51)
    expect(Math.max(...width)).toBeLessThan(0.5)
  })

  test('hubs are named, largest first, and new facts are seen at once', async () => {
    const preview = await previewRecipe(ws.ctx, recipe)
    expect(preview.edges).toEqual({ value: truth.edges, low: truth.edges, high: truth.edges })
    expect(preview.hubs.length).toBeGreaterThan(3)
    expect(preview.hubs[0]).toMatchObject({ type: 'ip', key: 'i0' })
    expect(preview.hubs.map((hub) => hub.accounts)).toEqual(
      preview.hubs.map((hub) => hub.accounts).sort((x, y) => y - x),
    )
    ws.db.exec(`UPDATE source SET sha256 = 'bb' WHERE id = 1`)
    ws.relation(10, 20)
    expect((await previewRecipe(ws.ctx, recipe)).edges.value).toBe(truth.edges + 1)
  })
})

test('without accounts there is nothing to preview', async () => {
  const ws = testWorkspace()
  try {
    await expect(previewRecipe(ws.ctx, recipe)).rejects.toMatchObject({ code: 'nothing_to_analyze' })
  } finally {
    ws.close()
  }
})

test('strata hold everyone once, and a full sample leaves no doubt', () => {
  const random = new Random(1)
  const reach = Float64Array.from({ length: 5_000 }, (_, u) =>
    u % 7 === 0 ? 0 : Math.min(200, Math.floor(1 / random.next())),
  )
  const { strata, without } = stratify(reach, 4_000, () => random.next(), 5)
  expect(without).toBe(Math.ceil(5_000 / 7))
  expect(strata.reduce((sum, { accounts }) => sum + accounts, without)).toBe(5_000)
  const spent = strata.reduce((sum, { sample }) => sum + sample.reduce((s, u) => s + reach[u], 0), 0)
  expect(spent).toBeLessThan(5_000)
  for (const { sample, accounts } of strata) {
    expect(new Set(sample).size).toBe(sample.length)
    expect(sample.length).toBeGreaterThanOrEqual(Math.min(5, accounts))
  }
  const all = stratify(reach, Infinity, () => random.next(), 20)
  const total = new StratifiedTotal()
  for (const stratum of all.strata)
    total.add(
      stratum,
      Array.from(stratum.sample, (u) => reach[u]),
    )
  const sum = reach.reduce((x, y) => x + y)
  expect(total.estimate(1)).toEqual({ value: sum, low: sum, high: sum })
})
