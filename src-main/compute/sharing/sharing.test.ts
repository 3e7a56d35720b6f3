import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testWorkspace } from '../graph/test-workspace.ts'
import { querySharing } from './query.ts'
import { scanSharing } from './scan.ts'
import type { SharingStats } from './stats.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 2, 2)

test('counts who, when, where and with what, in local time', async () => {
  const ws = testWorkspace()
  try {
    ws.accounts('a', 'b', 'c', 'unready')
    const at = (hours: number) => MONDAY + hours * HOUR
    const events: [number, number, string, string | undefined, string, string, string][] = [
      // account, hours after Monday 0:00 UTC, kind, device, city, outcome, context
      [1, 2, 'register', 'd1', 'Wuhan', 'ok', 'ios/low'], // 10:00 at +8
      [1, 20, 'login', 'd1', 'Wuhan', 'ok', 'ios/low'], // Tuesday 4:00: night
      [2, 21, 'login', 'd2', 'Wuhan', 'fail', 'web/low'], // the same day (UTC) as the one before
      [2, 24 * 5, 'login', 'd1', 'Taipei', 'ok', 'web/low'], // Saturday
    ]
    const term = (domain: string, value: string) => {
      ws.db.prepare('INSERT OR IGNORE INTO term (domain, value) VALUES (?, ?)').run(domain, value)
      return ws.db.prepare('SELECT id FROM term WHERE domain = ? AND value = ?').pluck().get(domain, value)
    }
    for (const [account, hours, kind, device, city, outcome, context] of events) {
      ws.event(account, at(hours), { ip: 'nat', device })
      ws.db
        .prepare(
          `UPDATE event SET tz_offset = 480, kind_id = ?, city_id = ?, country_id = ?, outcome_id = ?, context_id = ?
           WHERE id = (SELECT max(id) FROM event)`,
        )
        .run(
          term('event_kind', kind),
          term('city', city),
          term('country', 'CN'),
          term('outcome', outcome),
          term('context', context),
        )
    }
    ws.event(4, at(1), { ip: 'nat', source: 2 })
    ws.link(3, 'ip', 'nat', { first: at(-48), last: at(-24) })
    ws.relation(1, 2)
    ws.relation(2, 1)
    for (const [account, registered] of [
      [1, at(2)],
      [2, at(30)],
      [3, at(2000)],
    ])
      ws.db
        .prepare('INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, 1, 1)')
        .run(account, registered)
    const nat = ws.db.prepare(`SELECT id FROM entity WHERE key = 'nat'`).pluck().get() as number
    expect(await querySharing(ws.ctx, nat, null)).toEqual({
      kind: 'ip',
      accounts: 3,
      eventAccounts: 2,
      uses: 4,
      days: 2,
      accountDays: 3,
      sharedDays: 1,
      onceAccounts: 1,
      topUses: 2,
      switches: 1,
      hours: 4,
      nightUses: 2, // Tuesday 4:00 and 5:00 at +8
      officeUses: 1,
      weekendUses: 1,
      partners: 2,
      partnerAccounts: 2,
      ownPartnerAccounts: 1,
      mostPerPartner: 2,
      countries: 1,
      places: 2,
      placedUses: 4,
      topPlaceUses: 3,
      homedAccounts: 2,
      awayAccounts: 0, // b was as often in both: the earlier term counts
      contexts: 2,
      registeredHere: 1,
      failures: 1,
      registrations: 3,
      registrationBurst: 2,
      registrationDays: 1998 / 24,
      relatedPairs: 1,
      relatedAccounts: 2,
      datedAccounts: 3,
      overlappingPairs: 0,
      firstSeen: at(-48),
      lastSeen: at(120),
    } satisfies SharingStats)
    // Inside a window nothing later counts.
    expect(await querySharing(ws.ctx, nat, { from: at(0), to: at(21) })).toMatchObject({
      accounts: 1,
      uses: 2,
      relatedPairs: 0,
      lastSeen: at(20),
    })
    expect(await querySharing(ws.ctx, 999, null)).toBeNull()
  } finally {
    ws.close()
  }
})

test('a scan of everything and a query for one thing say the same, whatever the facts, window and passes', async () => {
  const fact = fc.record({
    kind: fc.constantFrom('link', 'event', 'event', 'relation', 'record'),
    account: fc.integer({ min: 1, max: 6 }),
    other: fc.integer({ min: 1, max: 6 }),
    ip: fc.constantFrom('x', 'y', undefined),
    device: fc.constantFrom('p', 'q', undefined),
    hours: fc.integer({ min: 0, max: 24 * 40 }),
    length: fc.integer({ min: 0, max: 24 * 10 }),
    source: fc.constantFrom(1, 1, 1, 2),
    place: fc.constantFrom(null, 1, 2, 3),
    offset: fc.constantFrom(null, 480, -330),
  })
  const windows = fc.constantFrom(null, { from: MONDAY + 5 * DAY, to: MONDAY + 20 * DAY })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fact, { maxLength: 60 }),
      windows,
      fc.integer({ min: 1, max: 40 }),
      async (facts, window, usesPerPass) => {
        const ws = testWorkspace()
        try {
          for (const city of ['a', 'b', 'c'])
            ws.db.prepare(`INSERT INTO term (domain, value) VALUES ('city', ?)`).run(city)
          ws.accounts('1', '2', '3', '4', '5')
          ws.db.prepare(`INSERT INTO account (key, source_id, row) VALUES ('6', 2, 1)`).run()
          for (const f of facts) {
            const first = MONDAY + f.hours * HOUR
            const last = first + f.length * HOUR
            const { source } = f
            if (f.kind === 'relation') ws.relation(f.account, f.other, { first, last, source })
            else if (f.kind === 'link')
              ws.link(f.account, f.ip === undefined ? 'group' : 'ip', f.ip ?? 'g', { first, last, source })
            else if (f.kind === 'event') {
              ws.event(f.account, first, {
                ...(f.ip !== undefined && { ip: f.ip }),
                ...(f.device !== undefined && { device: f.device }),
                source,
              })
              ws.db
                .prepare('UPDATE event SET city_id = ?, tz_offset = ? WHERE id = (SELECT max(id) FROM event)')
                .run(f.place, f.offset)
            } else
              ws.db
                .prepare(
                  'INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, ?, 1)',
                )
                .run(f.account, f.length === 0 ? null : first, source)
          }
          const scanned = new Map<number, SharingStats>()
          const { used } = await scanSharing(ws.ctx, window, (entity, stats) => scanned.set(entity, stats), {
            usesPerPass,
          })
          const ids = ws.db.prepare('SELECT id FROM entity').pluck().all() as number[]
          for (const id of ids) {
            const one = await querySharing(ws.ctx, id, window)
            expect(used[id] === 1).toBe(one !== null)
            expect(scanned.get(id) ?? null).toEqual(one !== null && one.accounts > 1 ? one : null)
          }
        } finally {
          ws.close()
        }
      },
    ),
    { numRuns: 60 },
  )
})
