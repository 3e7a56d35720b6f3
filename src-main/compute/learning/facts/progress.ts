import type { Pace } from '../../../common/pace.ts'

/** Where each part of the step begins and ends, percent of the step's time on 100,000 accounts. */
const PARTS = {
  providers: [0, 2],
  structure: [2, 25],
  features: [25, 74],
  diffuse: [74, 94],
  network: [94, 97],
  write: [97, 100],
} as const

/** Reports phase 'scores.<part>' with the whole step's progress; `fraction` is the part's own, 0..1. */
export function tellScores(pace: Pace, part: keyof typeof PARTS, fraction: number): void {
  const [from, to] = PARTS[part]
  pace.progress({ phase: `scores.${part}`, done: from + (to - from) * fraction, total: 100, unit: 'steps' })
}

/** The same pace without its progress, for parts whose own counts would make a bar jump. */
export function quiet(pace: Pace): Pace {
  return { signal: pace.signal, progress: () => {}, checkpoint: () => pace.checkpoint() }
}
