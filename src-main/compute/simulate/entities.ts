import { Rng, scatter, streamOf } from './rng.ts'
import { END } from './calendar.ts'
import { CITIES } from './places.ts'
import { ROLE, type World } from './world.ts'

/** Ids as the export writes them: scattered, so that neither order nor shape tells who is behind them. */
const ID_SPACE = 90_000_000
const ID_STEP = 48_271_351 // odd, no multiple of 3 or 5: a bijection of the space

export function accountId(world: World, i: number): string {
  return `u${10_000_000 + ((world.position[i] * ID_STEP + (world.seed % 9973)) % ID_SPACE)}`
}

const hex = (x: number): string => x.toString(16).padStart(8, '0')

/** Device numbers by owner; 0 means unknown. Ranges do not meet up to 5,000,000 accounts. */
export const device = {
  own: (i: number, k: number): number => 1 + i * 4 + k,
  tablet: (household: number): number => 2 ** 25 + household,
  ring: (ring: number, k: number): number => 2 ** 26 + ring * 256 + (k & 255),
  /** Bench phones of a repair shop, kiosks of a company, phones of a marketing team. */
  shop: (shop: number, k: number): number => 2 ** 30 + shop * 16 + k,
  circle: (circle: number, k: number): number => 2 ** 31 + circle * 16 + k,
  /** PCs of an internet café. */
  cafe: (cafe: number, k: number): number => 2 ** 31 + 2 ** 29 + cafe * 16 + k,
}

export function deviceId(world: World, number: number): string {
  return `d${hex(scatter(number ^ world.seed))}`
}

export const payment = {
  own: (i: number): number => i,
  household: (household: number): number => 2 ** 29 + household,
  ring: (ring: number, k: number): number => 2 ** 30 + ring * 16 + k,
  circle: (circle: number, k: number): number => 2 ** 31 + circle * 32 + k,
}

export function paymentId(world: World, number: number): string {
  return `p${hex(scatter(number ^ ~world.seed))}`
}

export function inviteCode(world: World, inviter: number): string {
  return scatter((inviter + 77) ^ world.seed)
    .toString(36)
    .toUpperCase()
    .padStart(7, '0')
}

export const group = {
  circle: (circle: number, k: number): number => circle * 4 + k,
  ring: (ring: number): number => 2 ** 30 + ring,
}

export function groupId(world: World, number: number): string {
  return `g${hex(scatter(number ^ (world.seed + 0x5bd1e995)))}`
}

/** What does not change about an account's equipment; the same whenever it is asked for. */
export interface Traits {
  channel: 'android' | 'ios' | 'web' | 'desktop'
  secondDevice: boolean
  tablet: boolean
  usesVpn: boolean
  /** Plays or writes at an internet café, on its PCs. */
  usesCafe: boolean
  /** Whose phone it once borrowed, or bought second-hand; -1: nobody's. */
  borrowed: number
  /** When a new phone came, seconds; 0: not in these days. */
  newPhone: number
  /** Malicious accounts only: hides by its own phone, the mobile network and normal hours. */
  hides: boolean
  /** Index of the repair shop that once had its phone, or -1. */
  shop: number
}

const TRAITS = streamOf('traits')
const scratch = new Rng()

export function traitsOf(world: World, i: number): Traits {
  const rng = scratch.reset(world.seed, TRAITS, i)
  const x = rng.next()
  const ring = world.ring[i] >= 0 ? world.rings[world.ring[i]] : undefined
  const circle = world.circle[i] >= 0 ? world.circles[world.circle[i]] : undefined
  return {
    channel: x < 0.52 ? 'android' : x < 0.84 ? 'ios' : x < 0.95 ? 'web' : 'desktop',
    secondDevice: rng.chance(0.28),
    tablet: rng.chance(0.35),
    usesVpn: rng.chance(0.11),
    usesCafe: rng.chance(0.045),
    borrowed: rng.chance(0.07)
      ? circle !== undefined && rng.chance(0.7)
        ? circle.start + rng.int(circle.size)
        : rng.int(world.accounts)
      : -1,
    newPhone: rng.chance(0.11) ? Math.floor(world.windowStart + rng.next() * (END - world.windowStart)) : 0,
    hides: rng.chance(ring === undefined ? 0 : ring.stealth),
    shop:
      rng.next() < 0.012 || world.role[i] === ROLE.repair_customer ? shopNear(world, world.city[i], rng) : -1,
  }
}

function shopNear(world: World, city: number, rng: Rng): number {
  return city + CITIES.length * rng.int(1 + Math.floor(world.mobilePools[city] / 4))
}
