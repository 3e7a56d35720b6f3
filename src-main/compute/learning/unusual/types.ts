import type { z } from 'zod'
import type { Pace } from '../../../common/pace.ts'
import type { FeatureSource } from '../features/source.ts'

/** A ranking that nobody's label went into: unusual is not the same as malicious, and there are no probabilities. */
export interface Unusual {
  readonly id: string
  readonly version: string
  readonly params: z.ZodObject
  readonly source: string
  readonly help: string
  /**
   * For every node 0..1: the share of accounts that are less unusual, ties half. Deterministic for the seed. Throws
   * nothing_to_analyze where the export has no facts of this kind.
   */
  run(source: FeatureSource, params: Record<string, unknown>, seed: number, pace: Pace): Promise<Float32Array>
}
