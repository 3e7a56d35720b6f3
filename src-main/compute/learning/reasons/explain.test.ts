import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainAccounts } from './explain.ts'
import { dropKeptScores } from './keeper.ts'
import { trainedWorld } from './test-world.ts'
import type { World } from './test-world.ts'

let world: World
beforeAll(async () => {
  world = await trainedWorld()
}, 60_000)
afterAll(async () => {
  await dropKeptScores()
  world.w.close()
})

const stored = (account: number): number =>
  world.w.db
    .prepare('SELECT score FROM score WHERE run_id = ? AND account_id = ?')
    .pluck()
    .get(world.runId, account) as number

describe('explainAccounts', () => {
  it('adds up to the score that is stored', async () => {
    const accounts = [1, 30, 62, 75, 100, 210, 299]
    const all = await explainAccounts(world.w.ctx, world.runId, accounts)
    expect(all.map((one) => one.accountId)).toEqual(accounts)
    for (const one of all) {
      expect(Math.abs(one.score - stored(one.accountId))).toBeLessThan(1e-5)
      const sum = one.reasons.reduce((total, reason) => total + reason.contribution, 0)
      // Reasons below a thousandth are left out; there are a few hundred columns in some hundred groups.
      expect(Math.abs(sum - (one.score - one.baseline))).toBeLessThan(0.03)
      for (const reason of one.reasons) expect(Math.abs(reason.contribution)).toBeGreaterThanOrEqual(0.001)
    }
  })

  it('names what was planted: the crew, by its device or by what the others on it are', async () => {
    const [bad] = await explainAccounts(world.w.ctx, world.runId, [3])
    expect(bad.score).toBeGreaterThan(0.5)
    const first = bad.reasons.slice(0, 6).map((reason) => reason.family)
    expect(first.some((family) => family === 'sharing' || family === 'labels')).toBe(true)
  })

  it('refuses runs and accounts that are not there', async () => {
    await expect(explainAccounts(world.w.ctx, 999, [1])).rejects.toMatchObject({ code: 'run_missing' })
    await expect(explainAccounts(world.w.ctx, world.runId, [999])).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
