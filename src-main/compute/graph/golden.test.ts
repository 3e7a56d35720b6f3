import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema } from '../../common/recipe.ts'
import { runGraphStep } from './step.ts'
import { testWorkspace, type TestWorkspace } from './test-workspace.ts'

const DAY = 86_400_000
const NOW = 1_700_000_000_000
let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace(NOW)
})
afterEach(() => ws.close())

/** Facts of every kind from a fixed generator: repeated, reversed, undated, weightless, of a source not ready. */
function fill(accounts: number, types: number): void {
  let state = 7
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  ws.db.transaction(() => {
    ws.accounts(...Array.from({ length: accounts }, (_, i) => `k${i}`))
    for (let i = 0; i < accounts * 6; i++) {
      const last = below(5) === 0 ? undefined : NOW - below(400 * DAY)
      const source = below(20) === 0 ? 2 : 1
      const dated = {
        last,
        source,
        ...(last !== undefined && below(2) === 0 && { first: last - below(DAY) }),
      }
      const a = 1 + below(accounts)
      const near = 1 + ((a + below(9)) % accounts)
      const kind = below(4)
      if (kind === 0) ws.relation(a, near, { ...dated, type: `t${below(types)}`, weight: below(5) / 2 })
      else if (kind === 1) ws.link(a, `e${below(types)}`, `x${Math.floor(a / 4) % 40}`, dated)
      else
        ws.event(a, last ?? NOW, {
          ip: below(3) === 0 ? undefined : `10.0.${below(2) === 0 ? 0 : a % 50}.${below(3)}`,
          device: below(3) === 0 ? `d${Math.floor(a / 3)}` : undefined,
          source,
        })
    }
  })()
}

// Models were trained on graphs of the default recipe, and results name graphs by their hash: bytes must not change.
test('the default recipe yields the bytes it always has', async () => {
  fill(300, 3)
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  expect(graph.sha256).toBe('0beaa30513acc52375b5d66c110f64c2455be02ad2886bd23adff41f47170ec1')
})

test('so do settings of version 1, with more types than channels', async () => {
  fill(200, 12)
  const hashes: string[] = []
  for (const change of [
    { entities: { minShared: 2, hubCap: 20, weight: 0.7 }, decayHalfLifeDays: null },
    { window: { from: NOW - 200 * DAY, to: NOW - 20 * DAY }, relations: { weight: 3 } },
    { relations: { types: ['t1', 't2'] }, entities: { types: ['ip', 'e3'] } },
  ])
    hashes.push((await runGraphStep(ws.ctx, recipeSchema.parse({ version: 1, ...change }))).sha256)
  expect(hashes).toEqual([
    'd9edd00e025a50dc4e25f13cf87e3111c053ec6359182ef85699d37fa277c13e',
    'feb339950686b4ddadc6e9b5d0b1d4099bc51356e003b2d9d668393681c2f2d8',
    '9744d9caf156590c1266bd43ec2ab8cba42545bbb83969bccc22ce39b38cfc1b',
  ])
})
