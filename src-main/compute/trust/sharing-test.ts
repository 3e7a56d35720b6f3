import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import type { Members } from './best-match.ts'
import { clampP, expectedMarked, logFactorials, stratifiedTail, type Stratum } from './distributions.ts'
import { LEAST_SIZE, type Finding } from './findings.ts'
import { degreeStrata, NO_STRATUM } from './strata.ts'

/** Who uses what: users[offsets[k] .. offsets[k+1]) are the distinct nodes that use entity entityIds[k]. */
export interface Uses {
  readonly entityIds: Uint32Array
  readonly offsets: Uint32Array
  readonly users: Uint32Array
}

/**
 * Do members share something more than chance would have it? `uses` should hold only entities that made no edges of
 * this graph: what built the communities can't be evidence for them. For every entity that two members use: exact
 * probability that so many members use it when its users are dealt out anew among accounts with as many neighbours.
 * The smallest counts, times the number of entities that could have been it (Bonferroni). observed: members who
 * use the strongest one; expected: by chance; detail: its id. Communities that share nothing are not listed but
 * count as tests: `tested` communities in all.
 */
export async function sharingTest(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  uses: Uses,
  pace: Pace,
): Promise<{ tested: number; findings: Finding[] }> {
  const count = members.offsets.length - 1
  const strata = degreeStrata(csr, () => true)
  const bins = strata.sizes.length
  const drawn = new Uint32Array(count * bins)
  for (let u = 0; u < csr.n; u++) {
    if (membership[u] < count && strata.of[u] !== NO_STRATUM) drawn[membership[u] * bins + strata.of[u]]++
  }
  let tested = 0
  for (let c = 0; c < count; c++) if (members.offsets[c + 1] - members.offsets[c] >= LEAST_SIZE) tested++
  let candidates = 0
  const linked = (u: number) => strata.of[u] !== NO_STRATUM
  for (let k = 0; k < uses.entityIds.length; k++) {
    let users = 0
    for (let i = uses.offsets[k]; i < uses.offsets[k + 1] && users < 2; i++)
      if (linked(uses.users[i])) users++
    if (users === 2) candidates++
  }
  if (candidates === 0) return { tested: 0, findings: [] }
  const logFactorial = logFactorials(csr.n)
  const best = new Map<number, Finding>()
  const marked = new Uint32Array(bins)
  const inside = new Uint32Array(count)
  for (let k = 0; k < uses.entityIds.length; k++) {
    if ((k & 63) === 0) await pace.checkpoint()
    marked.fill(0)
    const touched: number[] = []
    for (let i = uses.offsets[k]; i < uses.offsets[k + 1]; i++) {
      const u = uses.users[i]
      if (!linked(u)) continue
      marked[strata.of[u]]++
      const c = membership[u]
      if (c < count && inside[c]++ === 0) touched.push(c)
    }
    for (const c of touched) {
      const found = inside[c]
      inside[c] = 0
      if (found < 2 || members.offsets[c + 1] - members.offsets[c] < LEAST_SIZE) continue
      const draws: Stratum[] = []
      for (let b = 0; b < bins; b++) {
        draws.push({ population: strata.sizes[b], marked: marked[b], drawn: drawn[c * bins + b] })
      }
      const p = clampP(candidates * stratifiedTail(draws, found, logFactorial))
      const known = best.get(c)
      if (p < 1 && (known === undefined || p < known.p)) {
        best.set(c, {
          community: c,
          detail: uses.entityIds[k],
          observed: found,
          expected: expectedMarked(draws),
          p,
        })
      }
    }
  }
  const findings = [...best.values()].sort((a, b) => a.community - b.community)
  return { tested, findings }
}
