import { expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { lfrLike } from '../../../tests/bench/graph/lfr.ts'
import { comparePartitions } from '../detectors/compare.ts'
import { labelPropagation } from './label-propagation.ts'
import { leiden } from './leiden.ts'
import { louvain } from './louvain.ts'
import { modularity } from './partition.ts'

// A small version of tests/bench/graph/lfr_sweep.ts, whose table is in docs/bench/leiden.md.
test.each([
  { mu: 0.1, least: 0.96, byLabels: 0.95 },
  { mu: 0.3, least: 0.82, byLabels: 0.75 },
  { mu: 0.5, least: 0.45, byLabels: 0 },
])('planted communities come back at mixing $mu', async ({ mu, least, byLabels }) => {
  const { csr, truth, realisedMu } = lfrLike(10_000, mu, 5)
  expect(Math.abs(realisedMu - mu)).toBeLessThan(0.02)
  const found = await leiden(csr, { seed: 1, maxIterations: 10 }, freePace())
  expect(comparePartitions(found.membership, truth).nmi).toBeGreaterThan(least)
  // The planted partition is one that the search could have taken.
  expect(found.quality).toBeGreaterThan(modularity(csr, truth))
  expect(found.quality).toBeGreaterThan((await louvain(csr, { seed: 1 }, freePace())).quality)
  const labels = await labelPropagation(csr, { seed: 1 }, freePace())
  expect(comparePartitions(labels.membership, truth).nmi).toBeGreaterThanOrEqual(byLabels)
})
