import type { Pace } from '../../common/pace.ts'
import { DAY, END } from './calendar.ts'
import { Rng, scatter, streamOf } from './rng.ts'
import { ROLE, type World } from './world.ts'

/** Relation types as relations.csv writes them. */
export const RELATION_TYPES = ['friend', 'follows', 'transfer', 'invited'] as const
export type RelationType = (typeof RELATION_TYPES)[number]

/** Mean rows per account of each type at relationsPerAccount = 5; scaled together. */
const STREAMS = {
  friends: streamOf('friends'),
  closure: streamOf('closure'),
  follows: streamOf('follows'),
  transfers: streamOf('transfers'),
  outreach: streamOf('outreach'),
  row: streamOf('relation row'),
} as const

/** Pairs as sortable numbers: (type, src, dst) in one float; exact up to 5,000,000 accounts. */
class PairList {
  size = 0
  private keys = new Float64Array(1 << 16)
  private readonly n: number
  constructor(n: number) {
    this.n = n
  }
  add(src: number, dst: number): void {
    if (src === dst || dst < 0 || src < 0 || dst >= this.n || src >= this.n) return
    if (this.size === this.keys.length) {
      const wider = new Float64Array(this.keys.length * 2)
      wider.set(this.keys)
      this.keys = wider
    }
    this.keys[this.size++] = src * this.n + dst
  }
  src(k: number): number {
    return Math.floor(this.keys[k] / this.n)
  }
  dst(k: number): number {
    return this.keys[k] - this.src(k) * this.n
  }
  /** Sorts by (src, dst) and drops repetitions. */
  settle(): void {
    const used = this.keys.subarray(0, this.size).sort()
    let kept = 0
    for (let k = 0; k < used.length; k++) if (k === 0 || used[k] !== used[k - 1]) used[kept++] = used[k]
    this.size = kept
  }
}

/** Relations by source account in output order: `offsets` over output positions, then (dst, type) columns. */
export interface RelationPlan {
  size: number
  offsets: Uint32Array
  dst: Uint32Array
  type: Uint8Array
}

/** Who relates to whom. About 30 bytes a relation while it works. */
export async function planRelations(world: World, pace: Pace): Promise<RelationPlan> {
  const lists: [RelationType, PairList][] = [
    ['friend', await friendships(world, pace)],
    ['follows', await follows(world, pace)],
    ['transfer', await transfers(world, pace)],
    ['invited', invitations(world)],
  ]
  const size = lists.reduce((sum, [, list]) => sum + list.size, 0)
  const offsets = new Uint32Array(world.accounts + 1)
  for (const [name, list] of lists)
    for (let k = 0; k < list.size; k++) offsets[world.position[end(world, name, list, k, true)] + 1]++
  for (let p = 0; p < world.accounts; p++) offsets[p + 1] += offsets[p]
  await pace.checkpoint()
  const next = offsets.slice(0, world.accounts)
  const dst = new Uint32Array(size)
  const type = new Uint8Array(size)
  for (const [name, list] of lists) {
    const code = RELATION_TYPES.indexOf(name)
    for (let k = 0; k < list.size; k++) {
      const at = next[world.position[end(world, name, list, k, true)]]++
      dst[at] = end(world, name, list, k, false)
      type[at] = code
    }
    await pace.checkpoint()
  }
  return { size, offsets, dst, type }
}

/**
 * One end of a relation. A friendship is kept as (lower, higher) account, which would tell who was planned later; the
 * file names first whoever asked: by chance, and a little more often the one that came to misuse.
 */
function end(world: World, name: RelationType, list: PairList, k: number, source: boolean): number {
  const low = list.src(k)
  const high = list.dst(k)
  if (name !== 'friend') return source ? low : high
  const asked = scatter(Math.imul(low, 31) ^ scatter(high ^ world.seed)) / 4294967296
  const turned = asked < (high >= world.honest && low < world.honest ? 0.58 : 0.5)
  return source === turned ? high : low
}

async function friendships(world: World, pace: Pace): Promise<PairList> {
  const { accounts: n, honest, rates } = world
  const scale = rates.relationsPerAccount / 5
  const rng = new Rng()
  const list = new PairList(n)
  // One row per friendship, so the pair is kept in one order only, whoever asked.
  const add = (i: number, j: number): void => list.add(Math.min(i, j), Math.max(i, j))
  for (let i = 0; i < n; i++) {
    if ((i & 4095) === 0) {
      pace.progress({ phase: 'simulate.relations', done: i, total: n, unit: 'accounts' })
      await pace.checkpoint()
    }
    rng.reset(world.seed, STREAMS.friends, i)
    if (i >= honest) {
      ringFriends(world, i, rng, add, scale)
      continue
    }
    const circle = world.circles[world.circle[i]]
    const wanted = rng.poisson(2.15 * scale * Math.min(16, world.popularity[i]))
    for (let k = 0; k < wanted; k++) {
      const x = rng.next()
      if (x < 0.72 && circle.size > 1) add(i, liked(world, circle.start, circle.size, rng))
      else if (x < 0.86) {
        const other = world.circles[rng.int(world.circles.length)]
        if (other.city === circle.city || rng.chance(0.3)) add(i, liked(world, other.start, other.size, rng))
      } else add(i, liked(world, 0, honest, rng))
    }
    if (
      world.household[i + 1] === world.household[i] &&
      i + 1 < honest &&
      rng.chance(0.8 * Math.min(1, scale))
    )
      add(i, i + 1)
    if (world.role[i] === ROLE.taken_over) {
      // New hands write to the owner's friends' friends and to strangers.
      for (let k = rng.poisson(0.8 * scale); k > 0; k--) add(i, rng.int(honest))
    }
  }
  list.settle()
  await closeTriangles(world, list, scale, pace)
  list.settle()
  return list
}

/** Of two at random, more often the more popular: degrees get a heavy tail. */
function liked(world: World, start: number, size: number, rng: Rng): number {
  const a = start + rng.int(size)
  const b = start + rng.int(size)
  const pa = world.popularity[a]
  return rng.next() * (pa + world.popularity[b]) < pa ? a : b
}

function ringFriends(
  world: World,
  i: number,
  rng: Rng,
  add: (i: number, j: number) => void,
  scale: number,
): void {
  const ring = world.rings[world.ring[i]]
  if (ring.size > 1)
    for (let k = rng.poisson(ring.density * scale * 0.7); k > 0; k--) add(i, ring.start + rng.int(ring.size))
  // Into honest circles: one circle that it works through, or strangers; who is liked is asked more often.
  const { rates, honest } = world
  const aim = world.circles[rng.int(world.circles.length)]
  const mule = world.role[i] === ROLE.mule
  const mean = mule ? 3 : rates.outreach * (ring.kind === 'farm' ? 0.6 : 1) * rng.spread(0.8)
  for (let k = rng.poisson(mean * scale); k > 0; k--)
    add(i, rng.chance(0.55) ? liked(world, aim.start, aim.size, rng) : liked(world, 0, honest, rng))
}

/** Friends of friends become friends. */
async function closeTriangles(world: World, list: PairList, scale: number, pace: Pace): Promise<void> {
  const n = world.accounts
  const offsets = new Uint32Array(n + 1)
  const pairs = list.size
  for (let k = 0; k < pairs; k++) {
    offsets[list.src(k) + 1]++
    offsets[list.dst(k) + 1]++
  }
  for (let i = 0; i < n; i++) offsets[i + 1] += offsets[i]
  const next = offsets.slice(0, n)
  const neighbours = new Uint32Array(2 * pairs)
  for (let k = 0; k < pairs; k++) {
    const a = list.src(k)
    const b = list.dst(k)
    neighbours[next[a]++] = b
    neighbours[next[b]++] = a
  }
  await pace.checkpoint()
  const rng = new Rng()
  const friend = (i: number): number => neighbours[offsets[i] + rng.int(offsets[i + 1] - offsets[i])]
  for (let i = 0; i < n; i++) {
    if ((i & 4095) === 0) await pace.checkpoint()
    if (offsets[i + 1] === offsets[i]) continue
    rng.reset(world.seed, STREAMS.closure, i)
    const degree = offsets[i + 1] - offsets[i]
    for (let k = rng.poisson(Math.min(6, 0.28 * degree) * Math.min(1, scale)); k > 0; k--) {
      const far = friend(friend(i))
      list.add(Math.min(i, far), Math.max(i, far))
    }
  }
}

async function follows(world: World, pace: Pace): Promise<PairList> {
  const { accounts: n, honest } = world
  const scale = world.rates.relationsPerAccount / 5
  const rng = new Rng()
  const list = new PairList(n)
  const celebrity = (): number => {
    const u = rng.next()
    // A few hundred accounts have most followers; they are spread over all circles.
    const rank = Math.floor(honest * u * u * u * u * u)
    return (rank * 7919 + 104_729) % honest
  }
  for (let i = 0; i < n; i++) {
    if ((i & 8191) === 0) await pace.checkpoint()
    rng.reset(world.seed, STREAMS.follows, i)
    const ring = world.ring[i] >= 0 ? world.rings[world.ring[i]] : undefined
    const farmed = ring !== undefined && ring.kind === 'farm'
    const circle = world.circle[i] >= 0 ? world.circles[world.circle[i]] : undefined
    for (let k = rng.poisson((farmed ? 1.5 : 0.95) * scale * rng.spread(0.8)); k > 0; k--) {
      const x = rng.next()
      if (x < 0.3) list.add(i, rng.int(n))
      else if (x < 0.55 && circle !== undefined) list.add(i, liked(world, circle.start, circle.size, rng))
      else if (x < 0.45 && ring !== undefined && ring.start >= 0) list.add(i, ring.start + rng.int(ring.size))
      else list.add(i, celebrity())
    }
    // Bought followers: a farm follows its customers, who are honest shops and streamers.
    if (farmed) {
      const customers = new Rng(world.seed, STREAMS.follows, world.ring[i] + 0x40000000)
      const first = customers.int(honest)
      if (rng.chance(0.45)) list.add(i, (first + 97 * rng.int(3)) % honest)
    }
  }
  list.settle()
  return list
}

async function transfers(world: World, pace: Pace): Promise<PairList> {
  const { accounts: n, honest } = world
  const scale = world.rates.relationsPerAccount / 5
  const rng = new Rng()
  const list = new PairList(n)
  const merchants: number[] = []
  for (let i = 0; i < honest; i++) if (world.role[i] === ROLE.merchant) merchants.push(i)
  for (let i = 0; i < n; i++) {
    if ((i & 8191) === 0) await pace.checkpoint()
    rng.reset(world.seed, STREAMS.transfers, i)
    const ring = world.ring[i] >= 0 ? world.rings[world.ring[i]] : undefined
    if (i < honest) {
      const circle = world.circles[world.circle[i]]
      for (let k = rng.poisson(0.75 * scale * rng.spread(0.7)); k > 0; k--) {
        const x = rng.next()
        if (x < 0.4 && circle.size > 1) list.add(i, liked(world, circle.start, circle.size, rng))
        else if (x < 0.85 && merchants.length > 0)
          list.add(i, merchants[Math.floor(merchants.length * rng.next() * rng.next())])
        else if (world.household[i + 1] === world.household[i] && i + 1 < honest) list.add(i, i + 1)
      }
    } else if (ring !== undefined) {
      if (rng.chance(0.35 * scale) && merchants.length > 0) list.add(i, rng.pick(merchants))
      const mules = ring.kind === 'scam' && ring.size >= 4 ? Math.floor((ring.size + 3) / 7) : 0
      const mule = mules > 0 ? ring.start + 7 * rng.int(mules) + 3 : -1
      if (ring.kind === 'scam') {
        // Victims pay a mule where there is one, else the account that spoke to them.
        for (let k = rng.poisson(0.5 * scale); k > 0; k--)
          list.add(rng.int(honest), mule >= 0 && mule < n ? mule : i)
        if (world.role[i] === ROLE.mule && rng.chance(0.6)) list.add(i, ring.start + rng.int(ring.size))
      } else if (ring.size > 1 && rng.chance(0.2 * scale)) list.add(i, ring.start + rng.int(ring.size))
    }
  }
  list.settle()
  return list
}

function invitations(world: World): PairList {
  const list = new PairList(world.accounts)
  const scale = Math.min(1, world.rates.relationsPerAccount / 5)
  const rng = new Rng()
  for (let i = 0; i < world.accounts; i++) {
    if (world.inviter[i] < 0) continue
    // Not every invitation was recorded as one.
    if (rng.reset(world.seed, STREAMS.row, i).chance(0.7 * scale)) list.add(world.inviter[i], i)
  }
  list.settle()
  return list
}

/** First and last seconds and the weight of a relation, from its own stream. Never before both have registered. */
export function relationRow(
  world: World,
  rng: Rng,
  src: number,
  dst: number,
  type: number,
): { first: number; last: number; weight: number } {
  rng.reset(world.seed ^ (type + 1), src ^ STREAMS.row, dst)
  const earliest = Math.max(world.registered[src], world.registered[dst])
  const name = RELATION_TYPES[type]
  if (name === 'invited') return { first: earliest, last: earliest, weight: 1 }
  // Those who misuse reach out when they begin to, not when they registered.
  const began = Math.max(earliest, contactFrom(world, src), contactFrom(world, dst))
  const room = Math.max(0, END - 60 - began)
  const first = began + Math.floor(room * rng.next() * (began > earliest ? 0.9 : rng.next()))
  const last = first + Math.floor((END - 60 - first) * (rng.chance(0.25) ? 0 : 1 - rng.next() * rng.next()))
  let weight = 1
  if (name === 'friend') weight = Math.max(0.1, Math.round(10 * rng.spread(0.9)) / 10)
  else if (name === 'transfer') weight = Math.max(1, Math.round(2 * rng.spread(1.1)))
  return { first, last, weight }
}

function contactFrom(world: World, i: number): number {
  const ring = world.ring[i]
  if (ring < 0 || world.role[i] === ROLE.taken_over || world.role[i] === ROLE.mule) return 0
  // Warming up begins some weeks ahead.
  return Math.max(world.registered[i], world.misuse[i] - 30 * DAY)
}
