import { appnp } from './appnp.ts'
import { gdc } from './gdc.ts'
import { heatKernel } from './heat-kernel.ts'
import { labelSpreading } from './label-spreading.ts'
import { pagerankSpreading } from './pagerank.ts'
import type { Spreading } from './types.ts'

/** Label-only diffusion over the combined graph, the simplest first. */
export const SPREADINGS: readonly Spreading[] = [labelSpreading, pagerankSpreading, heatKernel, appnp, gdc]
