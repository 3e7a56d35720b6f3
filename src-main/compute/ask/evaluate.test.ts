import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askSchema, type Ask, type AskInput } from '../../common/ask/parts.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { answerAsk } from './evaluate.ts'
import { othersOf, referenceAnswer, type World } from './reference.fixture.ts'
import { askVocabulary } from './vocabulary.ts'

let w: TestWorkspace
beforeAll(() => void (w = testWorkspace()))
afterAll(() => w.close())

const T0 = 1_700_000_000_000
const HOUR = 3_600_000
const ZONE = 480
const RUNS = { communities: 1, scores: 2, report_classes: 3 }

/** What `clear` does not know of refers to what it removes. */
function empty(): void {
  w.db.exec('DELETE FROM report_class; DELETE FROM score')
  w.clear()
}

/** Stores a world; source 2 is an import that is still running, whose rows must not count. */
function store(world: World): void {
  empty()
  w.db
    .exec(`INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
             VALUES (1, 'communities', 'x', '1', '{}', '{}', 'done', 0, 't'), (3, 'report_classes', 'x', '1', '{}', '{}', 'done', 0, 't')`)
  const term = (domain: string, value: string | null) => {
    if (value === null) return null
    w.db.prepare('INSERT OR IGNORE INTO term (domain, value) VALUES (?, ?)').run(domain, value)
    return w.db
      .prepare('SELECT id FROM term WHERE domain = ? AND value = ?')
      .pluck()
      .get(domain, value) as number
  }
  const thing = (type: string, key: string | null) => {
    if (key === null) return null
    const t = term('entity_type', type)
    w.db
      .prepare('INSERT OR IGNORE INTO entity (type_id, key, source_id, row) VALUES (?, ?, 1, 1)')
      .run(t, key)
    return w.db.prepare('SELECT id FROM entity WHERE type_id = ? AND key = ?').pluck().get(t, key) as number
  }
  for (let id = 1; id <= world.accounts; id++) {
    w.db.prepare(`INSERT INTO account (id, key, source_id, row) VALUES (?, ?, 1, ?)`).run(id, `a${id}`, id)
    const region = world.region[id - 1]
    w.db
      .prepare(
        'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, 1, 1)',
      )
      .run(id, world.registered[id - 1], JSON.stringify(region == null ? {} : { region }))
    const community = world.community[id - 1]
    if (community != null) w.db.prepare('INSERT INTO community_member VALUES (1, ?, ?, 1)').run(id, community)
  }
  // An account and its uses that an unfinished import brought.
  w.db.exec(`INSERT INTO account (id, key, source_id, row) VALUES (99, 'new', 2, 1)`)
  for (const l of world.labels) w.label(l.account, l.label)
  for (const l of world.links) w.link(l.account, l.type, l.key)
  for (const key of ['k0', 'k1']) w.link(1, 'device', key, { source: 2 })
  for (const r of world.relations) w.relation(r.src, r.dst, { type: r.type })
  w.relation(1, 2, { type: 'friend', source: 2 })
  const event = w.db.prepare(
    `INSERT INTO event (account_id, ts, kind_id, outcome_id, ip_id, device_id, source_id, row) VALUES (?, ?, ?, ?, ?, ?, ?, 1)`,
  )
  for (const e of world.events)
    event.run(
      e.account,
      e.ts,
      term('event_kind', e.kind),
      term('outcome', e.outcome),
      thing('ip', e.ip),
      thing('device', e.device),
      1,
    )
  event.run(2, T0, term('event_kind', 'login'), null, thing('ip', 'k0'), thing('device', 'k1'), 2)
  world.reports.forEach((r, i) => {
    w.db
      .prepare(`INSERT INTO report (id, key, account_id, text, source_id, row) VALUES (?, ?, ?, ?, 1, 1)`)
      .run(i + 1, `r${i}`, r.account, r.text)
    w.db.prepare(`INSERT INTO report_class VALUES (3, ?, ?, 1, '{}')`).run(i + 1, r.class)
  })
  w.db.exec(`INSERT INTO report_fts (report_fts) VALUES ('rebuild')`)
}

const who = fc.integer({ min: 1, max: 6 })
const key = fc.constantFrom('k0', 'k1', 'k2')
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: null })
const time = fc.integer({ min: 0, max: 40 }).map((n) => T0 + n * (HOUR / 4))
const worlds: fc.Arbitrary<World> = fc.record({
  accounts: fc.constant(6),
  registered: fc.array(maybe(time), { minLength: 6, maxLength: 6 }),
  labels: fc.array(fc.record({ account: who, label: fc.constantFrom('malicious', 'benign') }), {
    maxLength: 4,
  }),
  region: fc.array(maybe(fc.constantFrom('CN', 'SG', '')), { minLength: 6, maxLength: 6 }),
  community: fc.array(maybe(fc.constantFrom(0, 1)), { minLength: 6, maxLength: 6 }),
  links: fc.array(fc.record({ account: who, type: fc.constantFrom('device', 'payment'), key }), {
    maxLength: 8,
  }),
  events: fc.array(
    fc.record({
      account: who,
      ts: time,
      kind: fc.constantFrom('login', 'register'),
      outcome: maybe(fc.constantFrom('ok', 'fail')),
      ip: maybe(key),
      device: maybe(key),
    }),
    { maxLength: 14 },
  ),
  relations: fc.array(fc.record({ src: who, dst: who, type: fc.constantFrom('friend', 'invited') }), {
    maxLength: 8,
  }),
  reports: fc.array(
    fc.record({
      account: who,
      class: fc.constantFrom('scam', 'spam'),
      text: fc.constantFrom('加我微信', 'free money'),
    }),
    { maxLength: 6 },
  ),
})
const selection = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      labels: fc.constantFrom(['malicious'], ['benign', 'malicious']),
      accounts: fc.array(who, { maxLength: 4 }),
      communities: fc.constant([1]),
    },
    { requiredKeys: [] },
  ),
)
const minutes = fc.constantFrom(1, 15, 60, 240)
const paired = {
  with: selection,
  times: fc.integer({ min: 1, max: 3 }),
  not: fc.boolean(),
  pair: fc.record(
    {
      registeredWithin: minutes,
      activeWithin: minutes,
      sameCommunity: fc.boolean(),
      sameAttributes: fc.constantFrom(['region'], []),
    },
    { requiredKeys: [] },
  ),
}
const part = fc.oneof(
  fc.record({
    kind: fc.constant('shares' as const),
    type: fc.constantFrom(null, 'device', 'ip', 'payment', 'unheard'),
    atMost: fc.constantFrom(null, 2, 3),
    ...paired,
  }),
  fc.record({
    kind: fc.constant('related' as const),
    type: fc.constantFrom(null, 'friend', 'unheard'),
    direction: fc.constantFrom('out' as const, 'in' as const, 'either' as const),
    ...paired,
  }),
  fc.record({ kind: fc.constant('registered_near' as const), minutes, ...paired }),
  fc.record({
    kind: fc.constant('event' as const),
    eventKind: fc.constantFrom(null, 'login'),
    outcome: fc.constantFrom(null, 'fail'),
    from: fc.constantFrom(null, T0 + 4 * HOUR),
    to: fc.constantFrom(null, T0 + 8 * HOUR),
    hours: fc.constantFrom(null, { from: 8, to: 12 }, { from: 22, to: 7 }),
    within: fc.constantFrom(null, 30, 120),
    times: fc.integer({ min: 1, max: 3 }),
    not: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('reported' as const),
    class: fc.constantFrom(null, 'scam'),
    text: fc.constantFrom('', '微信', 'money'),
    times: fc.integer({ min: 1, max: 2 }),
    not: fc.boolean(),
  }),
)
const asks: fc.Arbitrary<Ask> = fc
  .record({
    who: selection,
    match: fc.constantFrom('all' as const, 'any' as const),
    parts: fc.array(part, { maxLength: 3 }),
  })
  .map((ask) => askSchema.parse(ask as AskInput))

test('answers as the plain reference does, with reasons that are true', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.array(asks, { minLength: 4, maxLength: 4 }), async (world, questions) => {
      store(world)
      for (const ask of questions) {
        const answer = await answerAsk(w.ctx, ask, { samples: 10, runs: RUNS, zoneMinutes: ZONE })
        expect([...answer.accounts], answer.query).toEqual(referenceAnswer(world, ask, ZONE))
        expect(answer.samples).toHaveLength(answer.accounts.length)
        for (const { accountId, because } of answer.samples) {
          for (const why of because) {
            const p = ask.parts[why.part]!
            expect(p.not).toBe(false)
            if (!('with' in p)) continue
            const others = othersOf(world, accountId, p, [1, 2, 3, 4, 5, 6])
            expect(why.count).toBe(new Set(others.map((o) => o.other)).size)
            expect(others.map((o) => `${o.other} ${o.thing?.key ?? null}`)).toContain(
              `${why.accountId} ${why.entity}`,
            )
          }
          if (ask.match === 'all') expect(because).toHaveLength(ask.parts.filter((p) => !p.not).length)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('the query shown can be run by somebody else and gives the same accounts', async () => {
  empty()
  w.accounts('a', 'b', 'c')
  w.link(1, 'device', `it's`)
  w.link(2, 'device', `it's`)
  w.label(2, 'malicious')
  const ask = askSchema.parse({
    parts: [{ kind: 'shares', type: 'device', with: { labels: ['malicious'] }, pair: {} }],
  })
  const answer = await answerAsk(w.ctx, ask, { samples: 1, runs: {}, zoneMinutes: 0 })
  expect([...answer.accounts]).toEqual([1])
  expect(answer.query).not.toContain('?')
  const statements = answer.query.split(/;\n|;$/).filter((s) => s.trim() !== '')
  for (const statement of statements.slice(0, -1)) w.db.exec(statement)
  expect(w.db.prepare(statements.at(-1)!).pluck().all()).toEqual([1])
  // A prepared SELECT keeps no lock, and the tables made here go with the connection.
})

test('things with very many users are left out, and that is told', async () => {
  empty()
  w.accounts(...Array.from({ length: 1002 }, (_, i) => `a${i}`))
  w.db.transaction(() => {
    for (let id = 1; id <= 1002; id++) w.link(id, 'ip', 'gateway')
    w.link(1, 'ip', 'home')
    w.link(2, 'ip', 'home')
  })()
  const ask = askSchema.parse({ parts: [{ kind: 'shares', type: 'ip', with: {}, pair: {} }] })
  const answer = await answerAsk(w.ctx, ask, { samples: 0, runs: {}, zoneMinutes: 0 })
  expect([...answer.accounts]).toEqual([1, 2])
  expect(answer.notes).toEqual([{ part: 0, code: 'hub', params: { entities: 1, cap: 1000 } }])
})

test('can be cancelled, and leaves no tables behind', async () => {
  const ask = askSchema.parse({ parts: [{ kind: 'shares', type: null, with: {}, pair: {} }] })
  const stop = {
    db: w.db,
    checkpoint: async () => Promise.reject(Object.assign(new Error('x'), { code: 'cancelled' })),
  }
  await expect(answerAsk(stop, ask, { samples: 0, runs: {}, zoneMinutes: 0 })).rejects.toMatchObject({
    code: 'cancelled',
  })
  expect(w.db.prepare(`SELECT name FROM temp.sqlite_schema WHERE name LIKE 'asked_%'`).all()).toEqual([])
})

test('the vocabulary says what there is: types, words, attributes with few values', async () => {
  empty()
  w.accounts('a', 'b')
  w.profile(1, { region: 'CN', note: 'x' })
  w.profile(2, { region: 'CN' })
  w.link(1, 'device', 'd')
  w.relation(1, 2)
  w.label(1, 'malicious')
  const found = await askVocabulary(w.ctx, {})
  expect(found.entityTypes).toEqual([{ type: 'device', entities: 1 }])
  expect(found.relationTypes).toEqual([{ type: 'friend', relations: 1 }])
  expect(found.labels).toEqual(['malicious'])
  expect(found.attributes.find((a) => a.name === 'region')).toEqual({
    name: 'region',
    kind: 'category',
    values: ['CN'],
  })
})
