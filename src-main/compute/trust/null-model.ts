import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { membersOf } from './best-match.ts'
import { densityTest } from './density-test.ts'
import { clampP, qValues, zOf } from './distributions.ts'
import { LEAST_SIZE, type Finding } from './findings.ts'
import { labelTests } from './label-tests.ts'
import { registrationTests } from './registration-tests.ts'
import { sharingTest, type Uses } from './sharing-test.ts'
import type { Rerun } from './stability.ts'

export type Statistic =
  | 'density'
  | 'age_spread'
  | 'registration_burst'
  | 'entity_sharing'
  | 'hub_sharing'
  | 'label_malicious'
  | 'label_benign'

/**
 * Statistics that count towards surprise. Density does not: communities are chosen for it. Nor do benign labels
 * and hubs: they speak for a group (an office behind one address), and a list sorted by surprise is read for what
 * speaks against it. In a simulated world of 100,000 accounts, sharing a hub tells mostly malicious communities
 * from others with AUC .30: it is evidence of innocence (docs/trust.md).
 */
export const SURPRISING: readonly Statistic[] = [
  'age_spread',
  'registration_burst',
  'entity_sharing',
  'label_malicious',
]

export interface TestRow {
  community: number
  /** A statistic, 'name@detail' where there is a detail, or 'surprise'. */
  statistic: string
  observed: number
  expected: number
  /** The z of a normal variable with this p, one-sided; null at p = 1, which no finite z has. */
  z: number | null
  p: number
  q: number
}

export interface NullModelInput {
  csr: Csr
  /** Values of `count` and more: in no community. */
  membership: Uint32Array
  count: number
  /** ms UTC per node, NaN where unknown. */
  registered: Float64Array
  /** LABEL's codes per node. */
  labels: Uint8Array
  /** Shared things of types that the graph leaves out. */
  left: Uses
  /** Hubs that made no edges. */
  hubs: Uses
}

const finiteZ = (p: number): number | null => (p < 1 ? zOf(p) : null)

/**
 * Every statistic of every community of three members or more against chance, with Benjamini–Hochberg q-values within
 * each statistic. A statistic that the data can't answer is absent, not 0.
 *
 * The row 'surprise': observed = −log₁₀ p of the community's most surprising statistic among SURPRISING, p
 * multiplied by how many of them it has (Bonferroni, valid however they depend on each other, so that two that
 * look at the same registrations do not count twice); expected: 0.43, the mean of −log₁₀ of a uniform p.
 *
 * rewirings = 0 leaves density out.
 */
export async function testCommunities(
  input: NullModelInput,
  rerun: Rerun,
  options: { rewirings: number; seed: number },
  pace: Pace,
  tell: (share: number) => void = () => {},
): Promise<TestRow[]> {
  const { csr, membership, count } = input
  const members = membersOf(membership, count)
  const families = new Map<Statistic, { findings: Finding[]; tested: number }>()
  const family = (statistic: Statistic, findings: Finding[], tested = findings.length) =>
    families.set(statistic, { findings, tested })
  const registrations = await registrationTests(csr, members, input.registered, pace)
  family('age_spread', registrations.age_spread)
  family('registration_burst', registrations.registration_burst)
  tell(0.1)
  const sharing = await sharingTest(csr, membership, members, input.left, pace)
  family('entity_sharing', sharing.findings, sharing.tested)
  const hubs = await sharingTest(csr, membership, members, input.hubs, pace)
  family('hub_sharing', hubs.findings, hubs.tested)
  tell(0.2)
  const labels = await labelTests(csr, members, input.labels, pace)
  family('label_malicious', labels.label_malicious)
  family('label_benign', labels.label_benign)
  tell(0.25)
  if (options.rewirings > 0 && csr.targets.length > 0) {
    const density = await densityTest(csr, membership, members, rerun, options, pace, (done) =>
      tell(0.25 + (0.7 * done) / options.rewirings),
    )
    family('density', density)
  }
  const rows: TestRow[] = []
  const least = new Float64Array(count).fill(1)
  const tried = new Uint8Array(count)
  for (const [statistic, { findings, tested }] of families) {
    const q = qValues(
      Float64Array.from(findings, (f) => f.p),
      tested,
    )
    findings.forEach(({ community, detail, observed, expected, p }, i) => {
      const name = detail === undefined ? statistic : `${statistic}@${detail}`
      rows.push({ community, statistic: name, observed, expected, z: finiteZ(p), p, q: Math.min(1, q[i]) })
      if (!SURPRISING.includes(statistic)) return
      least[community] = Math.min(least[community], p)
      if (statistic !== 'entity_sharing') tried[community]++
    })
    await pace.checkpoint()
  }
  if (sharing.tested > 0) {
    for (let c = 0; c < count; c++) if (members.offsets[c + 1] - members.offsets[c] >= LEAST_SIZE) tried[c]++
  }
  const any = Array.from({ length: count }, (_, c) => c).filter((c) => tried[c] > 0)
  const ps = Float64Array.from(any, (c) => clampP(least[c] * tried[c]))
  const q = qValues(ps)
  any.forEach((community, i) => {
    rows.push({
      community,
      statistic: 'surprise',
      observed: Math.max(0, -Math.log10(ps[i])),
      expected: Math.LOG10E,
      z: finiteZ(ps[i]),
      p: ps[i],
      q: Math.min(1, q[i]),
    })
  })
  await pace.checkpoint()
  return rows
}
