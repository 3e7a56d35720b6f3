import { createHash } from 'node:crypto'
import { isCancelled } from '../../common/errors.ts'
import type { Pace, Progress } from '../../common/pace.ts'
import { recipeSchema } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../store/runs.ts'
import { readLabels, readRegistered } from './facts.ts'
import { testCommunities, type TestRow } from './null-model.ts'
import { readOutsideUses } from './outside-uses.ts'
import { againOf, type Again } from './rerun.ts'
import {
  coreSizes,
  CORE_CONFIDENCE,
  DROPPED,
  gradeOf,
  measureStability,
  type Rerun,
  type Stability,
} from './stability.ts'

export const TRUST_VERSION = '1'

export interface Repetitions {
  /** Searches of the same graph with other seeds. */
  seeds: number
  /** Searches of thinned graphs. */
  bootstraps: number
  /** Searches of rewired graphs; 0 leaves density out. */
  rewirings: number
}

/**
 * How often to search again, by the size of the graph alone, so that the same facts give the same result on any
 * machine. About ten seconds at most up to a million accounts; a thousand accounts take well under one.
 */
export function repetitionsFor(nodes: number, edges: number): Repetitions {
  const work = nodes + edges
  if (work <= 50_000) return { seeds: 10, bootstraps: 20, rewirings: 20 }
  if (work <= 250_000) return { seeds: 6, bootstraps: 12, rewirings: 5 }
  if (work <= 1_500_000) return { seeds: 4, bootstraps: 6, rewirings: 2 }
  if (work <= 6_000_000) return { seeds: 2, bootstraps: 3, rewirings: 1 }
  return { seeds: 1, bootstraps: 2, rewirings: 0 }
}

/** What the step needs of a communities run; `membership` values of `count` and more: in no community. */
export interface Judged {
  readonly runId: number
  readonly membership: Uint32Array
  readonly count: number
}

export interface Trust {
  readonly runId: number
  /** Mean stability of a member, NaN where there is no community. */
  readonly stability: number
  readonly grades: Record<'A' | 'B' | 'C' | 'D', number>
  /** Communities whose surprise has q < .05. */
  readonly surprising: number
}

/** Shares of the step's time: facts, stability, null model, writing. */
const PARTS = { read: 0.05, stability: 0.6, tests: 0.3, write: 0.05 }
type Part = keyof typeof PARTS

/**
 * Measures how far the communities of a run can be trusted (stability, confidence of each member, statistics against
 * chance) and stores it: run kind 'trust', child of the communities run; rows of community_stability,
 * member_confidence and community_test. The detector is repeated as its run recorded it (or by `rerun`): without
 * other seeds where it has no use for them, without density where it reads more than the graph. Nothing of a
 * cancelled run stays.
 */
export async function runTrustStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  communities: Judged,
  options: { seed: number; repetitions?: Repetitions; rerun?: Rerun },
): Promise<Trust> {
  const { combined: csr, accountIds } = graph
  const again: Again = options.rerun
    ? { rerun: options.rerun, seeded: true, rewirable: true }
    : againOf(ctx, graph, communities.runId)
  const asked = options.repetitions ?? repetitionsFor(csr.n, csr.targets.length / 2)
  const repetitions = {
    seeds: again.seeded ? asked.seeds : 0,
    bootstraps: again.seeded ? asked.bootstraps : Math.max(1, asked.bootstraps),
    rewirings: again.rewirable ? asked.rewirings : 0,
  }
  const runId = beginRun(ctx, {
    kind: 'trust',
    algorithm: 'rerun-and-null-model',
    algorithmVersion: TRUST_VERSION,
    params: {
      ...repetitions,
      dropped: DROPPED,
      coreConfidence: CORE_CONFIDENCE,
      repetitionsChosen: options.repetitions === undefined ? 'automatic' : 'given',
    },
    seed: options.seed,
    inputs: {
      graph: graph.sha256,
      communities: createHash('sha256').update(communities.membership).digest('hex'),
      facts: factsHash(ctx, ['accounts', 'events', 'links', 'labels']),
    },
    parentRunId: communities.runId,
  })
  const tell = (part: Part, share: number) => {
    let before = 0
    for (const [name, weight] of Object.entries(PARTS)) {
      if (name === part) break
      before += weight
    }
    ctx.progress({
      phase: `trust.${part}`,
      done: 100 * (before + PARTS[part] * share),
      total: 100,
      unit: 'steps',
    })
  }
  /** What parts report counts within them. */
  const paceOf = (part: Part): Pace => ({
    signal: ctx.signal,
    checkpoint: () => ctx.checkpoint(),
    progress: ({ done, total }: Progress) => tell(part, total ? done / total : 0),
  })
  try {
    const { rerun } = again
    const { membership, count } = communities
    tell('read', 0)
    const registered = await readRegistered(ctx, accountIds)
    const labels = await readLabels(ctx, accountIds)
    const { left, hubs } = await readOutsideUses(ctx, accountIds, recipeOf(ctx, graph.runId))
    const stability = await measureStability(
      graph,
      membership,
      count,
      rerun,
      { ...repetitions, dropped: DROPPED, seed: options.seed },
      paceOf('stability'),
    )
    tell('tests', 0)
    const tests = await testCommunities(
      { csr, membership, count, registered, labels, left, hubs },
      rerun,
      { rewirings: repetitions.rewirings, seed: options.seed },
      paceOf('tests'),
      (share) => tell('tests', share),
    )
    await store(ctx, runId, communities, accountIds, stability, tests, (share) => tell('write', share))
    const grades = { A: 0, B: 0, C: 0, D: 0 }
    for (const value of stability.stability) grades[gradeOf(value)]++
    const surprising = tests.filter((t) => t.statistic === 'surprise' && t.q < 0.05).length
    finishRun(ctx, runId, {
      stats: { stability: stability.mean, grades, surprising, tests: tests.length },
    })
    return { runId, stability: stability.mean, grades, surprising }
  } catch (error) {
    for (const table of ['community_stability', 'member_confidence', 'community_test']) {
      ctx.db.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId)
    }
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

function recipeOf(ctx: ComputeContext, graphRunId: number) {
  const row = ctx.db.prepare('SELECT params FROM run WHERE id = ?').get(graphRunId) as { params: string }
  return recipeSchema.parse(JSON.parse(row.params))
}

/** Rows a transaction: a cancel is heard within ~50 ms. */
const CHUNK = 10_000

async function store(
  ctx: ComputeContext,
  runId: number,
  { membership, count }: Judged,
  accountIds: Uint32Array,
  { stability, bySeed, byEdges, confidence }: Stability,
  tests: readonly TestRow[],
  tell: (share: number) => void,
): Promise<void> {
  const core = coreSizes(membership, count, confidence)
  const community = ctx.db.prepare('INSERT INTO community_stability VALUES (?, ?, ?, ?, ?, ?, ?)')
  const member = ctx.db.prepare('INSERT INTO member_confidence VALUES (?, ?, ?)')
  const test = ctx.db.prepare('INSERT INTO community_test VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const parts: [number, (i: number) => void][] = [
    [
      count,
      (c) => {
        // A way that was not tried (NaN) can't be stored; the other one is all there is.
        const seeds = Number.isNaN(bySeed[c]) ? byEdges[c] : bySeed[c]
        const edges = Number.isNaN(byEdges[c]) ? bySeed[c] : byEdges[c]
        community.run(runId, c, stability[c], seeds, edges, gradeOf(stability[c]), core[c])
      },
    ],
    [
      membership.length,
      (u) => {
        if (membership[u] < count) member.run(runId, accountIds[u], confidence[u])
      },
    ],
    [
      tests.length,
      (i) => {
        const t = tests[i]
        test.run(runId, t.community, t.statistic, t.observed, t.expected, t.z, t.p, t.q)
      },
    ],
  ]
  const total = Math.max(
    1,
    parts.reduce((sum, [rows]) => sum + rows, 0),
  )
  let done = 0
  for (const [rows, insert] of parts) {
    const write = ctx.db.transaction((from: number, to: number) => {
      for (let i = from; i < to; i++) insert(i)
    })
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK)
      write(from, to)
      tell((done += to - from) / total)
      await ctx.checkpoint()
    }
  }
}
