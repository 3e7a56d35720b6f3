import { afterAll, describe, expect, it } from 'vitest'
import type { EdgeReason } from '../../../common/contract/accounts.ts'
import { recipeSchema } from '../../../common/recipe.ts'
import type { RecipeInput } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import { explainEdge } from '../../graph/explain-edge.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import { openFeatures } from '../features/source.ts'
import { RowReader } from '../scorers/score-table.ts'
import { openEgo } from './ego.ts'
import type { Ego } from './ego.ts'
import type { Scored } from './kept.ts'
import { Things } from './things.ts'

const N = 40
const DAY = 86_400_000
const START = 1_700_000_000_000
const open: TestWorkspace[] = []
afterAll(() => {
  for (const w of open) w.close()
})

/** Accounts that share addresses and devices by links and events of many days, and know each other. */
function facts(unready: boolean, without?: { account: number; device: string }): TestWorkspace {
  const w = testWorkspace(START)
  open.push(w)
  const random = new Random(3)
  w.accounts(...Array.from({ length: N }, (_, k) => `a${k}`))
  for (let k = 1; k <= N; k++) {
    for (let i = 0; i < 4; i++) {
      const [ip, device, day] = [random.int(12), random.int(15), random.int(200)]
      if (without?.account !== k || without.device !== `d${device}`)
        w.event(k, START + day * DAY, { ip: `ip${ip}`, device: `d${device}` })
      else w.event(k, START + day * DAY, { ip: `ip${ip}` })
    }
    w.link(k, 'card', `c${random.int(10)}`, { last: START + random.int(100) * DAY })
    if (k % 3 === 0) w.link(k, 'device', `d${random.int(15)}`)
    w.relation(k, 1 + random.int(N - 1), { last: START })
  }
  // What is not ready yet must not count.
  if (unready) for (let k = 1; k <= N; k++) w.link(k, 'device', 'd1', { source: 2 })
  if (!unready) w.db.exec('DELETE FROM source WHERE id = 2')
  return w
}

async function egoOf(w: TestWorkspace, recipe: RecipeInput, account: number): Promise<Ego> {
  const graph = await runGraphStep(w.ctx, recipeSchema.parse(recipe))
  const source = await openFeatures(w.ctx, graph)
  const { columns } = source.table
  const names = columns.map((column) => column.name)
  const scored = {
    source,
    columns,
    labels: { nodes: new Uint32Array(0), y: new Uint8Array(0) },
    seed: 1,
    reader: new RowReader(source, null, names),
    memo: new Map(),
  } as unknown as Scored
  return openEgo(scored, account - 1, w.ctx)
}

const explainTies = (w: TestWorkspace, ego: Ego): Promise<EdgeReason[][]> =>
  Promise.all(
    Array.from(ego.neighbours, (v) => explainEdge(w.ctx, ego.scored.source.graph.runId, ego.node + 1, v + 1)),
  )

/** What is left of each tie's channels without a thing. */
function expectedKept(ego: Ego, ties: readonly EdgeReason[][], entity: number): number[][] {
  const out = ego.channels.map((): number[] => [])
  for (const reasons of ties) {
    for (const [c, { id }] of ego.channels.entries()) {
      const of = reasons.filter(({ channel }) => channel === id)
      const all = of.reduce((sum, { weight }) => sum + weight, 0)
      const left = of.reduce((sum, { weight, entityId }) => sum + (entityId === entity ? 0 : weight), 0)
      out[c].push(all > 0 ? left / all : 1)
    }
  }
  return out
}

describe('Things', () => {
  it.each([
    ['the default recipe', {}, false],
    ['facts that are not ready', {}, true],
    ['other weights', { entities: { rarity: 'idf', byType: { device: 2 } }, decayHalfLifeDays: null }, false],
    ['hubs that count by nearness', { entities: { hubCap: 8, hub: 'nearest', nearest: 3 } }, false],
    ['meetings', { cooccurrence: { on: ['device'], windowMinutes: 1440, minTimes: 1 } }, false],
  ] as [string, RecipeInput, boolean][])(
    'takes ties apart as explainEdge does: %s',
    async (_, recipe, unready) => {
      const w = facts(unready)
      const ego = await egoOf(w, recipe, 6)
      const things = await Things.open(w.ctx, ego)
      expect(things.list.length).toBeGreaterThan(5)
      const ties = await explainTies(w, ego)
      let touched = 0
      for (const { id } of things.list) {
        const kept = things.kept(new Set([id]))
        const expected = expectedKept(ego, ties, id)
        for (const [c, values] of expected.entries())
          for (const [i, value] of values.entries()) {
            expect(Math.abs(kept[c][i] - value)).toBeLessThan(1e-6)
            if (value < 1) touched++
          }
      }
      expect(touched).toBeGreaterThan(10)
    },
  )

  it('leaves no tie that stands on too little evidence', async () => {
    const w = facts(false)
    const ego = await egoOf(w, { relations: { types: [] }, minEvidence: 2 }, 6)
    const things = await Things.open(w.ctx, ego)
    const all = things.kept(new Set(things.list.map(({ id }) => id)))
    expect(ego.neighbours.length).toBeGreaterThan(0)
    for (const [c, { weights }] of ego.channels.entries())
      for (const [i, weight] of weights.entries()) if (weight > 0) expect(all[c][i]).toBe(0)
    // A pair with two pieces of evidence has one left without either: too little.
    let few = 0
    for (const { id, ties } of things.list) {
      const kept = things.kept(new Set([id]))
      for (const tie of ties) {
        const pieces = things.list.filter((thing) => thing.ties.includes(tie)).length
        if (pieces !== 2) continue
        few++
        for (const [c, { weights }] of ego.channels.entries())
          if (weights[tie] > 0) expect(kept[c][tie]).toBe(0)
      }
    }
    expect(few).toBeGreaterThan(0)
  })

  it('has the sharing columns of an account that never used the thing', async () => {
    const w = facts(false)
    const ego = await egoOf(w, {}, 6)
    const things = await Things.open(w.ctx, ego)
    const columns = ego.scored.columns
    let asked = 0
    for (const thing of things.list
      .filter(({ type, key }) => type === 'device' && key !== 'd14')
      .slice(0, 3)) {
      const row = ego.row.slice()
      things.putFacts(new Set([thing.id]), row)
      const links = w.db
        .prepare('SELECT count(*) FROM link WHERE account_id = 6 AND entity_id = ?')
        .pluck()
        .get(thing.id)
      if (links !== 0) continue
      const other = facts(false, { account: 6, device: thing.key })
      const expected = await egoOf(other, {}, 6)
      for (const name of [
        'devices',
        'device_crowd',
        'device_rarity',
        'ips',
        'ip_crowd_least',
        'other_rarity',
      ]) {
        const k = columns.findIndex((column) => column.name === name)
        const there = expected.scored.columns.findIndex((column) => column.name === name)
        expect(k).toBeGreaterThanOrEqual(0)
        expect(row[k], name).toBeCloseTo(expected.row[there], 5)
      }
      const k = columns.findIndex((column) => column.name === 'devices')
      expect(row[k]).toBe(ego.row[k] - 1)
      asked++
    }
    expect(asked).toBeGreaterThan(1)
  })
})
