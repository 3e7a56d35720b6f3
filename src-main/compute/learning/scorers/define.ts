import type { z } from 'zod'
import { LEAST_LABELS, type ScorerInfo } from '../../../common/contract/learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { paramInfos, parseParams } from '../../detectors/params.ts'
import type { LabelledNodes } from '../types.ts'
import type { Scorer, ScoringResult, ScoringTask } from './types.ts'

/** What a scorer declares of itself; the parameters that forms show are derived from the schema `params`. */
export interface ScorerDeclaration<S extends z.ZodObject> extends Omit<ScorerInfo, 'params'> {
  params: S
  /** Gets complete parameters, and labels that were checked. */
  run(
    ctx: ComputeContext,
    task: Omit<ScoringTask, 'params'> & { readonly params: z.output<S> },
  ): Promise<Omit<ScoringResult, 'seconds'>>
}

/** Makes a scorer of its declaration: parameters are filled in and checked, labels counted, seconds measured. */
export function defineScorer<S extends z.ZodObject>(declaration: ScorerDeclaration<S>): Scorer {
  const { params, run, ...rest } = declaration
  const described = { id: rest.id, params }
  return {
    info: { ...rest, params: paramInfos(described) },
    params,
    async run(ctx, task) {
      const complete = parseParams(described, task.params, 'scorer') as z.output<S>
      if (rest.needsLabels) requireLabels(task.labelled)
      const started = performance.now()
      const result = await run(ctx, { ...task, params: complete })
      return { ...result, seconds: (performance.now() - started) / 1000 }
    },
  }
}

/** Malicious and benign accounts among the labelled. */
export function countLabels(labelled: Pick<LabelledNodes, 'y'>): { malicious: number; benign: number } {
  let malicious = 0
  for (const y of labelled.y) malicious += y
  return { malicious, benign: labelled.y.length - malicious }
}

/** Throws invalid_input that says how many labels of which class are missing. */
export function requireLabels(labelled: Pick<LabelledNodes, 'y'>): void {
  const { malicious, benign } = countLabels(labelled)
  const missing = {
    malicious: Math.max(0, LEAST_LABELS - malicious),
    benign: Math.max(0, LEAST_LABELS - benign),
  }
  if (missing.malicious + missing.benign === 0) return
  const parts = (['malicious', 'benign'] as const)
    .filter((name) => missing[name] > 0)
    .map((name) => `${missing[name]} more ${name}`)
  throw new ShoalError(
    'invalid_input',
    `Too few labels to learn from: ${malicious} malicious and ${benign} benign. Label at least ${parts.join(' and ')} account${missing.malicious + missing.benign === 1 ? '' : 's'}.`,
    { malicious, benign, missing },
  )
}
