import type { Counterfactuals, WhatIf } from '../../../common/contract/lab.ts'
import { Random } from '../../communities/random.ts'
import type { Candidate } from './candidates.ts'

const NAMED = 3
const TRIALS = 30

/**
 * How much more the score falls without what was named than without as much of the same kinds at random: the mean over
 * the first 1, 2 and 3 named (comprehensiveness, DeYoung et al. 2020). What is drawn is anything of the kind that the
 * account has, but for the named; null where there is nothing else to draw. Deterministic.
 */
export async function fidelityOf(
  named: readonly Candidate[],
  pool: readonly Candidate[],
  score: number,
  scores: (sets: readonly (readonly Candidate[])[]) => Promise<Float64Array>,
): Promise<Counterfactuals['fidelity']> {
  const top = named.slice(0, NAMED)
  const key = ({ kind, ref }: WhatIf): string => `${kind}:${ref}`
  const taken = new Set(top.map(({ what }) => key(what)))
  const others = pool.filter(({ what }) => !taken.has(key(what)))
  if (top.length === 0 || others.length === 0) return null
  const random = new Random(1)
  const sets: Candidate[][] = top.map((_, i) => top.slice(0, i + 1))
  for (let trial = 0; trial < TRIALS; trial++) {
    const drawn: Candidate[] = []
    for (const { what } of top) {
      const left = others.filter((one) => !drawn.includes(one))
      const alike = left.filter((one) => one.what.kind === what.kind)
      const from = alike.length > 0 ? alike : left
      if (from.length > 0) drawn.push(from[random.int(from.length)])
      sets.push([...drawn])
    }
  }
  const after = await scores(sets)
  const fall = (from: number, to: number): number => {
    let sum = 0
    for (let i = from; i < to; i++) sum += score - after[i]
    return sum / (to - from)
  }
  return { named: fall(0, top.length), random: fall(top.length, sets.length), trials: TRIALS }
}
