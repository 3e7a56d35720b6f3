import { DAY, END, momentIn, OPENED } from './calendar.ts'
import { CITIES, drawCity } from './places.ts'
import { exp, ln, Rng, streamOf } from './rng.ts'
import { type Circle, type CircleKind, CIRCLES, ROLE, type World } from './world.ts'

const PLAN = streamOf('circles')
const PERSON = streamOf('person')

/** Sizes of circles: smallest, tail exponent, largest. */
const SIZES: Record<CircleKind, [number, number, number]> = {
  friends: [14, 1.5, 160],
  campus: [90, 1.4, 500],
  office: [9, 1.3, 120],
  onboarding: [14, 1.4, 130],
  marketing: [6, 1.8, 30],
  viral: [40, 1.4, 350],
}

/** Splits the honest accounts into circles whose order says nothing about their kind. */
export function planCircles(world: World): void {
  const { rates, honest } = world
  const rng = new Rng(world.seed, PLAN, 0)
  const shares: Record<CircleKind, number> = {
    friends: 0,
    campus: rates.campusShare,
    office: rates.officeShare,
    onboarding: rates.onboardingShare,
    marketing: rates.marketingShare,
    viral: rates.viralShare,
  }
  const sizes: { kind: CircleKind; size: number }[] = []
  let left = honest
  for (const kind of [...CIRCLES.slice(1), 'friends'] as CircleKind[]) {
    let target = kind === 'friends' ? left : Math.min(left, Math.round(honest * shares[kind]))
    const [least, alpha, most] = SIZES[kind]
    while (target >= (kind === 'friends' ? 1 : least)) {
      const cap = Math.max(least, Math.min(most, Math.floor(honest / 12)))
      let size = Math.min(target, Math.floor(Math.min(cap, least * rng.pareto(alpha, most / least))))
      if (target - size < least) size = target
      sizes.push({ kind, size })
      target -= size
      left -= size
    }
  }
  for (let k = sizes.length - 1; k > 0; k--) {
    const other = rng.int(k + 1)
    const swap = sizes[k]
    sizes[k] = sizes[other]
    sizes[other] = swap
  }
  let start = 0
  sizes.forEach(({ kind, size }, index) => {
    rng.reset(world.seed, PLAN, index + 1)
    const city = drawCity(rng)
    world.circles.push({
      kind,
      start,
      size,
      city,
      born: bornOf(world, kind, city, rng),
      theme: rng.int(1000),
    })
    start += size
  })
}

function bornOf(world: World, kind: CircleKind, city: number, rng: Rng): number {
  if (kind === 'friends' || kind === 'campus' || kind === 'office') return 0
  // Mostly recent, as the bursts of schemes are; some long ago.
  const from = rng.chance(0.75) ? world.windowStart - 40 * DAY : OPENED + 60 * DAY
  const offset = CITIES[city].offset
  if (kind !== 'onboarding') return momentIn(rng, from, END - 12 * DAY, offset, 'worker')
  for (;;) {
    const day = Math.floor((from + rng.next() * (END - 12 * DAY - from)) / DAY)
    if (((day + 3) % 7) % 7 >= 5) continue
    return day * DAY + (9 * 60 + rng.int(90) - offset) * 60
  }
}

/** Households, cities, roles and registrations of honest accounts. Calls `beat` every few thousand accounts. */
export async function planPeople(world: World, beat: (done: number) => Promise<void>): Promise<void> {
  const rng = new Rng()
  const { seed } = world
  let household = 0
  let roomLeft = 0
  for (let c = 0; c < world.circles.length; c++) {
    const circle = world.circles[c]
    for (let i = circle.start; i < circle.start + circle.size; i++) {
      if ((i & 4095) === 0) await beat(i)
      rng.reset(seed, PERSON, i)
      world.circle[i] = c
      if (roomLeft === 0 || i === circle.start) {
        household++
        roomLeft = circle.kind === 'friends' ? 1 + drawHousehold(rng) : rng.chance(0.15) ? 2 : 1
        const home = circle.kind === 'viral' ? 0.25 : circle.kind === 'friends' ? 0.82 : 0.97
        world.city[i] = rng.chance(home) ? circle.city : drawCity(rng)
      } else world.city[i] = world.city[i - 1]
      roomLeft--
      world.household[i] = household - 1
      world.popularity[i] = Math.min(40, rng.pareto(1.9, 60) * 0.5)
      world.role[i] = roleIn(circle, rng)
      world.registered[i] = registrationIn(world, circle, i, rng)
    }
  }
  world.households = household
}

function drawHousehold(rng: Rng): number {
  const x = rng.next()
  return x < 0.36 ? 0 : x < 0.64 ? 1 : x < 0.86 ? 2 : x < 0.96 ? 3 : 4
}

function roleIn(circle: Circle, rng: Rng): number {
  if (circle.kind === 'campus') return ROLE.student
  if (circle.kind === 'office') return ROLE.employee
  if (circle.kind === 'onboarding') return ROLE.new_employee
  if (circle.kind === 'marketing') return ROLE.marketer
  if (circle.kind === 'viral') return ROLE.viral_member
  const x = rng.next()
  return x < 0.022 ? ROLE.merchant : x < 0.042 ? ROLE.repair_customer : ROLE.member
}

/** Growth of the platform: more register each year. */
export function organicRegistration(rng: Rng, offset: number): number {
  const u = exp(0.62 * ln(1 - rng.next()))
  const day = OPENED + u * (END - 2 * DAY - OPENED)
  return momentIn(rng, day, day + 1.6 * DAY, offset, 'worker')
}

function registrationIn(world: World, circle: Circle, i: number, rng: Rng): number {
  const offset = CITIES[world.city[i]].offset
  if (circle.kind === 'onboarding' && rng.chance(0.9)) return circle.born + Math.floor(rng.exponential(2400))
  if (circle.kind === 'viral' && rng.chance(0.85))
    return Math.min(END - DAY, circle.born + Math.floor(rng.exponential(11 * 3600)))
  if (circle.kind === 'marketing' && rng.chance(0.6))
    return Math.min(END - DAY, circle.born + Math.floor(rng.next() * 5 * DAY))
  if (circle.kind === 'campus' && rng.chance(0.55)) {
    const intake = Date.UTC(2023 + rng.int(3), 8, 1) / 1000
    return momentIn(rng, intake, intake + 16 * DAY, offset, 'student')
  }
  return organicRegistration(rng, offset)
}

/** Who invited whom: somebody of the circle who was there before. -1 where nobody did. */
export function planInvitations(world: World): void {
  const rng = new Rng()
  const stream = streamOf('invitation')
  for (const circle of world.circles) {
    for (let i = circle.start; i < circle.start + circle.size; i++) {
      rng.reset(world.seed, stream, i)
      world.inviter[i] = -1
      const wish = circle.kind === 'viral' ? 0.8 : circle.kind === 'onboarding' ? 0.5 : 0.3
      if (circle.size < 2 || !rng.chance(wish)) continue
      // One person's code starts a viral group; an office has its administrator; friends invite one another.
      const star = circle.start + (circle.theme % circle.size)
      const hosted = circle.kind === 'viral' || circle.kind === 'onboarding'
      for (let attempt = 0; attempt < 4 && world.inviter[i] < 0; attempt++) {
        const j = hosted && rng.chance(0.7) ? star : circle.start + rng.int(circle.size)
        if (j !== i && world.registered[j] < world.registered[i]) world.inviter[i] = j
      }
    }
  }
}
