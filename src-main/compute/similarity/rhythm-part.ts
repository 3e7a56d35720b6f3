import type { ComputeContext } from '../context.ts'
import { READY, windowSql, type Window } from '../sharing/account-facts.ts'

/** Length of the stretches in which two accounts can be active together. */
export const TOGETHER_MS = 300_000
/** Fewer events make no rhythm of the week. */
export const MIN_EVENTS = 8
const HOURS = 168
const HOUR_MS = 3_600_000
/** The newest moments of an account that are looked at; more would only be slower. */
const MOST_BINS = 400
/** Events from which the usual week of the workspace is estimated. */
const SAMPLE = 4_000
/** One common stretch is what chance gives among many accounts. */
const LEAST_TOGETHER = 2

export interface RhythmScore {
  readonly score: number
  readonly hourOfWeek: number
  readonly together: number
  readonly expected: number
}

const binsOf = (times: Float64Array): number[] => {
  const bins: number[] = []
  for (const t of times) {
    const bin = Math.floor(t / TOGETHER_MS)
    if (bins[bins.length - 1] !== bin) bins.push(bin)
  }
  return bins.slice(-MOST_BINS)
}

/** Local hours don't matter here: two who act at the same time do so in any zone. 0 is Monday 0:00 UTC. */
const hourOfWeek = (ts: number): number => {
  const hour = Math.floor(ts / HOUR_MS) + 72
  return ((hour % HOURS) + HOURS) % HOURS
}

/** How one account's activity in time compares with others'. */
export class RhythmPart {
  readonly #bins: ReadonlySet<number>
  readonly #own: Float64Array | null
  readonly #usual: Float64Array
  /** Share of all events that lie in the account's own stretches: how often chance puts an event there. */
  readonly #chance: number
  /** Accounts active in at least two of the account's stretches, with how many. */
  readonly candidates: ReadonlyMap<number, number>

  constructor(ctx: ComputeContext, account: number, times: Float64Array, window: Window) {
    const bins = binsOf(times)
    this.#bins = new Set(bins)
    this.#usual = usualWeek(ctx)
    this.#own = this.#week(times)
    const total = (ctx.db.prepare('SELECT max(id) FROM event').pluck().get() as number | null) ?? 0
    const met = new Map<number, number>()
    let inside = 0
    const statement = ctx.db
      .prepare(
        `SELECT account_id FROM event INDEXED BY event_ts WHERE ts >= ? AND ts < ?${windowSql(window, 'ts')}`,
      )
      .pluck()
    for (const bin of bins) {
      const here = statement.all(bin * TOGETHER_MS, (bin + 1) * TOGETHER_MS) as number[]
      inside += here.length
      for (const other of new Set(here)) if (other !== account) met.set(other, (met.get(other) ?? 0) + 1)
    }
    this.#chance = total === 0 ? 0 : Math.min(1, inside / total)
    this.candidates = new Map([...met].filter(([, times]) => times >= LEAST_TOGETHER))
  }

  /** null where one of the two has too few events to compare. */
  score(times: Float64Array): RhythmScore | null {
    if (this.#bins.size === 0 || times.length === 0) return null
    const bins = binsOf(times)
    let together = 0
    for (const bin of bins) if (this.#bins.has(bin)) together++
    const expected = bins.length * this.#chance
    // Two more in the divisor, so that two coincidences of accounts with two events are not certainty.
    const met =
      together < LEAST_TOGETHER
        ? 0
        : Math.max(0, together - expected) / (Math.min(bins.length, this.#bins.size) + 2)
    const theirs = this.#week(times)
    if (theirs === null && met === 0) return null
    const cosine = theirs === null || this.#own === null ? 0 : Math.max(0, dot(this.#own, theirs))
    // Habits alone are half a reason: many people keep the same hours.
    const habits = 0.5 * Math.min(1, Math.max(0, (cosine - 0.3) / 0.6))
    return { score: 1 - (1 - Math.min(1, met)) * (1 - habits), hourOfWeek: cosine, together, expected }
  }

  /** Events per hour of the week beyond what is usual, smoothed over the hours beside, length 1; null: too few. */
  #week(times: Float64Array): Float64Array | null {
    if (times.length < MIN_EVENTS) return null
    const week = new Float64Array(HOURS)
    for (const t of times) {
      const h = hourOfWeek(t)
      week[h] += 0.5
      week[(h + 1) % HOURS] += 0.25
      week[(h + HOURS - 1) % HOURS] += 0.25
    }
    for (let h = 0; h < HOURS; h++) week[h] -= times.length * this.#usual[h]
    const norm = Math.sqrt(dot(week, week))
    if (norm === 0) return null
    for (let h = 0; h < HOURS; h++) week[h] /= norm
    return week
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** Share of events per hour of the week, from events spread evenly over the table. */
function usualWeek(ctx: ComputeContext): Float64Array {
  const top = (ctx.db.prepare('SELECT max(id) FROM event').pluck().get() as number | null) ?? 0
  const usual = new Float64Array(HOURS)
  const statement = ctx.db.prepare(`SELECT ts FROM event WHERE id = ? AND ${READY}`).pluck()
  const step = Math.max(1, top / SAMPLE)
  let found = 0
  for (let k = 1; k <= top; k += step) {
    const ts = statement.get(Math.floor(k)) as number | undefined
    if (ts === undefined) continue
    usual[hourOfWeek(ts)]++
    found++
  }
  if (found > 0) for (let h = 0; h < HOURS; h++) usual[h] /= found
  return usual
}
