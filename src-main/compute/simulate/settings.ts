import { z } from 'zod'

/** Rates of a world. Shares are 0..1; rates are per account unless said otherwise. */
export interface WorldRates {
  /** Accounts that are malicious by the end, taken-over ones included. */
  maliciousShare: number
  /** Malicious accounts that were honest before somebody took them over. */
  takenOverShare: number
  /** Mean rows in events.csv per account, the registration included. */
  eventsPerAccount: number
  /** Mean rows in relations.csv per account. */
  relationsPerAccount: number
  /** Scales how much is known of shared things (payment, invitation, group links). */
  linkScale: number
  campusShare: number
  officeShare: number
  onboardingShare: number
  marketingShare: number
  viralShare: number
  /** How many of a ring's accounts hide: own phone, mobile network, normal hours, friends among honest people. */
  stealth: number
  /** Friendships a malicious account makes with honest people (mean). */
  outreach: number
  /** Rings that register within a day or two. */
  burstShare: number
  /** Largest ring as a share of all malicious accounts. */
  ringCap: number
  /** Honest accounts that stuffing campaigns try without success. */
  stuffedShare: number
  /** Malicious accounts labelled, before delays cut off the recent ones. */
  labelledMalicious: number
  labelledBenign: number
  /** Labels that say the opposite of the truth. */
  labelFlip: number
  /** Mean days from first misuse to a label. */
  labelDelayDays: number
  /** Scales reports about everybody. */
  reportScale: number
}

const DEFAULT: WorldRates = {
  maliciousShare: 0.07,
  takenOverShare: 0.15,
  eventsPerAccount: 10,
  relationsPerAccount: 5,
  linkScale: 1,
  campusShare: 0.12,
  officeShare: 0.14,
  onboardingShare: 0.025,
  marketingShare: 0.012,
  viralShare: 0.025,
  stealth: 0.35,
  outreach: 2,
  burstShare: 0.4,
  ringCap: 0.08,
  stuffedShare: 0.04,
  labelledMalicious: 0.42,
  labelledBenign: 0.05,
  labelFlip: 0.03,
  labelDelayDays: 21,
  reportScale: 1,
}

/** Named worlds, so that a model can be trained on several and tested on another. */
export const SETTINGS = {
  default: DEFAULT,
  'campus-heavy': {
    ...DEFAULT,
    campusShare: 0.42,
    officeShare: 0.2,
    onboardingShare: 0.05,
    viralShare: 0.04,
  },
  sparse: {
    ...DEFAULT,
    eventsPerAccount: 4,
    relationsPerAccount: 2.2,
    linkScale: 0.5,
    labelledMalicious: 0.22,
    labelledBenign: 0.025,
    reportScale: 0.5,
  },
  'noisy-labels': { ...DEFAULT, labelFlip: 0.14, labelledMalicious: 0.3, labelDelayDays: 45 },
  camouflage: { ...DEFAULT, stealth: 0.78, outreach: 4.5, burstShare: 0.15, maliciousShare: 0.06 },
  burst: {
    ...DEFAULT,
    burstShare: 0.85,
    ringCap: 0.2,
    stealth: 0.2,
    maliciousShare: 0.08,
    onboardingShare: 0.05,
    viralShare: 0.05,
  },
} as const satisfies Record<string, WorldRates>

export type SettingName = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as [SettingName, ...SettingName[]]

export const simulateOptionsSchema = z.object({
  /** Folder for the export; `<out>-truth` beside it gets the truth. */
  out: z.string().min(1, 'Give the folder to write to.'),
  accounts: z.number().int().min(100).max(5_000_000).default(10_000),
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
  setting: z.enum(SETTING_NAMES).default('default'),
  /** Overrides of the setting. */
  eventsPerAccount: z.number().min(1.5).max(200).optional(),
  relationsPerAccount: z.number().min(0.5).max(50).optional(),
  maliciousShare: z.number().min(0.005).max(0.4).optional(),
  /** Days before the end for which logins are kept. Registrations are kept since the opening. */
  days: z.number().int().min(30).max(365).default(120),
})

export type SimulateOptions = z.input<typeof simulateOptionsSchema>
export type ResolvedOptions = z.output<typeof simulateOptionsSchema>

export function ratesOf(options: ResolvedOptions): WorldRates {
  const rates: WorldRates = { ...SETTINGS[options.setting] }
  if (options.eventsPerAccount !== undefined) rates.eventsPerAccount = options.eventsPerAccount
  if (options.relationsPerAccount !== undefined) rates.relationsPerAccount = options.relationsPerAccount
  if (options.maliciousShare !== undefined) rates.maliciousShare = options.maliciousShare
  return rates
}
