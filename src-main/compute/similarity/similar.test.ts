import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { similarityWeightsSchema } from '../../common/contract/sharing.ts'
import { recipeSchema } from '../../common/recipe.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { duplicateGroups, type GroupOptions } from './groups.ts'
import { similarAccounts } from './similar-accounts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MONDAY = Date.UTC(2026, 2, 2)
const WEIGHTS = similarityWeightsSchema.parse({})

let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
  ws.accounts(...'abcdefghijkl')
})
afterEach(() => ws.close())

function profile(account: number, text: string): void {
  ws.db
    .prepare('INSERT INTO account_record (account_id, attributes, source_id, row) VALUES (?, ?, 1, 1)')
    .run(account, JSON.stringify({ region: 'CN', bio: text }))
}
function report(account: number, text: string): void {
  ws.db
    .prepare(`INSERT INTO report (key, account_id, text, source_id, row) VALUES (?, ?, ?, 1, 1)`)
    .run(`r${Math.random()}`, account, text)
}
const like = (id: number, change: Partial<typeof WEIGHTS> = {}, graphRunId: number | null = null) =>
  similarAccounts(ws.ctx, { graphRunId, id, limit: 10, weights: { ...WEIGHTS, ...change } })

describe('accounts most like one', () => {
  test('rare shared things count, crowds hardly do, and what nobody else has does not dilute', async () => {
    ws.link(1, 'device', 'phone')
    ws.link(2, 'device', 'phone')
    for (let id = 1; id <= 10; id++) ws.link(id, 'ip', 'carrier')
    for (const id of [1, 2, 3]) ws.link(id, 'ip', `own-${id}`)
    const { rows } = await like(1)
    expect(rows[0]).toMatchObject({
      id: 2,
      parts: { entities: expect.closeTo((1 + 1 / 9) / (1 + 1 / 9 + 0.25), 6), rhythm: null, texts: null },
      shared: [
        { type: 'device', key: 'phone', accounts: 2 },
        { type: 'ip', key: 'carrier', accounts: 10 },
      ],
    })
    expect(rows[0].score).toBeCloseTo(0.9 * rows[0].parts.entities!, 6)
    // The others share the carrier only; the phone of the first is what they don't have.
    expect(rows[1].parts.entities).toBeCloseTo(1 / 9 / (1 + 1 / 9 + 0.25), 6)
    expect(rows.map((row) => row.id)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('acting in the same five minutes again and again is found without anything shared', async () => {
    for (let k = 0; k < 6; k++) {
      const at = MONDAY + k * 31 * HOUR
      ws.event(1, at)
      ws.event(2, at + MINUTE)
      ws.event(3, at + 90 * MINUTE)
    }
    ws.event(4, MONDAY) // once is chance
    const { rows } = await like(1)
    expect(rows.map((row) => row.id)).toEqual([2])
    expect(rows[0].rhythm).toMatchObject({ together: 6, expected: expect.closeTo((6 * 13) / 19, 6) })
    expect(rows[0].parts.rhythm).toBeCloseTo((6 - (6 * 13) / 19) / 8, 6)
    expect((await like(1, { rhythm: 0 })).rows).toEqual([])
  })

  test('near-identical texts are found with the pair that shows it; a text that many have counts less', async () => {
    profile(1, 'Official helper, add me on wechat for the daily task')
    profile(2, 'official HELPER，add me on wechat for the daily  task!')
    profile(3, 'Gardening, grandchildren and long walks on the beach')
    report(1, 'asked me to pay a deposit before the first order')
    report(3, 'asked me to pay a deposit before the second order')
    const { rows } = await like(1)
    expect(rows.map((row) => row.id)).toEqual([2, 3])
    expect(rows[0].text).toMatchObject({ of: 'profiles', theirs: expect.stringContaining('HELPER') })
    expect(rows[0].text!.similarity).toBeGreaterThan(0.7)
    expect(rows[1].text).toMatchObject({ of: 'reports', mine: expect.stringContaining('first') })
    expect(rows[0].parts.texts).toBeCloseTo(rows[0].text!.similarity / (1 + Math.log10(2)), 6)
  })

  test('the same neighbours in the shown graph are likeness, the tie between the two is not', async () => {
    for (const friend of [5, 6, 7]) for (const id of [1, 2]) ws.relation(id, friend)
    ws.relation(1, 2)
    ws.relation(1, 3)
    const { runId } = await runGraphStep(ws.ctx, recipeSchema.parse({}))
    const { rows } = await like(1, {}, runId)
    expect(rows[0]).toMatchObject({ id: 2, neighbourhood: { common: 3, mine: 4, theirs: 3 } })
    expect(rows[0].parts.neighbourhood).toBeCloseTo(3 / 4, 5)
    // 3 is tied to the account alone: nothing in common with anybody else's neighbourhood.
    expect(rows.map((row) => row.id)).not.toContain(3)
  })

  test('parts add up by noisy-or, unknown accounts are said, and a cancel is heard', async () => {
    for (const id of [1, 2]) {
      ws.link(id, 'device', 'phone')
      profile(id, 'the very same profile text, word for word')
    }
    const { rows } = await like(1)
    expect(rows[0].score).toBeCloseTo(1 - (1 - 0.9 * (1 / 1.25)) * (1 - 0.8 * 1), 6)
    await expect(like(99)).rejects.toMatchObject({ code: 'not_found' })
    ws.abort()
    await expect(like(1)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('groups of near-duplicates', () => {
  const groups = (change: Partial<GroupOptions> = {}) =>
    duplicateGroups(ws.ctx, {
      of: null,
      minSimilarity: 0.8,
      minLength: 20,
      account: null,
      offset: 0,
      limit: 10,
      ...change,
    })

  test('texts and identical sets of things, largest first, in pages and for one account', async () => {
    for (const id of [1, 2, 3, 4])
      profile(id, `Earn money at home, ask the official helper now${'!'.repeat(id % 2)}`)
    for (const id of [5, 6]) {
      report(id, 'wants a deposit before the first order is paid out')
      ws.link(id, 'device', 'phone')
      ws.event(id, MONDAY, { ip: 'den' })
    }
    ws.link(7, 'device', 'phone') // not the address: another set
    const all = await groups()
    expect(all.total).toBe(3)
    expect(all.rows[0]).toMatchObject({
      kind: 'texts',
      of: 'profiles',
      size: 4,
      members: Uint32Array.of(1, 2, 3, 4),
      text: expect.stringContaining('official helper'),
    })
    expect(all.rows[0].similarity).toBeGreaterThan(0.8)
    expect(all.rows[0].similarity).toBeLessThan(1)
    expect(all.rows[1]).toMatchObject({
      kind: 'entities',
      members: Uint32Array.of(5, 6),
      things: [
        { key: 'den', accounts: 2 },
        { key: 'phone', accounts: 3 },
      ],
    })
    expect(all.rows[2]).toMatchObject({ kind: 'texts', of: 'reports', size: 2, similarity: 1 })
    expect((await groups({ offset: 1, limit: 1 })).rows).toEqual([all.rows[1]])
    expect((await groups({ account: 5 })).rows.map((g) => g.kind)).toEqual(['entities', 'texts'])
    expect((await groups({ of: 'profiles', account: 5 })).rows).toEqual([])
  })

  test('one account with the same text twice is no group; what is not ready is not there', async () => {
    report(1, 'the same words about the same account, twice')
    report(1, 'the same words about the same account, twice')
    ws.db
      .prepare(`INSERT INTO report (key, account_id, text, source_id, row) VALUES ('x', 2, ?, 2, 1)`)
      .run('the same words about the same account, twice')
    expect((await groups()).total).toBe(0)
  })
})
