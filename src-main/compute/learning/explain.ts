import type { Explanation, ScoreReason } from '../../common/contract/accounts.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { loadGraph, rebuildDerived } from '../graph/step.ts'
import type { AccountGraph } from '../graph/types.ts'
import { openAccountModel } from './account-model.ts'
import type { AccountModel } from './account-model.ts'
import { CHANNELS, COLUMN_COUNT, gapColumns, operatorsOf, scaleFeatures } from './channels.ts'
import { FEATURES, GAPS, fromModelSpace } from './feature-list.ts'
import type { RawFeatures } from './features.ts'
import { featuresFileName, readFeaturesFile, writeFeaturesFile } from './features-file.ts'
import type { FeaturesFile } from './features-file.ts'
import { LocalColumns } from './local.ts'
import { prepare } from './step.ts'
import { familiesOf } from './structure.ts'
import type { Typical } from './typical.ts'

const WIDTH = FEATURES.length
/** Reasons that change the score by less are noise to a reader. */
const LEAST_CONTRIBUTION = 0.001
const MOST_REASONS = 30
/** Neighbours tried, strongest tie first, and told. */
const NEIGHBOURS_TRIED = 60
const NEIGHBOURS_TOLD = 10

/** Columns that are set to the typical value together, and what the reader is told about them. */
interface Occlusion {
  feature: string
  family: string
  hop: number
  columns: number[]
  /** Indices into FEATURES; empty for a missing-value column. */
  features: number[]
}

/** Every group of FEATURES at every distance, and every gap with the values that it blanks. */
function occlusions(): Occlusion[] {
  const out: Occlusion[] = []
  const groups = new Map<string, number[]>()
  FEATURES.forEach((x, k) => groups.set(x.group, [...(groups.get(x.group) ?? []), k]))
  for (const hop of [0, 1, 2]) {
    const channels = CHANNELS.flatMap((c, i) => (c.hop === hop ? [i] : []))
    for (const [feature, features] of groups)
      out.push({
        feature,
        family: FEATURES[features[0]].family,
        hop,
        columns: channels.flatMap((c) => features.map((k) => c * WIDTH + k)),
        features,
      })
  }
  GAPS.forEach((gap, g) => {
    const blanked = FEATURES.flatMap((x, k) => (x.gap === gap ? [k] : []))
    out.push({
      feature: `missing_${gap}`,
      family: 'missing',
      hop: 0,
      columns: [CHANNELS.length * WIDTH + g, ...blanked],
      features: [],
    })
  })
  return out
}
const OCCLUSIONS = occlusions()

/**
 * Why accounts have the scores that a run gave them, by occlusion: each group of columns is set to what is typical
 * in this population (its median) and the change of the score is the group's contribution. Contributions needn't
 * add up to score − baseline, because the network is not linear. A neighbour's contribution is the change when the
 * tie to it is left out, estimated to first order (see LocalColumns).
 *
 * Throws run_missing for a run that isn't a finished scores run, not_found for an account outside its graph,
 * model_invalid where the model folder is another one by now, derived_missing where the facts have changed since.
 */
export async function explainAccounts(
  ctx: ComputeContext,
  scoresRunId: number,
  accountIds: readonly number[],
): Promise<Explanation[]> {
  const run = scoresRun(ctx, scoresRunId)
  const model = await openAccountModel(ctx.modelsDir, { log: (level, text) => ctx.log(level, text) })
  try {
    if (model.loaded.sha256 !== run.modelSha256)
      throw new ShoalError(
        'model_invalid',
        `Run ${scoresRunId} was scored by another version of ${run.modelName}. Analyze again to get reasons.`,
        { run: run.modelSha256, installed: model.loaded.sha256 },
      )
    const graph = await graphOf(ctx, run.graphRunId)
    const families = familiesOf(graph)
    const { raw, typical } = await featuresOf(ctx, graph, model, run.derived, scoresRunId)
    const local = new LocalColumns(operatorsOf(families), scaleFeatures(raw, model.scale), gapColumns(raw))
    const baseline = (await model.score(Float32Array.from(typical.columns), 1))[0]
    const out: Explanation[] = []
    for (const accountId of accountIds) {
      const u = indexOf(graph.accountIds, accountId)
      if (u < 0)
        throw new ShoalError('not_found', `Account ${accountId} is not in the graph of run ${scoresRunId}.`)
      const reasons = await reasonsOf(u, raw, typical, local, model)
      const neighbours = await neighboursOf(ctx, u, reasons.score, graph, local, model)
      out.push({
        accountId,
        score: reasons.score,
        baseline,
        method: 'occlusion',
        reasons: reasons.list,
        neighbours,
      })
      await ctx.checkpoint()
    }
    return out
  } finally {
    await model.loaded.release()
  }
}

interface ScoresRun {
  graphRunId: number
  derived: string
  modelName: string
  modelSha256: string
}

function scoresRun(ctx: ComputeContext, runId: number): ScoresRun {
  const row = ctx.db
    .prepare(
      `SELECT parent_run_id AS graphRunId, derived, model_name AS modelName, model_sha256 AS modelSha256
       FROM run WHERE id = ? AND kind = 'scores' AND status = 'done'`,
    )
    .get(runId) as ScoresRun | undefined
  if (!row) throw new ShoalError('run_missing', `There is no finished scores run ${runId}.`, { runId })
  return row
}

async function graphOf(ctx: ComputeContext, graphRunId: number): Promise<AccountGraph> {
  try {
    return await loadGraph(ctx, graphRunId)
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code !== 'derived_missing') throw error
    return rebuildDerived(ctx, graphRunId)
  }
}

/** The run's features file, written anew where it is gone; the facts must be what they were. */
async function featuresOf(
  ctx: ComputeContext,
  graph: AccountGraph,
  model: AccountModel,
  name: string,
  runId: number,
): Promise<FeaturesFile> {
  try {
    return await readFeaturesFile(ctx, name)
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code !== 'derived_missing') throw error
  }
  const content = await prepare(ctx, graph, familiesOf(graph), model.scale)
  if (featuresFileName(content) !== name)
    throw new ShoalError(
      'derived_missing',
      `The imported facts have changed since run ${runId}. Analyze again to get reasons.`,
      { runId },
    )
  await writeFeaturesFile(ctx, content)
  return content
}

function indexOf(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] < value) low = middle + 1
    else high = middle
  }
  return ascending[low] === value ? low : -1
}

async function reasonsOf(
  u: number,
  raw: RawFeatures,
  typical: Typical,
  local: LocalColumns,
  model: AccountModel,
): Promise<{ score: number; list: ScoreReason[] }> {
  const columns = local.columns(u)
  const rows = new Float32Array((OCCLUSIONS.length + 1) * COLUMN_COUNT)
  OCCLUSIONS.forEach((occlusion, i) => {
    const at = i * COLUMN_COUNT
    rows.set(columns, at)
    for (const c of occlusion.columns) rows[at + c] = typical.columns[c]
  })
  rows.set(columns, OCCLUSIONS.length * COLUMN_COUNT)
  const scores = await model.score(rows, OCCLUSIONS.length + 1)
  const score = scores[OCCLUSIONS.length]
  const list: ScoreReason[] = []
  OCCLUSIONS.forEach((occlusion, i) => {
    const contribution = score - scores[i]
    if (Math.abs(contribution) < LEAST_CONTRIBUTION) return
    const { feature, family, hop, features } = occlusion
    // A missing value of the account's own is told once, by its gap.
    if (hop === 0 && features.some((k) => Number.isNaN(raw.values[u * WIDTH + k]))) return
    list.push({
      feature,
      family,
      hop,
      value: humanValue(
        occlusion,
        columns,
        model,
        (k) => local.nearOf(u)[k],
        (k) => raw.values[u * WIDTH + k],
      ),
      typical: humanValue(
        occlusion,
        typical.columns,
        model,
        (k) => typical.near[k],
        (k) => typical.values[k],
      ),
      contribution,
    })
  })
  list.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  return { score, list: list.slice(0, MOST_REASONS) }
}

const FAR = CHANNELS.findIndex((c) => c.id === 'far')

/**
 * A group's value in its own unit: the account's own for hop 0, the mean over neighbours (taken in model space, so a
 * geometric mean for counts) for hops 1 and 2; 1 or 0 for a gap. The hour of registration is told as an hour.
 */
function humanValue(
  { hop, features, columns: set }: Occlusion,
  columns: ArrayLike<number>,
  model: AccountModel,
  near: (k: number) => number,
  own: (k: number) => number | null,
): number | null {
  if (features.length === 0) return columns[set[0]]
  const value = (k: number): number | null => {
    if (hop === 0) return own(k)
    const scaled = hop === 1 ? near(k) : columns[FAR * WIDTH + k]
    return fromModelSpace(FEATURES[k], scaled * model.scale.std[k] + model.scale.mean[k])
  }
  const first = value(features[0])
  if (features.length === 1) return first
  const second = value(features[1])
  if (first === null || second === null) return null
  // Sine and cosine of the day's angle.
  const hour = (Math.atan2(first, second) / (2 * Math.PI)) * 24
  return hour < 0 ? hour + 24 : hour
}

async function neighboursOf(
  ctx: ComputeContext,
  u: number,
  score: number,
  graph: AccountGraph,
  local: LocalColumns,
  model: AccountModel,
): Promise<Explanation['neighbours']> {
  const { offsets, targets, weights } = graph.combined
  const ties: { node: number; weight: number }[] = []
  for (let e = offsets[u]; e < offsets[u + 1]; e++) ties.push({ node: targets[e], weight: weights[e] })
  ties.sort((a, b) => b.weight - a.weight || a.node - b.node)
  const tried = ties.slice(0, NEIGHBOURS_TRIED)
  if (tried.length === 0) return []
  const rows = new Float32Array(tried.length * COLUMN_COUNT)
  for (const [i, { node }] of tried.entries()) {
    rows.set(local.columns(u, node), i * COLUMN_COUNT)
    await ctx.checkpoint()
  }
  const without = await model.score(rows, tried.length)
  const keyOf = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  return tried
    .map(({ node }, i) => ({ node, contribution: score - without[i] }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.node - b.node)
    .slice(0, NEIGHBOURS_TOLD)
    .map(({ node, contribution }) => {
      const accountId = graph.accountIds[node]
      return { accountId, key: keyOf.get(accountId) as string, contribution }
    })
}
