import type { Pace } from '../../../common/pace.ts'

/** Where each part of a training begins and ends, percent of its time. */
const PARTS = {
  features: [0, 10],
  labels: [10, 12],
  folds: [12, 80],
  fit: [80, 93],
  save: [93, 95],
  score: [95, 98],
  write: [98, 100],
} as const

/** Reports phase 'training.<part>' with the whole training's progress; `fraction` is the part's own, 0..1. */
export function tellTraining(pace: Pace, part: keyof typeof PARTS, fraction: number, detail?: string): void {
  const [from, to] = PARTS[part]
  pace.progress({
    phase: `training.${part}`,
    done: from + (to - from) * fraction,
    total: 100,
    unit: 'steps',
    ...(detail !== undefined && { detail }),
  })
}

/** The same pace for a part of the work: what it reports goes to `tell` as its own share, 0..1, and nowhere else. */
export function within<P extends Pace>(pace: P, tell: (fraction: number) => void): P {
  return {
    ...pace,
    progress: ({ done, total }) => tell(total === null || total === 0 ? 0 : Math.min(1, done / total)),
  }
}
