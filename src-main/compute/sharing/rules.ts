import type { SharingCause } from '../../common/contract/sharing.ts'
import type { EntityKind, SharingStats } from './stats.ts'

/** Changes with the rules, so that what was derived by others is derived again. */
export const RULES_VERSION = 4

export type Cause = Exclude<SharingCause, 'unknown'>

interface Feature {
  /** null where the facts don't say. */
  measure(stats: SharingStats): number | null
  /** What a sentence about it names. */
  values(stats: SharingStats): Record<string, number>
}

const share = (part: number, of: number): number | null => (of > 0 ? part / of : null)
const shareOf = (part: (s: SharingStats) => number, of: (s: SharingStats) => number): Feature => ({
  measure: (s) => share(part(s), of(s)),
  values: (s) => ({ part: part(s), of: of(s), share: share(part(s), of(s)) ?? 0 }),
})

/** Everything that is looked at; a name is also the code of its sentence. */
export const FEATURES = {
  accounts: { measure: (s) => s.accounts, values: (s) => ({ count: s.accounts }) },
  hours: {
    measure: (s) => (s.uses >= 10 ? s.hours : null),
    values: (s) => ({ count: s.hours, uses: s.uses }),
  },
  ownPartner: {
    measure: (s) => (s.partnerAccounts >= 2 ? s.ownPartnerAccounts / s.partnerAccounts : null),
    values: (s) => ({
      part: s.ownPartnerAccounts,
      of: s.partnerAccounts,
      share: share(s.ownPartnerAccounts, s.partnerAccounts) ?? 0,
    }),
  },
  perPartner: {
    measure: (s) => (s.partnerAccounts >= 2 ? s.mostPerPartner : null),
    values: (s) => ({ count: s.mostPerPartner, partners: s.partners }),
  },
  partners: {
    measure: (s) => (s.partnerAccounts >= 2 ? s.partners / s.partnerAccounts : null),
    values: (s) => ({ count: s.partners, of: s.partnerAccounts }),
  },
  once: shareOf(
    (s) => s.onceAccounts,
    (s) => s.eventAccounts,
  ),
  returning: {
    measure: (s) => share(s.accountDays, s.eventAccounts),
    values: (s) => ({ count: share(s.accountDays, s.eventAccounts) ?? 0 }),
  },
  away: shareOf(
    (s) => s.awayAccounts,
    (s) => s.homedAccounts,
  ),
  office: {
    measure: (s) => (s.uses >= 4 ? s.officeUses / s.uses : null),
    values: (s) => ({ part: s.officeUses, of: s.uses, share: share(s.officeUses, s.uses) ?? 0 }),
  },
  night: {
    measure: (s) => (s.uses >= 4 ? s.nightUses / s.uses : null),
    values: (s) => ({ part: s.nightUses, of: s.uses, share: share(s.nightUses, s.uses) ?? 0 }),
  },
  related: shareOf(
    (s) => s.relatedAccounts,
    (s) => s.accounts,
  ),
  /** 0: no two accounts registered within 48 hours of each other, 1: all did. */
  together: {
    measure: (s) => (s.registrations >= 2 ? (s.registrationBurst - 1) / (s.registrations - 1) : null),
    values: (s) => ({ part: s.registrationBurst, of: s.registrations }),
  },
  registeredOver: {
    measure: (s) => (s.registrations >= 2 ? s.registrationDays : null),
    values: (s) => ({ count: s.registrationDays, of: s.registrations }),
  },
  registeredHere: shareOf(
    (s) => s.registeredHere,
    (s) => s.eventAccounts,
  ),
  dominated: {
    measure: (s) => (s.uses >= 4 ? s.topUses / s.uses : null),
    values: (s) => ({ part: s.topUses, of: s.uses, share: share(s.topUses, s.uses) ?? 0 }),
  },
  concurrent: {
    measure: (s) => share(s.overlappingPairs, (s.datedAccounts * (s.datedAccounts - 1)) / 2),
    values: (s) => {
      const of = (s.datedAccounts * (s.datedAccounts - 1)) / 2
      return { part: s.overlappingPairs, of, share: share(s.overlappingPairs, of) ?? 0 }
    },
  },
  failing: {
    measure: (s) => (s.uses >= 4 ? s.failures / s.uses : null),
    values: (s) => ({ part: s.failures, of: s.uses, share: share(s.failures, s.uses) ?? 0 }),
  },
} satisfies Record<string, Feature>
export type FeatureName = keyof typeof FEATURES

export interface Rule {
  readonly cause: Cause
  readonly feature: FeatureName
  /** Where the ramp is 0 and where it is 1. */
  readonly low: number
  readonly high: number
  /** Log-odds at the ramp's end. */
  readonly weight: number
}
const rule = (cause: Cause, feature: FeatureName, low: number, high: number, weight: number): Rule => ({
  cause,
  feature,
  low,
  high,
  weight,
})

export interface CauseEntry {
  readonly cause: Cause
  /** Log-odds to begin with: how common the cause is among shared things of the kind. */
  readonly start: number
  /** What is left of an entity's weight when this is why it is shared. */
  readonly factor: number
}
const cause = (name: Cause, start: number, factor: number): CauseEntry => ({ cause: name, start, factor })

export const CAUSES: Record<EntityKind, readonly CauseEntry[]> = {
  ip: [
    cause('family', 1, 0.35),
    cause('carrier', -3, 0.1),
    cause('public_place', -1, 0.2),
    cause('campus', -2, 0.25),
    cause('hosting', -1, 0.6),
    cause('none', -1, 1),
  ],
  device: [
    cause('family', 0, 0.35),
    cause('public_device', -1, 0.15),
    cause('handover', 0, 0.4),
    cause('campus', -1.5, 0.3),
    cause('none', -0.3, 1),
  ],
  other: [
    cause('family', 0, 0.4),
    cause('campus', -2, 0.4),
    cause('popular', -2, 0.2),
    cause('none', -0.7, 1),
  ],
}

export const RULES: Record<EntityKind, readonly Rule[]> = {
  ip: [
    rule('family', 'accounts', 4, 9, -5),
    rule('family', 'related', 0.2, 1, 2),
    rule('family', 'returning', 1, 2.5, 2),
    rule('family', 'ownPartner', 0.9, 0.5, -2),
    rule('family', 'away', 0.2, 0.6, -3),
    rule('family', 'together', 0.3, 1, -1),
    rule('family', 'night', 0.2, 0.5, -1),
    rule('carrier', 'accounts', 25, 120, 4),
    rule('carrier', 'hours', 16, 22, 2),
    rule('carrier', 'ownPartner', 0.7, 0.95, 1),
    rule('carrier', 'returning', 2, 4, -3),
    rule('carrier', 'away', 0.2, 0.6, -3),
    rule('carrier', 'together', 0.2, 0.6, -2),
    rule('carrier', 'related', 0.9, 1, -1),
    rule('public_place', 'once', 0.5, 0.9, 2),
    rule('public_place', 'accounts', 4, 12, 2),
    rule('public_place', 'accounts', 120, 400, -3),
    rule('public_place', 'related', 0.6, 0.1, 1),
    rule('public_place', 'registeredHere', 0.1, 0.4, -2),
    rule('public_place', 'together', 0.3, 0.8, -2),
    rule('public_place', 'perPartner', 2, 5, 1),
    rule('campus', 'accounts', 4, 15, 2),
    rule('campus', 'office', 0.5, 0.85, 3),
    rule('campus', 'related', 0.5, 0.9, 2),
    rule('campus', 'returning', 1.5, 3.5, 2),
    rule('campus', 'away', 0.2, 0.6, -3),
    rule('campus', 'night', 0.12, 0.3, -2),
    rule('hosting', 'away', 0.2, 0.6, 3),
    rule('hosting', 'once', 0.7, 0.95, 1.5),
    rule('hosting', 'related', 0.3, 0.05, 1),
    rule('hosting', 'failing', 0.1, 0.5, 1.5),
    rule('hosting', 'returning', 1.5, 3, -2),
    rule('none', 'together', 0.2, 0.8, 2),
    rule('none', 'night', 0.12, 0.4, 1.5),
    rule('none', 'perPartner', 1, 3, 2),
    rule('none', 'ownPartner', 0.95, 0.5, 1.5),
    rule('none', 'registeredHere', 0.2, 0.8, 0.5),
    rule('none', 'related', 0.6, 0.1, 1),
    rule('none', 'related', 0.6, 1, -1),
    rule('none', 'accounts', 40, 150, -2),
    rule('none', 'once', 0.85, 1, -0.7),
    rule('none', 'registeredOver', 700, 100, 1),
  ],
  device: [
    rule('family', 'accounts', 3, 6, -4),
    rule('family', 'related', 0.2, 1, 3),
    rule('family', 'away', 0.2, 0.6, -2),
    rule('family', 'together', 0.3, 1, -1),
    rule('family', 'once', 0.8, 1, -1),
    rule('public_device', 'once', 0.8, 1, 4),
    rule('public_device', 'partners', 0.6, 0.2, 2),
    rule('public_device', 'accounts', 2, 6, 1),
    rule('public_device', 'related', 0.3, 1, -2),
    rule('handover', 'accounts', 2, 4, -4),
    rule('handover', 'dominated', 0.55, 0.8, 2),
    rule('handover', 'concurrent', 0.5, 0, 1),
    rule('handover', 'related', 0.6, 0, 1),
    rule('handover', 'once', 0.2, 0.5, 1),
    rule('handover', 'together', 0.3, 1, -2),
    rule('campus', 'accounts', 2, 6, 2),
    rule('campus', 'related', 0.4, 0.9, 3.5),
    rule('campus', 'together', 0.5, 1, -1),
    rule('none', 'together', 0.2, 0.8, 2),
    rule('none', 'returning', 1.5, 4, 1.5),
    rule('none', 'accounts', 2, 5, 1.5),
    rule('none', 'night', 0.12, 0.4, 1),
    rule('none', 'registeredHere', 0.4, 1, 1),
    rule('none', 'registeredOver', 500, 60, 1),
    rule('none', 'related', 0.6, 0.1, 0.5),
    rule('none', 'related', 0.5, 0.9, -1.5),
    rule('none', 'once', 0.85, 1, -1),
  ],
  other: [
    rule('family', 'accounts', 3, 6, -4),
    rule('family', 'related', 0.4, 1, 2.5),
    rule('family', 'together', 0.3, 1, -1),
    rule('family', 'registeredOver', 60, 400, 1),
    rule('campus', 'related', 0.5, 0.9, 2.5),
    rule('campus', 'accounts', 4, 12, 1.5),
    rule('popular', 'accounts', 8, 30, 4),
    rule('popular', 'registeredOver', 200, 800, 1),
    rule('none', 'together', 0.2, 0.8, 1.2),
    rule('none', 'registeredOver', 500, 60, 1),
    rule('none', 'related', 0.6, 0.1, 0.5),
  ],
}
