import type { DesignPair, DesignResult } from '../../../src-main/common/contract/recipes.ts'

export const METRICS = [
  'covered',
  'edges',
  'meanDegree',
  'communities',
  'largest',
  'modularity',
  'homophily',
  'adjusted',
  'badGivenBad',
  'seconds',
] as const
export type Metric = (typeof METRICS)[number]
/** These need labelled accounts. */
export const LABEL_METRICS: readonly Metric[] = ['homophily', 'adjusted', 'badGivenBad']

/** A metric's number in one design; null where it cannot be computed, which is not zero. */
export function metricOf(design: DesignResult, metric: Metric): number | null {
  switch (metric) {
    case 'homophily':
      return design.homophily?.value ?? null
    case 'adjusted':
      return design.homophily?.adjusted ?? null
    case 'badGivenBad':
      return design.badGivenBad?.value ?? null
    default:
      return design[metric]
  }
}

/** Which of several designs has the highest and the lowest value; nobody where all are equal or only one has any. */
export function extremes(values: readonly (number | null)[]): { high: number; low: number } | null {
  const known = values.filter((value) => value !== null)
  const high = Math.max(...known)
  const low = Math.min(...known)
  if (known.length < 2 || high === low) return null
  return { high: values.indexOf(high), low: values.indexOf(low) }
}

/** Whether any account is labelled at all: without that, label figures are not zero but unknown. */
export function hasLabels(designs: readonly DesignResult[]): boolean {
  return designs.some(({ labelled }) => labelled.malicious + labelled.benign > 0)
}

export const PAIR_METRICS = ['edgeJaccard', 'nmi', 'ari', 'agreeing'] as const
export type PairMetric = (typeof PAIR_METRICS)[number]

/** The pair of two designs, whichever way round it came. Flows and "only" counts are turned to fit a → b. */
export function pairOf(pairs: readonly DesignPair[], a: number, b: number): DesignPair | null {
  const straight = pairs.find((pair) => pair.a === a && pair.b === b)
  if (straight) return straight
  const back = pairs.find((pair) => pair.a === b && pair.b === a)
  return back ? turned(back) : null
}

function turned(pair: DesignPair): DesignPair {
  return {
    ...pair,
    a: pair.b,
    b: pair.a,
    onlyA: pair.onlyB,
    onlyB: pair.onlyA,
    edgesOnlyA: pair.edgesOnlyB,
    edgesOnlyB: pair.edgesOnlyA,
    flows: pair.flows.map((flow) => ({
      from: flow.to,
      to: flow.from,
      accounts: flow.accounts,
      fromSize: flow.toSize,
      toSize: flow.fromSize,
    })),
  }
}

/** Agreement as a share 0..1. */
export function pairValue(pair: DesignPair, metric: PairMetric): number | null {
  if (metric !== 'agreeing') return pair[metric]
  return pair.comparedCommunities === 0 ? null : pair.agreeing / pair.comparedCommunities
}

const LETTERS = 'ABCDEF'
export const designLetter = (index: number): string => LETTERS[index] ?? String(index + 1)
