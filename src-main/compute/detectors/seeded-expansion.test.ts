import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { DEFAULT_RECIPE } from '../../common/recipe.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { pushPageRank, PushScratch } from '../kernels/push.ts'
import { allConnected } from './quality.ts'
import { expandAll, seededExpansion } from './seeded-expansion.ts'
import { detectionFromSets, totalVolume, weighSet } from './sets.ts'
import { sweepCut } from './sweep.ts'
import { plantedBlocks, randomCsr } from './testing.ts'

const OPTIONS = {
  alpha: 0.15,
  minSize: 3,
  maxSize: 60,
  cut: 'first',
  rise: 1.02,
  maxConductance: 0.8,
} as const

describe('on any graph', () => {
  test('a sweep’s conductance is that of its set, and no prefix it looked at is better', () => {
    fc.assert(
      fc.property(randomCsr(), fc.infiniteStream(fc.nat()), (csr, numbers) => {
        const order = Uint32Array.from({ length: csr.n }, (_, u) => u)
        const random = new Map(Array.from(order, (u) => [u, numbers.next().value as number]))
        order.sort((a, b) => random.get(a)! - random.get(b)! || a - b)
        const total = totalVolume(csr)
        const inside = new Uint8Array(csr.n)
        const sweep = sweepCut(csr, order, total, inside, { ...OPTIONS, cut: 'lowest' })
        if (csr.n < 3) return void expect(sweep.size).toBe(0)
        for (let k = 1; k <= csr.n; k++) {
          const { conductance } = weighSet(csr, order.subarray(0, k), total, inside)
          expect(sweep.profile[k - 1]).toBeCloseTo(conductance, 6)
        }
        expect(sweep.conductance).toBe(Math.min(...sweep.profile.subarray(2)))
        expect(inside.every((x) => x === 0)).toBe(true)
      }),
    )
  })

  test('pushing leaves nothing behind in what it works with', () =>
    fc.assert(
      fc.asyncProperty(
        randomCsr(),
        fc.array(fc.nat(39), { minLength: 2, maxLength: 4 }),
        async (csr, picks) => {
          const scratch = new PushScratch(csr.n)
          for (const pick of picks) {
            const seeds = [{ node: pick % csr.n, weight: 1 }]
            const options = { alpha: 0.15, epsilon: 0.001 }
            const kept = await pushPageRank(csr, seeds, options, freePace(), scratch)
            expect(kept).toEqual(await pushPageRank(csr, seeds, options, freePace()))
          }
        },
      ),
    ))

  test('every set hangs together, holds its seed and has the conductance it states', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCsr(),
        fc.array(fc.nat(39), { minLength: 1, maxLength: 6 }),
        async (csr, picks) => {
          const seeds = Uint32Array.from(new Set(picks.map((pick) => pick % csr.n))).sort()
          const { sets, withoutTies, withoutCommunity } = await expandAll(csr, seeds, OPTIONS, freePace())
          const total = totalVolume(csr)
          for (const { nodes, conductance, seed } of sets) {
            expect(nodes).toContain(seed)
            expect(conductance).toBeCloseTo(weighSet(csr, nodes, total, new Uint8Array(csr.n)).conductance, 9)
            const alone = Uint32Array.from({ length: csr.n }, (_, u) => (nodes.includes(u) ? 0 : 1))
            expect(allConnected(csr, alone, 1)).toBe(true)
          }
          expect(sets.length).toBeLessThanOrEqual(seeds.length - withoutTies - withoutCommunity)
          const found = detectionFromSets(
            csr,
            sets.map((set) => set.nodes),
          )
          expect(found.count + found.swallowed).toBe(sets.length)
          expect(allConnected(csr, found.membership, found.count, found.overlaps)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('finds the planted blocks around their seeds and no others', async () => {
  const { csr, blockOf } = plantedBlocks({ blocks: 8, size: 20, inside: 0.5, outside: 0.01, seed: 5 })
  const { sets } = await expandAll(csr, Uint32Array.of(3, 5, 45), OPTIONS, freePace())
  expect(sets).toHaveLength(2)
  for (const { nodes, seed } of sets) {
    const block = blockOf[seed]
    const inside = nodes.filter((u) => blockOf[u] === block).length
    expect((2 * inside) / (nodes.length + 20)).toBeGreaterThan(0.85)
  }
})

describe('seeds from the workspace', () => {
  let w: TestWorkspace
  beforeEach(() => {
    w = testWorkspace()
    w.accounts(...Array.from({ length: 9 }, (_, i) => `a${i}`))
    for (const [u, v] of [
      [1, 2],
      [1, 3],
      [2, 3],
      [3, 4],
      [4, 5],
      [4, 6],
      [5, 6],
    ] as const)
      w.relation(u, v)
  })
  afterEach(() => w.close())

  const label = (account: number, word: string, ts: number | null, source = 1) =>
    w.db
      .prepare('INSERT INTO label (account_id, label, ts, source_id, row) VALUES (?, ?, ?, ?, 1)')
      .run(account, word, ts, source)
  const judge = (account: number, verdict: string) =>
    w.db
      .prepare(
        "INSERT INTO judgement (target_kind, target, verdict, created_at, created_by) VALUES ('account', ?, ?, 0, 'x')",
      )
      .run(account, verdict)
  async function run(accounts: string[] = []) {
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    const params = seededExpansion.params.parse({ accounts })
    return seededExpansion.run({ graph, db: w.db, droppedFacts: 0 }, params, 1, freePace())
  }

  test('are the newest labels and standing judgements, of ready files only', async () => {
    label(1, 'malicious', 5)
    label(1, 'benign', 9)
    label(2, 'malicious', null)
    judge(2, 'benign')
    label(5, 'spammy', 5)
    label(9, 'malicious', 5)
    label(4, 'malicious', 5, 2)
    judge(6, 'malicious')
    const found = await run()
    expect(found.stats).toMatchObject({ seeds: 2, seedsWithoutTies: 1 })
    expect(found.count).toBe(1)
    expect(Array.from(found.membership, (c) => c === 0)).toEqual(
      [3, 4, 5].reduce((row, u) => row.with(u, true), Array<boolean>(9).fill(false)),
    )
    expect(found.stats!['sweeps']).toMatchObject([
      { seed: 6, seeds: 1, size: 3, conductance: expect.closeTo(1 / 7, 6) },
    ])
  })

  test('may be named, and a name that is not there is said', async () => {
    expect((await run(['a0'])).stats).toMatchObject({ seeds: 1, sweeps: [{ seed: 1, size: 3 }] })
    await expect(run(['a0', 'nobody'])).rejects.toMatchObject({
      code: 'not_found',
      message: /account nobody/,
    })
    await expect(run()).rejects.toMatchObject({ code: 'nothing_to_analyze', message: /Import labels\.csv/ })
  })
})
