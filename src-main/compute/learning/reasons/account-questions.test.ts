import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import { runScoresStep } from '../account-gnn/step.ts'
import { counterfactuals } from './counterfactuals.ts'
import { explainAccounts } from './explain.ts'
import { whatIf } from './what-if.ts'

const DAY = 86_400_000
const N = 40

/** Ten accounts on one device and one address that registered together, and thirty who live apart. */
function world(): TestWorkspace {
  const w = testWorkspace(400 * DAY)
  w.accounts(...Array.from({ length: N }, (_, k) => `a${k}`))
  const record = w.db.prepare(
    'INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, 1, 1)',
  )
  for (let k = 0; k < N; k++) {
    const farm = k < 10
    record.run(k + 1, farm ? 380 * DAY + k * 60_000 : k * 9 * DAY + k * 3_600_000)
    w.event(k + 1, 390 * DAY + k * 1000, {
      ip: farm ? 'den' : `home${k >> 1}`,
      device: farm ? 'phone' : `own${k}`,
    })
    if (!farm && k + 3 < N) w.relation(k + 1, k + 4)
  }
  w.relation(2, 15)
  return w
}

let w: TestWorkspace
let ctx: ComputeContext
let runId: number
beforeAll(async () => {
  w = world()
  ctx = { ...w.ctx, modelsDir: join(import.meta.dirname, '../../../../models') }
  const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
  runId = (await runScoresStep(ctx, graph)).runId
}, 60_000)
afterAll(() => w.close())

const without = (accountId: number, ...things: { kind: string; ref: string }[]) =>
  whatIf(ctx, { workspace: '', scoresRunId: runId, accountId, without: things as never })
const entity = (key: string): string =>
  String(w.db.prepare('SELECT id FROM entity WHERE key = ?').pluck().get(key))

describe('questions about the shipped account model', () => {
  it('are answered from the scores that are stored, for ties and things', async () => {
    const found = await counterfactuals(ctx, { workspace: '', scoresRunId: runId, accountId: 1 })
    const stored = w.db
      .prepare('SELECT score FROM score WHERE run_id = ? AND account_id = 1')
      .pluck()
      .get(runId) as number
    expect(found.score).toBeCloseTo(stored, 5)
    const [explained] = await explainAccounts(ctx, runId, [1])
    expect(explained.method).toBe('occlusion')
    expect(explained.score).toBeCloseTo(found.score, 6)
    const kinds = new Map<string, number>()
    for (const { kind } of found.single) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    // Device and address; the channels of devices and addresses; the nine others.
    expect(Object.fromEntries(kinds)).toEqual({ entity: 2, relation: 2, neighbour: 9 })
    for (const { kind, ref, after } of found.single)
      expect((await without(1, { kind, ref })).after).toBeCloseTo(after, 6)
  })

  it('let a tie stand while anything is left of it', async () => {
    const phone = await without(1, { kind: 'entity', ref: entity('phone') })
    expect(phone.after).toBe(phone.before)
    const both = await without(
      1,
      { kind: 'entity', ref: entity('phone') },
      { kind: 'entity', ref: entity('den') },
    )
    const all = await without(1, { kind: 'relation', ref: 'all' })
    const nine = Array.from({ length: 9 }, (_, k) => ({ kind: 'neighbour', ref: String(k + 2) }))
    const alone = await without(1, ...nine)
    expect(both.after).toBe(all.after)
    expect(alone.after).toBe(all.after)
    expect(all.after).not.toBeCloseTo(all.before, 3)
  })

  it('refuse what is no tie', async () => {
    await expect(without(1, { kind: 'feature', ref: 'degree' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(without(99)).rejects.toMatchObject({ code: 'not_found' })
  })
})
