import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { EVENT_KINDS } from './event-buffer.ts'
import { RELATION_TYPES } from './relations.ts'
import { type SettingName, SETTING_NAMES, SETTINGS } from './settings.ts'
import { simulate } from './simulate.ts'
import { auroc, readTable, type Row } from './testing/read.ts'
import { ROLES } from './world.ts'

const root = mkdtempSync(join(tmpdir(), 'shoal-worlds-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Tables {
  accounts: Row[]
  relations: Row[]
  links: Row[]
  events: Row[]
  reports: Row[]
  labels: Row[]
  truth: Row[]
  reportTruth: Row[]
}

let made = 0
async function world(options: { accounts: number; seed: number; setting?: SettingName }): Promise<Tables> {
  const out = join(root, `w${made++}`)
  await simulate({ out, ...options }, freePace())
  const read = (name: string): Row[] => readTable(out, `${name}.csv`)
  return {
    accounts: read('accounts'),
    relations: read('relations'),
    links: read('links'),
    events: read('events'),
    reports: read('reports'),
    labels: read('labels'),
    truth: readTable(`${out}-truth`, 'truth.csv'),
    reportTruth: readTable(`${out}-truth`, 'reports.csv'),
  }
}

const STAMP = /^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d[+-]\d\d:[0-5]\d$/
const DATE = /^20\d\d-[01]\d-[0-3]\d$/
const END = Date.parse('2026-07-01T00:00:00+08:00')

describe('every world', () => {
  it('keeps the layout, knows every id it names and dates nothing before its account', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          accounts: fc.integer({ min: 100, max: 900 }),
          seed: fc.integer({ min: 0, max: 4_294_967_295 }),
          setting: fc.constantFrom(...SETTING_NAMES),
        }),
        async (options) => {
          const tables = await world(options)
          checkWorld(tables, options.accounts, SETTINGS[options.setting].maliciousShare)
        },
      ),
      { numRuns: 8, seed: 20261122 },
    )
  })
})

/** Throws by plain comparison: an expect per row would be most of the test's time. */
function must(holds: boolean, what: string, row?: Row): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(row)}`)
}

function checkWorld(t: Tables, accounts: number, share: number): void {
  const registered = new Map(t.accounts.map((row) => [row.account_id, Date.parse(row.registered_at)]))
  expect(registered.size).toBe(accounts)
  for (const row of t.accounts) must(STAMP.test(row.registered_at), 'registered_at', row)
  const dayOf = (id: string): string => new Date(registered.get(id) as number).toISOString().slice(0, 10)

  const pairs = new Set<string>()
  for (const row of t.relations) {
    must(registered.has(row.src) && registered.has(row.dst) && row.src !== row.dst, 'ends', row)
    must((RELATION_TYPES as readonly string[]).includes(row.type), 'type', row)
    must(Number(row.weight) > 0, 'weight', row)
    must(DATE.test(row.first_seen) && row.first_seen <= row.last_seen, 'dates', row)
    must(row.first_seen >= dayOf(row.src) && row.first_seen >= dayOf(row.dst), 'after both registered', row)
    must(Date.parse(row.last_seen) < END, 'not after the end', row)
    const ends = row.type === 'friend' ? [row.src, row.dst].sort() : [row.src, row.dst]
    const pair = `${row.type} ${ends.join(' ')}`
    must(!pairs.has(pair), 'only once', row)
    pairs.add(pair)
  }
  for (const row of t.links) {
    must(registered.has(row.account_id) && row.entity_id !== '', 'link', row)
    must(['device', 'ip', 'payment', 'invite_code', 'group'].includes(row.entity_type), 'entity type', row)
    must(row.first_seen <= row.last_seen && row.first_seen >= dayOf(row.account_id), 'link dates', row)
    must(Number.isInteger(Number(row.count)) && Number(row.count) >= 1, 'count', row)
  }
  const registrations = new Map<string, number>()
  for (const row of t.events) {
    const ts = Date.parse(row.ts)
    must(STAMP.test(row.ts) && ts < END, 'event time', row)
    must((EVENT_KINDS as readonly string[]).includes(row.kind), 'kind', row)
    must(ts >= (registered.get(row.account_id) ?? Infinity), 'event after registration', row)
    must(
      /^\d+\.\d+\.\d+\.\d+$/.test(row.ip) && row.ip.split('.').every((part) => Number(part) < 256),
      'ip',
      row,
    )
    must(Number(row.ip.split('.')[0]) >= 240 || row.ip.startsWith('100.'), 'only reserved addresses', row)
    must(row.outcome === 'ok' || row.outcome === 'fail', 'outcome', row)
    if (row.kind === 'register') {
      must(
        !registrations.has(row.account_id) && ts === registered.get(row.account_id),
        'one registration',
        row,
      )
      registrations.set(row.account_id, ts)
    }
  }
  expect(registrations.size).toBe(accounts)
  for (const row of t.reports) {
    must(registered.has(row.account_id), 'reported', row)
    must(row.reporter_id === '' || registered.has(row.reporter_id), 'reporter', row)
    must(row.reporter_id !== row.account_id, 'not by itself', row)
    const ts = Date.parse(row.ts)
    must(
      STAMP.test(row.ts) && ts < END && ts >= (registered.get(row.account_id) as number),
      'report time',
      row,
    )
    must(row.reporter_id === '' || ts >= (registered.get(row.reporter_id) as number), 'reporter existed', row)
    must(['normal', 'spam', 'scam', 'abuse'].includes(row.category), 'category', row)
    must(row.text.trim() !== '' && !/[{}]|undefined/.test(row.text), 'text', row)
  }
  for (const row of t.labels) {
    must(registered.has(row.account_id) && Date.parse(row.ts) < END, 'label', row)
    must(Date.parse(row.ts) >= (registered.get(row.account_id) as number), 'label after registration', row)
    must(row.label === 'malicious' || row.label === 'benign', 'label', row)
    must(['manual_review', 'rule_engine', 'user_appeal'].includes(row.source), 'source', row)
  }
  expect(t.truth.map((row) => row.account_id)).toEqual(t.accounts.map((row) => row.account_id))
  for (const row of t.truth) {
    must((ROLES as readonly string[]).includes(row.role), 'role', row)
    must((row.malicious === '1') === (row.ring_id !== ''), 'ring', row)
    must((row.role === 'taken_over') === (row.compromised_from !== ''), 'compromised', row)
    must(
      row.malicious === '0' || Date.parse(row.misuse_from) >= (registered.get(row.account_id) as number),
      'misuse',
      row,
    )
  }
  const malicious = t.truth.filter((row) => row.malicious === '1').length
  expect(Math.abs(malicious - accounts * share)).toBeLessThanOrEqual(4)
  expect(t.reportTruth.map((row) => row.report_id)).toEqual(t.reports.map((row) => row.report_id))
}

describe('a world of 5,000', () => {
  let t: Tables
  let malicious: boolean[]
  let truthOf: Map<string, Row>
  beforeAll(async () => {
    t = await world({ accounts: 5000, seed: 11 })
    malicious = t.truth.map((row) => row.malicious === '1')
    truthOf = new Map(t.truth.map((row) => [row.account_id, row]))
  })

  it('has about the stated number of rows per account', () => {
    expect(t.events.length / 5000).toBeGreaterThan(8)
    expect(t.events.length / 5000).toBeLessThan(12)
    expect(t.relations.length / 5000).toBeGreaterThan(4)
    expect(t.relations.length / 5000).toBeLessThan(6)
    expect(t.links.length / 5000).toBeGreaterThan(2)
    expect(t.links.length / 5000).toBeLessThan(3.6)
    expect(new Set(t.truth.map((row) => row.role)).size).toBe(ROLES.length)
    expect(new Set(t.events.map((row) => row.ts.slice(19))).size).toBeGreaterThan(4)
  })

  it('tells nothing by id or position', () => {
    // 350 among 5,000: chance alone gives .5 ± .03 at two sigma.
    expect(
      auroc(
        t.accounts.map((_, k) => k),
        malicious,
      ),
    ).toBeLessThan(0.55)
    expect(
      auroc(
        t.accounts.map((row) => Number(row.account_id.slice(1))),
        malicious,
      ),
    ).toBeLessThan(0.55)
    const asSource = new Map<string, number>()
    for (const row of t.relations)
      if (row.type === 'friend') asSource.set(row.src, (asSource.get(row.src) ?? 0) + 1)
    expect(
      auroc(
        t.accounts.map((row) => asSource.get(row.account_id) ?? 0),
        malicious,
      ),
    ).toBeLessThan(0.75)
  })

  it('has no single measure that separates malicious accounts', () => {
    for (const [name, values] of measures(t)) expect(auroc(values, malicious), name).toBeLessThan(0.85)
  })

  it('has no common value that only malicious accounts have', () => {
    const columns: [Row[], string][] = [
      ...['region', 'client_version', 'channel', 'phone_country', 'display_name', 'profile_text'].map(
        (column) => [t.accounts, column] as [Row[], string],
      ),
      ...['context', 'kind', 'country', 'city', 'outcome'].map(
        (column) => [t.events, column] as [Row[], string],
      ),
    ]
    for (const [rows, column] of columns) {
      const owners = new Map<string, Set<string>>()
      for (const row of rows) {
        const set = owners.get(row[column]) ?? new Set()
        set.add(row.account_id)
        owners.set(row[column], set)
      }
      for (const [value, set] of owners) {
        if (set.size < 30) continue
        const bad = [...set].filter((id) => truthOf.get(id)?.malicious === '1').length
        expect(bad / set.size, `${column} = ${value}`).toBeLessThan(0.6)
      }
    }
  })

  it('has innocent crowds beside the schemes: shared phones, shared addresses, bursts of registrations', () => {
    const shared = (column: string, least: number): boolean[] => {
      const owners = new Map<string, Set<string>>()
      for (const row of t.events) {
        if (row[column] === '') continue
        const set = owners.get(row[column]) ?? new Set()
        set.add(row.account_id)
        owners.set(row[column], set)
      }
      return [...owners.values()]
        .filter((set) => set.size >= least)
        .map((set) => [...set].filter((id) => truthOf.get(id)?.malicious === '1').length / set.size > 0.5)
    }
    const phones = shared('device', 4)
    expect(phones.filter(Boolean).length).toBeGreaterThan(3)
    expect(phones.filter((bad) => !bad).length).toBeGreaterThan(10)
    expect(shared('ip', 60).length).toBeGreaterThan(5)
    const onboarding = t.accounts.filter((row) => truthOf.get(row.account_id)?.role === 'new_employee')
    const days = new Map<string, number>()
    for (const row of onboarding)
      days.set(row.registered_at.slice(0, 10), (days.get(row.registered_at.slice(0, 10)) ?? 0) + 1)
    expect(Math.max(...days.values())).toBeGreaterThan(10)
  })

  it('labels late, in part and sometimes wrongly', () => {
    const known = { right: new Set<string>(), wrong: new Set<string>(), benign: new Set<string>() }
    for (const row of t.labels) {
      const truth = truthOf.get(row.account_id) as Row
      if (truth.malicious === '0') known.benign.add(row.account_id)
      else (row.label === 'malicious' ? known.right : known.wrong).add(row.account_id)
      if (row.label === 'malicious' && truth.malicious === '1')
        must(Date.parse(row.ts) > Date.parse(truth.misuse_from), 'not before it began', row)
    }
    const all = malicious.filter(Boolean).length
    expect((known.right.size + known.wrong.size) / all).toBeGreaterThan(0.18)
    expect((known.right.size + known.wrong.size) / all).toBeLessThan(0.45)
    expect(known.benign.size / (5000 - all)).toBeGreaterThan(0.03)
    expect(known.benign.size / (5000 - all)).toBeLessThan(0.08)
    const falsely = t.labels.filter(
      (row) => row.label === 'malicious' && truthOf.get(row.account_id)?.malicious === '0',
    )
    expect(falsely.length).toBeGreaterThan(0)
  })

  it('reports malicious accounts mostly, in varied words, in two languages and their mixture', () => {
    const about = t.reports.filter((row) => truthOf.get(row.account_id)?.malicious === '1').length
    expect(about / t.reports.length).toBeGreaterThan(0.45)
    expect(about / t.reports.length).toBeLessThan(0.9)
    expect(new Set(t.reports.map((row) => row.text)).size / t.reports.length).toBeGreaterThan(0.93)
    expect(t.reports.filter((row) => row.lang === 'zh').length).toBeGreaterThan(50)
    expect(t.reports.filter((row) => row.lang === 'en').length).toBeGreaterThan(30)
    expect(
      t.reports.filter((row) => /[一-鿿]/.test(row.text) && /[a-z]{4}/.test(row.text)).length,
    ).toBeGreaterThan(5)
    const chosen = t.reports.filter((row, k) => row.category === t.reportTruth[k].category).length
    expect(chosen / t.reports.length).toBeGreaterThan(0.8)
    expect(chosen / t.reports.length).toBeLessThan(0.98)
  })
})

describe('settings', () => {
  it('differ in what they are named for', async () => {
    const options = { accounts: 1500, seed: 3 }
    const usual = await world(options)
    const campus = await world({ ...options, setting: 'campus-heavy' })
    const sparse = await world({ ...options, setting: 'sparse' })
    const noisy = await world({ ...options, setting: 'noisy-labels' })
    const students = (t: Tables): number => t.truth.filter((row) => row.role === 'student').length
    expect(students(campus)).toBeGreaterThan(2 * students(usual))
    expect(sparse.events.length).toBeLessThan(0.6 * usual.events.length)
    expect(sparse.relations.length).toBeLessThan(0.6 * usual.relations.length)
    const wrong = (t: Tables): number => {
      const bad = new Set(t.truth.filter((row) => row.malicious === '1').map((row) => row.account_id))
      return (
        t.labels.filter((row) => bad.has(row.account_id) !== (row.label === 'malicious')).length /
        t.labels.length
      )
    }
    expect(wrong(noisy)).toBeGreaterThan(1.5 * wrong(usual))
  })
})

/** Plain columns that an analyst might sort by. */
function* measures(t: Tables): Generator<[string, number[]]> {
  const per = (rows: Row[], key: string, value: (row: Row) => number = () => 1): number[] => {
    const sums = new Map<string, number>()
    for (const row of rows) sums.set(row[key], (sums.get(row[key]) ?? 0) + value(row))
    return t.accounts.map((row) => sums.get(row.account_id) ?? 0)
  }
  const mostShared = (rows: Row[], column: string): number[] => {
    const owners = new Map<string, Set<string>>()
    for (const row of rows)
      owners.set(row[column], (owners.get(row[column]) ?? new Set()).add(row.account_id))
    const most = new Map<string, number>()
    for (const row of rows)
      if (row[column] !== '')
        most.set(row.account_id, Math.max(most.get(row.account_id) ?? 0, owners.get(row[column])?.size ?? 0))
    return t.accounts.map((row) => most.get(row.account_id) ?? 0)
  }
  yield ['registered_at', t.accounts.map((row) => Date.parse(row.registered_at))]
  yield ['length of profile', t.accounts.map((row) => row.profile_text.length)]
  yield ['length of name', t.accounts.map((row) => row.display_name.length)]
  for (const type of RELATION_TYPES) {
    const rows = t.relations.filter((row) => row.type === type)
    yield [`${type} out`, per(rows, 'src')]
    yield [`${type} in`, per(rows, 'dst')]
  }
  for (const type of ['device', 'ip', 'payment', 'invite_code', 'group']) {
    const rows = t.links.filter((row) => row.entity_type === type)
    yield [`${type} links`, per(rows, 'account_id')]
    yield [`${type} shared`, mostShared(rows, 'entity_id')]
  }
  for (const kind of EVENT_KINDS)
    yield [
      kind,
      per(
        t.events.filter((row) => row.kind === kind),
        'account_id',
      ),
    ]
  yield ['events', per(t.events, 'account_id')]
  yield ['failures', per(t.events, 'account_id', (row) => (row.outcome === 'fail' ? 1 : 0))]
  yield ['at night', per(t.events, 'account_id', (row) => (Number(row.ts.slice(11, 13)) < 6 ? 1 : 0))]
  yield ['high tier', per(t.events, 'account_id', (row) => (row.context.endsWith('high') ? 1 : 0))]
  yield ['hosting', per(t.events, 'account_id', (row) => (Number(row.ip.split('.')[0]) >= 252 ? 1 : 0))]
  yield ['shared device', mostShared(t.events, 'device')]
  yield ['shared address', mostShared(t.events, 'ip')]
  yield ['reports', per(t.reports, 'account_id')]
  const day = new Map<string, number>()
  for (const row of t.accounts)
    day.set(row.registered_at.slice(0, 10), (day.get(row.registered_at.slice(0, 10)) ?? 0) + 1)
  yield ['registrations that day', t.accounts.map((row) => day.get(row.registered_at.slice(0, 10)) ?? 0)]
}
