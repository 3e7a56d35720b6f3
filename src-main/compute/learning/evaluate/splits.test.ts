import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { protocolSchema, type ProtocolInput } from '../../../common/contract/lab.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { testWorkspace, type TestWorkspace } from '../../graph/test-workspace.ts'
import { loadGraph, runGraphStep } from '../../graph/step.ts'
import { runCommunitiesStep } from '../../communities/step.ts'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import { trainingLabels } from '../../store/labels.ts'
import { planSplits, positives, type SplitPlan } from './splits.ts'

const N = 200
const DAY = 86_400_000
let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
  w.accounts(...Array.from({ length: N }, (_, i) => `a${i}`))
})
afterEach(() => w.close())

/** Accounts 1..N without edges. */
function bare(): AccountGraph {
  const combined: Csr = {
    n: N,
    offsets: new Uint32Array(N + 1),
    targets: new Uint32Array(0),
    weights: new Float32Array(0),
  }
  const accountIds = Uint32Array.from({ length: N }, (_, u) => u + 1)
  return { runId: 99, sha256: '', accountIds, combined, channelMask: new Uint16Array(0), channels: [] }
}

/** Every 5th of the first `count` accounts is malicious. */
function label(count: number, at?: (i: number) => number): void {
  for (let i = 0; i < count; i++) w.label(i + 1, i % 5 === 0 ? 'malicious' : 'benign', at?.(i))
}

const plan = (protocol: ProtocolInput, graph = bare(), seed = 1): Promise<SplitPlan> =>
  planSplits(w.ctx, graph, trainingLabels(w.ctx, graph.accountIds), protocolSchema.parse(protocol), seed)

const disjoint = ({ train, test }: { train: Uint32Array; test: Uint32Array }) =>
  new Set([...train, ...test]).size === train.length + test.length

describe('stratified and random', () => {
  test('40/20/40 class by class over all labelled accounts, another draw for every seed', async () => {
    label(150)
    const { splits, text } = await plan({ kind: 'stratified' })
    expect(text).toBe('stratified 40/40, seeds 1-5')
    const { y } = trainingLabels(w.ctx, bare().accountIds)
    expect(splits).toHaveLength(5)
    for (const split of splits) {
      expect([split.train.length, split.test.length]).toEqual([60, 60])
      expect([positives(y, split.train), positives(y, split.test)]).toEqual([12, 12])
      expect(disjoint(split)).toBe(true)
    }
    expect(new Set(splits.map(({ train }) => train.join())).size).toBe(5)
    expect((await plan({ kind: 'stratified' })).splits).toEqual(splits)
    expect((await plan({ kind: 'stratified', seeds: 1 }, bare(), 3)).splits[0]).toEqual(splits[2])
  })

  test('random keeps no shares; what does not fit is refused', async () => {
    label(150)
    const { splits, text } = await plan({ kind: 'random', seeds: 8 })
    expect(text).toBe('random 70/30, seeds 1-8')
    const { y } = trainingLabels(w.ctx, bare().accountIds)
    expect(splits.every((s) => disjoint(s) && s.train.length === 105 && s.test.length === 45)).toBe(true)
    expect(new Set(splits.map(({ test }) => positives(y, test))).size).toBeGreaterThan(1)
    await expect(plan({ kind: 'stratified', train: 0.7, test: 0.7 })).rejects.toThrow('more than there are')
  })

  test('no labels, one class', async () => {
    await expect(plan({ kind: 'stratified' })).rejects.toThrow('No account has a label')
    w.label(1, 'benign')
    w.label(2, 'benign')
    await expect(plan({ kind: 'stratified' })).rejects.toThrow('All 2 labelled accounts are benign')
    w.label(3, 'malicious')
    await expect(plan({ kind: 'stratified' })).rejects.toThrow('0 malicious and')
  })
})

describe('by time', () => {
  const register = (i: number, at: number): void => {
    w.profile(i + 1, {})
    w.db.prepare('UPDATE account_record SET registered_at = ? WHERE account_id = ?').run(at, i + 1)
  }

  test('earlier registered accounts train, later ones test, and facts count to the end of the window', async () => {
    label(150)
    for (let i = 0; i < 140; i++) register(i, i * DAY)
    const { splits, notes } = await plan({ kind: 'time', train: 0.5, windows: 2 })
    expect(splits.map((s) => [s.train.length, s.test.length, s.asOf])).toEqual([
      [70, 35, 105 * DAY - 1],
      [105, 35, undefined],
    ])
    expect(splits[0].train).toEqual(Uint32Array.from({ length: 70 }, (_, i) => i))
    expect(notes).toContain('10 labelled accounts are not dated and were left out.')
  })

  test('labels from after the cut are not trained on where enough are left', async () => {
    label(150, (i) => (i < 50 ? 60 * DAY : 140 * DAY))
    for (let i = 0; i < 150; i++) register(i, i * DAY)
    const early = await plan({ kind: 'time', train: 2 / 3 })
    expect(early.splits[0].train).toEqual(Uint32Array.from({ length: 50 }, (_, i) => i))
    expect(early.notes).toContain('50 labels were given after the cut and not trained on.')
    const late = await plan({ kind: 'time', train: 1 / 3 })
    expect(late.splits[0].train).toHaveLength(50)
    expect(late.notes.join()).toContain('too few would be left')
  })

  test('by label time facts count up to the cut; by first event where nothing else is dated', async () => {
    label(100, (i) => i * DAY)
    const [split] = (await plan({ kind: 'time', train: 0.6 })).splits
    expect([split.train.length, split.test.length, split.asOf]).toEqual([60, 40, 60 * DAY - 1])
    w.db.exec('UPDATE label SET ts = NULL')
    for (let i = 0; i < 60; i++) {
      w.event(i + 1, (100 - i) * DAY)
      w.event(i + 1, 500 * DAY)
    }
    const byEvent = await plan({ kind: 'time', train: 0.5 })
    expect(byEvent.notes[0]).toBe('Time: first event of the accounts.')
    expect(byEvent.splits[0].train).toEqual(Uint32Array.from({ length: 30 }, (_, i) => 30 + i))
  })

  test('says what is missing', async () => {
    label(100)
    for (let i = 0; i < 10; i++) register(i, i * DAY)
    await expect(plan({ kind: 'time' })).rejects.toThrow(
      'of 100 labelled accounts too few are dated (registration 10, time of the label 0, first event 0)',
    )
    for (let i = 0; i < 100; i++) w.event(i + 1, 5)
    await expect(plan({ kind: 'time' })).rejects.toThrow('no moment leaves malicious and benign accounts')
  })
})

describe('by community', () => {
  /** 20 cliques of 5 accounts, one labelled malicious in each. */
  async function cliques(): Promise<AccountGraph> {
    for (let c = 0; c < 20; c++)
      for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) w.relation(c * 5 + i + 1, c * 5 + j + 1)
    label(100)
    return loadGraph(w.ctx, (await runGraphStep(w.ctx, DEFAULT_RECIPE)).runId)
  }

  test('whole communities are on one side, and every account is tested once', async () => {
    const graph = await cliques()
    const { splits, notes } = await plan({ kind: 'community', folds: 4 }, graph)
    expect(notes).toContain('Communities: found by Leiden for this evaluation.')
    expect(splits).toHaveLength(4)
    expect(splits.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...Array(100).keys()])
    for (const split of splits) {
      expect(disjoint(split) && split.train.length + split.test.length === 100).toBe(true)
      const cliquesTested = new Set([...split.test].map((i) => Math.floor(i / 5)))
      expect(cliquesTested.size * 5).toBe(split.test.length)
      expect(cliquesTested.size).toBe(5)
    }
  })

  test('takes the newest communities of the graph, and says where they do not divide the labels', async () => {
    const graph = await cliques()
    const { runId } = await runCommunitiesStep(w.ctx, graph, { seed: 1 })
    expect((await plan({ kind: 'community' }, graph)).notes).toContain(
      `Communities: run ${runId} of this graph.`,
    )
    w.db.prepare('UPDATE community_member SET community_id = 0 WHERE run_id = ?').run(runId)
    await expect(plan({ kind: 'community' }, graph)).rejects.toThrow('they lie in 1 communities')
  })
})

describe('of a file', () => {
  const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `a${from + i}`)

  test('by the keys of accounts; what is unknown or not labelled is told', async () => {
    label(60)
    const { splits, notes, text } = await plan({
      kind: 'splits',
      file: 's.csv',
      splits: [{ name: 's0', train: [...keys(0, 30), 'ghost'], test: keys(40, 70) }],
    })
    expect(text).toBe('one split of s.csv')
    expect([...splits[0].train]).toEqual([...Array(30).keys()])
    expect(splits[0].test).toHaveLength(20)
    expect(notes).toEqual([
      '1 keys of s.csv are no accounts here and were left out: ghost.',
      '10 accounts of s.csv have no malicious or benign label and were left out: a60, a61, a62, a63, a64, ….',
    ])
  })

  test('needs both classes on both sides, and sides apart', async () => {
    label(60)
    const splits = (train: string[], test: string[]): ProtocolInput => ({
      kind: 'splits',
      file: 's.csv',
      splits: [{ name: 's0', train, test }],
    })
    await expect(plan(splits(keys(0, 30), ['a41', 'x']))).rejects.toThrow(
      'Split s0 of s.csv has 0 malicious and 1 benign labelled accounts marked test; both are needed. 1 keys of it are no accounts (x).',
    )
    await expect(plan(splits(keys(0, 30), keys(29, 50)))).rejects.toThrow('to test with: a29.')
  })
})
