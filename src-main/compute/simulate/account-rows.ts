import { dateText, END, timeText } from './calendar.ts'
import { csvField } from './csv.ts'
import {
  accountId,
  deviceId,
  group,
  groupId,
  inviteCode,
  payment,
  paymentId,
  type Traits,
  traitsOf,
} from './entities.ts'
import { CHANNELS, EVENT_KINDS, type EventBuffer } from './event-buffer.ts'
import { CITIES, ipText } from './places.ts'
import { type Rng, streamOf } from './rng.ts'
import { displayName, profileText, writesChinese } from './texts/profiles.ts'
import { FIRST_MALICIOUS, ROLE, type World } from './world.ts'

export const ACCOUNT_COLUMNS = [
  'account_id',
  'registered_at',
  'display_name',
  'region',
  'client_version',
  'channel',
  'phone_country',
  'profile_text',
] as const
export const LINK_COLUMNS = [
  'account_id',
  'entity_type',
  'entity_id',
  'first_seen',
  'last_seen',
  'count',
] as const
export const EVENT_COLUMNS = [
  'account_id',
  'ts',
  'kind',
  'context',
  'ip',
  'device',
  'country',
  'city',
  'outcome',
] as const

const PROFILE = streamOf('profile')
const LINKS = streamOf('links')
const VERSIONS = ['8.2.0', '8.3.1', '8.4.0', '8.4.2', '8.5.0', '8.5.1', '8.6.0'] as const
const ELSEWHERE = ['US', 'HK', 'PH', 'MM', 'KH', 'GB', 'MY', 'ID'] as const

/** One line of accounts.csv. */
export function accountLine(world: World, i: number, rng: Rng): string {
  rng.reset(world.seed, PROFILE, i)
  const traits = traitsOf(world, i)
  const city = CITIES[world.city[i]]
  const made = world.role[i] >= FIRST_MALICIOUS && world.role[i] !== ROLE.taken_over
  const chinese = writesChinese(world, i)
  const name = displayName(chinese, rng)
  // Benches are updated late, and numbers for them are rented; so are some honest people's.
  const lag = made && !traits.hides && rng.chance(0.35) ? 3 : 0
  const version =
    VERSIONS[
      Math.max(0, VERSIONS.length - 1 - Math.floor(rng.exponential(1.3)) - (lag > 0 ? rng.int(lag + 1) : 0))
    ]
  const rented = rng.chance(made && !traits.hides ? 0.16 : 0.035)
  const phone = rented ? rng.pick(ELSEWHERE) : city.country
  const profile = profileText(world, i, chinese, traits.hides, rng)
  const registered = timeText(world.registered[i], city.offset)
  return `${accountId(world, i)},${registered},${csvField(name)},${city.region},${version},${traits.channel},${phone},${csvField(profile)}`
}

/** The lines of events.csv of one account, in time order. Returns how many. */
export function eventLines(
  world: World,
  i: number,
  events: EventBuffer,
  add: (line: string) => void,
): number {
  const id = accountId(world, i)
  for (const k of events.order) {
    const city = CITIES[events.city[k]]
    const used = events.device[k]
    const line = `${id},${timeText(events.ts[k], city.offset)},${EVENT_KINDS[events.kind[k]]},${
      CHANNELS[events.channel[k]]
    }/${events.risky[k] ? 'high' : 'low'},${ipText(events.ip[k])},${used === 0 ? '' : deviceId(world, used)},${
      city.country
    },${city.name},${events.ok[k] ? 'ok' : 'fail'}`
    add(line)
  }
  return events.size
}

/**
 * The lines of links.csv of one account: the devices of its successful events, the address it comes from most, and
 * payment instruments, invitation codes and groups, which events don't tell.
 */
export function linkLines(
  world: World,
  i: number,
  events: EventBuffer,
  rng: Rng,
  add: (line: string) => void,
): void {
  const id = accountId(world, i)
  const since = world.registered[i]
  rng.reset(world.seed, LINKS, i)
  const line = (type: string, entity: string, first: number, last: number, count: number): void =>
    add(`${id},${type},${entity},${dateText(first)},${dateText(Math.max(first, last))},${count}`)
  usedMost(events.device, events, 4, (used, first, last, count) =>
    line('device', deviceId(world, used), first, last, count),
  )
  usedMost(events.ip, events, 1, (ip, first, last, count) => {
    if (count >= 3) line('ip', ipText(ip), first, last, count)
  })
  const span = (): [number, number] => {
    const first = since + Math.floor((END - 60 - since) * rng.next())
    return [first, first + Math.floor((END - 60 - first) * rng.next())]
  }
  const { linkScale } = world.rates
  const traits = traitsOf(world, i)
  const paid = paymentOf(world, i, traits.hides, rng)
  if (paid >= 0 && rng.chance(Math.min(1, linkScale))) {
    const [first, last] = span()
    line('payment', paymentId(world, paid), first, last, 1 + rng.poisson(2))
  }
  if (world.inviter[i] >= 0 && rng.chance(0.85 * Math.min(1, linkScale)))
    line('invite_code', inviteCode(world, world.inviter[i]), since, since, 1)
  for (const number of groupsOf(world, i, traits, linkScale, rng)) {
    const [first, last] = span()
    line('group', groupId(world, number), first, last, 1 + rng.poisson(6))
  }
}

/** The (at most `most`) commonest values among successful events, with first and last time and count. */
function usedMost(
  column: Uint32Array,
  events: EventBuffer,
  most: number,
  tell: (value: number, first: number, last: number, count: number) => void,
): void {
  const values: number[] = []
  const firsts: number[] = []
  const lasts: number[] = []
  const counts: number[] = []
  for (const k of events.order) {
    const value = column[k]
    if (value === 0 || events.ok[k] === 0) continue
    let at = values.indexOf(value)
    if (at < 0) {
      at = values.push(value) - 1
      firsts.push(events.ts[k])
      lasts.push(0)
      counts.push(0)
    }
    lasts[at] = events.ts[k]
    counts[at]++
  }
  for (let k = 0; k < most && values.length > 0; k++) {
    let best = -1
    for (let at = 0; at < values.length; at++)
      if (counts[at] > 0 && (best < 0 || counts[at] > counts[best])) best = at
    if (best < 0) return
    tell(values[best], firsts[best], lasts[best], counts[best])
    counts[best] = 0
  }
}

function paymentOf(world: World, i: number, hides: boolean, rng: Rng): number {
  const role = world.role[i]
  const ringIndex = world.ring[i]
  if (ringIndex >= 0 && role !== ROLE.taken_over) {
    const ring = world.rings[ringIndex]
    if (rng.chance(hides ? ring.paying * 0.3 : ring.paying))
      return payment.ring(ringIndex, rng.int(1 + (ring.size >> 2)))
    return rng.chance(role === ROLE.mule ? 0.8 : 0.3) ? payment.own(i) : -1
  }
  if (!rng.chance(role === ROLE.merchant ? 0.95 : 0.38)) return -1
  const x = rng.next()
  const circle = world.circles[world.circle[i]]
  // Families share a card; a company pays for its staff; a class or a team buys together on one account.
  if (x < 0.3) return payment.household(world.household[i])
  if (x < (circle.kind === 'friends' ? 0.34 : circle.kind === 'viral' ? 0.3 : 0.5))
    return payment.circle(world.circle[i], rng.int(1 + (circle.size >> 4)))
  return payment.own(i)
}

function groupsOf(world: World, i: number, traits: Traits, scale: number, rng: Rng): number[] {
  const joined: number[] = []
  const ringIndex = world.ring[i]
  if (i < world.honest) {
    const c = world.circle[i]
    const circle = world.circles[c]
    const keen =
      circle.kind === 'viral' ? 0.9 : circle.kind === 'marketing' || circle.kind === 'onboarding' ? 0.7 : 0.42
    if (rng.chance(keen * scale))
      joined.push(group.circle(c, circle.kind === 'viral' ? 0 : rng.int(circle.size > 60 ? 3 : 1)))
    if (rng.chance(0.1 * scale)) joined.push(group.circle(rng.int(world.circles.length), 0))
    return joined
  }
  const ring = world.rings[ringIndex]
  if (ring.size >= 5 && rng.chance((traits.hides ? 0.06 : 0.22) * scale)) joined.push(group.ring(ringIndex))
  // Schemes go where people are: into the groups of circles.
  if (rng.chance(0.42 * scale)) joined.push(group.circle(rng.int(world.circles.length), 0))
  return joined
}
