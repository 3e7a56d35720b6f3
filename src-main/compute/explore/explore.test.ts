import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { decodeIds } from '../../common/account-set.ts'
import type { ExploreLane } from '../../common/contract/compute-explore.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import { NUMBER_OF, numberOf, whereOf, type SelectionPart } from '../../common/selection/where.ts'
import { forEachRow, fullSet } from './bitset.ts'
import { channelBytes, channels } from './channels.ts'
import { histogram } from './histogram.ts'
import { mask, places } from './handlers.ts'
import { insidePolygon } from './lasso.ts'
import { pageOf } from './page.ts'
import { maskOf } from './parts.ts'
import { NO_PLACE } from './runs.ts'
import { ExploreState, type Snapshot } from './state.ts'
import { makeWorld, PARTS, RUNS, selections, START, worldPlan, type World } from './testing/world.ts'
import { singleEvents, timelineCounts } from './timeline.ts'

const DAY = 86_400_000
const threeOfEach = fc.record(
  Object.fromEntries(
    Object.entries(PARTS).map(([part, values]) => [
      part,
      fc.array(values as fc.Arbitrary<unknown>, { minLength: 3, maxLength: 3 }),
    ]),
  ),
)
const open: { world: World; state: ExploreState }[] = []
function explore(world: World): Snapshot {
  world.workspace.db.function(NUMBER_OF, { deterministic: true }, numberOf as never)
  const state = new ExploreState(world.workspace.ctx.workspace)
  open.push({ world, state })
  return state.snapshot(world.runs)
}
function close() {
  for (const { world, state } of open.splice(0)) {
    state.close()
    world.workspace.close()
  }
}
afterEach(close)

/** Ids by the reference: one statement of SQL. */
function bySql(
  { workspace: { db } }: World,
  selection: Selection,
  except: readonly SelectionPart[] = [],
): number[] {
  const setIds = (id: number) => {
    const blob = db.prepare('SELECT ids FROM account_set WHERE id = ?').pluck().get(id) as Buffer | undefined
    return blob ? decodeIds(blob) : []
  }
  const where = whereOf(selection, 'a.id', { runs: RUNS as never, setIds }, except)
  return db
    .prepare(`SELECT a.id FROM ready_account a WHERE ${where.sql} ORDER BY a.id`)
    .pluck()
    .all(...where.params) as number[]
}
async function byColumns(at: Snapshot, selection: Selection): Promise<number[]> {
  const { accountId, n } = await at.facts.accounts()
  const ids: number[] = []
  forEachRow((await maskOf(at, selection)) ?? fullSet(n), (r) => ids.push(accountId[r]))
  return ids
}

test('columns select whom SQL selects, by every part', async () => {
  const hits = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(worldPlan, threeOfEach, async (plan, values) => {
      const world = makeWorld(plan)
      const at = explore(world)
      for (const [part, some] of Object.entries(values)) {
        for (const value of some) {
          const selection = { [part]: value } as Selection
          const wanted = bySql(world, selection)
          hits.set(part, (hits.get(part) ?? 0) + wanted.length)
          expect([part, value, await byColumns(at, selection)]).toEqual([part, value, wanted])
        }
      }
      close()
    }),
    { numRuns: 12 },
  )
  // A part that never selects anybody has not been tested.
  for (const part of Object.keys(PARTS)) expect([part, hits.get(part)]).not.toEqual([part, 0])
})

test('columns select whom SQL selects by parts together, and count them', async () => {
  await fc.assert(
    fc.asyncProperty(worldPlan, fc.array(selections, { minLength: 4, maxLength: 8 }), async (plan, all) => {
      const world = makeWorld(plan)
      const at = explore(world)
      for (const selection of all) {
        const wanted = bySql(world, selection)
        expect(await byColumns(at, selection)).toEqual(wanted)
        const found = await mask(at, selection, [])
        expect(found.accounts).toBe(wanted.length)
        expect(found.communities).toBe(
          world.workspace.db
            .prepare(
              `SELECT count(DISTINCT community_id) FROM community_member
               WHERE run_id = 2 AND account_id IN (SELECT value FROM json_each(?))`,
            )
            .pluck()
            .get(JSON.stringify(wanted)),
        )
      }
      close()
    }),
    { numRuns: 6 },
  )
})

test('a timeline counts every event of the selected once, in its bin, class and lane', async () => {
  await fc.assert(
    fc.asyncProperty(
      worldPlan,
      selections,
      fc.integer({ min: 1, max: 40 }),
      async (plan, selection, hours) => {
        const world = makeWorld(plan)
        const at = explore(world)
        const bins = { from: START + 20 * 3_600_000, binMs: hours * 3_600_000, count: 6 }
        const lanes: ExploreLane[] = [
          { by: 'community', id: 1 },
          { by: 'account', id: 2 },
          { by: 'context', value: 'web' },
          { by: 'context', value: null },
          { by: 'country', value: 'SG' },
          { by: 'outcome', value: 'fail' },
          { by: 'outcome', value: null },
          { by: 'entity', id: 1 },
          { by: 'entity', id: 3 },
        ]
        const found = await timelineCounts(at, selection, bins, lanes)
        const ids = new Set(bySql(world, selection, ['time']))
        const text = (id: string) => `(SELECT value FROM term WHERE id = e.${id})`
        const events = (
          world.workspace.db
            .prepare(
              `SELECT e.*, ${text('kind_id')} AS kind, ${text('outcome_id')} AS outcome, ${text('context_id')} AS context,
                    ${text('country_id')} AS country,
                    (SELECT community_id FROM community_member WHERE run_id = 2 AND account_id = e.account_id) AS community
             FROM event e`,
            )
            .all() as Record<string, never>[]
        ).filter(
          (e) => ids.has(e['account_id']) && e['ts'] >= bins.from && e['ts'] < bins.from + 6 * bins.binMs,
        )
        const linked = new Set(
          world.workspace.db.prepare('SELECT account_id FROM link WHERE entity_id = 3').pluck().all(),
        )
        const count = (holds: (e: Record<string, never>) => boolean) => {
          const counts = new Uint32Array(bins.count)
          for (const e of events) if (holds(e)) counts[Math.floor((e['ts'] - bins.from) / bins.binMs)]++
          return counts
        }
        expect(found.events).toEqual(count(() => true))
        expect(found.eventsInView).toBe(events.length)
        expect(found.logins).toEqual(count((e) => isLogin(e['kind']) && !isFailure(e['outcome'])))
        expect(found.failed).toEqual(count((e) => isLogin(e['kind']) && isFailure(e['outcome'])))
        expect(found.other).toEqual(count((e) => e['kind'] === 'pay'))
        if (events.some((e) => isRegistration(e['kind'])))
          expect(found.registrations).toEqual(count((e) => isRegistration(e['kind'])))
        expect(found.lanes).toEqual([
          count((e) => e['community'] === 1),
          count((e) => e['account_id'] === 2),
          count((e) => e['context'] === 'web'),
          count((e) => e['context'] === null),
          count((e) => e['country'] === 'SG'),
          count((e) => e['outcome'] === 'fail'),
          count((e) => e['outcome'] === null),
          ...[1].map((id) => {
            const named = world.workspace.db.prepare('SELECT 1 FROM event WHERE device_id = ?').get(id)
            const users = new Set(
              world.workspace.db.prepare('SELECT account_id FROM link WHERE entity_id = ?').pluck().all(id),
            )
            return count((e) => (named ? e['device_id'] === id : users.has(e['account_id'])))
          }),
          count((e) => linked.has(e['account_id'])),
        ])
        close()
      },
    ),
    { numRuns: 8 },
  )
})

test('a page is a part of all selected in order, unknown last, equal ones by id', async () => {
  await fc.assert(
    fc.asyncProperty(worldPlan, selections, async (plan, selection) => {
      const world = makeWorld(plan)
      const at = explore(world)
      const ids = JSON.stringify(bySql(world, selection))
      const BY = {
        score: '(SELECT score FROM score s WHERE s.run_id = 4 AND s.account_id = a.id)',
        key: 'a.key',
        registered: 'a.registered_at',
        community: '(SELECT community_id FROM community_member m WHERE m.run_id = 2 AND m.account_id = a.id)',
        events: '(SELECT count(*) FROM event e WHERE e.account_id = a.id)',
        reports: '(SELECT count(*) FROM report r WHERE r.account_id = a.id)',
      }
      for (const [sort, by] of Object.entries(BY)) {
        for (const descending of [true, false]) {
          const wanted = world.workspace.db
            .prepare(
              `SELECT a.id FROM account_current a JOIN json_each(?) i ON i.value = a.id
               ORDER BY ${by} ${descending ? 'DESC' : 'ASC'} NULLS LAST, a.id`,
            )
            .pluck()
            .all(ids)
          const page = { sort: sort as keyof typeof BY, descending, offset: 2, limit: 5 }
          expect(await pageOf(at, selection, page)).toEqual({ total: wanted.length, ids: wanted.slice(2, 7) })
        }
      }
      // Where reports are as many, communities decide, then scores.
      const wanted = world.workspace.db
        .prepare(
          `SELECT a.id FROM account_current a JOIN json_each(?) i ON i.value = a.id
           ORDER BY ${BY.reports} DESC, ${BY.community} ASC NULLS LAST, ${BY.score} DESC NULLS LAST, a.id`,
        )
        .pluck()
        .all(ids)
      const also = [
        { sort: 'community', descending: false },
        { sort: 'score', descending: true },
      ] as const
      const page = { sort: 'reports', descending: true, also, offset: 0, limit: 500 } as const
      expect(await pageOf(at, selection, page)).toEqual({ total: wanted.length, ids: wanted.slice(0, 500) })
      close()
    }),
    { numRuns: 5 },
  )
})

test('columns read back from their files are the ones that were written', async () => {
  const world = makeWorld({ accounts: 40, seed: 5, milliseconds: true })
  const first = explore(world)
  const held = async (at: Snapshot) => ({
    accounts: await at.facts.accounts(),
    events: await at.facts.events(),
    attributes: await at.facts.attributes(),
    uses: await at.facts.uses(),
    runs: await at.runs.columns(),
  })
  const made = await held(first)
  const again = new ExploreState(world.workspace.ctx.workspace)
  // What was made from the tables is not asked for again.
  world.workspace.db.exec('DELETE FROM report_class; DELETE FROM report; DELETE FROM event; DELETE FROM link')
  expect(await held(again.snapshot(RUNS))).toEqual(made)
  again.close()
})

test('what others write is noticed: judgements, tags, facts; and nothing else is thrown away', async () => {
  const world = makeWorld({ accounts: 30, seed: 9, milliseconds: false })
  const { db } = world.workspace
  explore(world)
  const { state } = open[0]
  const malicious = { verdicts: ['malicious' as const] }
  const before = state.snapshot(RUNS)
  await before.facts.accounts()
  const selected = await byColumns(before, malicious)
  const spare = bySql(world, {}).find((id) => !selected.includes(id))!
  db.exec(`INSERT INTO judgement (target_kind, target, verdict, created_at, created_by)
           VALUES ('account', ${spare}, 'malicious', 0, 't');
           INSERT INTO journal VALUES (1, 0, 't', 'judge.verdict', '{}', '', 'x')`)
  const judged = state.snapshot(RUNS)
  expect(judged.facts).toBe(before.facts)
  expect(judged.runs).toBe(before.runs)
  expect(await byColumns(judged, malicious)).toEqual([...selected, spare].sort((a, b) => a - b))
  // The import that was running is done: its account is there now.
  db.exec(`UPDATE source SET status = 'ready', sha256 = 'bb' WHERE id = 2`)
  const imported = state.snapshot(RUNS)
  expect((await imported.facts.accounts()).n).toBe((await before.facts.accounts()).n + 1)
  expect((await places(imported)).version).not.toBe((await places(before)).version)
})

test('channels say what they hold: every account is in one category or bin, or missing', async () => {
  const world = makeWorld({ accounts: 40, seed: 3, milliseconds: false })
  const at = explore(world)
  const infos = await channels(at)
  const ids = infos.map((info) => info.id)
  expect(ids).toEqual(
    expect.arrayContaining(['risk', 'community', 'label', 'verdict', 'tag:首批', 'attribute:city']),
  )
  const { n } = await at.facts.accounts()
  for (const info of infos) {
    const channel = await channelBytes(info.id, at)
    expect(channel.bytes.length).toBe(n)
    const missing = channel.bytes.filter((b) => b === 255).length
    expect(channel.missing).toBe(missing)
    if (info.kind === 'category') {
      expect(channel.categories.reduce((sum, c) => sum + c.accounts, 0)).toBe(n - missing)
      channel.categories.forEach((c, b) =>
        expect(channel.bytes.filter((x) => x === b).length).toBe(c.accounts),
      )
    } else expect([...channel.stops]).toEqual([...channel.stops].sort((a, b) => a - b))
    const whole = await histogram(info.id, {}, 7, at)
    expect(whole.selected).toEqual(whole.all)
    expect(whole.all.reduce((a, b) => a + b, 0)).toBe(n - missing)
  }
  // Its own part of the selection does not cut a channel's histogram; others do.
  const own = await histogram('risk', { risk: { min: 0.9, max: 1 } }, 5, at)
  expect(own.selected).toEqual(own.all)
  const other = await histogram('risk', { labels: ['malicious'] }, 5, at)
  expect(other.selected.reduce((a, b) => a + b, 0)).toBeLessThan(other.all.reduce((a, b) => a + b, 0))
  await expect(channelBytes('attribute:nothing', at)).rejects.toMatchObject({ code: 'not_found' })
})

test('places keep within half a step of the layout, and a lasso holds what lies in it', async () => {
  const world = makeWorld({ accounts: 40, seed: 11, milliseconds: false })
  const at = explore(world)
  const all = await places(at)
  const stored = new Map(
    (world.workspace.db.prepare('SELECT account_id, x, y FROM account_place').raw().all() as number[][]).map(
      ([id, x, y]) => [id, [x, y]],
    ),
  )
  const runs = await at.runs.columns()
  const box = [-50, -50, 50, -50, 50, 50, -50, 50]
  const inside: number[] = []
  forEachRow(insidePolygon(runs, box, fullSet(all.n)), (r) => inside.push(r))
  expect(inside.length).toBeGreaterThan(0)
  for (let r = 0; r < all.n; r++) {
    const place = stored.get(all.accountId[r])
    if (!place) {
      expect([all.X[r], all.Y[r]]).toEqual([NO_PLACE, NO_PLACE])
      expect(inside).not.toContain(r)
      continue
    }
    expect(Math.abs(all.left + (all.X[r] / 65_535) * all.width - place[0])).toBeLessThan(all.width / 65_534)
    expect(Math.abs(all.top + (all.Y[r] / 65_535) * all.height - place[1])).toBeLessThan(all.height / 65_534)
    const within = Math.abs(place[0]) < 49.9 && Math.abs(place[1]) < 49.9
    const without = Math.abs(place[0]) > 50.1 || Math.abs(place[1]) > 50.1
    if (within) expect(inside).toContain(r)
    if (without) expect(inside).not.toContain(r)
  }
})

test('single events are all of them where they fit, else evenly thinned', async () => {
  const world = makeWorld({ accounts: 40, seed: 21, milliseconds: true })
  const at = explore(world)
  const span = { from: START, to: START + 20 * DAY }
  const all = await singleEvents(at, {}, span, 20_000)
  const times = world.workspace.db
    .prepare(`SELECT ts FROM event WHERE account_id IN (SELECT id FROM ready_account) ORDER BY ts`)
    .pluck()
    .all()
  expect([...all.ts]).toEqual(times)
  const few = await singleEvents(at, {}, span, 10)
  expect(few.total).toBe(times.length)
  expect(few.ts.length).toBe(10)
  expect(few.ts[0]).toBe(times[0])
  const gaps = [...few.ts].slice(1).map((t, i) => times.indexOf(t) - times.indexOf(few.ts[i]))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(times.length / 10) + 5)
})
