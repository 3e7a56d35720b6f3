/** One statistic of one community against chance. */
export interface Finding {
  readonly community: number
  /** What was found, where there are several: the window's hours, the entity's id. */
  readonly detail?: number
  readonly observed: number
  /** What chance makes one expect, in the same unit. */
  readonly expected: number
  /** Probability under the null model of a result at least as far out; in (0, 1]. */
  readonly p: number
}

/** Smaller communities are not tested: a pair is an edge. */
export const LEAST_SIZE = 3
