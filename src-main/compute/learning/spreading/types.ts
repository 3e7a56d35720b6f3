import type { z } from 'zod'
import type { Pace } from '../../../common/pace.ts'
import type { Csr } from '../../graph/types.ts'
import type { LabelledNodes } from '../types.ts'

/** A way to spread labels over the graph: no features, nothing trained. */
export interface Spreading {
  readonly id: string
  readonly version: string
  readonly params: z.ZodObject
  readonly source: string
  readonly help: string
  /**
   * For every node 0..1: the share of malicious ones among the labels that reach it, drawn towards the labels' base
   * rate where little does, the base rate itself where nothing does. A ranking rather than a probability. Parameters
   * may be left out. Deterministic.
   */
  run(graph: Csr, labelled: LabelledNodes, params: Record<string, unknown>, pace: Pace): Promise<Float32Array>
}

export function defineSpreading<S extends z.ZodObject>(
  declaration: Omit<Spreading, 'params' | 'run'> & {
    params: S
    run(graph: Csr, labelled: LabelledNodes, params: z.output<S>, pace: Pace): Promise<Float32Array>
  },
): Spreading {
  return {
    ...declaration,
    run: (graph, labelled, params, pace) =>
      declaration.run(graph, labelled, declaration.params.parse(params) as z.output<S>, pace),
  }
}
