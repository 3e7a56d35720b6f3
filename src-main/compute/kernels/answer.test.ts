import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { combineCsr } from '../graph/csr.ts'
import { writeGraphFile } from '../graph/file.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { beginRun, finishRun } from '../store/runs.ts'
import { dropKeptGraph, keptGraph, neighbourhood, pathsBetween } from './answer.ts'
import { csrOf } from './testing/graphs.ts'

let w: TestWorkspace
beforeEach(() => {
  dropKeptGraph()
  w = testWorkspace()
})
afterEach(() => w.close())

const CHANNELS = ['entity:device', 'entity:ip', 'relation:friend']
/** Accounts 11 and 12 share a device, 12 and 13 are friends, 11, 13 and 14 an address; 15 is alone. */
const EDGES: [a: number, b: number, channel: number, weight: number][] = [
  [0, 1, 0, 1],
  [1, 2, 2, 0.75],
  [0, 2, 1, 0.5],
  [0, 3, 1, 0.5],
  [2, 3, 1, 0.5],
]

/** A finished graph run over accounts 11..15; the recipe that would make it is not the matter here. */
async function graphRun(edges = EDGES): Promise<number> {
  const parts = CHANNELS.map((_, k) =>
    csrOf(
      5,
      edges.flatMap(([a, b, channel, weight]) => (channel === k ? [[a, b, weight] as const] : [])),
    ),
  )
  const { csr, mask } = combineCsr(5, parts)
  const runId = beginRun(w.ctx, {
    kind: 'graph',
    algorithm: 'recipe',
    algorithmVersion: '1',
    params: {},
    inputs: {},
  })
  const { derived } = await writeGraphFile(w.ctx, {
    accountIds: Uint32Array.of(11, 12, 13, 14, 15),
    combined: csr,
    channelMask: mask,
    channels: parts.map((part, k) => ({ id: CHANNELS[k], csr: part })),
  })
  finishRun(w.ctx, runId, { stats: {}, derived })
  return runId
}

describe('pathsBetween', () => {
  it('answers with accounts, weights and channels of every step', async () => {
    const run = await graphRun()
    const answer = await pathsBetween(w.ctx, run, 11, 13, 5)
    expect(answer).toMatchObject({ graphRunId: run, a: 11, b: 13, length: 'inverse' })
    expect(answer.paths.map((p) => p.accountIds)).toEqual([
      [11, 13],
      [11, 12, 13],
      [11, 14, 13],
    ])
    const [direct, around] = answer.paths
    expect(direct.steps).toEqual([{ weight: 0.5, length: 2, channels: [{ id: 'entity:ip', weight: 0.5 }] }])
    expect(around.steps.map((s) => s.channels.map((c) => c.id))).toEqual([
      ['entity:device'],
      ['relation:friend'],
    ])
    for (const path of answer.paths)
      expect(path.steps.reduce((s, step) => s + step.length, 0)).toBeCloseTo(path.length, 12)
    expect((await pathsBetween(w.ctx, run, 11, 13, 1, 'likelihood')).paths).toHaveLength(1)
    expect((await pathsBetween(w.ctx, run, 11, 15, 3)).paths).toEqual([])
  })

  it('tells unknown runs and accounts by name', async () => {
    const run = await graphRun()
    await expect(pathsBetween(w.ctx, run, 11, 99, 1)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('Account 99'),
    })
    await expect(pathsBetween(w.ctx, 77, 11, 12, 1)).rejects.toMatchObject({ code: 'run_missing' })
  })
})

describe('neighbourhood', () => {
  it('answers in account ids, with the channels of its edges', async () => {
    const run = await graphRun()
    const near = await neighbourhood(w.ctx, run, 12, { hops: 1, maxNodes: 10 })
    expect([...near.accountIds]).toEqual([12, 11, 13])
    expect([...near.hop]).toEqual([0, 1, 1])
    const edges = [...near.edges.a].map((a, k) => [
      near.accountIds[a],
      near.accountIds[near.edges.b[k]],
      near.channels.filter((_, c) => near.edges.channelMask[k] & (1 << c)).join(),
    ])
    expect(edges).toEqual([
      [12, 11, 'entity:device'],
      [12, 13, 'relation:friend'],
      [11, 13, 'entity:ip'],
    ])
    expect((await neighbourhood(w.ctx, run, 12, { hops: 3, maxNodes: 2 })).omittedAccounts).toBe(1)
    expect([...(await neighbourhood(w.ctx, run, 15, { hops: 3, maxNodes: 9 })).accountIds]).toEqual([15])
  })
})

describe('keptGraph', () => {
  it('is read once, and again when the run has another graph', async () => {
    const run = await graphRun()
    const first = await keptGraph(w.ctx, run)
    // What is kept needs no file.
    rmSync(join(w.ctx.workspace, DERIVED_DIR), { recursive: true })
    expect((await keptGraph(w.ctx, run)).combined).toBe(first.combined)
    dropKeptGraph()
    await expect(keptGraph(w.ctx, run)).rejects.toMatchObject({ code: 'derived_missing' })
    const next = await graphRun([...EDGES, [3, 4, 2, 1]])
    const second = await keptGraph(w.ctx, next)
    expect(second.runId).toBe(next)
    expect(second.sha256).not.toBe(first.sha256)
    expect(second.combined.targets.length).toBe(first.combined.targets.length + 2)
  })

  it('is shared by runs that have the same graph', async () => {
    const run = await graphRun()
    const again = await graphRun()
    const first = await keptGraph(w.ctx, run)
    const second = await keptGraph(w.ctx, again)
    expect(second.combined).toBe(first.combined)
    expect([first.runId, second.runId]).toEqual([run, again])
  })
})
