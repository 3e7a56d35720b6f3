import { cumulative, draw, type Rng } from './rng.ts'

/** Seconds. The simulated world ends at midnight before 1 July 2026 in Shanghai: nothing is dated later. */
export const DAY = 86_400
export const END = Date.UTC(2026, 5, 30, 16) / 1000
/** The platform opened on 1 January 2023. */
export const OPENED = Date.UTC(2023, 0, 1) / 1000

const FIRST_DAY = Math.floor(OPENED / DAY) - 2
const LAST_DAY = Math.floor(END / DAY) + 2
const DAY_TEXT: string[] = []
for (let day = FIRST_DAY; day <= LAST_DAY; day++)
  DAY_TEXT.push(new Date(day * DAY * 1000).toISOString().slice(0, 10))
const TWO = Array.from({ length: 60 }, (_, k) => String(k).padStart(2, '0'))
const OFFSET_TEXT = new Map<number, string>()

function offsetText(minutes: number): string {
  let text = OFFSET_TEXT.get(minutes)
  if (text === undefined) {
    const size = Math.abs(minutes)
    text = `${minutes < 0 ? '-' : '+'}${TWO[Math.floor(size / 60)]}:${TWO[size % 60]}`
    OFFSET_TEXT.set(minutes, text)
  }
  return text
}

/** ISO-8601 with the offset of the place. `seconds` since the epoch, inside the simulated years. */
export function timeText(seconds: number, offsetMinutes: number): string {
  const local = seconds + offsetMinutes * 60
  const day = Math.floor(local / DAY)
  const rest = local - day * DAY
  const hour = Math.floor(rest / 3600)
  const minute = Math.floor((rest - hour * 3600) / 60)
  const second = rest - hour * 3600 - minute * 60
  return `${DAY_TEXT[day - FIRST_DAY]}T${TWO[hour]}:${TWO[minute]}:${TWO[second]}${offsetText(offsetMinutes)}`
}

/** ISO date in UTC. */
export function dateText(seconds: number): string {
  return DAY_TEXT[Math.floor(seconds / DAY) - FIRST_DAY] as string
}

/** 0 = Monday. */
export function weekday(seconds: number, offsetMinutes: number): number {
  return (((Math.floor((seconds + offsetMinutes * 60) / DAY) + 3) % 7) + 7) % 7
}

export function hourOf(seconds: number, offsetMinutes: number): number {
  const local = seconds + offsetMinutes * 60
  return Math.floor((local - Math.floor(local / DAY) * DAY) / 3600)
}

/** A rhythm: how likely each local hour is, on workdays and weekends, and how much a weekend day weighs. */
interface Rhythm {
  workday: Float64Array
  weekend: Float64Array
  weekendWeight: number
}

const rhythm = (workday: number[], weekend: number[], weekendWeight: number): Rhythm => ({
  workday: cumulative(workday),
  weekend: cumulative(weekend),
  weekendWeight,
})

const LATE = [4, 2, 1, 1, 1, 1, 2, 3, 4, 6, 8, 9, 11, 10, 9, 9, 9, 9, 10, 12, 14, 15, 13, 8]
/** Local hours, from midnight. */
export const RHYTHMS = {
  worker: rhythm(
    [2, 1, 0.5, 0.3, 0.3, 0.6, 2, 7, 11, 8, 6, 6, 11, 8, 5, 5, 5, 6, 10, 12, 14, 14, 10, 5],
    LATE,
    1.15,
  ),
  student: rhythm(
    [6, 3, 1, 0.5, 0.3, 0.3, 1, 4, 6, 6, 6, 8, 12, 8, 6, 6, 7, 9, 10, 9, 10, 13, 15, 12],
    LATE,
    1.2,
  ),
  shift: rhythm(
    [6, 3, 1, 0.5, 0.5, 0.5, 0.5, 1, 3, 8, 12, 12, 8, 10, 12, 12, 11, 9, 8, 11, 12, 12, 11, 9],
    LATE,
    0.95,
  ),
  night: rhythm([14, 14, 13, 11, 9, 6, 4, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 6, 7, 8, 10, 12], LATE, 1),
  flat: rhythm(Array<number>(24).fill(1), Array<number>(24).fill(1), 1),
} as const
export type RhythmName = keyof typeof RHYTHMS

/** A moment in [from, to) seconds that keeps the rhythm in local time. Near the ends it may only keep the day. */
export function momentIn(
  rng: Rng,
  from: number,
  to: number,
  offsetMinutes: number,
  name: RhythmName,
): number {
  if (to - from < 2) return from
  const beat = RHYTHMS[name]
  for (let attempt = 0; attempt < 6; attempt++) {
    const near = from + rng.next() * (to - from)
    const restful = weekday(near, offsetMinutes) >= 5
    const weight = restful ? beat.weekendWeight : 1
    if (rng.next() * 1.2 > weight) continue
    const hour = draw(rng, restful ? beat.weekend : beat.workday)
    const midnight = Math.floor((near + offsetMinutes * 60) / DAY) * DAY - offsetMinutes * 60
    const moment = midnight + hour * 3600 + rng.int(3600)
    if (moment >= from && moment < to) return moment
  }
  return Math.floor(from + rng.next() * (to - from))
}
