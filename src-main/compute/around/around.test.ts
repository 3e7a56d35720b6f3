import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recipeSchema } from '../../common/recipe.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { dropKeptGraph } from '../kernels/answer.ts'
import { joinsOf } from './joins.ts'
import { expandFrom, reachOf } from './reach.ts'
import { sceneOf } from './scene.ts'

let w: TestWorkspace
beforeEach(() => {
  dropKeptGraph()
  w = testWorkspace()
})
afterEach(() => w.close())

const HUB_CAP = 5
/** 1, 2, 3 share phone D; 1 and 2 are friends; 4..12 and 1 share the address N, a hub; 13 is alone. */
async function world() {
  w.accounts(...Array.from({ length: 13 }, (_, i) => `acc${i + 1}`))
  for (const a of [1, 2, 3]) w.link(a, 'device', 'D')
  w.link(2, 'device', 'own')
  w.relation(1, 2, { type: 'friend' })
  for (const a of [1, 4, 5, 6, 7, 8, 9, 10, 11, 12]) w.event(a, 1000 * a, { ip: 'N' })
  const { runId } = await runGraphStep(w.ctx, recipeSchema.parse({ entities: { hubCap: HUB_CAP } }))
  return { graphRunId: runId, scoresRunId: null, communitiesRunId: null }
}
const thing = (key: string) => w.db.prepare('SELECT id FROM entity WHERE key = ?').pluck().get(key) as number
const ask = {
  thingIds: [] as number[],
  shown: [] as number[],
  sort: 'strongest' as const,
  offset: 0,
  limit: 50,
  query: '',
}

describe('reach', () => {
  it('says what each expansion would bring, hubs apart', async () => {
    const runs = await world()
    const { rows } = await reachOf(w.ctx, runs, { accountIds: [1], thingIds: [] }, [2])
    expect(rows).toEqual([
      { channel: 'all', accounts: 2, fresh: 1, things: 0, hubs: 0, hubAccounts: 0 },
      { channel: 'entity:device', accounts: 2, fresh: 1, things: 1, hubs: 0, hubAccounts: 0 },
      { channel: 'relation:friend', accounts: 1, fresh: 0, things: 0, hubs: 0, hubAccounts: 0 },
      { channel: 'entity:ip', accounts: 0, fresh: 0, things: 0, hubs: 1, hubAccounts: 10 },
    ])
    const users = await reachOf(w.ctx, runs, { accountIds: [], thingIds: [thing('N')] }, [1])
    expect(users.rows).toMatchObject([{ channel: 'users', accounts: 10, fresh: 9 }])
  })

  it('says nothing of an account without ties or things', async () => {
    const runs = await world()
    expect((await reachOf(w.ctx, runs, { accountIds: [13], thingIds: [] }, [])).rows).toEqual([])
  })
})

describe('expanding', () => {
  it('brings the strongest first and tells what is between and what is left out', async () => {
    const runs = await world()
    const one = await expandFrom(w.ctx, runs, { ...ask, accountIds: [1], channel: 'all', limit: 1 })
    expect(one.rows.map(({ id }) => id)).toEqual([2]) // shares the phone and is a friend
    expect(one.total).toBe(2)
    const device = await expandFrom(w.ctx, runs, {
      ...ask,
      accountIds: [1],
      channel: 'entity:device',
      shown: [1, 3],
    })
    expect(device).toMatchObject({
      rows: [{ id: 2, key: 'acc2' }],
      known: [3],
      things: [thing('D')],
      total: 1,
    })
  })

  it('shows a hub as a thing, and its users page by page when it is asked for them', async () => {
    const runs = await world()
    const hub = await expandFrom(w.ctx, runs, { ...ask, accountIds: [1], channel: 'entity:ip' })
    expect(hub).toMatchObject({ rows: [], things: [thing('N')], total: 0 })
    const page = { ...ask, accountIds: [], thingIds: [thing('N')], channel: 'users', shown: [1] }
    const first = await expandFrom(w.ctx, runs, { ...page, limit: 4 })
    const second = await expandFrom(w.ctx, runs, { ...page, limit: 4, offset: 4 })
    expect(first.total).toBe(9)
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    const found = await expandFrom(w.ctx, runs, { ...page, query: 'ACC1' })
    expect(found.rows.map(({ key }) => key)).toEqual(['acc10', 'acc11', 'acc12'])
  })

  it('refuses a channel that the graph does not have', async () => {
    const runs = await world()
    await expect(
      expandFrom(w.ctx, runs, { ...ask, accountIds: [1], channel: 'relation:sibling' }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a scene', () => {
  it('holds what was asked for, the ties among it, and shared things of the types asked for', async () => {
    const runs = await world()
    w.judge(2, 'malicious')
    const scene = await sceneOf(w.ctx, runs, {
      accountIds: [3, 1, 2, 4, 99],
      thingIds: [],
      thingTypes: ['device', 'ip'],
      maxThings: 10,
      maxEdges: 100,
    })
    expect([...scene.accounts.id]).toEqual([3, 1, 2, 4])
    expect([...scene.accounts.flags]).toEqual([0, 0, 1, 0])
    expect([...scene.accounts.firstSeen]).toEqual([NaN, 1000, NaN, 4000])
    const pairs = Array.from(scene.edges.a, (a, k) => [a, scene.edges.b[k]])
    expect(pairs).toEqual([
      [1, 2],
      [0, 1],
      [0, 2],
    ])
    // The address is shared by two of them but is a hub; the phone that one alone has joins nobody.
    expect(scene.things.key).toEqual(['D'])
    expect([...scene.things.accounts]).toEqual([3])
    expect(scene).toMatchObject({ omittedThings: 1, omittedHubs: 1, hubCap: HUB_CAP })
    expect([...scene.links.account]).toEqual([0, 1, 2])
    const withHub = await sceneOf(w.ctx, runs, {
      accountIds: [1, 4],
      thingIds: [thing('N')],
      thingTypes: [],
      maxThings: 0,
      maxEdges: 0,
    })
    expect(withHub.things.key).toEqual(['N'])
    expect([...withHub.links.account]).toEqual([0, 1])
  })
})

describe('what joins accounts', () => {
  it('ranks rare things before common ones', async () => {
    const runs = await world()
    const joins = await joinsOf(w.ctx, runs, [1, 2, 4])
    expect(joins.things.map(({ key, members, hub }) => [key, members, hub])).toEqual([
      ['D', [1, 2], false],
      ['N', [1, 4], true],
    ])
    expect(joins.accounts).toMatchObject([{ id: 3, members: [1, 2], degree: 2, channels: ['entity:device'] }])
    expect(joins).toMatchObject({ tied: 1, pairs: 3 })
  })

  it('finds the same as looking at every pair does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 4 })), { maxLength: 24 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 5 }),
        async (links, asked) => {
          w.clear()
          dropKeptGraph()
          w.accounts(...Array.from({ length: 8 }, (_, i) => `x${i}`))
          for (const [a, d] of links) w.link(a, 'device', `d${d}`)
          const { runId } = await runGraphStep(w.ctx, recipeSchema.parse({}), { force: true })
          const joins = await joinsOf(w.ctx, { graphRunId: runId, scoresRunId: null }, asked)
          const has = (a: number, d: number) => links.some(([x, y]) => x === a && y === d)
          const things = [0, 1, 2, 3, 4]
            .map((d) => [`d${d}`, asked.filter((a) => has(a, d)).sort((x, y) => x - y)] as const)
            .filter(([, members]) => members.length > 1)
          expect(new Map(joins.things.map(({ key, members }) => [key, members]))).toEqual(new Map(things))
          const tied = (a: number, b: number) => [0, 1, 2, 3, 4].some((d) => has(a, d) && has(b, d))
          const common = [1, 2, 3, 4, 5, 6, 7, 8].filter(
            (v) => !asked.includes(v) && asked.filter((a) => tied(a, v)).length > 1,
          )
          expect(joins.accounts.map(({ id }) => id).sort((x, y) => x - y)).toEqual(common)
          const pairs = asked.flatMap((a, i) => asked.slice(i + 1).filter((b) => tied(a, b)))
          expect(joins.tied).toBe(pairs.length)
        },
      ),
      { numRuns: 25 },
    )
  })
})
