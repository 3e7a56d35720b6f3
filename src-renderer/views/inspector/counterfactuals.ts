import type { Counterfactuals, WhatIf } from '../../../src-main/common/contract/lab.ts'

export const keyOf = (one: Pick<WhatIf, 'kind' | 'ref'>): string => `${one.kind}:${one.ref}`

/** One thing that can be left out; `after` is null where the model was not run without it alone. */
export interface Choice extends WhatIf {
  after: number | null
}

/**
 * What can be left out of an account's evidence: what the search looked at first, the strongest on top, then the
 * rest of what the account shares and of its neighbours, each once.
 */
export function choicesOf(
  single: Counterfactuals['single'],
  further: readonly WhatIf[],
): { asked: Choice[]; further: Choice[] } {
  const asked = [...single].sort((a, b) => a.after - b.after)
  const known = new Set(asked.map(keyOf))
  const rest: Choice[] = []
  for (const one of further) {
    if (known.has(keyOf(one))) continue
    known.add(keyOf(one))
    rest.push({ ...one, after: null })
  }
  return { asked, further: rest }
}

export type Fidelity =
  | { kind: 'times'; times: number; named: number; random: number; trials: number }
  | { kind: 'random_none' | 'low'; named: number; random: number; trials: number }

/** Less than this is no movement, in score points. */
const STILL = 0.005

/** What the fidelity figures say: the named reasons must move the score clearly more than random ones. */
export function fidelityOf(found: NonNullable<Counterfactuals['fidelity']>): Fidelity {
  const { named, random } = found
  if (named < 1.5 * Math.max(random, STILL)) return { kind: 'low', ...found }
  if (Math.abs(random) < STILL) return { kind: 'random_none', ...found }
  return { kind: 'times', times: named / random, ...found }
}
