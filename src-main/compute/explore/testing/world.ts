import fc from 'fast-check'
import { encodeIds } from '../../../common/account-set.ts'
import type { ExploreRuns } from '../../../common/contract/compute-explore.ts'
import type { Selection } from '../../../common/contract/selection.ts'
import { testWorkspace, type TestWorkspace } from '../../graph/test-workspace.ts'

/** A small workspace with something of everything a selection can speak of. Tests only. */
export interface World {
  workspace: TestWorkspace
  runs: ExploreRuns
}

export const START = 1_700_000_000_000
const HOUR = 3_600_000
export const RUNS: ExploreRuns = {
  graph: 1,
  communities: 2,
  layout: 3,
  scores: 4,
  series: 5,
  report_classes: 6,
}

export interface WorldPlan {
  accounts: number
  /** Draws whole numbers below a bound, in order. */
  seed: number
  milliseconds: boolean
}
export const worldPlan: fc.Arbitrary<WorldPlan> = fc.record({
  accounts: fc.integer({ min: 1, max: 40 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  milliseconds: fc.boolean(),
})

/** Park–Miller: enough to fill tables, and the same everywhere. */
export function draws(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

export function makeWorld({ accounts: n, seed, milliseconds }: WorldPlan): World {
  const workspace = testWorkspace()
  const { db } = workspace
  // One transaction: hundreds of small ones would take most of a test's time.
  db.exec('BEGIN')
  const draw = draws(seed)
  const put = (sql: string) => {
    const statement = db.prepare(sql)
    return (...values: unknown[]) => Number(statement.run(...values).lastInsertRowid)
  }
  const term = put('INSERT INTO term (domain, value) VALUES (?, ?)')
  const terms = (domain: string, ...values: string[]) => values.map((value) => term(domain, value))
  const kinds = terms('event_kind', 'login', 'register', 'pay')
  const outcomes = [...terms('outcome', 'ok', 'fail'), null]
  const contexts = [...terms('context', 'web', 'app'), null]
  const countries = [...terms('country', 'CN', 'SG'), null]
  const types = terms('entity_type', 'device', 'ip', 'card')
  const account = put('INSERT INTO account (key, source_id, row) VALUES (?, ?, 1)')
  // The last one comes of an import that isn't over: nobody may see it.
  for (let i = 1; i <= n; i++) account(`u${(i * 7919) % 1000}-${i}`, i === n && n > 1 ? 2 : 1)
  const entity = put('INSERT INTO entity (type_id, key, source_id, row) VALUES (?, ?, 1, 1)')
  const entities = Array.from({ length: 12 }, (_, i) => entity(types[i % 3], `e${i}`))
  const any = () => 1 + draw(n)
  const time = () => START + draw(200) * HOUR + (milliseconds ? draw(3000) : draw(3) * 1000)
  const record = put(
    'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, ?, 1)',
  )
  for (let i = 0; i < n + 5; i++) {
    const attributes: Record<string, string> = {}
    if (draw(3) > 0) attributes['city'] = ['北京', 'Paris', '7'][draw(3)]
    if (draw(3) > 0) attributes['age'] = String(draw(60) / 2)
    if (draw(4) === 0) attributes['note'] = ''
    record(any(), draw(5) === 0 ? null : time(), JSON.stringify(attributes), 1)
  }
  const link = put('INSERT INTO link (account_id, entity_id, source_id, row) VALUES (?, ?, 1, 1)')
  for (let i = 0; i < 2 * n; i++) link(any(), entities[draw(12)])
  const event = put(
    `INSERT INTO event (account_id, ts, kind_id, outcome_id, context_id, country_id, ip_id, device_id, source_id, row)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
  )
  const pick = <T>(values: readonly T[]) => values[draw(values.length)]
  for (let i = 0; i < 5 * n; i++) {
    const ip = draw(3) === 0 ? pick(entities.filter((_, k) => k % 3 === 1)) : null
    const device = draw(3) === 0 ? pick(entities.filter((_, k) => k % 3 === 0)) : null
    event(any(), time(), pick(kinds), pick(outcomes), pick(contexts), pick(countries), ip, device)
  }
  const report = put(
    'INSERT INTO report (key, account_id, ts, text, source_id, row) VALUES (?, ?, ?, ?, 1, 1)',
  )
  const words = ['加我微信返利', 'pay the deposit first', 'spam 100%_off', '骗子']
  const reports = Array.from({ length: n }, (_, i) => report(`r${i}`, any(), time(), pick(words)))
  db.exec('INSERT INTO report_fts (rowid, text) SELECT id, text FROM report')
  const label = put('INSERT INTO label (account_id, label, ts, source_id, row) VALUES (?, ?, ?, 1, 1)')
  for (let i = 0; i < n; i++)
    label(any(), pick(['malicious', 'benign', 'vip']), draw(3) === 0 ? null : time())
  const judgement = put(
    `INSERT INTO judgement (target_kind, target, verdict, created_at, created_by, retracted_at) VALUES ('account', ?, ?, 0, 't', ?)`,
  )
  for (let i = 0; i < n; i++)
    judgement(any(), pick(['malicious', 'benign', 'unsure']), draw(3) === 0 ? 1 : null)
  const tags = ['首批', 'b'].map((name) => put('INSERT INTO tag (name) VALUES (?)')(name))
  const tagging = put(
    `INSERT INTO tagging (tag_id, target_kind, target, created_at, created_by, removed_at) VALUES (?, 'account', ?, 0, 't', ?)`,
  )
  for (let i = 0; i < n; i++) tagging(pick(tags), any(), draw(3) === 0 ? 1 : null)

  const run = put(
    `INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at, app_version)
     VALUES (?, ?, 'x', '1', '{}', '{}', ?, 'done', 0, 't')`,
  )
  for (const [id, kind, parent] of [
    [1, 'graph', null],
    [2, 'communities', 1],
    [3, 'layout', 2],
    [4, 'scores', 1],
    [5, 'series', 2],
    [6, 'report_classes', null],
  ])
    run(id, kind, parent)
  const community = put('INSERT INTO community VALUES (2, ?, 0, 0, 0, 0)')
  for (let c = 0; c < 4; c++) community(c)
  const member = put('INSERT INTO community_member VALUES (2, ?, ?, 1)')
  const place = put('INSERT INTO account_place VALUES (3, ?, ?, ?)')
  const score = put('INSERT INTO score VALUES (4, ?, ?)')
  for (let id = 1; id <= n; id++) {
    if (draw(5) > 0) member(id, draw(4))
    if (draw(6) > 0) place(id, draw(2000) / 10 - 100, draw(2000) / 10 - 100)
    if (draw(6) > 0) score(id, draw(11) / 10)
  }
  const classified = put(`INSERT INTO report_class VALUES (6, ?, ?, 1, '{}')`)
  for (const id of reports) if (draw(4) > 0) classified(id, pick(['spam', 'scam']))
  const anomaly = put(
    `INSERT INTO anomaly (run_id, series, group_kind, group_key, window_start, window_end, observed, expected, score)
     VALUES (5, ?, ?, ?, ?, ?, 1, 1, 1)`,
  )
  for (let i = 0; i < 6; i++) {
    const [kind, key] = pick([
      ['all', ''],
      ['community', String(draw(5))],
      ['context', 'web'],
      ['country', 'CN'],
    ])
    const from = START + draw(200) * HOUR
    anomaly(pick(['logins', 'registrations']), kind, key, from, from + 20 * HOUR)
  }
  const set = put(
    `INSERT INTO account_set (sha256, accounts, ids, how, created_at, created_by) VALUES (?, 0, ?, '{}', 0, 't')`,
  )
  for (let s = 0; s < 3; s++) {
    const ids = Uint32Array.from({ length: n }, (_, i) => i + 1).filter(() => draw(2) === 0)
    set(`set${s}`, Buffer.from(encodeIds(ids)))
  }
  db.exec('COMMIT')
  return { workspace, runs: RUNS }
}

const span = fc
  .tuple(fc.integer({ min: -10, max: 210 }), fc.integer({ min: 0, max: 100 }))
  .map(([from, hours]) => ({ from: START + from * HOUR + 500, to: START + (from + hours) * HOUR + 500 }))
const some = <T>(values: readonly T[]) => fc.subarray([...values])
const tenth = fc.integer({ min: 0, max: 10 }).map((v) => v / 10)

/** What each part of a selection may say of such worlds, with things that are not there among it. */
export const PARTS: { [K in keyof Selection]-?: fc.Arbitrary<NonNullable<Selection[K]>> } = {
  communities: some([0, 1, 2, 3, 99]),
  accounts: some([1, 2, 3, 5, 8, 13, 21, 4000]),
  time: span,
  registered: span,
  risk: fc.record({ min: tenth, max: tenth }),
  text: fc.constantFrom('微信', 'deposit', '100%', '骗', 'pay first', '', 'nothing'),
  reportClasses: some(['spam', 'scam', 'x']),
  verdicts: some(['malicious', 'benign', 'unsure'] as const),
  labels: some(['malicious', 'benign', 'vip', 'x']),
  sets: some([1, 2, 3, 77]),
  withoutSets: some([1, 2, 3, 77]),
  entities: some([1, 2, 3, 4, 5, 500]),
  sharing: fc.record({
    type: fc.constantFrom(null, 'device', 'ip', 'card', 'x'),
    atLeast: fc.integer({ min: 1, max: 4 }),
  }),
  attributes: fc.array(
    fc.oneof(
      fc.record({ name: fc.constantFrom('city', 'age', 'note', 'x') }),
      fc.record({ name: fc.constantFrom('city', 'age'), values: some(['北京', '7', '12', '3.5']) }),
      fc.record({
        name: fc.constantFrom('city', 'age'),
        min: fc.integer({ min: 0, max: 15 }),
        max: fc.integer({ min: 5, max: 30 }),
      }),
      fc.record({ name: fc.constant('age'), values: some(['1', '2']), min: fc.constant(20) }),
    ),
    { maxLength: 2 },
  ),
  tags: some(['首批', 'b', 'x']),
  anomalies: some([1, 2, 3, 4, 5, 6, 99]),
}

/** Selections of up to three parts. */
export const selections: fc.Arbitrary<Selection> = fc
  .subarray(Object.keys(PARTS) as (keyof Selection)[], { maxLength: 3 })
  .chain((keys) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, PARTS[key]]))),
  ) as fc.Arbitrary<Selection>
