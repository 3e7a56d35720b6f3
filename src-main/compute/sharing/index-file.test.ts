import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPace } from '../../common/pace.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { innocentFactors } from './factors.ts'
import { causeAt, sharingIndex } from './index-file.ts'

let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
  ws.accounts(...Array.from({ length: 90 }, (_, i) => `a${i}`))
  for (let i = 1; i <= 90; i++) ws.link(i, 'group', 'crowd')
  for (let i = 1; i <= 5; i++) ws.link(i, 'group', 'few')
  ws.link(9, 'group', 'own')
})
afterEach(() => ws.close())

const files = () => {
  const dir = join(ws.ctx.workspace, 'derived')
  return existsSync(dir) ? readdirSync(dir).sort() : []
}

test('what is built once is read the next time, and calls at the same time share one building', async () => {
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => sharingIndex(ws.ctx, null)))
  expect(two).toEqual(one)
  expect(three).toEqual(one)
  expect(files()).toHaveLength(1)
  expect([...one.accounts].slice(1)).toEqual([90, 5, 1])
  expect(causeAt(one, 1)).toBe('popular')
  expect(causeAt(one, 3)).toBe('unknown')
  const factors = await innocentFactors(ws.ctx, null)
  expect(factors).toHaveLength(4)
  expect(factors[1]).toBeLessThan(0.5)
  expect(factors[3]).toBe(1)
})

test('a cancelled call leaves the building to the one that waits for it', async () => {
  const abort = new AbortController()
  const first = sharingIndex({ ...ws.ctx, ...createPace(abort.signal) }, null)
  const second = sharingIndex(ws.ctx, null)
  abort.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  expect((await second).accounts[1]).toBe(90)
  expect(files()).toHaveLength(1)
})

test('a damaged file is made again; other facts make another and remove it', async () => {
  const index = await sharingIndex(ws.ctx, null)
  const [name] = files()
  writeFileSync(join(ws.ctx.workspace, 'derived', name), 'SHOALSHR and nonsense')
  expect(await sharingIndex(ws.ctx, null)).toEqual(index)
  await sharingIndex(ws.ctx, { from: 0, to: 1 })
  expect(files()).toHaveLength(2)
  ws.db.exec(`UPDATE source SET status = 'ready', sha256 = 'bb' WHERE id = 2`)
  await sharingIndex(ws.ctx, null)
  expect(files()).toHaveLength(1)
  expect(files()[0]).not.toBe(name)
})
