import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { auprc, auprcOf, ranked, type Ranked, type Scores } from '../evaluate/metrics.ts'

export interface Drop {
  readonly with: number
  readonly without: number
  /** with − without, and its 95% interval. */
  readonly drop: number
  readonly low: number
  readonly high: number
}

/**
 * How much average precision is lost from scores `a` to scores `b` of the same accounts. The interval is a paired
 * stratified bootstrap: both are measured on the same resampled accounts, so that what they share cancels out.
 */
export async function auprcDrop(
  y: Uint8Array,
  a: Scores,
  b: Scores,
  options: { seed: number; resamples?: number },
  pace: Pace,
): Promise<Drop> {
  const sides = [ranked(y, a), ranked(y, b)].map((of) => ({
    of,
    drawn: { ...of, bad: new Uint32Array(of.bad.length), good: new Uint32Array(of.good.length) } as Ranked,
  }))
  const classes = [0, 1].map((c) => Uint32Array.from(y.keys()).filter((i) => y[i] === c))
  const random = new Random(options.seed)
  const resamples = options.resamples ?? 200
  const drops = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    for (const { drawn } of sides) {
      drawn.bad.fill(0)
      drawn.good.fill(0)
    }
    for (const [c, members] of classes.entries())
      for (let i = 0; i < members.length; i++) {
        const account = members[random.int(members.length)]
        for (const { of, drawn } of sides) drawn[c === 1 ? 'bad' : 'good'][of.group[account]]++
      }
    drops[r] = auprcOf(sides[0].drawn) - auprcOf(sides[1].drawn)
    await pace.checkpoint()
  }
  drops.sort()
  const whole = { with: auprc(y, a), without: auprc(y, b) }
  return {
    ...whole,
    drop: whole.with - whole.without,
    low: drops[Math.floor(0.025 * (resamples - 1))],
    high: drops[Math.ceil(0.975 * (resamples - 1))],
  }
}

/** What part of what a score knows beyond the base rate is lost: 0 nothing, 1 all of it. */
export function skillLost(before: number, after: number, base: number): number {
  return before <= base ? 0 : (before - after) / (before - base)
}
