/**
 * Do the shown accounts act together? Time is cut into stretches of five minutes (as in compute/similarity's rhythm);
 * an account's stretches are those in which it has an event. The measure is the share of an account's stretches in
 * which another shown account is active too, averaged over the accounts. What chance gives is found by moving every
 * account as a whole by a random number of days (its hours of the day, pauses and bursts stay as they are) and
 * measuring again.
 */
export const STRETCH_MS = 300_000
const DAY_STRETCHES = 86_400_000 / STRETCH_MS
export const SHUFFLES = 199

export interface Lockstep {
  /** 0..1: mean share of an account's stretches that it has in common with another. */
  shared: number
  /** The same after shuffling: mean, and the middle 95 of 100. */
  chance: number
  low: number
  high: number
  /** How often chance does as well or better, (1 + k) / (1 + shuffles). */
  p: number
  accounts: number
}

/** Stretches of each account, rising and without doubles. `account` and `ts` are columns by rising ts. */
export function stretchesOf(account: Uint32Array, ts: Float64Array): Map<number, Int32Array> {
  const lists = new Map<number, number[]>()
  for (let i = 0; i < ts.length; i++) {
    const stretch = Math.floor(ts[i] / STRETCH_MS)
    const list = lists.get(account[i])
    if (!list) lists.set(account[i], [stretch])
    else if (list.at(-1) !== stretch) list.push(stretch)
  }
  return new Map([...lists].map(([id, list]) => [id, Int32Array.from(list)]))
}

/** Mean share of an account's stretches in which at least one other account is active; 0 for fewer than two. */
export function sharedShare(lists: readonly Int32Array[], shifts?: Int32Array): number {
  if (lists.length < 2) return 0
  let low = Infinity
  let high = -Infinity
  lists.forEach((list, k) => {
    const shift = shifts?.[k] ?? 0
    low = Math.min(low, list[0] + shift)
    high = Math.max(high, list[list.length - 1] + shift)
  })
  // Two years of stretches are 210,000 counters; a map of only the used ones is ten times slower.
  const active = new Uint16Array(high - low + 1)
  lists.forEach((list, k) => {
    const by = (shifts?.[k] ?? 0) - low
    for (let i = 0; i < list.length; i++) active[list[i] + by]++
  })
  let sum = 0
  lists.forEach((list, k) => {
    const by = (shifts?.[k] ?? 0) - low
    let together = 0
    for (let i = 0; i < list.length; i++) if (active[list[i] + by] > 1) together++
    sum += together / list.length
  })
  return sum / lists.length
}

/**
 * The measure with its null; null for fewer than two accounts with events. Gives the thread back (`pause`) between
 * shuffles and stops where `stopped` says so. Deterministic for the same accounts.
 */
export async function lockstepOf(
  lists: readonly Int32Array[],
  options: { pause(): Promise<void>; stopped(): boolean; shuffles?: number },
): Promise<Lockstep | null> {
  const used = lists.filter((list) => list.length > 0)
  if (used.length < 2) return null
  const shared = sharedShare(used)
  const shuffles = options.shuffles ?? SHUFFLES
  // At least a week either way, so that accounts that were active on a single day can miss each other.
  const spread = used.reduce((most, list) => Math.max(most, list[list.length - 1] - list[0]), 0)
  const days = Math.max(7, Math.ceil(spread / DAY_STRETCHES / 2))
  const random = generator(used.reduce((h, list) => (h * 31 + list.length * 7 + list[0]) | 0, used.length))
  const values: number[] = []
  const shifts = new Int32Array(used.length)
  let since = performance.now()
  for (let s = 0; s < shuffles; s++) {
    for (let k = 0; k < shifts.length; k++)
      shifts[k] = (Math.floor(random() * (2 * days + 1)) - days) * DAY_STRETCHES
    values.push(sharedShare(used, shifts))
    if (performance.now() - since < 5) continue
    await options.pause()
    if (options.stopped()) return null
    since = performance.now()
  }
  values.sort((a, b) => a - b)
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0
  return {
    shared,
    chance: values.reduce((a, b) => a + b, 0) / Math.max(1, values.length),
    low: at(0.025),
    high: at(0.975),
    p: (1 + values.filter((v) => v >= shared - 1e-12).length) / (1 + values.length),
    accounts: used.length,
  }
}

/**
 * How alike two accounts act, 0..1 for every pair (row-major, n × n): stretches in common over those of the quieter one,
 * with two more in the divisor so that two coincidences are not certainty; where they never meet, at most a quarter for
 * keeping the same hours of the week.
 */
export function likenessOf(lists: readonly Int32Array[]): Float32Array {
  const n = lists.length
  const met = new Float32Array(n * n)
  const at = new Map<number, number[]>()
  lists.forEach((list, k) => {
    for (const stretch of list) {
      const here = at.get(stretch)
      if (!here) at.set(stretch, [k])
      else {
        for (const other of here) met[other * n + k]++
        here.push(k)
      }
    }
  })
  const weeks = lists.map(weekOf)
  const like = new Float32Array(n * n)
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const together = met[a * n + b] / (Math.min(lists[a].length, lists[b].length) + 2)
      let hours = 0
      for (let h = 0; h < 168; h++) hours += weeks[a][h] * weeks[b][h]
      like[a * n + b] = like[b * n + a] = together + (1 - together) * 0.25 * hours
    }
  return like
}

/** Hours of the week of length 1; a local zone would only turn all of them alike. */
function weekOf(list: Int32Array): Float64Array {
  const week = new Float64Array(168)
  for (const stretch of list) week[((Math.floor((stretch * STRETCH_MS) / 3_600_000) % 168) + 168) % 168]++
  const norm = Math.hypot(...week) || 1
  return week.map((v) => v / norm)
}

/**
 * An order in which those who are alike stand together: groups are joined by their mean likeness (average linkage),
 * each join turned so that the most alike ends meet. Ties keep the given order. O(n³) for n ≤ 200.
 */
export function mostAlikeOrder(like: Float32Array, n: number): number[] {
  let groups = Array.from({ length: n }, (_, i) => [i])
  const between = (a: number, b: number) => like[a * n + b]
  // Sums of likeness between groups, kept up to date instead of summed anew.
  const sums = groups.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 0 : between(i, j))))
  const alive = new Set(groups.keys())
  while (alive.size > 1) {
    let best = -1
    let pair: [number, number] = [-1, -1]
    for (const a of alive)
      for (const b of alive) {
        if (b <= a) continue
        const mean = sums[a][b] / (groups[a].length * groups[b].length)
        if (mean > best) {
          best = mean
          pair = [a, b]
        }
      }
    const [a, b] = pair
    groups[a] = joined(groups[a], groups[b], between)
    for (const c of alive) if (c !== a && c !== b) sums[a][c] = sums[c][a] = sums[a][c] + sums[b][c]
    alive.delete(b)
  }
  const [last] = alive
  return last === undefined ? [] : groups[last]
}

function joined(a: number[], b: number[], like: (x: number, y: number) => number): number[] {
  const ends: [number, number[], number[]][] = [
    [like(a.at(-1)!, b[0]), a, b],
    [like(a.at(-1)!, b.at(-1)!), a, [...b].reverse()],
    [like(a[0], b[0]), [...a].reverse(), b],
    [like(a[0], b.at(-1)!), [...a].reverse(), [...b].reverse()],
  ]
  const best = ends.reduce((x, y) => (y[0] > x[0] + 1e-9 ? y : x))
  return [...best[1], ...best[2]]
}

/** Small, seeded: the same accounts get the same null every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
