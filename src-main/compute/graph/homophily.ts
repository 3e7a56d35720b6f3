import type { DesignResult } from '../../common/contract/recipes.ts'
import type { ComputeContext } from '../context.ts'
import { trainingLabels } from '../store/labels.ts'
import { Z95 } from './estimate.ts'
import type { Csr } from './types.ts'

export const UNLABELLED = 0
export const MALICIOUS = 1
export const BENIGN = 2

/** What is known of each account, by the rule of training: UNLABELLED, MALICIOUS or BENIGN. */
export function knownLabels(ctx: Pick<ComputeContext, 'db'>, accountIds: Uint32Array): Uint8Array {
  const labels = new Uint8Array(accountIds.length)
  const { nodes, y } = trainingLabels(ctx, accountIds)
  nodes.forEach((u, i) => (labels[u] = y[i] === 1 ? MALICIOUS : BENIGN))
  return labels
}

export type LabelFit = Pick<DesignResult, 'labelled' | 'homophily' | 'badGivenBad'>

/**
 * How well a graph agrees with what is known. Homophily over the edges between labelled accounts: h, the share whose
 * ends agree, and h adjusted for what the classes' degrees D_k give by chance, (h − Σ (D_k/2E)²) / (1 − Σ (D_k/2E)²)
 * (Platonov et al. 2023, Characterizing graph datasets for node classification, eq. 2); 0 where there is one class.
 * badGivenBad: of the labelled neighbours of malicious accounts, the share that is malicious, with Wilson's 95%
 * interval (ends of one account are not independent, so the interval is rather narrow), beside the share of the
 * labelled accounts that is.
 */
export function labelFit(csr: Csr, labels: Uint8Array): LabelFit {
  const labelled = { malicious: 0, benign: 0 }
  for (let u = 0; u < csr.n; u++) {
    if (labels[u] === MALICIOUS) labelled.malicious++
    else if (labels[u] === BENIGN) labelled.benign++
  }
  // Edge ends by the labels of both sides: [own][other].
  const ends = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]
  for (let u = 0; u < csr.n; u++) {
    if (labels[u] === UNLABELLED) continue
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) ends[labels[u]][labels[csr.targets[e]]]++
  }
  const bad = ends[MALICIOUS][MALICIOUS]
  const mixed = ends[MALICIOUS][BENIGN]
  const good = ends[BENIGN][BENIGN]
  const all = bad + 2 * mixed + good
  return {
    labelled,
    homophily: all === 0 ? null : homophily(bad, mixed, good),
    badGivenBad:
      bad + mixed === 0
        ? null
        : {
            ends: bad + mixed,
            ...wilson(bad, bad + mixed),
            baseRate: labelled.malicious / (labelled.malicious + labelled.benign),
          },
  }
}

function homophily(bad: number, mixed: number, good: number): NonNullable<DesignResult['homophily']> {
  const all = bad + 2 * mixed + good
  const value = (bad + good) / all
  const chance = ((bad + mixed) / all) ** 2 + ((good + mixed) / all) ** 2
  return {
    edges: all / 2,
    same: (bad + good) / 2,
    value,
    adjusted: chance === 1 ? 0 : (value - chance) / (1 - chance),
  }
}

/** A share with Wilson's 95% score interval (Wilson 1927). */
export function wilson(hits: number, of: number): { value: number; low: number; high: number } {
  const p = hits / of
  const z = Z95 * Z95
  const middle = (p + z / (2 * of)) / (1 + z / of)
  const half = (Z95 / (1 + z / of)) * Math.sqrt((p * (1 - p)) / of + z / (4 * of * of))
  return {
    value: p,
    low: Math.max(0, Math.min(p, middle - half)),
    high: Math.min(1, Math.max(p, middle + half)),
  }
}
