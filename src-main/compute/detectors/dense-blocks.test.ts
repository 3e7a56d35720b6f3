import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { DEFAULT_RECIPE } from '../../common/recipe.ts'
import { Random } from '../communities/random.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { denseBlocks } from './dense-blocks.ts'
import type { Incidence } from './incidence.ts'
import { blockDensity, findBlocks } from './peel.ts'

const OPTIONS = { minAccounts: 4, minColumns: 2, minFill: 0.2, maxBlocks: 100 }

/** Columns given as lists of accounts. */
function incidenceOf(n: number, columns: readonly (readonly number[])[]): Incidence {
  const lists = columns
    .map((column) => [...new Set(column)].sort((a, b) => a - b))
    .filter((list) => list.length > 1)
  const offsets = [0]
  for (const list of lists) offsets.push(offsets.at(-1)! + list.length)
  return {
    n,
    offsets: Uint32Array.from(offsets),
    nodes: Uint32Array.from(lists.flat()),
    columns: lists.map((_, c) => ({ entity: c, kind: null, from: null })),
    hubs: 0,
  }
}

const anyIncidence = fc
  .tuple(
    fc.integer({ min: 4, max: 16 }),
    fc.array(fc.array(fc.nat(15), { minLength: 2, maxLength: 10 }), { maxLength: 14 }),
  )
  .map(([n, columns]) =>
    incidenceOf(
      n,
      columns.map((column) => column.map((u) => u % n)),
    ),
  )

describe('on any incidence', () => {
  test('blocks keep what they promise and state their true density', () =>
    fc.assert(
      fc.asyncProperty(anyIncidence, fc.integer({ min: 1, max: 3 }), async (incidence, minColumns) => {
        const options = { ...OPTIONS, minAccounts: 3, minColumns }
        const blocks = await findBlocks(incidence, options, freePace())
        const placed = blocks.flatMap((block) => Array.from(block.accounts))
        expect(new Set(placed).size).toBe(placed.length)
        for (const { accounts, columns, pairs, density } of blocks) {
          expect(density).toBeCloseTo(blockDensity(incidence, accounts, columns), 9)
          expect(accounts.length).toBeGreaterThanOrEqual(3)
          expect(pairs).toBeGreaterThanOrEqual(options.minFill * accounts.length * columns.length)
          const users = Array.from(columns, (c) =>
            Array.from(incidence.nodes.subarray(incidence.offsets[c], incidence.offsets[c + 1])).filter((u) =>
              accounts.includes(u),
            ),
          )
          expect(users.every((list) => list.length >= 2)).toBe(true)
          for (const u of accounts)
            expect(users.filter((list) => list.includes(u)).length).toBeGreaterThanOrEqual(minColumns)
          expect(users.flat()).toHaveLength(pairs)
        }
        const densities = blocks.map((block) => block.density)
        expect(densities).toEqual(densities.toSorted((a, b) => b - a))
      }),
    ))

  test('the first block is at least half as dense as the densest set that hangs together', () =>
    fc.assert(
      fc.asyncProperty(anyIncidence, async (incidence) => {
        const n = Math.min(incidence.n, 10)
        const blocks = await findBlocks(
          incidence,
          { ...OPTIONS, minAccounts: 2, minColumns: 1, minFill: 0 },
          freePace(),
        )
        let best = 0
        // For a set of accounts, the best columns are those that add more than the density so far: take all orders by
        // weight inside and keep the best prefix.
        for (let mask = 3; mask < 1 << n; mask++) {
          const accounts = Array.from({ length: n }, (_, u) => u).filter((u) => mask & (1 << u))
          if (accounts.length < 2) continue
          const ranked = incidence.columns
            .map((_, c) => ({ c, gain: blockDensity(incidence, accounts, [c]) }))
            .sort((a, b) => b.gain - a.gain)
            .map(({ c }) => c)
          for (let k = 1; k <= ranked.length; k++)
            best = Math.max(best, blockDensity(incidence, accounts, ranked.slice(0, k)))
        }
        if (incidence.columns.length > 0)
          expect(blocks[0]?.density ?? 0).toBeGreaterThanOrEqual(best / 2 - 1e-9)
      }),
      { numRuns: 12 },
    ))
})

test('a planted block is found in noise, however its accounts hide among what everybody uses', async () => {
  const random = new Random(3)
  const columns: number[][] = Array.from({ length: 400 }, () =>
    Array.from({ length: 5 }, () => random.int(300)),
  )
  for (let c = 0; c < 12; c++)
    columns.push(Array.from({ length: 15 }, (_, i) => 20 * i).filter(() => random.next() < 0.8))
  const plain = await findBlocks(incidenceOf(300, columns), OPTIONS, freePace())
  expect(Array.from(plain[0].accounts)).toEqual(Array.from({ length: 15 }, (_, i) => 20 * i))
  // Camouflage: each of them also uses ten things of honest accounts.
  for (let i = 0; i < 150; i++) columns[random.int(400)].push(20 * (i % 15))
  const hidden = await findBlocks(incidenceOf(300, columns), OPTIONS, freePace())
  expect(Array.from(hidden[0].accounts).filter((u) => u % 20 === 0)).toHaveLength(15)
  expect(hidden[0].accounts.length).toBeLessThanOrEqual(17)
})

describe('from the facts of a workspace', () => {
  let w: TestWorkspace
  beforeEach(() => {
    w = testWorkspace()
    w.accounts(...Array.from({ length: 12 }, (_, i) => `a${i}`))
  })
  afterEach(() => w.close())

  async function run(params: Record<string, unknown>, droppedFacts = 0, seed = 1) {
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    const complete = denseBlocks.params.parse(params)
    return denseBlocks.run({ graph, db: w.db, droppedFacts }, complete, seed, freePace())
  }
  const HOUR = 3_600_000

  test('entities of links and events make one block, and it says of what', async () => {
    for (let account = 2; account <= 6; account++) {
      w.link(account, 'payment', 'P1')
      w.event(account, account * HOUR, { ip: '10.0.0.1', device: account < 5 ? 'D1' : `own${account}` })
      w.event(account, account * HOUR + 1, { ip: '10.0.0.1' })
    }
    w.link(1, 'payment', 'P1', { source: 2 }) // of a file that is still being imported
    w.link(7, 'payment', 'P1')
    const found = await run({})
    expect(found.count).toBe(1)
    expect(
      Array.from(found.membership.entries())
        .filter(([, c]) => c === 0)
        .map(([u]) => u),
    ).toEqual([1, 2, 3, 4, 5])
    expect(found.stats).toMatchObject({
      blocks: [
        {
          community: 0,
          accounts: 5,
          columns: 3,
          pairs: 13,
          fill: expect.closeTo(13 / 15, 6),
          density: expect.closeTo((5 / Math.log(11) + 5 / Math.log(10) + 3 / Math.log(8)) / 8, 6),
          top: [
            { type: 'payment', key: 'P1', inside: 5, accounts: 6 },
            { type: 'ip', key: '10.0.0.1', inside: 5, accounts: 5 },
            { type: 'device', key: 'D1', inside: 3, accounts: 3 },
          ],
        },
      ],
    })
  })

  test('lockstep: the same addresses in the same hours, not just the same addresses', async () => {
    for (let account = 1; account <= 8; account++) {
      for (let day = 0; day < 3; day++) {
        // Accounts 1–4 come together; the others use the same addresses hours apart.
        const hour = account <= 4 ? 5 : 8 + account
        w.event(account, day * 24 * HOUR + hour * HOUR + account, { ip: `10.0.0.${day}` })
      }
    }
    const found = await run({ over: 'entity-times', binMinutes: 60, minColumns: 3 })
    expect(Array.from(found.membership.subarray(0, 8), (c) => c < found.count)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(found.stats!['blocks']).toMatchObject([{ top: [{ type: 'ip', from: 5 * HOUR }, {}, {}] }])
    const times = await run({ over: 'times', binMinutes: 60, minColumns: 3 })
    expect(times.membership.slice(0, 8)).toEqual(found.membership.slice(0, 8))
    expect(times.stats!['blocks']).toMatchObject([
      { top: [{ type: 'event', key: 'login', from: 5 * HOUR }, {}, {}] },
    ])
  })

  test('what many share is left out and counted; dropped facts depend on the seed alone', async () => {
    for (let account = 1; account <= 12; account++) {
      w.link(account, 'ip', 'NAT')
      w.link(account, 'ip', 'NAT2')
    }
    const found = await run({ hubCap: 11 })
    expect(found).toMatchObject({ count: 0, stats: { columns: 0, hubs: 2, blocks: [] } })
    expect((await run({})).count).toBe(1)
    const once = await run({}, 0.3, 5)
    expect((await run({}, 0.3, 5)).membership).toEqual(once.membership)
    expect((await run({}, 0.3, 6)).membership).not.toEqual(once.membership)
  })

  test('without links and events it says what to import', async () => {
    await expect(run({})).rejects.toMatchObject({
      code: 'nothing_to_analyze',
      message: /Import links\.csv or events\.csv/,
    })
    w.link(1, 'device', 'D')
    expect((await run({})).count).toBe(0)
    await expect(run({ over: 'times' })).rejects.toMatchObject({ message: /no events.*Import events\.csv/ })
  })
})
