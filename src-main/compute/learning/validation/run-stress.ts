import type { ValidationReport } from '../../../common/contract/lab.ts'
import { LEAST_LABELS } from '../../../common/contract/learning.ts'
import type { WhyCode } from '../../../common/finding-words.ts'
import type { ColumnBlock, FeatureSource } from '../features/source.ts'
import { inFold, stratifiedFolds, subset } from './folds.ts'
import type { FeatureColumn, LabelledNodes, TrainedMember } from '../types.ts'
import { SHARES, camouflageCurve, rewireGraph } from './camouflage.ts'
import { auprcDrop, type Drop } from './compare.ts'
import { scoreFolds, testLabels } from './fold-rows.ts'
import { imitate, type Changed } from './imitation.ts'
import type { Lab } from './lab.ts'
import { comparable, fitOf, rowsOf } from './panel.ts'
import { bestThreshold, replay, replayWindows } from './replay.ts'
import { sourceAsOf } from './run-splits.ts'
import type { Rows } from './types.ts'

/** Rows a source is asked to learn from in a replay step, at most. */
const REPLAY_ROWS = 6000
/** Larger graphs are not rewired or rebuilt for the stress parts. */
export const MOST_NODES = 400_000
export const MOST_ENTRIES = 12_000_000

export const tooLarge = ({ graph }: Pick<Lab, 'graph'>): boolean =>
  graph.combined.n > MOST_NODES || graph.combined.targets.length > MOST_ENTRIES

/** What the graph is worth: the same learner without the columns that come of ties. */
export async function runGraphWorth(lab: Lab, full: Float32Array): Promise<Drop | null> {
  const { panel, stress, ctx, seed } = lab
  const ofGraph = (c: FeatureColumn): boolean => c.relation !== null || c.hop > 0
  if (!panel.columns.some(ofGraph) || panel.columns.every(ofGraph)) return null
  const { y } = testLabels(panel.folds)
  const own = await scoreFolds(panel.folds, fitOf(stress, ctx), { seed, keep: (c) => !ofGraph(c) }, ctx)
  return auprcDrop(y, full, own, { seed }, ctx)
}

/** Camouflage of the first fold's malicious test accounts, against a model that was trained on the clean facts. */
export async function runCamouflage(
  lab: Lab,
  tell: (share: number) => void,
): Promise<{ report: ValidationReport['camouflage']; base: number; why: WhyCode }> {
  const { panel, graph, source, stress, ctx, seed } = lab
  const fold = panel.folds[0]
  const { testNodes: nodes } = fold
  const y = fold.test.y
  const base = y.reduce((sum, v) => sum + v, 0) / y.length
  const report: ValidationReport['camouflage'] = { rewiring: [], mimicry: [] }
  const model = await stress.train(fold.train, seed, ctx)
  const marked = nodes.filter((_u, i) => y[i] === 1)
  const predict = (rows: Rows) => model.predict(rows.x, rows.rows)
  const clean = predict(fold.test)
  const shares = tooLarge(lab) ? [] : SHARES
  const steps = 2 * Math.max(1, shares.length)
  let step = 0

  const csr = graph.combined
  const tied = marked.some((u) => csr.offsets[u] < csr.offsets[u + 1])
  const markedMask = new Uint8Array(csr.n)
  for (const u of marked) markedMask[u] = 1
  if (tied)
    report.rewiring = await camouflageCurve(y, shares, async (share) => {
      tell(step++ / steps)
      if (share === 0) return clean
      const changed = await rewireGraph(
        graph,
        markedMask,
        share,
        { seed, maxWeight: lab.recipe.maxWeight },
        ctx,
      )
      const seen = await lab.passing.features(changed.graph, {
        encoding: source.encoding,
        like: { columns: panel.columns, graph: graph.sha256 },
      })
      const block = await seen.labelColumns(panel.known[0], { seed }, ctx)
      const rows = await rowsOf(seen, block, panel.columns, nodes, y, ctx)
      await lab.passing.close(seen)
      return predict(rows)
    })
  const donors = fold.trainNodes.filter((_u, i) => fold.train.y[i] === 0)
  report.mimicry = await camouflageCurve(y, shares, async (share) => {
    tell(step++ / steps)
    if (share === 0) return clean
    const changed = await imitate(lab.passing.context, graph, source, marked, donors, share, seed)
    return predict(withChanged(fold.test, nodes, changed))
  })
  return { report, base, why: tooLarge(lab) ? 'too_large' : 'no_edges' }
}

function withChanged(rows: Rows, nodes: Uint32Array, changed: Changed): Rows {
  const width = rows.columns.length
  const x = rows.x.slice()
  for (const [k, column] of rows.columns.entries()) {
    const values = changed.get(column.name)
    if (values !== undefined) nodes.forEach((u, r) => (x[r * width + k] = values[u]))
  }
  return { ...rows, x }
}

/** What it would have flagged at each step with what was known then. */
export async function runReplay(
  lab: Lab,
  tell: (share: number) => void,
): Promise<{ report: ValidationReport['replay']; why: WhyCode }> {
  const { ctx, labelled, born, capacity, seed, stress } = lab
  const known = Float64Array.from(labelled.at, (t, i) => (Number.isNaN(t) ? born[labelled.nodes[i]] : t))
  const windows = replayWindows(born, known, labelled.y)
  if (windows === null)
    return { report: null, why: born.some((t) => !Number.isNaN(t)) ? 'labels_too_few' : 'nothing_dated' }
  if (tooLarge(lab)) return { report: null, why: 'too_large' }
  // The end of a window is the start of the next: each moment is built once.
  let open: { at: number; source: FeatureSource } | null = null
  const sourceAt = async (at: number): Promise<FeatureSource> => {
    if (open?.at === at) return open.source
    if (open !== null) await lab.passing.close(open.source)
    open = { at, source: await sourceAsOf(lab, at - 1, lab.panel.columns) }
    return open.source
  }
  const report = await replay(
    { windows, labelled, known, born, capacity },
    async ({ train, target, from, to }) => {
      const none = { scores: new Float32Array(target.length), threshold: 1 }
      const bad = train.y.reduce((sum, v) => sum + v, 0)
      if (bad < LEAST_LABELS || train.y.length - bad < LEAST_LABELS) return none
      const fitted = await fitAt(lab, await sourceAt(from), train)
      const seen = await sourceAt(to)
      const block = await seen.labelColumns(train, { seed }, ctx)
      const rows = await rowsOf(seen, block, fitted.columns, target, new Uint8Array(target.length), ctx)
      return { scores: fitted.member.predict(rows.x, rows.rows), threshold: fitted.threshold }
    },
    {
      signal: ctx.signal,
      checkpoint: () => ctx.checkpoint(),
      progress: ({ done, total }) => tell(done / total!),
    },
  )
  return { report: report.steps.length > 0 ? report : null, why: 'labels_too_few' }

  async function fitAt(
    { panel }: Lab,
    source: FeatureSource,
    train: LabelledNodes,
  ): Promise<{ member: TrainedMember; columns: readonly FeatureColumn[]; threshold: number }> {
    const some =
      train.nodes.length <= REPLAY_ROWS ? train : subset(train, spread(train.nodes.length, REPLAY_ROWS))
    // Two halves by turns: a threshold for accounts that the model did not see.
    const fold = stratifiedFolds(some.y, 2, seed)
    const columns = panel.columns.filter(comparable)
    const rows = async (block: ColumnBlock, of: LabelledNodes) =>
      rowsOf(source, block, columns, of.nodes, of.y, ctx)
    const margins = new Float32Array(some.y.length)
    for (const f of [0, 1]) {
      const [seen, hidden] = [inFold(fold, f, false), inFold(fold, f, true)]
      const block = await source.labelColumns(subset(some, seen), { seed }, ctx)
      const half = await stress.train(await rows(block, subset(some, seen)), seed, ctx)
      const test = await rows(block, subset(some, hidden))
      half.predict(test.x, test.rows).forEach((m, k) => (margins[hidden[k]] = m))
    }
    const block = await source.labelColumns(train, { seed }, ctx)
    const member = await stress.train(await rows(block, some), seed, ctx)
    return { member, columns, threshold: bestThreshold(some.y, margins) }
  }
}

/** `most` positions of n, evenly spread. */
const spread = (n: number, most: number): Uint32Array =>
  Uint32Array.from({ length: most }, (_, k) => Math.floor((k * n) / most))
