import type { DetectorInfo } from '../../common/contract/detectors.ts'
import { ShoalError } from '../../common/errors.ts'
import { denseBlocks } from './dense-blocks.ts'
import { labelPropagationDetector, leidenDetector, louvainDetector } from './modular.ts'
import { egoSplitting } from './overlap.ts'
import { paramInfos } from './params.ts'
import { cliquePercolation } from './clique-percolation.ts'
import { rings } from './rings.ts'
import { seededExpansion } from './seeded-expansion.ts'
import type { Detector } from './types.ts'

/** Every detector, in the order a person should read them. */
export const DETECTORS: readonly Detector[] = [
  leidenDetector,
  louvainDetector,
  labelPropagationDetector,
  seededExpansion,
  denseBlocks,
  rings,
  cliquePercolation,
  egoSplitting,
]

/** What forms, the command line and the docs are made from. */
export function detectorInfos(): DetectorInfo[] {
  return DETECTORS.map((detector) => {
    const { id, version, needs, overlapping, source, help } = detector
    return { id, version, params: paramInfos(detector), needs, overlapping, source, help }
  })
}

/** Throws invalid_input, naming those there are. */
export function detectorById(id: string): Detector {
  const found = DETECTORS.find((detector) => detector.id === id)
  if (found !== undefined) return found
  throw new ShoalError(
    'invalid_input',
    `There is no detector ${id}. There are ${DETECTORS.map((detector) => detector.id).join(', ')}.`,
  )
}
