import { z } from 'zod'
import { symmetric } from '../../diffusion/operator.ts'
import type { Csr } from '../../graph/types.ts'
import { baseRate, labelSignal, shareOfBad, shrinkParam } from './evidence.ts'
import { settle } from './label-spreading.ts'
import { sparsify } from './sparsify.ts'
import { defineSpreading } from './types.ts'

/** The last diffused graph of each graph: it does not depend on labels, and a bench asks for it split after split. */
const kept = new WeakMap<Csr, { key: string; csr: Csr }>()

export const gdc = defineSpreading({
  id: 'gdc',
  version: '1',
  source: 'Klicpera, Weißenberger, Günnemann 2019, Diffusion Improves Graph Learning, NeurIPS',
  help: 'First joins every account to those that random walks from it reach most, then spreads labels over these ties.',
  params: z.object({
    kernel: z
      .enum(['pagerank', 'heat'])
      .default('pagerank')
      .describe('How walks end: at random, or with time.'),
    restart: z
      .number()
      .min(0.02)
      .max(0.9)
      .default(0.15)
      .describe('Chance to go back to the start at each step (pagerank).'),
    time: z.number().gt(0).max(10).default(3).describe('Mean number of ties walked (heat).'),
    neighbours: z
      .number()
      .int()
      .min(4)
      .max(256)
      .default(64)
      .describe('Accounts that each account is joined to.'),
    alpha: z
      .number()
      .min(0)
      .max(0.99)
      .default(0.9)
      .describe('Label spreading over the new ties: how much comes from neighbours.'),
    shrink: shrinkParam,
  }),
  async run(graph, labelled, { alpha, shrink, ...options }, pace) {
    const key = JSON.stringify(options)
    let diffused = kept.get(graph)
    if (diffused?.key !== key) {
      diffused = { key, csr: await sparsify(graph, options, pace) }
      kept.set(graph, diffused)
    }
    const spread = await settle(symmetric(diffused.csr), labelSignal(graph.n, labelled), alpha, pace)
    return shareOfBad(spread, baseRate(labelled), shrink)
  },
})
