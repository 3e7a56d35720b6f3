import { DAY, END } from './calendar.ts'
import { CITIES, hostingIp, lineIp, mobileIp } from './places.ts'
import { type Rng, scatter } from './rng.ts'
import type { Ring, World } from './world.ts'

/** Which address somebody has at home, at work, on the phone, in a café, behind a VPN, or in a ring. */

/** A campus leaves by an address per ~180 people, an office by one or two. */
export function siteIp(circle: number, size: number, campus: boolean, rng: Rng): number {
  const exits = campus ? 1 + Math.floor(size / 180) : size > 60 ? 2 : 1
  return lineIp('site', circle * 4 + rng.int(exits))
}

/** The household's line; the provider changes its address every few months. */
export function homeIp(world: World, i: number, ts: number): number {
  const household = world.household[i] >= 0 ? world.household[i] : world.households + (i - world.honest)
  const turn = scatter(household ^ world.seed) % (100 * DAY)
  const epoch = Math.floor((END + turn - ts) / (100 * DAY)) % 3
  return lineIp('home', household * 3 + epoch)
}

export function phoneIp(world: World, city: number, rng: Rng): number {
  return mobileIp(city, rng.int(world.mobilePools[city]))
}

/** Commercial VPN exits: the same hosting blocks that proxies are rented in. */
export function vpnIp(world: World, i: number, rng: Rng): number {
  return hostingIp(
    rng.chance(0.35) ? world.city[i] : scatter(i) % CITIES.length,
    scatter(i) % world.hostingPools,
    rng.int(24),
  )
}

export function cafeOf(world: World, city: number, rng: Rng): number {
  return city + CITIES.length * rng.int(1 + world.mobilePools[city])
}

/** An address of the ring's, by its habit. */
export function ringIp(world: World, ringIndex: number, ring: Ring, i: number, ts: number, rng: Rng): number {
  if (ring.ipMode === 'den') return lineIp('den', ringIndex * 64 + rng.int(Math.min(64, ring.addresses)))
  if (ring.ipMode === 'proxy') {
    // Proxies are rented where the account pretends to be, most of the time.
    const city = rng.chance(0.7) ? world.city[i] : scatter(ringIndex) % CITIES.length
    const pool = (ringIndex * 7 + rng.int(2)) % world.hostingPools
    return hostingIp(city, pool, scatter(ringIndex) + rng.int(6 + ring.addresses * 3))
  }
  // A residential proxy leaves through somebody's home: now and then a neighbour's own account uses that line too.
  if (ring.ipMode === 'residential')
    return rng.chance(0.1)
      ? lineIp('home', rng.int(world.households) * 3)
      : lineIp('residential', ringIndex * 512 + rng.int(Math.min(512, 8 + ring.size * 4)))
  return rng.chance(0.75) ? phoneIp(world, world.city[i], rng) : homeIp(world, i, ts)
}
