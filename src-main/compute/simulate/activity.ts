import { DAY, END, hourOf, momentIn, type RhythmName, weekday } from './calendar.ts'
import { device, type Traits, traitsOf } from './entities.ts'
import { CHANNELS, type EventBuffer, type EventKind } from './event-buffer.ts'
import { CITIES, drawCity, hostingCity, hostingIp, isHosting, lineIp } from './places.ts'
import { type Rng, scatter, streamOf } from './rng.ts'
import { cafeOf, homeIp, phoneIp, ringIp, siteIp, vpnIp } from './whereabouts.ts'
import { FIRST_MALICIOUS, ROLE, type World } from './world.ts'

const EVENTS = streamOf('events')
/** Of eventsPerAccount, rows that are neither the registration nor a plain login (measured at the defaults). */
const EXTRAS = 0.75

interface Actor {
  world: World
  i: number
  rng: Rng
  out: EventBuffer
  traits: Traits
  channel: number
}

/**
 * All events of one account, in time order: the registration (kept since the opening of the platform) and the log
 * of the last `days` days. Fills `out`; the numbers come from the account's own stream.
 */
export function fillEvents(world: World, i: number, rng: Rng, out: EventBuffer): void {
  out.clear()
  const traits = traitsOf(world, i)
  rng.reset(world.seed, EVENTS, i)
  const actor: Actor = { world, i, rng, out, traits, channel: CHANNELS.indexOf(traits.channel) }
  if (world.role[i] >= FIRST_MALICIOUS && world.role[i] !== ROLE.taken_over) schemeLife(actor)
  else honestLife(actor)
  if (i < world.honest && rng.chance(world.rates.stuffedShare)) stuffed(actor)
  out.sort()
  rateRisk(actor)
}

// Honest lives ---------------------------------------------------------------------------------------------------

interface Trip {
  from: number
  to: number
  city: number
}

function honestLife(actor: Actor): void {
  const { world, i, rng, out, traits, channel } = actor
  const circle = world.circles[world.circle[i]]
  const registered = world.registered[i]
  out.push(registered, 'register', channel, world.city[i], registerIp(actor), registerDevice(actor), true)

  const from = Math.max(registered + 120, world.windowStart)
  const takenAt = world.role[i] === ROLE.taken_over ? world.misuse[i] : 0
  const rhythm: RhythmName = circle.kind === 'campus' ? 'student' : rng.chance(0.12) ? 'night' : 'worker'
  const trip = drawTrip(world, rng)
  const logins = loginCount(world, registered, rng)
  for (let k = 0; k < logins; k++) {
    const ts = momentIn(rng, from, END, CITIES[world.city[i]].offset, rhythm)
    // Once taken over, the owner mostly meets a changed password.
    const locked = takenAt > 0 && ts > takenAt
    if (locked && rng.chance(0.5)) continue
    honestLogin(actor, ts, trip, 'login', !rng.chance(locked ? 0.7 : 0.045))
  }
  // Forgotten passwords and new phones look like a takeover: misses, a reset, a login from elsewhere.
  if (rng.chance(traits.newPhone > from ? 0.35 : 0.035)) {
    const ts =
      traits.newPhone > from
        ? traits.newPhone + rng.int(2 * DAY)
        : momentIn(rng, from, END, CITIES[world.city[i]].offset, rhythm)
    if (ts + 1800 < END) {
      for (let k = 1 + rng.poisson(0.8); k > 0; k--)
        honestLogin(actor, ts + rng.int(600), trip, 'login', false)
      honestLogin(actor, ts + 700, trip, 'password_reset', true)
      honestLogin(actor, ts + 900, trip, 'login', true)
    }
  }
  const extras: [EventKind, number][] = [
    ['password_reset', 0.03],
    ['profile_update', 0.09],
    ['payment', world.role[i] === ROLE.merchant ? 2.5 : 0.28],
    ['message_burst', burstRate(world, i)],
  ]
  for (const [kind, rate] of extras) {
    for (let k = rng.poisson(rate); k > 0; k--) {
      const ts = momentIn(rng, from, END, CITIES[world.city[i]].offset, rhythm)
      honestLogin(actor, ts, trip, kind, !rng.chance(0.03))
    }
  }
  if (takenAt > 0) takenLife(actor, takenAt)
  if (traits.shop >= 0) {
    const ts = momentIn(rng, from, END, CITIES[world.city[i]].offset, 'worker')
    const shop = traits.shop
    out.push(
      ts,
      'login',
      channel,
      world.city[i],
      lineIp('shop', shop),
      device.shop(shop, rng.int(3)),
      !rng.chance(0.2),
    )
  }
}

function burstRate(world: World, i: number): number {
  const role = world.role[i]
  if (role === ROLE.marketer) return 1.4
  if (role === ROLE.merchant) return 0.6
  if (role === ROLE.viral_member) return 0.15
  return 0.045
}

/** Heavy-tailed; a fifth never comes back. Newcomers use the time they have more. */
function loginCount(world: World, registered: number, rng: Rng): number {
  if (rng.chance(0.2)) return 0
  const window = END - world.windowStart
  const share = Math.min(1, (END - Math.max(registered, world.windowStart)) / window)
  const mean = Math.max(0, world.rates.eventsPerAccount - 1 - EXTRAS) / 0.78
  return Math.min(600, rng.poisson(mean * (0.3 + 0.7 * share) * rng.spread(0.85)))
}

function drawTrip(world: World, rng: Rng): Trip | undefined {
  if (!rng.chance(0.14)) return undefined
  const from = world.windowStart + rng.next() * (END - world.windowStart)
  return { from, to: from + (1.5 + rng.exponential(5)) * DAY, city: drawCity(rng) }
}

function honestLogin(actor: Actor, ts: number, trip: Trip | undefined, kind: EventKind, ok: boolean): void {
  const { world, i, rng, out, traits } = actor
  let city = world.city[i]
  let ip: number
  if (trip !== undefined && ts >= trip.from && ts < trip.to) {
    city = trip.city
    const hotels = 1 + (world.mobilePools[city] >> 2)
    ip = rng.chance(0.5) ? lineIp('hotel', city + CITIES.length * rng.int(hotels)) : phoneIp(world, city, rng)
  } else ip = placeIp(actor, ts)
  if (isHosting(ip)) city = hostingCity(ip)
  const x = rng.next()
  const shared = traits.tablet && hasFamily(world, i) && x < 0.12
  let used = device.own(i, traits.secondDevice && x > 0.82 ? 1 : ownPhone(traits, ts))
  if (shared) used = device.tablet(world.household[i])
  const circle = world.circles[world.circle[i]]
  // A marketing team hands its phones around.
  if (circle.kind === 'marketing' && x > 0.4 && x < 0.7)
    used = device.circle(world.circle[i], rng.int(1 + (circle.size >> 2)))
  if (traits.borrowed >= 0 && x > 0.3 && x < 0.4) used = device.own(traits.borrowed, 0)
  const channel = traits.secondDevice && x > 0.82 ? 3 : actor.channel
  if (traits.usesCafe && x > 0.6 && x < 0.8) {
    const cafe = cafeOf(world, city, rng)
    out.push(ts, kind, 3, city, lineIp('cafe', cafe), device.cafe(cafe, rng.int(12)), ok)
    return
  }
  out.push(ts, kind, channel, city, ip, used, ok)
}

/** 0 is the phone of the registration, 2 the one bought since. */
function ownPhone(traits: Traits, ts: number): number {
  return traits.newPhone > 0 && ts >= traits.newPhone ? 2 : 0
}

/** Where an honest person is at that hour, as an address. */
function placeIp(actor: Actor, ts: number): number {
  const { world, i, rng, traits } = actor
  const c = world.circle[i]
  const circle = world.circles[c]
  const { offset } = CITIES[world.city[i]]
  const hour = hourOf(ts, offset)
  const atWork = weekday(ts, offset) < 5 && hour >= 9 && hour < 19
  const site =
    circle.kind === 'campus'
      ? 0.62
      : circle.kind === 'friends' || circle.kind === 'viral'
        ? 0
        : atWork
          ? 0.72
          : 0
  if (site > 0 && rng.chance(site)) return siteIp(c, circle.size, circle.kind === 'campus', rng)
  const x = rng.next()
  if (traits.usesVpn && x < 0.45) return vpnIp(world, i, rng)
  if (x < 0.56) return homeIp(world, i, ts)
  if (x < 0.93) return phoneIp(world, world.city[i], rng)
  return lineIp('cafe', cafeOf(world, world.city[i], rng))
}

function hasFamily(world: World, i: number): boolean {
  const home = world.household[i]
  return home >= 0 && (world.household[i - 1] === home || world.household[i + 1] === home)
}

function registerIp(actor: Actor): number {
  const { world, i, rng } = actor
  const c = world.circle[i]
  const circle = world.circles[c]
  const registered = world.registered[i]
  if (circle.kind === 'onboarding' && rng.chance(0.85)) return siteIp(c, circle.size, false, rng)
  if (circle.kind === 'campus' && rng.chance(0.6)) return siteIp(c, circle.size, true, rng)
  if (circle.kind === 'marketing' && rng.chance(0.7)) return siteIp(c, circle.size, false, rng)
  return rng.chance(0.55) ? homeIp(world, i, registered) : phoneIp(world, world.city[i], rng)
}

function registerDevice(actor: Actor): number {
  const { world, i, rng } = actor
  const circle = world.circles[world.circle[i]]
  // Some companies register newcomers on a kiosk; a marketing team on the team's phones; parents on the tablet.
  if (circle.kind === 'onboarding' && circle.theme % 3 === 0 && rng.chance(0.8))
    return device.circle(world.circle[i], rng.int(2))
  if (circle.kind === 'marketing' && rng.chance(0.5))
    return device.circle(world.circle[i], rng.int(1 + (circle.size >> 2)))
  if (actor.traits.tablet && hasFamily(world, i) && rng.chance(0.2)) return device.tablet(world.household[i])
  return device.own(i, 0)
}

// Misuse ---------------------------------------------------------------------------------------------------------

function schemeLife(actor: Actor): void {
  const { world, i, rng, out, traits } = actor
  const ringIndex = world.ring[i]
  const ring = world.rings[ringIndex]
  const registered = world.registered[i]
  const mule = world.role[i] === ROLE.mule
  // A mule is a real person who lent the account; a hidden one behaves as such a person would.
  const hides = traits.hides || mule
  const rhythm: RhythmName = hides ? 'worker' : ring.rhythm
  const bench = device.ring(ringIndex, Math.floor((i - ring.start) / ring.perDevice))
  const usual = hides || ring.perDevice === 1 ? device.own(i, 0) : bench
  const { offset } = CITIES[world.city[i]]

  const trip = drawTrip(world, rng)
  const act = (ts: number, kind: EventKind, ok: boolean): void => {
    const slip = hides && !mule && rng.chance(0.06)
    const mine = usual === bench ? bench : device.own(i, ownPhone(traits, ts))
    const used = slip ? bench : rng.chance(traits.secondDevice ? 0.15 : 0.03) ? device.own(i, 1) : mine
    const careful = hides && !slip
    if ((careful || rng.chance(0.25)) && !slip && leisure(actor, ts, trip, kind, used, ok)) return
    const ip = careful
      ? rng.chance(0.55)
        ? phoneIp(world, world.city[i], rng)
        : homeIp(world, i, ts)
      : rng.chance(0.2)
        ? phoneIp(world, world.city[i], rng)
        : ringIp(world, ringIndex, ring, i, ts, rng)
    out.push(ts, kind, actor.channel, isHosting(ip) ? hostingCity(ip) : world.city[i], ip, used, ok)
  }

  act(registered, 'register', true)
  const from = Math.max(registered + 120, world.windowStart)
  const misuse = Math.max(from, world.misuse[i])
  const logins = loginCount(world, registered, rng)
  for (let k = 0; k < logins; k++) {
    // Sleepers hardly stir before; the others warm up a little.
    const before = rng.chance(ring.kind === 'sleeper' ? 0.08 : mule ? 0.5 : 0.25)
    const ts =
      before && misuse > from
        ? momentIn(rng, from, misuse, offset, rhythm)
        : momentIn(rng, misuse, END, offset, rhythm)
    act(ts, 'login', !rng.chance(0.055))
  }
  const bursts =
    world.role[i] === ROLE.spammer
      ? 0.75
      : ring.kind === 'farm'
        ? 0.25
        : mule
          ? 0.03
          : ring.kind === 'sleeper'
            ? 0.6
            : 0.4
  for (let k = rng.poisson(hides ? bursts * 0.4 : bursts); k > 0; k--)
    act(momentIn(rng, misuse, END, offset, rhythm), 'message_burst', !rng.chance(0.1))
  for (let k = rng.poisson(0.07); k > 0; k--)
    act(momentIn(rng, from, END, offset, rhythm), 'password_reset', true)
  for (let k = rng.poisson(0.2); k > 0; k--)
    act(momentIn(rng, from, END, offset, rhythm), 'profile_update', true)
  for (let k = rng.poisson(mule ? 1.5 : 0.15); k > 0; k--)
    act(momentIn(rng, misuse, END, offset, rhythm), 'payment', !rng.chance(0.08))
  if (traits.shop >= 0)
    out.push(
      misuse,
      'login',
      actor.channel,
      world.city[i],
      lineIp('shop', traits.shop),
      device.shop(traits.shop, 0),
      true,
    )
}

/** People who misuse accounts travel, sit in cafés, borrow phones and use a VPN too. True if that is where it was. */
function leisure(
  actor: Actor,
  ts: number,
  trip: Trip | undefined,
  kind: EventKind,
  used: number,
  ok: boolean,
): boolean {
  const { world, i, rng, out, traits, channel } = actor
  const city = world.city[i]
  const x = rng.next()
  if (trip !== undefined && ts >= trip.from && ts < trip.to) {
    const hotels = 1 + (world.mobilePools[trip.city] >> 2)
    const ip =
      x < 0.5 ? lineIp('hotel', trip.city + CITIES.length * rng.int(hotels)) : phoneIp(world, trip.city, rng)
    out.push(ts, kind, channel, trip.city, ip, used, ok)
  } else if (traits.usesCafe && x < 0.2) {
    const cafe = cafeOf(world, city, rng)
    out.push(ts, kind, 3, city, lineIp('cafe', cafe), device.cafe(cafe, rng.int(12)), ok)
  } else if (traits.usesVpn && x < 0.3) {
    const ip = vpnIp(world, i, rng)
    out.push(ts, kind, channel, hostingCity(ip), ip, used, ok)
  } else if (x > 0.93) out.push(ts, kind, channel, city, lineIp('cafe', cafeOf(world, city, rng)), used, ok)
  else if (traits.borrowed >= 0 && x > 0.8)
    out.push(ts, kind, channel, city, phoneIp(world, city, rng), device.own(traits.borrowed, 0), ok)
  else return false
  return true
}

/** What a stolen account does under its new hands. */
function takenLife(actor: Actor, since: number): void {
  const { world, i, rng, out } = actor
  const ringIndex = world.ring[i]
  const ring = world.rings[ringIndex]
  // Some hands log in from their bench; others from browsers made to look new each time.
  const hand = rng.chance(0.45)
    ? device.ring(ringIndex, rng.int(Math.max(1, Math.floor(ring.size / ring.perDevice))))
    : device.own(i, 3)
  // Careful thieves come from the owner's own city.
  const local = rng.chance(0.5)
  const act = (ts: number, kind: EventKind, ok: boolean): void => {
    if (ts >= END) return
    const ip =
      local && rng.chance(0.6)
        ? phoneIp(world, world.city[i], rng)
        : ringIp(world, ringIndex, ring, i, ts, rng)
    const city = isHosting(ip) ? hostingCity(ip) : local ? world.city[i] : ring.city
    out.push(ts, kind, rng.chance(0.4) ? 2 : actor.channel, city, ip, ok || rng.chance(0.5) ? hand : 0, ok)
  }
  let ts = since
  for (let k = rng.poisson(0.8); k > 0; k--)
    act(Math.max(world.registered[i] + 60, ts - rng.int(7200)), 'login', false)
  act(ts, 'login', true)
  if (rng.chance(0.4)) act(ts + 60 + rng.int(900), 'password_reset', true)
  if (rng.chance(0.25)) act(ts + 300 + rng.int(3600), 'profile_update', true)
  for (let k = rng.poisson(2.2); k > 0; k--) {
    ts += Math.floor(rng.exponential(1.5 * DAY))
    act(ts, 'login', true)
    if (rng.chance(0.35)) act(ts + 120 + rng.int(1200), 'message_burst', !rng.chance(0.12))
  }
}

/** A stuffing campaign tried this honest account and failed: wrong passwords from rented addresses. */
function stuffed(actor: Actor): void {
  const { world, i, rng, out } = actor
  const campaigns = world.rings.length - world.firstCampaign
  const campaign = world.firstCampaign + (scatter(i ^ world.seed) % Math.max(1, campaigns))
  const ring = world.rings[campaign]
  if (ring === undefined || rng.chance(0.3) || ring.active <= world.registered[i] + DAY) {
    // Outside the big campaigns: somebody else's bot, any night.
    const from = Math.max(world.registered[i] + DAY, world.windowStart)
    if (from >= END) return
    const ts = momentIn(rng, from, END, 480, 'night')
    out.push(
      ts,
      'login',
      2,
      rng.int(CITIES.length),
      hostingIp(rng.int(CITIES.length), rng.int(world.hostingPools), rng.int(60)),
      0,
      false,
    )
    return
  }
  for (let k = 1 + rng.poisson(0.7); k > 0; k--) {
    const ts = ring.active + rng.int(ring.spread)
    if (ts >= END) continue
    const ip = ringIp(world, campaign, ring, i, ts, rng)
    out.push(ts, 'login', 2, isHosting(ip) ? hostingCity(ip) : ring.city, ip, 0, false)
  }
}

/** The platform's own risk tier: a new device, a hosting address or another city, as a crude rule would see it. */
function rateRisk(actor: Actor): void {
  const { world, i, rng, out } = actor
  let known = 0
  for (const k of out.order) {
    const used = out.device[k]
    let points = 0
    if (out.kind[k] !== 0 && used !== 0 && used !== known && known !== 0) points += 0.3
    if (isHosting(out.ip[k])) points += 0.45
    if (out.city[k] !== world.city[i]) points += 0.3
    if (used === 0) points += 0.4
    if (out.kind[k] === 0 || known === 0) known = used
    out.risky[k] = rng.chance(Math.min(0.85, 0.03 + points)) ? 1 : 0
  }
}
