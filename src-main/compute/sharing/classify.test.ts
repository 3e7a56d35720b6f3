import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifySharing, LEAST_FACTOR, MIN_CONFIDENCE, ramp } from './classify.ts'
import { CAUSES, FEATURES, RULES } from './rules.ts'
import type { EntityKind, SharingStats } from './stats.ts'

const NOTHING: SharingStats = {
  kind: 'ip',
  accounts: 2,
  eventAccounts: 0,
  uses: 0,
  days: 0,
  accountDays: 0,
  sharedDays: 0,
  onceAccounts: 0,
  topUses: 0,
  switches: 0,
  hours: 0,
  nightUses: 0,
  officeUses: 0,
  weekendUses: 0,
  partners: 0,
  partnerAccounts: 0,
  ownPartnerAccounts: 0,
  mostPerPartner: 0,
  countries: 0,
  places: 0,
  placedUses: 0,
  topPlaceUses: 0,
  homedAccounts: 0,
  awayAccounts: 0,
  contexts: 0,
  registeredHere: 0,
  failures: 0,
  registrations: 0,
  registrationBurst: 0,
  registrationDays: 0,
  relatedPairs: 0,
  relatedAccounts: 0,
  datedAccounts: 0,
  overlappingPairs: 0,
  firstSeen: null,
  lastSeen: null,
}
/** n accounts with `perAccount` uses each on different days, everybody known and at home, nobody related. */
const crowd = (n: number, perAccount: number, over: Partial<SharingStats> = {}): SharingStats => ({
  ...NOTHING,
  accounts: n,
  eventAccounts: n,
  uses: n * perAccount,
  days: Math.min(120, n * perAccount),
  accountDays: n * perAccount,
  onceAccounts: perAccount === 1 ? n : 0,
  topUses: perAccount,
  hours: Math.min(24, n * perAccount),
  nightUses: Math.round(n * perAccount * 0.07),
  officeUses: Math.round(n * perAccount * 0.3),
  weekendUses: Math.round(n * perAccount * 0.3),
  partners: n,
  partnerAccounts: n,
  ownPartnerAccounts: n,
  mostPerPartner: 1,
  places: 1,
  placedUses: n * perAccount,
  topPlaceUses: n * perAccount,
  homedAccounts: n,
  registrations: n,
  registrationBurst: 1 + Math.floor(n / 40),
  registrationDays: 900,
  datedAccounts: n,
  overlappingPairs: Math.round((n * (n - 1)) / 8),
  ...over,
})

describe('likely causes', () => {
  test.each<[string, SharingStats]>([
    ['carrier', crowd(300, 1.5, { onceAccounts: 200, accountDays: 400 })],
    ['public_place', crowd(60, 1)],
    ['campus', crowd(40, 4, { officeUses: 150, nightUses: 0, relatedAccounts: 38, relatedPairs: 90 })],
    ['family', crowd(3, 6, { relatedAccounts: 3, relatedPairs: 3, overlappingPairs: 3 })],
    ['hosting', crowd(20, 1, { awayAccounts: 15 })],
    [
      'none',
      crowd(12, 3, {
        partners: 3,
        ownPartnerAccounts: 0,
        mostPerPartner: 4,
        registrationBurst: 9,
        nightUses: 12,
        registrationDays: 8,
      }),
    ],
    ['family', crowd(2, 4, { kind: 'device', relatedAccounts: 2, relatedPairs: 1 })],
    ['public_device', crowd(9, 1, { kind: 'device', partners: 1, ownPartnerAccounts: 0, mostPerPartner: 9 })],
    [
      'handover',
      crowd(2, 5, { kind: 'device', topUses: 9, onceAccounts: 1, accountDays: 8, overlappingPairs: 0 }),
    ],
    ['campus', crowd(8, 2, { kind: 'device', relatedAccounts: 8, onceAccounts: 3 })],
    [
      'none',
      crowd(6, 6, {
        kind: 'device',
        registrationBurst: 6,
        registrationDays: 1,
        registeredHere: 6,
        nightUses: 8,
      }),
    ],
    [
      'popular',
      {
        ...NOTHING,
        kind: 'other',
        accounts: 80,
        registrations: 80,
        registrationBurst: 3,
        registrationDays: 1000,
      },
    ],
    [
      'none',
      { ...NOTHING, kind: 'other', accounts: 6, registrations: 6, registrationBurst: 6, registrationDays: 1 },
    ],
  ])('%s', (cause, stats) => {
    const verdict = classifySharing(stats)
    expect({ cause: verdict.cause, all: verdict.causes }).toMatchObject({ cause })
    expect(verdict.evidence[0].weight).toBeGreaterThan(0)
  })

  test('an innocent crowd keeps little of its weight, the unexplained nearly all of it', () => {
    expect(classifySharing(crowd(300, 1.5, { onceAccounts: 200, accountDays: 400 })).factor).toBeLessThan(0.2)
    const farm = crowd(6, 6, { kind: 'device', registrationBurst: 6, registrationDays: 1, registeredHere: 6 })
    expect(classifySharing(farm).factor).toBeGreaterThan(0.9)
  })

  test('where nothing is known, no cause is named with confidence it does not have', () => {
    for (const kind of ['ip', 'device', 'other'] as EntityKind[]) {
      const { confidence, cause, evidence } = classifySharing({ ...NOTHING, kind })
      expect(cause === 'unknown').toBe(confidence < MIN_CONFIDENCE)
      for (const item of evidence) expect(['accounts', 'related']).toContain(item.code)
    }
  })

  test('whatever the counts: probabilities add up to 1, the factor stays in its range, evidence adds up to the score', () => {
    const count = fc.integer({ min: 0, max: 500 })
    const stats = fc
      .record(
        Object.fromEntries(Object.keys(NOTHING).map((key) => [key, count])) as Record<
          keyof SharingStats,
          typeof count
        >,
      )
      .chain((counts) =>
        fc
          .constantFrom<EntityKind>('ip', 'device', 'other')
          .map((kind) => ({ ...counts, kind }) as SharingStats),
      )
    fc.assert(
      fc.property(stats, (given) => {
        const verdict = classifySharing(given)
        expect(verdict.causes.reduce((sum, c) => sum + c.probability, 0)).toBeCloseTo(1, 9)
        expect(verdict.factor).toBeGreaterThanOrEqual(LEAST_FACTOR)
        expect(verdict.factor).toBeLessThanOrEqual(1)
        expect(verdict.causes.map((c) => c.cause).sort()).toEqual(
          CAUSES[given.kind].map((c) => c.cause).sort(),
        )
        // The odds of the likeliest against the next are the difference of two sums that anybody can redo by hand.
        const score = (cause: string) =>
          RULES[given.kind]
            .filter((rule) => rule.cause === cause)
            .reduce(
              (sum, rule) => {
                const value = FEATURES[rule.feature].measure(given)
                return sum + (value === null ? 0 : rule.weight * ramp(value, rule.low, rule.high))
              },
              CAUSES[given.kind].find((c) => c.cause === cause)!.start,
            )
        const [first, second] = verdict.causes
        if (second.probability > 1e-9)
          expect(Math.log(first.probability / second.probability)).toBeCloseTo(
            score(first.cause) - score(second.cause),
            6,
          )
      }),
      { numRuns: 200 },
    )
  })

  test('every rule names a cause of its kind and a ramp with a direction', () => {
    for (const [kind, rules] of Object.entries(RULES)) {
      const causes = CAUSES[kind as EntityKind].map((c) => c.cause)
      for (const rule of rules) {
        expect(causes).toContain(rule.cause)
        expect(rule.low).not.toBe(rule.high)
        expect(rule.weight).not.toBe(0)
      }
    }
  })
})
