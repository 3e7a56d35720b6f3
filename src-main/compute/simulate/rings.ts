import { DAY, END, momentIn, OPENED } from './calendar.ts'
import { organicRegistration } from './population.ts'
import { CITIES, drawCity, drawSchemeCity } from './places.ts'
import { cumulative, draw, Rng, streamOf } from './rng.ts'
import { type IpMode, type Ring, type RingKind, ROLE, SCHEMES, type World } from './world.ts'

const PLAN = streamOf('rings')
const MEMBER = streamOf('ring member')
const CAMPAIGN = streamOf('campaigns')

const KIND_SHARE: readonly [RingKind, number][] = [
  ['farm', 0.25],
  ['spam', 0.25],
  ['scam', 0.33],
  ['sleeper', 0.17],
]

/** The kinds keep their shares even where a few rings are all there is. */
function drawKind(rng: Rng, made: Map<RingKind, number>, total: number): RingKind {
  const missing = KIND_SHARE.map(([kind, share]) =>
    Math.max(share * 6, share * (total + 20) - (made.get(kind) ?? 0)),
  )
  return KIND_SHARE[draw(rng, cumulative(missing))][0]
}

function drawIpMode(rng: Rng, kind: RingKind, stealth: number): IpMode {
  const x = rng.next() + (stealth - 0.35) * 0.5
  if (kind === 'farm') return x < 0.35 ? 'den' : x < 0.7 ? 'proxy' : x < 0.85 ? 'residential' : 'mobile'
  if (kind === 'scam') return x < 0.4 ? 'den' : x < 0.55 ? 'proxy' : x < 0.75 ? 'residential' : 'mobile'
  return x < 0.25 ? 'den' : x < 0.5 ? 'proxy' : x < 0.75 ? 'residential' : 'mobile'
}

/** Splits the accounts made to misuse (honest..accounts-1) into rings, from lone wolves to dozens. */
export function planRings(world: World): void {
  const { rates, seed } = world
  const malicious = world.accounts - world.honest
  const cap = Math.max(8, Math.min(400, Math.floor(malicious * rates.ringCap)))
  const rng = new Rng()
  let start = world.honest
  const made = new Map<RingKind, number>()
  while (start < world.accounts) {
    rng.reset(seed, PLAN, world.rings.length)
    const kind = drawKind(rng, made, start - world.honest)
    const lone = kind !== 'farm' && rng.chance(0.25)
    const drawn = lone ? rng.between(1, 3) : Math.floor(4 * rng.pareto(kind === 'farm' ? 1.0 : 1.25, 100))
    const size = Math.min(cap, drawn, world.accounts - start)
    const ring = drawRing(world, kind, start, size, rng)
    world.rings.push(ring)
    for (let k = 0; k < size; k++) placeMember(world, ring, world.rings.length - 1, k)
    made.set(kind, (made.get(kind) ?? 0) + size)
    start += size
  }
}

function drawRing(world: World, kind: RingKind, start: number, size: number, rng: Rng): Ring {
  const { rates } = world
  const stealth = Math.min(1, Math.max(0, rates.stealth + 0.28 * rng.normal()))
  const burst = rng.chance(kind === 'farm' ? Math.min(0.95, rates.burstShare * 1.5) : rates.burstShare)
  const spread = burst ? (2 + rng.exponential(20)) * 3600 : (10 + rng.exponential(45)) * DAY
  const city = drawSchemeCity(rng)
  const { offset } = CITIES[city]
  let born: number
  if (kind === 'sleeper')
    born = momentIn(rng, OPENED + 20 * DAY, world.windowStart - 40 * DAY, offset, 'worker')
  else if (rng.chance(0.6))
    born = momentIn(rng, world.windowStart - 60 * DAY, END - 12 * DAY, offset, 'worker')
  else born = Math.min(END - 12 * DAY, organicRegistration(rng, offset))
  const recent = Math.max(born, world.windowStart)
  const active =
    kind === 'sleeper'
      ? Math.floor(END - (4 + rng.next() * 40) * DAY)
      : Math.floor(Math.min(END - 3 * DAY, recent + rng.exponential(kind === 'farm' ? 12 : 6) * DAY))
  return {
    kind,
    scheme: rng.pick(SCHEMES),
    start,
    size,
    city,
    born,
    spread: Math.floor(spread),
    active,
    perDevice: kind === 'farm' ? rng.between(2, 12) : rng.chance(0.45) ? rng.between(2, 5) : 1,
    ipMode: drawIpMode(rng, kind, stealth),
    addresses: rng.between(1, 3) + Math.floor(size / rng.between(4, 20)),
    paying: rng.chance(0.4) ? 0.1 + 0.4 * rng.next() : 0.03,
    density: rng.chance(0.35) ? 0.2 : 0.4 + rng.next() * 2.2,
    stealth,
    tongue:
      CITIES[city].chinese > 0.6
        ? rng.chance(0.88)
          ? 0
          : 2
        : rng.chance(0.4)
          ? 0
          : rng.chance(0.75)
            ? 1
            : 2,
    scripted: kind === 'farm' ? 0.05 + 0.25 * rng.next() : 0.06 + 0.45 * rng.next(),
    rhythm: rng.pick(
      kind === 'farm'
        ? (['flat', 'flat', 'night', 'worker'] as const)
        : (['shift', 'shift', 'worker', 'night'] as const),
    ),
    known: rng.chance(0.3) ? 0.05 : 0.5 + 1.2 * rng.next(),
    reported: rng.spread(0.9),
  }
}

function placeMember(world: World, ring: Ring, index: number, k: number): void {
  const i = ring.start + k
  const rng = new Rng(world.seed, MEMBER, i)
  world.ring[i] = index
  world.circle[i] = -1
  world.household[i] = -1
  const mule = ring.kind === 'scam' && ring.size >= 4 && k % 7 === 3
  world.role[i] = mule
    ? ROLE.mule
    : ring.kind === 'farm'
      ? ROLE.farm
      : ring.kind === 'spam'
        ? ROLE.spammer
        : ring.kind === 'sleeper'
          ? ROLE.sleeper
          : ROLE.scammer
  // A ring sits in one place; its mules and some of its numbers come from elsewhere.
  world.city[i] = mule || rng.chance(0.25) ? drawCity(rng) : ring.city
  world.popularity[i] = Math.min(30, rng.pareto(2.1, 40) * 0.5)
  const { offset } = CITIES[world.city[i]]
  // Bought or borrowed accounts do not register with the others.
  if (mule || rng.chance(0.12)) world.registered[i] = organicRegistration(rng, offset)
  else {
    const until = Math.min(END - 2 * DAY, ring.born + ring.spread)
    world.registered[i] = momentIn(rng, ring.born, until, offset, ring.rhythm)
  }
  const begins = Math.max(world.registered[i] + 3600, ring.active + Math.floor(rng.exponential(3 * DAY)))
  world.misuse[i] = Math.min(END - 3600, begins)
  // Rings invite in a tree: each by one of the earlier members.
  world.inviter[i] = -1
  if (k > 0 && rng.chance(0.4)) {
    const j = ring.start + rng.int(k)
    if (world.registered[j] < world.registered[i]) world.inviter[i] = j
  }
}

/** Credential-stuffing campaigns: which honest accounts were taken, by whom and since when. */
export function planTakeovers(world: World, count: number): void {
  const rng = new Rng(world.seed, CAMPAIGN, 0)
  let left = count
  while (left > 0) {
    const size = Math.min(left, Math.max(1, Math.floor(3 * rng.pareto(1.2, 40))))
    const city = drawSchemeCity(rng)
    const born = Math.floor(world.windowStart + DAY + rng.next() * (END - 9 * DAY - world.windowStart))
    const ring = drawRing(world, 'takeover', -1, size, rng)
    ring.city = city
    ring.born = born
    ring.active = born
    ring.spread = Math.floor((0.5 + rng.exponential(2)) * DAY)
    ring.ipMode = rng.chance(0.75) ? 'proxy' : 'residential'
    ring.perDevice = rng.between(1, 6)
    world.rings.push(ring)
    for (let k = 0, attempts = 0; k < size && attempts < 60 * size; attempts++) {
      const i = rng.int(world.honest)
      const since = born + rng.int(ring.spread)
      if (world.ring[i] >= 0 || world.registered[i] > born - 10 * DAY) continue
      if (world.role[i] >= ROLE.merchant) continue
      world.role[i] = ROLE.taken_over
      world.ring[i] = world.rings.length - 1
      world.misuse[i] = Math.min(END - 3600, since)
      k++
    }
    left -= size
  }
}
