/** How long a job will take, said so that a person can rely on it: late rather than early, and without jumping about. */
export interface TimeLeft {
  /** Seconds left after one more message at time `at`, ms; null where there is too little to go by. */
  update(fraction: number | null, at: number): number | null
}

/** The pace of the last so many ms counts twice that of the whole: stages differ, and machines get busy. */
const RECENT_MS = 15_000
/** A new estimate is believed as if it were averaged over so many ms. */
const SMOOTH_MS = 4_000
const LEAST_MS = 1_500
const LEAST_FRACTION = 0.02

export function createTimeLeft(startedAt: number): TimeLeft {
  let marks: { at: number; fraction: number }[] = []
  /** When it will be over, ms, smoothed. */
  let end: number | null = null
  let last = startedAt
  return {
    update(fraction, at) {
      if (fraction === null) return null
      marks = marks.filter((mark) => at - mark.at < RECENT_MS)
      marks.push({ at, fraction })
      const elapsed = at - startedAt
      if (fraction < LEAST_FRACTION || elapsed < LEAST_MS) return null
      const average = fraction / elapsed
      const first = marks[0]!
      const recent = at > first.at ? (fraction - first.fraction) / (at - first.at) : average
      const guess = at + (1 - fraction) / ((average + 2 * Math.max(0, recent)) / 3)
      const weight = end === null ? 1 : 1 - Math.exp(-(at - last) / SMOOTH_MS)
      end = end === null ? guess : end + weight * (guess - end)
      last = at
      return Math.max(0, (end - at) / 1000)
    },
  }
}
