import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { scoresRun, withScored, type Scored } from '../reasons/kept.ts'
import type { Views } from './pick.ts'

/** Labelled accounts that others are compared with, and values that they are compared by. */
const MOST_LABELLED = 400
const MOST_VALUES = 40

const NOTHING: Views = {
  disagreement: null,
  places: new Float32Array(0),
  labelled: new Float32Array(0),
  width: 0,
}

/**
 * How far the members of the model behind a scores run are apart about each node, and where nodes lie among each other:
 * the model's own columns that its scores lean on most, as ranks-like standardised values. Where the run is not of a
 * model trained here, nothing is said.
 */
export async function disagreements(
  ctx: ComputeContext,
  scoresRunId: number | null,
  nodes: readonly number[],
  labelledNodes: Uint32Array,
  ask: boolean,
): Promise<Views> {
  if (scoresRunId === null || nodes.length === 0) return NOTHING
  try {
    const run = scoresRun(ctx, scoresRunId)
    if (run.algorithm !== 'table-model') return NOTHING
    return await withScored(ctx, run, (scored) => viewsOf(ctx, scored, nodes, labelledNodes, ask))
  } catch (error) {
    // A model that is gone, or facts that have changed since, make the queue poorer, not impossible.
    if (error instanceof ShoalError && ['model_invalid', 'derived_missing'].includes(error.code))
      return NOTHING
    throw error
  }
}

async function viewsOf(
  ctx: ComputeContext,
  scored: Scored,
  nodes: readonly number[],
  labelledNodes: Uint32Array,
  ask: boolean,
): Promise<Views> {
  const { reader, scorer, model } = scored
  const width = model.names.length
  const rows = new Float32Array(nodes.length * width)
  await reader.read(Uint32Array.from(nodes), rows)
  await ctx.checkpoint()
  const step = Math.max(1, Math.ceil(labelledNodes.length / MOST_LABELLED))
  const sample = labelledNodes.filter((_, i) => i % step === 0)
  const known = new Float32Array(sample.length * width)
  if (sample.length > 0) await reader.read(sample, known)
  const columns = leadingColumns(scored)
  const scale = scaleOf(rows, width, columns)
  return {
    disagreement: ask && scorer !== null ? spreadOf(scored, rows, nodes.length) : null,
    places: project(rows, nodes.length, width, columns, scale),
    labelled: project(known, sample.length, width, columns, scale),
    width: columns.length,
  }
}

/** Mean absolute difference of the members' probabilities from their mean, weighted by coefficient, × 2: 0..1. */
function spreadOf({ scorer, model }: Scored, rows: Float32Array, count: number): Float32Array {
  const width = model.names.length
  const out = new Float32Array(count)
  const members = scorer!.members.filter(({ choice }) => choice.coefficient > 0)
  const total = members.reduce((sum, { choice }) => sum + choice.coefficient, 0)
  if (members.length < 2 || total <= 0) return out
  const said = members.map(({ models, columns }) => {
    const part = new Float32Array(count * columns.length)
    for (let i = 0, to = 0; i < count; i++) for (const c of columns) part[to++] = rows[i * width + c]
    const mean = new Float64Array(count)
    for (const one of models) one.predict(part, count).forEach((m, i) => (mean[i] += m / models.length))
    return mean.map((m) => 1 / (1 + Math.exp(-m)))
  })
  for (let i = 0; i < count; i++) {
    let mean = 0
    members.forEach(({ choice }, k) => (mean += (choice.coefficient / total) * said[k][i]))
    let apart = 0
    members.forEach(({ choice }, k) => (apart += (choice.coefficient / total) * Math.abs(said[k][i] - mean)))
    out[i] = Math.min(1, 2 * apart)
  }
  return out
}

/** Columns to compare accounts by: those of the account itself and of its nearest surroundings, a few of each family. */
function leadingColumns({ scorer, model }: Scored): number[] {
  const columns = scorer?.columns ?? []
  const perFamily = new Map<string, number>()
  const out: number[] = []
  for (const [k, column] of columns.entries()) {
    if (column.kind === 'category' || column.operator === 'embedding' || column.hop > 1) continue
    const had = perFamily.get(column.family) ?? 0
    if (had >= 8) continue
    perFamily.set(column.family, had + 1)
    out.push(k)
    if (out.length === MOST_VALUES) break
  }
  return out.length > 0 ? out : Array.from({ length: Math.min(MOST_VALUES, model.names.length) }, (_, k) => k)
}

/** Median and spread (half the distance from the 10th to the 90th percentile) of each column. */
function scaleOf(
  rows: Float32Array,
  width: number,
  columns: readonly number[],
): { mid: number; half: number }[] {
  return columns.map((k) => {
    const known: number[] = []
    for (let at = k; at < rows.length; at += width) if (!Number.isNaN(rows[at])) known.push(rows[at])
    known.sort((a, b) => a - b)
    const at = (share: number) => known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? 0
    const half = (at(0.9) - at(0.1)) / 2
    return { mid: at(0.5), half: half > 0 ? half : 1 }
  })
}

/** Standardised and cut to ±3; a missing value is in the middle. */
function project(
  rows: Float32Array,
  count: number,
  width: number,
  columns: readonly number[],
  scale: readonly { mid: number; half: number }[],
): Float32Array {
  const out = new Float32Array(count * columns.length)
  let to = 0
  for (let i = 0; i < count; i++)
    for (const [j, k] of columns.entries()) {
      const value = rows[i * width + k]
      const z = Number.isNaN(value) ? 0 : (value - scale[j].mid) / scale[j].half
      out[to++] = Math.max(-3, Math.min(3, z))
    }
  return out
}
