import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { ComputeContext } from '../context.ts'
import { forEachMember } from './members.ts'

function world(members: number, run = 1) {
  const db = new Sqlite(':memory:')
  db.exec(`CREATE TABLE community_member (run_id INTEGER, account_id INTEGER, community_id INTEGER, PRIMARY KEY (run_id, account_id));
    INSERT INTO community_member VALUES (${run + 1}, 1, 99);
    WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < ${members - 1})
      INSERT INTO community_member SELECT ${run}, i * 3, i % 7 FROM n`)
  let checkpoints = 0
  const ctx = { db, checkpoint: async () => void checkpoints++ } as unknown as ComputeContext
  return { ctx, checkpoints: () => checkpoints }
}

test.each([1, 20_000, 20_001, 45_000])(
  'visits each of %d members once, by account, in pages',
  async (count) => {
    const { ctx, checkpoints } = world(count)
    const seen: [number, number][] = []
    await forEachMember(ctx, 1, (account, community) => seen.push([account, community]))
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => [i * 3, i % 7]))
    expect(checkpoints()).toBe(Math.floor(count / 20_000) + 1)
  },
)

test('a run that is not there has no members, and a cancel is heard between pages', async () => {
  const { ctx } = world(45_000)
  const none: number[] = []
  await forEachMember(ctx, 7, (account) => none.push(account))
  expect(none).toEqual([])
  let visited = 0
  const cancelled = { ...ctx, checkpoint: () => Promise.reject(new Error('cancelled')) } as ComputeContext
  await expect(forEachMember(cancelled, 1, () => void visited++)).rejects.toThrow('cancelled')
  expect(visited).toBe(20_000)
})
