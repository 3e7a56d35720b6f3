import { z } from 'zod'
import { pageRank } from '../../kernels/pagerank.ts'
import { baseRate, shareOfBad, shrinkParam } from './evidence.ts'
import { defineSpreading } from './types.ts'

export const pagerankSpreading = defineSpreading({
  id: 'pagerank',
  version: '1',
  source:
    'Haveliwala 2002, Topic-sensitive PageRank, WWW; Gyöngyi, Garcia-Molina, Pedersen 2004, Combating Web Spam with TrustRank, VLDB',
  help: 'Random walks from malicious accounts against walks from all labelled ones: which of them arrive here.',
  params: z.object({
    compare: z
      .enum(['ratio', 'difference'])
      .default('ratio')
      .describe(
        'ratio: share of arriving walks that began at a malicious account. difference: how many more of them arrive than from benign ones.',
      ),
    restart: z
      .number()
      .min(0.01)
      .max(0.9)
      .default(0.15)
      .describe('Chance that a walk goes back to its start at each step; smaller looks farther.'),
    shrink: shrinkParam,
  }),
  async run(graph, labelled, { compare, restart, shrink }, pace) {
    const { n } = graph
    const prior = baseRate(labelled)
    const bad = new Float64Array(n)
    const good = new Float64Array(n)
    let bads = 0
    for (const [i, u] of labelled.nodes.entries()) {
      ;(labelled.y[i] === 1 ? bad : good)[u] = 1
      bads += labelled.y[i]
    }
    const goods = labelled.nodes.length - bads
    const options = { damping: 1 - restart, tolerance: 1e-7 }
    const fromBad = bads === 0 ? bad : await pageRank(graph, { ...options, start: bad }, pace)
    const fromGood = goods === 0 ? good : await pageRank(graph, { ...options, start: good }, pace)
    if (compare === 'ratio') {
      const spread = new Float64Array(2 * n)
      for (let u = 0; u < n; u++) {
        // Below what the solver guarantees, nothing is known to arrive.
        const b = arrived(bads * fromBad[u])
        const g = arrived(goods * fromGood[u])
        spread[2 * u] = b
        spread[2 * u + 1] = b + g
      }
      return shareOfBad(spread, prior, shrink)
    }
    const scores = new Float32Array(n)
    let most = 0
    let least = 0
    for (let u = 0; u < n; u++) {
      most = Math.max(most, fromBad[u] - fromGood[u])
      least = Math.min(least, fromBad[u] - fromGood[u])
    }
    for (let u = 0; u < n; u++) {
      const d = fromBad[u] - fromGood[u]
      scores[u] = d > 0 ? prior + (1 - prior) * (d / most) : d < 0 ? prior * (1 - d / least) : prior
    }
    return scores
  },
})

const arrived = (mass: number): number => (mass > 1e-12 ? mass : 0)
