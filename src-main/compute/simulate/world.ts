import type { WorldRates } from './settings.ts'

/** What an account is in truth. The order is the code stored in `World.role`. */
export const ROLES = [
  'member',
  'student',
  'employee',
  'new_employee',
  'marketer',
  'viral_member',
  'merchant',
  'repair_customer',
  'farm',
  'spammer',
  'scammer',
  'mule',
  'sleeper',
  'taken_over',
] as const
export type Role = (typeof ROLES)[number]
export const ROLE = Object.fromEntries(ROLES.map((role, k) => [role, k])) as Record<Role, number>
export const FIRST_MALICIOUS = ROLE.farm

/** Where honest people know each other from. */
export const CIRCLES = ['friends', 'campus', 'office', 'onboarding', 'marketing', 'viral'] as const
export type CircleKind = (typeof CIRCLES)[number]

export interface Circle {
  kind: CircleKind
  start: number
  size: number
  city: number
  /** Onboarding, marketing, viral: when it began, in seconds; else 0. */
  born: number
  /** Index of its script or topic. */
  theme: number
}

export const RING_KINDS = ['farm', 'spam', 'scam', 'sleeper', 'takeover'] as const
export type RingKind = (typeof RING_KINDS)[number]
export const SCHEMES = ['brushing', 'service', 'romance', 'giveaway', 'loan'] as const
export type Scheme = (typeof SCHEMES)[number]
export const IP_MODES = ['den', 'proxy', 'residential', 'mobile'] as const
export type IpMode = (typeof IP_MODES)[number]

/** A group that acts together, and how careless it is in each respect: no two leave the same traces. */
export interface Ring {
  kind: RingKind
  scheme: Scheme
  /** First account and how many; a takeover campaign's accounts are scattered (start = -1). */
  start: number
  size: number
  city: number
  /** Registrations begin here (takeover: the campaign does), seconds. */
  born: number
  /** Seconds over which they register. */
  spread: number
  /** When misuse begins, seconds. */
  active: number
  /** Accounts to one phone, for those that share. */
  perDevice: number
  ipMode: IpMode
  /** Addresses of the den or pool. */
  addresses: number
  /** Share of members that use the ring's payment instruments. */
  paying: number
  /** Friendships inside the ring, mean per member. */
  density: number
  /** Share of members that hide. */
  stealth: number
  /** 0 = Chinese, 1 = English, 2 = both. */
  tongue: number
  /** How often a member's profile carries the script. */
  scripted: number
  rhythm: 'shift' | 'night' | 'flat' | 'worker'
  /** Chance that its members are labelled; some rings are not known at all. */
  known: number
  /** Mean reports per member. */
  reported: number
}

/**
 * The plan of a world: one number per account in typed arrays, and a short list of groups. Accounts are numbered
 * 0..accounts-1 inside; `order` shuffles them for every file, so that no position or id tells what an account is.
 */
export interface World {
  seed: number
  accounts: number
  /** Honest at registration: 0..honest-1. The rest were made to misuse. */
  honest: number
  rates: WorldRates
  /** Logins are kept from here, seconds. */
  windowStart: number
  role: Uint8Array
  circle: Int32Array
  household: Int32Array
  households: number
  ring: Int32Array
  city: Uint8Array
  /** Seconds. */
  registered: Uint32Array
  /** Seconds at which misuse begins (taken over: since then); 0 for honest accounts. */
  misuse: Uint32Array
  inviter: Int32Array
  popularity: Float32Array
  circles: Circle[]
  rings: Ring[]
  /** rings[firstCampaign..] are takeover campaigns. */
  firstCampaign: number
  /** Output position -> account, and the inverse. */
  order: Uint32Array
  position: Uint32Array
  mobilePools: Uint16Array
  /** Blocks rented out per city. */
  hostingPools: number
}
