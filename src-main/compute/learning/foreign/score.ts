import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { rowNormalised, symmetric } from '../../diffusion/operator.ts'
import type { Operator } from '../../diffusion/operator.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { readManifest } from '../../onnx/load.ts'
import type { LoadedModel } from '../../onnx/load.ts'
import { openFastest } from '../../onnx/measure.ts'
import type { ProviderTime } from '../../onnx/measure.ts'
import type { Manifest } from '../../onnx/manifest.ts'
import type { Provider } from '../../onnx/provider-names.ts'
import type { TensorLike } from '../../onnx/tensors.ts'
import type { FeatureTable } from '../types.ts'
import { emptyCsr } from '../../graph/csr.ts'
import { partsOf } from './halo.ts'
import type { Part } from './halo.ts'
import { messagePassingOf } from './spec.ts'
import type { MessagePassing } from './spec.ts'

/** Edges a part should hold: at 64 float32 channels, its messages take 256 MB. */
export const EDGE_BUDGET = 1_000_000

export interface ForeignScores {
  /** One per node, 0..1. */
  scores: Float32Array
  provider: Provider
  sha256: string
  manifest: Manifest
  goldenError: number
  failures: LoadedModel['failures']
  /** Where more than one provider works: what each takes for the first part. */
  times: ProviderTime[]
  parts: number
  /** Columns of x that this workspace does not have; they were given as the training mean. */
  missing: string[]
}

export interface ForeignOptions {
  providers?: readonly Provider[]
  budget?: number
}

/**
 * Scores every node with a message-passing model from elsewhere, part by part with exact halos, so that memory does
 * not grow with the graph. `table` gives the columns of x by name. Throws model_invalid where the folder is not sound
 * and provider_failed where no provider can run it.
 */
export async function scoreForeign(
  ctx: ComputeContext,
  graph: AccountGraph,
  table: FeatureTable,
  folder: string,
  options: ForeignOptions = {},
): Promise<ForeignScores> {
  const manifest = await readManifest(folder)
  const spec = messagePassingOf(manifest, folder)
  const operator = operatorOf(graph, spec, folder)
  const columns = await columnsOf(manifest, table)
  if (columns.every((column) => column.values === null))
    throw new ShoalError(
      'model_invalid',
      `The model ${manifest.name} looks at none of the columns that this workspace has (${manifest.features![0].name}, …). Export it anew from this workspace's data set.`,
    )
  const budget = options.budget ?? EDGE_BUDGET
  const inputsOf = (part: Part) => inputs(part, columns, spec)
  const [first] = partsOf(operator, spec.hops, budget)
  const entries = operator.offsets[operator.n]
  const { model, times } = await openFastest(folder, {
    providers: options.providers ?? ['cpu'],
    log: (level, message) => ctx.log(level, message),
    sample: first ? inputsOf(first) : {},
    batches: Math.ceil(entries / Math.max(1, first?.sources.length ?? 1)),
  })
  try {
    const scores = new Float32Array(operator.n)
    let done = 0
    let parts = 0
    for (const part of partsOf(operator, spec.hops, budget)) {
      const out = await model.run(inputsOf(part))
      place(out[manifest.outputs[0].name], part, spec, scores, folder)
      done += part.core
      parts++
      ctx.progress({ phase: 'scores.network', done, total: operator.n, unit: 'accounts' })
      await ctx.checkpoint()
    }
    const { provider, sha256, goldenError, failures } = model
    const missing = columns.flatMap((c, k) => (c.values === null ? [manifest.features![k].name] : []))
    return { scores, provider, sha256, manifest, goldenError, failures, times, parts, missing }
  } finally {
    await model.release()
  }
}

function operatorOf(graph: AccountGraph, spec: MessagePassing, folder: string): Operator {
  let csr: Csr | undefined = graph.combined
  if (spec.relation !== 'all') {
    csr = graph.channels.find((c) => c.id === spec.relation)?.csr
    if (!csr) {
      if (!/^(relation|entity):/.test(spec.relation))
        throw new ShoalError(
          'model_invalid',
          `${folder}: params.relation '${spec.relation}' is no channel; write 'all', 'relation:TYPE' or 'entity:TYPE'.`,
        )
      csr = emptyCsr(graph.combined.n)
    }
  }
  if (spec.edge_weight === 'row') return rowNormalised(csr)
  if (spec.edge_weight === 'symmetric') return symmetric(csr)
  const values = spec.edge_weight === 'raw' ? csr.weights : new Float32Array(csr.targets.length).fill(1)
  return { n: csr.n, offsets: csr.offsets, targets: csr.targets, values }
}

interface InputColumn {
  /** null: the workspace has no such column. */
  values: Float32Array | null
  mean: number
  std: number
  clip: number
}

async function columnsOf(manifest: Manifest, table: FeatureTable): Promise<InputColumn[]> {
  const at = new Map(table.columns.map((c, k) => [c.name, k]))
  const { normalisation } = manifest
  const out: InputColumn[] = []
  for (const [k, { name }] of manifest.features!.entries()) {
    const found = at.get(name)
    out.push({
      values: found === undefined ? null : await table.column(found),
      mean: normalisation?.mean[k] ?? 0,
      std: normalisation?.std[k] ?? 1,
      clip: normalisation?.clip ?? Infinity,
    })
  }
  return out
}

/** The tensors of a part. A missing value is 0 after scaling: the training mean where the model states one. */
function inputs(
  part: Part,
  columns: readonly InputColumn[],
  spec: MessagePassing,
): Record<string, TensorLike> {
  const rows = part.nodes.length
  const width = columns.length
  const x = new Float32Array(rows * width)
  columns.forEach(({ values, mean, std, clip }, k) => {
    if (values === null) return
    for (let i = 0, at = k; i < rows; i++, at += width) {
      const value = values[part.nodes[i]]
      if (!Number.isNaN(value)) x[at] = Math.max(-clip, Math.min(clip, (value - mean) / std))
    }
  })
  const edges = part.sources.length
  const index = new BigInt64Array(2 * edges)
  // An int64 below 2³² is its low word; writing words is ten times as fast as BigInts.
  const words = new Uint32Array(index.buffer)
  for (let e = 0; e < edges; e++) {
    words[2 * e] = part.sources[e]
    words[2 * (edges + e)] = part.targets[e]
  }
  const given: Record<string, TensorLike> = {
    x: { data: x, dims: [rows, width] },
    edge_index: { data: index, dims: [2, edges] },
  }
  if (spec.edge_weight !== 'none') given['edge_weight'] = { data: part.weights, dims: [edges] }
  return given
}

function place(
  output: TensorLike,
  part: Part,
  spec: MessagePassing,
  scores: Float32Array,
  folder: string,
): void {
  const values = output.data as Float32Array
  if (values.length !== part.nodes.length)
    throw new ShoalError(
      'model_invalid',
      `${folder}: for ${part.nodes.length} nodes the output has ${values.length} values. It must give one per row of x.`,
    )
  for (let k = 0; k < part.core; k++) {
    const value = spec.output === 'margin' ? 1 / (1 + Math.exp(-values[k])) : values[k]
    if (!(value >= 0 && value <= 1))
      throw new ShoalError(
        'model_invalid',
        `${folder}: the model gave ${values[k]} for an account. Its output must be a probability; set params.output to 'margin' if it is a log-odds.`,
      )
    scores[part.nodes[k]] = value
  }
}
