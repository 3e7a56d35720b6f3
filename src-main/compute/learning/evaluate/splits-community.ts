import type { Protocol } from '../../../common/contract/lab.ts'
import { ShoalError } from '../../../common/errors.ts'
import { leiden, leidenParamsSchema } from '../../communities/leiden.ts'
import { loadCommunities } from '../../communities/load.ts'
import { Random } from '../../communities/random.ts'
import { automaticResolution } from '../../communities/step.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import type { LabelledNodes } from '../types.ts'
import { hasBoth, positives, trainable, type Split, type SplitPlan } from './splits.ts'

/**
 * Whole communities are held out, fold by fold: what a scorer is worth on a ring of which it knows no member.
 * Communities are those of the graph's newest run, or found now (Leiden, not stored) where there is none; an account
 * in no community is one of its own. They are dealt from the largest down to the fold that lacks most.
 */
export async function communitySplits(
  ctx: ComputeContext,
  graph: AccountGraph,
  labelled: LabelledNodes,
  protocol: Extract<Protocol, { kind: 'community' }>,
  seed: number,
): Promise<SplitPlan> {
  const { membership, from } = await communitiesOf(ctx, graph)
  const { nodes, y } = labelled
  const bad = new Map<number, number>()
  const size = new Map<number, number>()
  for (let i = 0; i < nodes.length; i++) {
    const c = membership[nodes[i]]
    size.set(c, (size.get(c) ?? 0) + 1)
    bad.set(c, (bad.get(c) ?? 0) + y[i])
  }
  const total = {
    bad: positives(
      y,
      Uint32Array.from(y, (_, i) => i),
    ),
    all: y.length,
  }
  // How much of its class, the rarer of which decides, a community brings.
  const mass = (b: number, all: number): number => b / total.bad + (all - b) / (total.all - total.bad)
  const random = new Random(seed)
  const order = [...size.keys()].map((c) => ({
    c,
    mass: mass(bad.get(c)!, size.get(c)!),
    draw: random.u32(),
  }))
  order.sort((a, b) => b.mass - a.mass || a.draw - b.draw)
  const folds = Array.from({ length: protocol.folds }, () => ({ bad: 0, all: 0 }))
  const foldOf = new Map<number, number>()
  for (const { c } of order) {
    const b = bad.get(c)!
    const g = size.get(c)! - b
    // Where each class is still most missing, in proportion to what the community brings of it.
    let best = 0
    let least = Infinity
    for (const [f, fold] of folds.entries()) {
      const load =
        (b / total.bad) * (fold.bad / total.bad) +
        (g / (total.all - total.bad)) * ((fold.all - fold.bad) / (total.all - total.bad))
      if (load < least - 1e-15) {
        least = load
        best = f
      }
    }
    folds[best].bad += b
    folds[best].all += b + g
    foldOf.set(c, best)
  }
  const splits: Split[] = []
  let skipped = 0
  for (let f = 0; f < protocol.folds; f++) {
    const train: number[] = []
    const test: number[] = []
    for (let i = 0; i < nodes.length; i++) (foldOf.get(membership[nodes[i]]) === f ? test : train).push(i)
    const split = {
      name: `fold ${f + 1}`,
      train: Uint32Array.from(train),
      test: Uint32Array.from(test),
      seed: seed + f,
    }
    if (hasBoth(y, split.test) && trainable(y, split.train)) splits.push(split)
    else if (test.length > 0) skipped++
  }
  if (splits.length === 0)
    throw new ShoalError(
      'invalid_input',
      `The labelled accounts can't be divided by community: they lie in ${size.size} communities, and no division leaves malicious and benign ones on both sides. Use a random protocol, or a graph design with smaller communities.`,
    )
  return {
    splits,
    text: `whole communities held out, ${splits.length} folds, seed ${seed}`,
    notes: [
      `Communities: ${from}.`,
      ...(skipped > 0 ? [`${skipped} folds had one class only and were left out.`] : []),
    ],
  }
}

async function communitiesOf(
  ctx: ComputeContext,
  graph: AccountGraph,
): Promise<{ membership: Uint32Array; from: string }> {
  const run = ctx.db
    .prepare(
      `SELECT id FROM run WHERE kind = 'communities' AND status = 'done' AND parent_run_id = ?
       ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
    .get(graph.runId) as number | undefined
  if (run !== undefined)
    return {
      membership: loadCommunities(ctx, run, graph.accountIds).membership,
      from: `run ${run} of this graph`,
    }
  const params = leidenParamsSchema.parse({ seed: 1, resolution: automaticResolution(graph.combined) })
  const { membership } = await leiden(graph.combined, params, ctx)
  return { membership, from: 'found by Leiden for this evaluation' }
}
