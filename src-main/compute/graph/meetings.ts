import type { Recipe } from '../../common/recipe.ts'
import type { ThingUses } from './read-uses.ts'

const MINUTE_MS = 60_000

/**
 * Who was on the same thing at the same time. Two accounts meet at time t when one of them uses a thing at t and the
 * other used it within `windowMinutes` before (or at t): a window that slides, so that no grid's border separates
 * two uses. Meetings count as separate when they are more than `windowMinutes` apart, counted greedily from the
 * first, which is the largest number of windows that don't overlap. A meeting in a crowd, more than `hubCap`
 * accounts on the thing within the window that ends at t, doesn't count.
 *
 * Works row by row: one account's meetings with all others, so that pairs which met too seldom are never stored.
 * Cost of a row: the quiet events within reach of the account's own, and at most hubCap others for each of those.
 */
export class Meetings {
  /** Of the last row: the other accounts, unordered, `length` of them. */
  readonly targets: Uint32Array
  length = 0
  /** By account, for the last row's targets: separate meetings, and the time of the latest. */
  readonly times: Uint32Array
  readonly latest: Float64Array

  private readonly uses: ThingUses
  private readonly windowMs: number
  private readonly minTimes: number
  /** Per use: distinct accounts in the window that ends with it; 0: a crowd. */
  private readonly crowd: Uint16Array
  /** Per use: the next one at or after it that is in no crowd. */
  private readonly quiet: Uint32Array
  /** Uses of account u: place[rowStart[u] .. rowStart[u + 1]), ascending. */
  private readonly rowStart: Uint32Array
  private readonly place: Uint32Array
  private readonly thingOf: Uint32Array
  private readonly stamp: Uint32Array
  private readonly counted: Float64Array
  private readonly seen: Uint32Array
  private stamps = 0
  private scans = 0

  constructor(uses: ThingUses, n: number, settings: Recipe['cooccurrence']) {
    this.uses = uses
    this.windowMs = settings.windowMinutes * MINUTE_MS
    this.minTimes = settings.minTimes
    const { who, things, start } = uses
    this.crowd = crowds(uses, n, this.windowMs, Math.min(settings.hubCap, 0xfffe))
    this.quiet = new Uint32Array(who.length + 1).fill(who.length)
    for (let i = who.length - 1; i >= 0; i--) this.quiet[i] = this.crowd[i] > 0 ? i : this.quiet[i + 1]
    this.rowStart = new Uint32Array(n + 1)
    for (let i = 0; i < who.length; i++) this.rowStart[who[i] + 1]++
    for (let u = 0; u < n; u++) this.rowStart[u + 1] += this.rowStart[u]
    const cursor = this.rowStart.slice(0, n)
    this.place = new Uint32Array(who.length)
    this.thingOf = new Uint32Array(who.length)
    for (let k = 0; k < things.length; k++) {
      for (let i = start[k]; i < start[k + 1]; i++) {
        const at = cursor[who[i]]++
        this.place[at] = i
        this.thingOf[at] = k
      }
    }
    this.targets = new Uint32Array(n)
    this.times = new Uint32Array(n)
    this.latest = new Float64Array(n)
    this.stamp = new Uint32Array(n)
    this.counted = new Float64Array(n)
    this.seen = new Uint32Array(n)
  }

  /** Fills targets, times and latest for account u. Returns the work done, in uses looked at. */
  row(u: number): number {
    for (let i = 0; i < this.length; i++) this.times[this.targets[i]] = 0
    this.length = 0
    let work = 1
    for (let r = this.rowStart[u], end; r < this.rowStart[u + 1]; r = end) {
      end = r + 1
      while (end < this.rowStart[u + 1] && this.thingOf[end] === this.thingOf[r]) end++
      work += this.onThing(u, r, end, this.thingOf[r])
    }
    let kept = 0
    for (let i = 0; i < this.length; i++) {
      const v = this.targets[i]
      if (this.times[v] >= this.minTimes) this.targets[kept++] = v
      else this.times[v] = 0
    }
    this.length = kept
    return work
  }

  /** About how much row(u) will look at; 0 where u uses nothing. */
  reach(u: number): number {
    return this.rowStart[u + 1] - this.rowStart[u]
  }

  /** u's uses of the thing are place[r .. end). */
  private onThing(u: number, r: number, end: number, thing: number): number {
    const { who, time, start } = this.uses
    const stop = start[thing + 1]
    this.stamps++
    let work = 0
    let last = -Infinity
    let k = this.place[r]
    while (k < stop) {
      work++
      if (who[k] === u) {
        last = time[k]
        r++
        if (this.crowd[k] > 0) work += this.lookBack(u, k, start[thing])
        k++
      } else if (time[k] - last > this.windowMs) {
        if (r >= end) break
        k = this.place[r]
        continue
      } else {
        if (this.crowd[k] > 0) this.meet(who[k], time[k])
        k++
      }
      // Uses in a crowd are passed over, but not the account's own.
      if (k < stop && this.crowd[k] === 0) k = Math.min(this.quiet[k], r < end ? this.place[r] : stop)
    }
    return work
  }

  private lookBack(u: number, k: number, first: number): number {
    const { who, time } = this.uses
    const from = time[k] - this.windowMs
    let others = this.crowd[k] - 1
    this.scans++
    let j = k - 1
    for (; j >= first && time[j] >= from && others > 0; j--) {
      const v = who[j]
      if (v === u || this.seen[v] === this.scans) continue
      this.seen[v] = this.scans
      others--
      this.meet(v, time[k])
    }
    return k - j
  }

  private meet(v: number, at: number): void {
    if (this.stamp[v] === this.stamps && at <= this.counted[v] + this.windowMs) {
      if (at > this.latest[v]) this.latest[v] = at
      return
    }
    this.stamp[v] = this.stamps
    this.counted[v] = at
    if (this.times[v]++ === 0) {
      this.targets[this.length++] = v
      this.latest[v] = at
    } else if (at > this.latest[v]) this.latest[v] = at
  }
}

/** Distinct accounts within the window that ends with each use; 0 where there are more than `hubCap`. */
function crowds(uses: ThingUses, n: number, windowMs: number, hubCap: number): Uint16Array {
  const { who, time, start, things } = uses
  const crowd = new Uint16Array(who.length)
  const inside = new Uint32Array(n)
  for (let k = 0; k < things.length; k++) {
    let first = start[k]
    let distinct = 0
    for (let i = start[k]; i < start[k + 1];) {
      let to = i
      for (; to < start[k + 1] && time[to] === time[i]; to++) if (inside[who[to]]++ === 0) distinct++
      for (; time[first] < time[i] - windowMs; first++) if (--inside[who[first]] === 0) distinct--
      for (; i < to; i++) crowd[i] = distinct <= hubCap ? distinct : 0
    }
    for (; first < start[k + 1]; first++) inside[who[first]] = 0
  }
  return crowd
}

/**
 * Weight of two accounts that met `times` separate times, `minTimes` being enough: 1 when they met just often
 * enough, growing with the logarithm.
 */
export function meetingWeight(times: number, minTimes: number): number {
  return Math.log2(1 + times / minTimes)
}

/** Things with a crowd at some time, and the accounts that were in one: the windows that say nothing. */
export function crowdStats(
  uses: ThingUses,
  n: number,
  settings: Recipe['cooccurrence'],
): { hubs: number; hubAccounts: number } {
  const crowd = crowds(uses, n, settings.windowMinutes * MINUTE_MS, Math.min(settings.hubCap, 0xfffe))
  const accounts = new Uint8Array(n)
  let hubs = 0
  let hubAccounts = 0
  for (let k = 0; k < uses.things.length; k++) {
    let busy = false
    for (let i = uses.start[k]; i < uses.start[k + 1]; i++) {
      if (crowd[i] > 0) continue
      busy = true
      if (accounts[uses.who[i]] === 0) hubAccounts++
      accounts[uses.who[i]] = 1
    }
    if (busy) hubs++
  }
  return { hubs, hubAccounts }
}
