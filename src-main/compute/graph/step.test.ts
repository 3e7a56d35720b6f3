import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findNode, readGraphLayout, readNeighbours } from '../../common/graph-file.ts'
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../common/recipe.ts'
import { findEntry } from './csr.ts'
import { loadGraph, rebuildDerived, runGraphStep } from './step.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'
import type { AccountGraph } from './types.ts'

const DAY = 86_400_000
const NOW = 1_700_000_000_000
let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace(NOW)
})
afterEach(() => ws.close())

const recipe = (change: Record<string, unknown>): Recipe => recipeSchema.parse(change)
const channelOf = (graph: AccountGraph, id: string) => graph.channels.find((c) => c.id === id)!.csr
function weight(graph: AccountGraph, u: number, v: number, id?: string): number {
  const csr = id === undefined ? graph.combined : channelOf(graph, id)
  const e = findEntry(csr, u - 1, v - 1)
  expect(findEntry(csr, v - 1, u - 1) >= 0).toBe(e >= 0)
  return e < 0 ? 0 : csr.weights[e]
}
const stats = () =>
  JSON.parse(ws.db.prepare("SELECT stats FROM run WHERE kind = 'graph'").pluck().get() as string)

describe('what becomes an edge', () => {
  test('sharing an entity weighs 1/(d-1) per pair, over links and events together, once per account', async () => {
    ws.accounts('a', 'b', 'c', 'd', 'alone')
    ws.link(1, 'device', 'x')
    ws.link(1, 'device', 'x')
    ws.event(2, NOW, { device: 'x', ip: '10.0.0.1' })
    ws.event(2, NOW, { device: 'x' })
    ws.link(3, 'device', 'x')
    ws.event(4, NOW, { ip: '10.0.0.1' })
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    expect(graph.channels.map((c) => c.id)).toEqual(['entity:device', 'entity:ip'])
    expect(weight(graph, 1, 2)).toBeCloseTo(1 / 2)
    expect(weight(graph, 1, 3)).toBeCloseTo(1 / 2)
    expect(weight(graph, 2, 4, 'entity:ip')).toBe(1)
    expect(weight(graph, 1, 4)).toBe(0)
    expect([...graph.accountIds]).toEqual([1, 2, 3, 4, 5])
    expect(stats()).toMatchObject({
      accounts: 5,
      edges: 4,
      isolated: 1,
      maxDegree: 3,
      linkRows: 3,
      eventRows: 3,
    })
  })

  test('a hub makes no edges and is counted', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    for (const id of [1, 2, 3, 4]) ws.link(id, 'ip', 'nat')
    for (const id of [1, 2, 3]) ws.link(id, 'ip', 'home')
    const graph = await runGraphStep(ws.ctx, recipe({ entities: { hubCap: 3 } }))
    expect(weight(graph, 1, 2)).toBeCloseTo(1 / 2)
    expect(weight(graph, 1, 4)).toBe(0)
    expect(stats().channels).toEqual([{ id: 'entity:ip', edges: 3, hubsCapped: 1, hubAccounts: 4 }])
  })

  test('relations merge directions, sum with log damping and ignore themselves and weightless rows', async () => {
    ws.accounts('a', 'b', 'c')
    ws.relation(1, 2, { weight: 2 })
    ws.relation(2, 1, { weight: 1 })
    ws.relation(2, 3, { type: 'transfer' })
    ws.relation(3, 3)
    ws.relation(1, 3, { weight: 0 })
    ws.relation(1, 3, { source: 2 })
    const graph = await runGraphStep(ws.ctx, recipe({ relations: { weight: 3 } }))
    expect(graph.channels.map((c) => c.id)).toEqual(['relation:friend', 'relation:transfer'])
    expect(weight(graph, 1, 2)).toBeCloseTo(3 * Math.log2(1 + 3), 5)
    expect(weight(graph, 2, 3, 'relation:transfer')).toBe(3)
    expect(weight(graph, 1, 3)).toBe(0)
    expect(stats()).toMatchObject({ selfRelations: 1, nonPositive: 1, relationRows: 5 })
  })

  test('weights halve with age; sharing is as old as the account that left first; undated facts stay', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    ws.relation(1, 2, { first: NOW - 200 * DAY, last: NOW - 90 * DAY })
    ws.relation(3, 4)
    ws.event(1, NOW, { device: 'x' })
    ws.event(2, NOW - 180 * DAY, { device: 'x' })
    ws.relation(2, 3, { last: NOW - 20_000 * DAY })
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    expect(weight(graph, 1, 2, 'relation:friend')).toBeCloseTo(Math.log2(1.5), 6)
    expect(weight(graph, 1, 2, 'entity:device')).toBeCloseTo(0.25, 6)
    expect(weight(graph, 3, 4)).toBe(1)
    expect(weight(graph, 2, 3)).toBeCloseTo(Math.log2(1 + 2 ** -10), 8)
    const e = findEntry(graph.combined, 0, 1)
    expect(graph.combined.weights[e]).toBeCloseTo(Math.log2(1.5) + 0.25, 6)
    expect(graph.channelMask[e]).toBe(0b11)
  })

  test('a window keeps what lies behind it out, also from the age of edges', async () => {
    ws.accounts('a', 'b', 'c')
    ws.relation(1, 2, { first: NOW - 10 * DAY, last: NOW + 400 * DAY })
    ws.relation(2, 3, { first: NOW + DAY, last: NOW + 2 * DAY })
    ws.relation(1, 3)
    const graph = await runGraphStep(ws.ctx, recipe({ window: { from: NOW - 30 * DAY, to: NOW } }))
    expect(weight(graph, 1, 2)).toBe(1)
    expect(weight(graph, 2, 3)).toBe(0)
    expect(weight(graph, 1, 3)).toBe(0)
    expect(stats()).toMatchObject({ outside: 2, newestFact: NOW - 1 })
  })

  test('minShared wants several entities of one type, unless the pair is related or shares enough elsewhere', async () => {
    ws.accounts('a', 'b', 'c', 'd')
    ws.link(1, 'ip', 'i1')
    ws.link(2, 'ip', 'i1')
    ws.link(1, 'ip', 'i2')
    ws.link(2, 'ip', 'i2')
    ws.link(1, 'device', 'd1')
    ws.link(2, 'device', 'd1')
    ws.link(3, 'device', 'd2')
    ws.link(4, 'device', 'd2')
    ws.link(2, 'device', 'd3')
    ws.link(3, 'device', 'd3')
    ws.relation(2, 3)
    const graph = await runGraphStep(ws.ctx, recipe({ entities: { minShared: 2 } }))
    expect(weight(graph, 1, 2, 'entity:ip')).toBe(2)
    expect(weight(graph, 1, 2, 'entity:device')).toBe(1)
    expect(weight(graph, 3, 4)).toBe(0)
    expect(weight(graph, 2, 3, 'entity:device')).toBe(1)
  })

  test('types left out make no channel; more than 16 types share a channel per kind', async () => {
    ws.accounts('a', 'b', 'c')
    for (let t = 0; t < 20; t++) {
      ws.relation(1, 2, { type: `r${t}` })
      if (t < 18) ws.relation(1, 3, { type: `r${t}` })
    }
    ws.link(1, 'ip', 'x')
    ws.link(2, 'ip', 'x')
    const few = await runGraphStep(ws.ctx, recipe({ relations: { types: ['r3'] }, entities: { types: [] } }))
    expect(few.channels.map((c) => c.id)).toEqual(['relation:r3'])
    const all = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    expect(all.channels.length).toBeLessThanOrEqual(16)
    expect(all.channels.map((c) => c.id)).toContain('relation:*')
    expect(weight(all, 1, 2)).toBeCloseTo(14 + Math.log2(1 + 6) + 1, 4)
  })
})

describe('the run and its file', () => {
  test('no accounts: nothing to analyze; accounts alone: a graph without edges', async () => {
    await expect(runGraphStep(ws.ctx, DEFAULT_RECIPE)).rejects.toMatchObject({ code: 'nothing_to_analyze' })
    expect(ws.db.prepare('SELECT status FROM run').pluck().all()).toEqual(['failed'])
    ws.accounts('a')
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    expect(graph.combined.n).toBe(1)
    expect((await loadGraph(ws.ctx, graph.runId)).combined).toEqual(graph.combined)
  })

  test('loads what it wrote; deleting derived loses nothing; an altered file is refused', async () => {
    ws.accounts('a', 'b', 'c')
    ws.relation(1, 2, { last: NOW })
    ws.event(2, NOW - DAY, { ip: '1.1.1.1' })
    ws.event(3, NOW - DAY, { ip: '1.1.1.1' })
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    expect(await loadGraph(ws.ctx, graph.runId)).toEqual(graph)
    const dir = join(ws.ctx.workspace, 'derived')
    const [name] = readdirSync(dir)
    expect(readdirSync(dir)).toEqual([`graph-${graph.sha256}.bin`])

    rmSync(dir, { recursive: true })
    await expect(loadGraph(ws.ctx, graph.runId)).rejects.toMatchObject({ code: 'derived_missing' })
    expect(await rebuildDerived(ws.ctx, graph.runId)).toEqual(graph)
    expect(existsSync(join(dir, name))).toBe(true)

    const whole = readFileSync(join(dir, name))
    for (const broken of [
      whole.subarray(0, 10),
      whole.subarray(0, whole.length - 20),
      Buffer.from('not a graph file'),
    ]) {
      writeFileSync(join(dir, name), broken)
      await expect(loadGraph(ws.ctx, graph.runId)).rejects.toMatchObject({ code: 'derived_missing' })
    }
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 17] ^= 1
    writeFileSync(join(dir, name), flipped)
    await expect(loadGraph(ws.ctx, graph.runId)).rejects.toThrow(/altered/)

    ws.relation(1, 3, { last: NOW })
    await expect(rebuildDerived(ws.ctx, graph.runId)).rejects.toThrow(/facts have changed/)
    await expect(loadGraph(ws.ctx, 999)).rejects.toMatchObject({ code: 'run_missing' })
  })

  test('core reads one node without loading the graph', async () => {
    ws.accounts('a', 'b', 'c', 'd', 'e')
    ws.db.prepare('DELETE FROM account WHERE id IN (2, 3)').run()
    ws.relation(5, 1, { type: 'friend' })
    ws.relation(4, 5, { type: 'transfer', weight: 3 })
    const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
    const file = await open(join(ws.ctx.workspace, 'derived', `graph-${graph.sha256}.bin`))
    try {
      const layout = await readGraphLayout(file)
      expect(layout.fileBytes).toBe((await file.stat()).size)
      expect(layout.directory.channels).toEqual(['relation:friend', 'relation:transfer'])
      const nodes = []
      for (const id of [1, 2, 3, 4, 5, 6]) nodes.push(await findNode(file, id, layout))
      expect(nodes).toEqual([0, -1, -1, 1, 2, -1])
      let reads = 0
      const counting = { read: (...args: Parameters<typeof file.read>) => (reads++, file.read(...args)) }
      expect(await readNeighbours(counting as never, 2, layout)).toEqual([
        { accountId: 1, weight: 1, channelMask: 1 },
        { accountId: 4, weight: 2, channelMask: 2 },
      ])
      expect(reads).toBe(2)
      await expect(readNeighbours(file, 3, layout)).rejects.toMatchObject({ code: 'not_found' })
    } finally {
      await file.close()
    }
  })

  test('a cancelled build leaves a cancelled run and no file', async () => {
    ws.accounts('a', 'b')
    ws.relation(1, 2)
    ws.abort()
    await expect(runGraphStep(ws.ctx, DEFAULT_RECIPE)).rejects.toMatchObject({ code: 'cancelled' })
    expect(ws.db.prepare('SELECT status FROM run').pluck().all()).toEqual(['cancelled'])
    expect(existsSync(join(ws.ctx.workspace, 'derived'))).toBe(false)
  })
})
