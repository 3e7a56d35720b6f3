import type { Recipe } from '../../common/recipe.ts'
import { nearestInTime, type Uses } from './nearest.ts'
import type { Pairs } from './pair-table.ts'
import type { ThingUses } from './read-uses.ts'
import { nearestWeight, rarityWeight } from './rarity.ts'
import { decayFactor } from './window.ts'
import type { Pace } from '../../common/pace.ts'

/**
 * The sharing of one channel's entities: row e is a thing that accounts[offsets[e] .. offsets[e+1]) share, ascending.
 * A hub that is split by time is several rows of the same thing, one after another.
 */
export interface Sharing {
  /** Accounts (nodes). */
  readonly n: number
  readonly offsets: Uint32Array
  readonly accounts: Uint32Array
  /** Parallel to accounts: time decay of that account's use of the thing, in (0, 1]. */
  readonly factor: Float32Array
  /** Per row: what the thing gives each of its pairs before decay, > 0. */
  readonly each: Float64Array
  /** Per row: its entity's id. */
  readonly entity: Uint32Array
  /** Pairs that hubs join by closeness in time, each in both directions, by entity within a row. */
  readonly near: NearTies | null
}

export interface NearTies {
  /** n + 1. */
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly weights: Float64Array
}

export interface SharingInput {
  readonly n: number
  /** Distinct (entity, node) with the time last seen, by entity. */
  readonly incidence: Pairs
  /** Per entity id: 1 + index of its type, 0: not wanted. */
  readonly typeOf: Uint16Array
  /** By that number: whether the type belongs to this channel. */
  readonly inChannel: readonly boolean[]
  /** By that number: the recipe's factor of the type. */
  readonly typeFactor: readonly number[]
  readonly newest: number
  readonly recipe: Recipe
  /** Per entity id: what innocent explanations leave of its weight; null: not asked for. */
  readonly innocent: Float32Array | null
  /** Dated uses of the hubs; null where hubs are dropped. */
  readonly hubUses: ThingUses | null
}

export interface SharingOutcome {
  readonly sharing: Sharing
  /** Entities with more accounts than the cap, and the accounts that use one. */
  readonly hubs: number
  readonly hubAccounts: number
}

/** Visits the entities of a channel with two accounts or more: rows [from, to) of the incidence. */
function eachEntity(input: SharingInput, visit: (entity: number, from: number, to: number) => void): void {
  const { a, length } = input.incidence
  for (let from = 0, to; from < length; from = to) {
    to = from + 1
    while (to < length && a[to] === a[from]) to++
    if (input.inChannel[input.typeOf[a[from]]] && to - from >= 2) visit(a[from], from, to)
  }
}

/** Marks every wanted entity that more accounts share than the cap: whose uses must be read by time. */
export function markHubs(incidence: Pairs, typeOf: Uint16Array, hubCap: number): Uint8Array {
  const hub = new Uint8Array(typeOf.length)
  const { a, length } = incidence
  for (let from = 0, to; from < length; from = to) {
    to = from + 1
    while (to < length && a[to] === a[from]) to++
    if (typeOf[a[from]] > 0 && to - from > hubCap) hub[a[from]] = 1
  }
  return hub
}

/** Who shares what in one channel, with hubs treated as the recipe says. No hub's pairs are ever listed. */
export async function sharingOf(input: SharingInput, pace: Pace): Promise<SharingOutcome> {
  const { n, incidence, recipe, hubUses } = input
  const { entities, decayHalfLifeDays } = recipe
  const decay = (at: number): number => decayFactor(at, input.newest, decayHalfLifeDays)
  const scale = (entity: number): number =>
    entities.weight * input.typeFactor[input.typeOf[entity]] * (input.innocent?.[entity] ?? 1)
  const rows = new SharingRows()
  const near: NearList[] = []
  const hubUser = new Uint8Array(n)
  const hubList: number[] = []
  eachEntity(input, (entity, from, to) => {
    const d = to - from
    if (d > entities.hubCap) {
      hubList.push(entity)
      for (let i = from; i < to; i++) hubUser[incidence.b[i]] = 1
      if (hubUses !== null && entities.hub === 'split')
        splitHub(rows, entity, hubUses, input, decay, scale(entity))
      return
    }
    const each = scale(entity) * rarityWeight(d, n, entities.rarity)
    if (!(each > 0)) return
    for (let i = from; i < to; i++) rows.add(incidence.b[i], decay(incidence.value[i]))
    rows.end(entity, each)
  })
  if (hubUses !== null && entities.hub === 'nearest') {
    for (const entity of hubList) {
      const k = placeOf(hubUses, entity)
      if (k < 0) continue
      const pairs = nearestInTime(hubUses, hubUses.start[k], hubUses.start[k + 1], entities.nearest)
      const d = degreeOf(incidence, entity)
      const each = scale(entity) * nearestWeight(d, n, entities.nearest, entities.rarity)
      if (each > 0) near.push({ ...pairs, weight: pairs.time.map((at) => each * decay(at)) })
      await pace.checkpoint()
    }
  }
  let hubAccounts = 0
  for (let u = 0; u < n; u++) hubAccounts += hubUser[u]
  const sharing = rows.finish(n, entities.hub === 'nearest' ? nearTies(n, near) : null)
  return { sharing, hubs: hubList.length, hubAccounts }
}

/**
 * The uses of a thing in stretches of `hours`, counted from the epoch: of each stretch the accounts, ascending, and
 * when each used it last.
 */
export function* stretches(
  { who, time }: Uses,
  from: number,
  to: number,
  hours: number,
): Generator<[account: number, last: number][]> {
  const length = hours * 3_600_000
  for (let i = from, end; i < to; i = end) {
    const stretch = Math.floor(time[i] / length)
    const last = new Map<number, number>()
    for (end = i; end < to && Math.floor(time[end] / length) === stretch; end++) last.set(who[end], time[end])
    yield [...last].sort((x, y) => x[0] - y[0])
  }
}

/** A hub as one thing per stretch of time; stretches that are still hubs are dropped. */
function splitHub(
  rows: SharingRows,
  entity: number,
  uses: ThingUses,
  { n, recipe }: SharingInput,
  decay: (at: number) => number,
  scale: number,
): void {
  const k = placeOf(uses, entity)
  if (k < 0) return
  const { splitHours, hubCap, rarity } = recipe.entities
  for (const members of stretches(uses, uses.start[k], uses.start[k + 1], splitHours)) {
    if (members.length < 2 || members.length > hubCap) continue
    const each = scale * rarityWeight(members.length, n, rarity)
    if (!(each > 0)) continue
    for (const [account, at] of members) rows.add(account, decay(at))
    rows.end(entity, each)
  }
}

/** The place of an entity in the uses, -1 where it has no dated one. */
export function placeOf(uses: ThingUses, entity: number): number {
  let low = 0
  let high = uses.things.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (uses.things[middle] === entity) return middle
    if (uses.things[middle] < entity) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function degreeOf({ a, length }: Pairs, entity: number): number {
  const bound = (value: number): number => {
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (a[middle] < value) low = middle + 1
      else high = middle
    }
    return low
  }
  return bound(entity + 1) - bound(entity)
}

/** Growing columns of sharing rows. */
class SharingRows {
  private accounts = new Uint32Array(1024)
  private factor = new Float32Array(1024)
  private length = 0
  private readonly offsets: number[] = [0]
  private readonly each: number[] = []
  private readonly entity: number[] = []

  add(account: number, factor: number): void {
    if (this.length === this.accounts.length) {
      const { accounts, factor: factors } = this
      this.accounts = new Uint32Array(this.length * 2)
      this.factor = new Float32Array(this.length * 2)
      this.accounts.set(accounts)
      this.factor.set(factors)
    }
    this.accounts[this.length] = account
    this.factor[this.length++] = factor
  }

  end(entity: number, each: number): void {
    this.offsets.push(this.length)
    this.each.push(each)
    this.entity.push(entity)
  }

  finish(n: number, near: NearTies | null): Sharing {
    return {
      n,
      offsets: Uint32Array.from(this.offsets),
      accounts: this.accounts.subarray(0, this.length),
      factor: this.factor.subarray(0, this.length),
      each: Float64Array.from(this.each),
      entity: Uint32Array.from(this.entity),
      near,
    }
  }
}

interface NearList {
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly weight: Float64Array
}

/** Both directions of the pairs of all hubs, row by row, in the order of the hubs. */
function nearTies(n: number, lists: readonly NearList[]): NearTies {
  const offsets = new Uint32Array(n + 1)
  for (const { a, b } of lists) {
    for (let i = 0; i < a.length; i++) {
      offsets[a[i] + 1]++
      offsets[b[i] + 1]++
    }
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(offsets[n])
  const weights = new Float64Array(offsets[n])
  for (const { a, b, weight } of lists) {
    for (let i = 0; i < a.length; i++) {
      for (const [u, v] of [
        [a[i], b[i]],
        [b[i], a[i]],
      ]) {
        const at = cursor[u]++
        targets[at] = v
        weights[at] = weight[i]
      }
    }
  }
  return { offsets, targets, weights }
}
