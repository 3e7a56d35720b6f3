import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import type { Members } from './best-match.ts'
import { clampP, expectedMarked, logFactorials, stratifiedTail, type Stratum } from './distributions.ts'
import { LEAST_SIZE, type Finding } from './findings.ts'
import { degreeStrata, NO_STRATUM } from './strata.ts'

/** Per node: what its newest label says. */
export const LABEL = { none: 0, malicious: 1, benign: 2 } as const

/**
 * Are malicious (or benign) labels more frequent among the members than chance would have it? Exact: labels are dealt
 * out anew among accounts with as many neighbours (stratified hypergeometric). Where a workspace has both words,
 * only labelled accounts count, so that it does not matter where labellers looked; with one word alone, all
 * linked accounts do. observed, expected: labelled members. A word that no account has gives no findings, nor does a
 * community of which nobody counts.
 */
export async function labelTests(
  csr: Csr,
  members: Members,
  labels: Uint8Array,
  pace: Pace,
): Promise<{ label_malicious: Finding[]; label_benign: Finding[] }> {
  let malicious = 0
  let benign = 0
  for (let u = 0; u < csr.n; u++) {
    if (csr.offsets[u + 1] === csr.offsets[u]) continue
    if (labels[u] === LABEL.malicious) malicious++
    else if (labels[u] === LABEL.benign) benign++
  }
  const results = { label_malicious: [] as Finding[], label_benign: [] as Finding[] }
  if (malicious + benign === 0) return results
  const both = malicious > 0 && benign > 0
  const strata = degreeStrata(csr, (u) => !both || labels[u] !== LABEL.none)
  const logFactorial = logFactorials(csr.n)
  for (const [word, total, into] of [
    [LABEL.malicious, malicious, results.label_malicious],
    [LABEL.benign, benign, results.label_benign],
  ] as const) {
    if (total === 0) continue
    const marked = new Uint32Array(strata.sizes.length)
    for (let u = 0; u < csr.n; u++) {
      if (strata.of[u] !== NO_STRATUM && labels[u] === word) marked[strata.of[u]]++
    }
    const drawn = new Uint32Array(strata.sizes.length)
    for (let c = 0; c + 1 < members.offsets.length; c++) {
      if ((c & 255) === 0) await pace.checkpoint()
      const from = members.offsets[c]
      const to = members.offsets[c + 1]
      if (to - from < LEAST_SIZE) continue
      drawn.fill(0)
      let count = 0
      let found = 0
      for (let i = from; i < to; i++) {
        const u = members.nodes[i]
        if (strata.of[u] === NO_STRATUM) continue
        drawn[strata.of[u]]++
        count++
        if (labels[u] === word) found++
      }
      if (count === 0) continue
      const draws: Stratum[] = Array.from(drawn, (d, b) => ({
        population: strata.sizes[b],
        marked: marked[b],
        drawn: d,
      }))
      into.push({
        community: c,
        observed: found,
        expected: expectedMarked(draws),
        p: clampP(stratifiedTail(draws, found, logFactorial)),
      })
    }
  }
  return results
}
