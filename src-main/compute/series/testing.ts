/** Made-up series for tests: deterministic by seed. */
import { detectLogins, detectRegistrations } from './detect.ts'
import type { Detection } from './detect.ts'
import { benjaminiHochberg } from './scan.ts'
import type { Found } from './scan.ts'
import { HOUR_MS } from './span.ts'
import type { Span } from './span.ts'

/** Mulberry32: uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Poisson draws: by products of uniforms, in parts, so that any mean is exact. */
export function poisson(mean: number, random: () => number): number {
  let count = 0
  for (let rest = mean; rest > 0; rest -= 20) {
    const limit = Math.exp(-Math.min(rest, 20))
    for (let product = random(); product > limit; product *= random()) count++
  }
  return count
}

/** Times (ms) of events whose hourly rate is `rate(hour)`. */
export function eventTimes(hours: number, rate: (hour: number) => number, random: () => number): number[] {
  const times: number[] = []
  for (let hour = 0; hour < hours; hour++)
    for (let k = poisson(rate(hour), random); k > 0; k--) times.push((hour + random()) * HOUR_MS)
  return times
}

/** A day that peaks, and quieter weekends. */
export function weekly(base: number): (hour: number) => number {
  return (hour) =>
    base * (1 + 0.8 * Math.sin((hour / 24) * 2 * Math.PI)) * (Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1)
}

/** What a run of one series alone would report, at a false discovery rate of 0.01; hours are counted from 0. */
export function anomaliesOf(
  times: readonly number[],
  hours: number,
  detect: (times: Float64Array, span: Span) => Detection = detectLogins,
): { found: Found[]; detection: Detection } {
  const detection = detect(Float64Array.from(times), { firstHour: 0, hours, offsetMs: 0 })
  const { windows, tests } = detection
  const q = benjaminiHochberg(
    Float64Array.from(windows, (w) => w.logP),
    tests,
  )
  const passing = windows.map((w, i) => ({ ...w, q: q[i] })).filter((w) => w.q <= 0.01)
  const found = detection
    .merge(passing)
    .map((w) => ({ ...w, start: w.start / HOUR_MS, end: w.end / HOUR_MS }))
  return { found, detection }
}

export const detectAllRegistrations = (times: Float64Array, span: Span): Detection =>
  detectRegistrations(times, span, null)
