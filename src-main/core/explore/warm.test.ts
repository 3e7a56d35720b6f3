import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { askExplorer, warmWhenQuiet } from './service.ts'

test('the rest is read once somebody has asked, has been answered, and asks no more', async () => {
  const db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  let now = 0
  let answer = () => {}
  const asked: string[] = []
  const ctx = {
    open: () => ({ db, path: '/w' }),
    now: () => now,
    ask: {
      call: (name: string, input: { events?: boolean }) => {
        asked.push(input.events === false ? `${name} first` : name)
        return name === 'compute.explore.warm'
          ? Promise.resolve({})
          : new Promise<void>((done) => (answer = done))
      },
    },
  } as unknown as CoreContext
  let question: Promise<unknown> | null = null
  let looks = 0
  /** What happens at each look, half a second after the one before. */
  const wait = async (ms: number) => {
    now += ms
    looks++
    if (looks === 10) question = askExplorer(ctx, 'compute.explore.places', {})
    if (looks === 20) {
      answer()
      await question
    }
  }
  await warmWhenQuiet(ctx, 1500, new AbortController().signal, wait)
  // Nobody asked for 5 s, the answer took 5 s, then it was quiet for 1.5 s.
  expect(looks).toBe(23)
  expect(asked).toEqual(['compute.explore.warm first', 'compute.explore.places', 'compute.explore.warm'])
  db.close()
})
