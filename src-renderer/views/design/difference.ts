import type { Estimate } from '../../../src-main/common/contract/recipes.ts'

export type Difference =
  | { kind: 'same' }
  /** The old value lies inside the interval: nothing can be said. */
  | { kind: 'unclear' }
  /** New / old − 1; null where the old value is 0. */
  | { kind: 'changed'; share: number | null }

/** How an estimate stands beside a value that was counted. */
export function difference(now: Estimate, then: number): Difference {
  if (now.low === now.high && now.value === then) return { kind: 'same' }
  // Counted on both sides: what a fraction of a thousandth differs is still a difference, and said as one.
  if (now.low !== now.high && now.low <= then && then <= now.high) return { kind: 'unclear' }
  return { kind: 'changed', share: then === 0 ? null : now.value / then - 1 }
}
