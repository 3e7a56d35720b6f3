import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { counterfactuals } from './counterfactuals.ts'
import { explainAccounts } from './explain.ts'
import { dropKeptScores } from './keeper.ts'
import { deviceOf, trainedWorld } from './test-world.ts'
import type { World } from './test-world.ts'
import { whatIf } from './what-if.ts'

let world: World
beforeAll(async () => {
  world = await trainedWorld()
}, 60_000)
afterAll(async () => {
  await dropKeptScores()
  world.w.close()
})

const ask = (accountId: number) =>
  counterfactuals(world.w.ctx, { workspace: '', scoresRunId: world.runId, accountId })
const without = (accountId: number, ...things: { kind: string; ref: string }[]) =>
  whatIf(world.w.ctx, { workspace: '', scoresRunId: world.runId, accountId, without: things as never })
const deviceId = (account: number): string =>
  String(
    world.w.db
      .prepare('SELECT id FROM entity WHERE key = ?')
      .pluck()
      .get(deviceOf(account - 1)),
  )

/** Malicious accounts without a label of their own. */
const UNLABELLED = [63, 66, 72, 78]

describe('counterfactuals', () => {
  it('finds the planted device, whose absence takes the score under the threshold', async () => {
    for (const account of UNLABELLED) {
      const found = await ask(account)
      expect(found.score).toBeGreaterThan(found.threshold)
      expect(found.single[0]).toMatchObject({
        kind: 'entity',
        ref: deviceId(account),
        label: deviceOf(account - 1),
        type: 'device',
      })
      expect(found.single[0].after).toBeLessThan(found.threshold)
      expect(found.flip).toMatchObject({ without: [{ ref: deviceId(account) }], exact: true })
      const after = found.single.map((one) => one.after)
      expect(after).toEqual(after.toSorted((a, b) => a - b))
      expect(new Set(found.single.map(({ kind, ref }) => `${kind} ${ref}`)).size).toBe(found.single.length)
    }
  })

  it('names things that do more than random ones', async () => {
    for (const account of UNLABELLED) {
      const { fidelity } = await ask(account)
      expect(fidelity!.trials).toBeGreaterThanOrEqual(20)
      expect(fidelity!.named).toBeGreaterThan(0.2)
      expect(fidelity!.named).toBeGreaterThan(3 * fidelity!.random)
    }
  })

  it('has nothing to flip where the score is low, and says the same every time', async () => {
    const low = await ask(100)
    expect(low.score).toBeLessThan(low.threshold)
    expect(low.flip).toBeNull()
    const { seconds: _, ...again } = await ask(100)
    expect(low).toMatchObject(again)
  })
})

describe('whatIf', () => {
  it('answers one thing as the list of single ones does', async () => {
    const { single, score } = await ask(72)
    for (const { kind, ref, after } of single) {
      const answer = await without(72, { kind, ref })
      expect(answer.before).toBeCloseTo(score, 6)
      expect(answer.after).toBeCloseTo(after, 6)
    }
  })

  it('changes nothing without anything, or without what is not there', async () => {
    const { before, after } = await without(72)
    expect(after).toBe(before)
    const strangers = await without(
      72,
      { kind: 'neighbour', ref: '72' },
      { kind: 'neighbour', ref: '99999' },
      { kind: 'entity', ref: deviceId(1) },
    )
    expect(strangers.after).toBe(strangers.before)
  })

  it('takes the device and its ties alike: the crew by name, or the channel, do part of what the device does', async () => {
    const crew = [71, 73, 74, 75].map((account) => ({ kind: 'neighbour', ref: String(account) }))
    const ties = await without(72, ...crew)
    const channel = await without(72, { kind: 'relation', ref: 'entity:device' })
    const device = await without(72, { kind: 'entity', ref: deviceId(72) })
    expect(channel.after).toBeLessThan(channel.before - 0.2)
    expect(ties.after).toBeLessThan(ties.before - 0.2)
    // The device goes with its ties and with the facts of who uses it.
    expect(device.after).toBeLessThanOrEqual(channel.after)
    const all = await without(72, { kind: 'relation', ref: 'all' })
    const none = await without(
      72,
      { kind: 'relation', ref: 'entity:device' },
      { kind: 'relation', ref: 'entity:ip' },
      { kind: 'relation', ref: 'relation:friend' },
    )
    expect(all.after).toBe(none.after)
  })

  it('refuses what is not there to be left out', async () => {
    await expect(without(72, { kind: 'feature', ref: 'nothing' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(without(72, { kind: 'relation', ref: 'relation:none' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(without(72, { kind: 'entity', ref: 'D-1' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('says so where the model can not be asked', async () => {
    const { db, ctx } = world.w
    db.exec(
      `INSERT INTO run (kind, algorithm, algorithm_version, params, inputs, parent_run_id, model_name, model_sha256,
                        status, started_at, app_version)
       SELECT kind, 'message-passing', '1', params, inputs, parent_run_id, 'sage', 'x', 'done', 0, 't'
       FROM run WHERE id = ${world.runId}`,
    )
    const scoresRunId = db.prepare('SELECT max(id) FROM run').pluck().get() as number
    for (const asked of [
      explainAccounts(ctx, scoresRunId, [1]),
      counterfactuals(ctx, { workspace: '', scoresRunId, accountId: 1 }),
      whatIf(ctx, { workspace: '', scoresRunId, accountId: 1, without: [] }),
    ])
      await expect(asked).rejects.toMatchObject({ code: 'unsupported_here' })
    db.exec(`UPDATE run SET algorithm = 'table-model' WHERE id = ${scoresRunId}`)
    await expect(explainAccounts(ctx, scoresRunId, [1])).rejects.toMatchObject({ code: 'model_invalid' })
  })

  it('follows the labels that stand now, and refuses facts that are newer than the scores', async () => {
    const { w, runId } = world
    const [before] = await explainAccounts(w.ctx, runId, [72])
    for (const account of [71, 73, 74, 75]) w.judge(account, 'benign')
    const [after] = await explainAccounts(w.ctx, runId, [72])
    expect(after.score).not.toBe(before.score)
    w.db.exec(`UPDATE source SET sha256 = 'bb', table_name = 'links' WHERE id = 1`)
    await expect(explainAccounts(w.ctx, runId, [72])).rejects.toMatchObject({ code: 'derived_missing' })
    w.db.exec(`UPDATE source SET sha256 = 'aa', table_name = 'relations' WHERE id = 1`)
    w.db.exec('DELETE FROM judgement')
  })

  it('answers questions that come at once from what is opened once, and those under way when it is dropped', async () => {
    await dropKeptScores()
    const asked = Promise.all([
      ask(63),
      ask(66),
      without(72),
      explainAccounts(world.w.ctx, world.runId, [78]),
    ])
    await dropKeptScores()
    const [a, b, c, [d]] = await asked
    for (const score of [a.score, b.score, c.before, d.score]) expect(score).toBeGreaterThan(0.5)
  })
})

describe('a table model from elsewhere', () => {
  it('is explained by its scores alone, and asked in the same way', async () => {
    const { w, runId, folder } = world
    const [own] = await explainAccounts(w.ctx, runId, [72])
    const asked = await ask(72)
    const file = join(folder, 'model.json')
    const text = readFileSync(file, 'utf8')
    const { params: _, ...manifest } = JSON.parse(text) as Record<string, unknown>
    writeFileSync(file, JSON.stringify({ ...manifest, params: { engine: 'table' } }))
    try {
      await dropKeptScores()
      const [foreign] = await explainAccounts(w.ctx, runId, [72])
      expect(foreign.method).toBe('occlusion')
      expect(foreign.score).toBeCloseTo(own.score, 5)
      const sum = foreign.reasons.reduce((total, { contribution }) => total + contribution, 0)
      expect(Math.abs(sum - (foreign.score - foreign.baseline))).toBeLessThan(0.05)
      expect(foreign.neighbours.map(({ key }) => key)).toEqual(own.neighbours.map(({ key }) => key))
      const again = await ask(72)
      expect(again.single[0]).toMatchObject({ kind: 'entity', ref: deviceId(72) })
      expect(again.single[0].after).toBeCloseTo(asked.single[0].after, 5)
    } finally {
      writeFileSync(file, text)
      await dropKeptScores()
    }
  })
})
