import type { ScorerInfo } from '../../../common/contract/learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import { degreeScorer, priorScorer } from './controls.ts'
import { defaultScorer } from './default.ts'
import {
  boostingScorer,
  extraTreesScorer,
  logisticScorer,
  networkScorer,
  rawBoostingScorer,
} from './single.ts'
import { spreadingScorers } from './spread.ts'
import { unusualScorers } from './unusual.ts'
import type { Scorer } from './types.ts'

/** Every scorer, in the order a person should read them. */
export const SCORERS: readonly Scorer[] = [
  defaultScorer,
  boostingScorer,
  extraTreesScorer,
  networkScorer,
  logisticScorer,
  ...spreadingScorers,
  ...unusualScorers,
  rawBoostingScorer,
  priorScorer,
  degreeScorer,
]

/** What forms, the command line and the docs are made from. */
export const scorerInfos = (): ScorerInfo[] => SCORERS.map((scorer) => scorer.info)

/** Throws invalid_input, naming those there are. */
export function scorerById(id: string): Scorer {
  const found = SCORERS.find((scorer) => scorer.info.id === id)
  if (found !== undefined) return found
  throw new ShoalError(
    'invalid_input',
    `There is no scorer ${id}. There are ${SCORERS.map((scorer) => scorer.info.id).join(', ')}.`,
  )
}
