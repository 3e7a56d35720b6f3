import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import type { LoadedModel } from '../../onnx/load.ts'
import { loadModel, readManifest } from '../../onnx/load.ts'
import { openFastest } from '../../onnx/measure.ts'
import type { Golden, Manifest } from '../../onnx/manifest.ts'
import type { SessionOptions } from '../../onnx/session.ts'
import type { Encoding } from '../features/source.ts'
import type { FeatureColumn } from '../types.ts'
import { scorerOf } from './joint.ts'
import { scorerToOnnx } from './export-onnx.ts'
import { memberFromBytes, memberToBytes } from './member-files.ts'
import { choose } from './table-data.ts'
import type { Choices, FittedMember, TrainedScorer } from './types.ts'

/** Rows that golden.json holds. */
export const GOLDEN_ROWS = 24
/** Rows of one run on the processor: measured, 355 columns: 256 rows 0.9 s, 2,048 rows 1.8 s for 20,000 accounts. */
const ROWS_ON_CPU = 256

/** What `params` of a trained table model says beside what every table model has. */
export interface TableParams {
  readonly engine: 'table'
  /** Descriptor that trained it. */
  readonly scorer: string
  readonly columns: readonly FeatureColumn[]
  readonly choices: Choices
  /** Files of each member's models, for contributions; parallel to choices.members. */
  readonly members: readonly (readonly string[])[]
  /** How attributes were read; another export is read the same way. */
  readonly encoding: Encoding
  /** AccountGraph.sha256 that it was trained on: columns that only have a meaning there are missing elsewhere. */
  readonly graph: string
  readonly seed: number
}

/** Everything that a model folder is written from. */
export interface ModelContents {
  readonly name: string
  readonly description: string
  readonly scorer: string
  readonly trained: TrainedScorer
  readonly trainedOn: 'workspace' | 'simulated'
  readonly encoding: Encoding
  /** AccountGraph.sha256 of the graph that it was trained on. */
  readonly graphSha256: string
  readonly seed: number
  readonly training: Record<string, unknown>
  readonly metrics: Record<string, unknown>
  /** GOLDEN_ROWS rows or fewer of x, row-major. */
  readonly golden: { readonly x: Float32Array; readonly rows: number }
}

/**
 * Writes model.onnx, model.json, golden.json and the members' files into `dir`, which it makes anew; the card is
 * `writeCard`'s. Golden outputs come from the members themselves, so that loading proves that the ONNX file computes
 * what was trained. Returns the file's SHA-256.
 */
export function writeModelFolder(
  dir: string,
  contents: ModelContents,
): { sha256: string; manifest: Manifest } {
  const { trained, golden } = contents
  const { columns, choices } = trained
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const bytes = scorerToOnnx(trained)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(join(dir, 'model.onnx'), bytes)
  const members = trained.members.map(({ choice, models }) =>
    models.map((model, k) => {
      const file = `member-${choice.id}-${k + 1}.bin`
      writeFileSync(join(dir, file), memberToBytes(model))
      return file
    }),
  )
  const params: TableParams = {
    engine: 'table',
    scorer: contents.scorer,
    columns,
    choices,
    members,
    encoding: contents.encoding,
    graph: contents.graphSha256,
    seed: contents.seed,
  }
  const manifest: Manifest = {
    schema: 1,
    name: contents.name,
    version: '1.0.0',
    kind: 'account_scores',
    description: contents.description,
    file: 'model.onnx',
    sha256,
    opset: 18,
    inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', columns.length] }],
    outputs: [{ name: 'score', dtype: 'float32', shape: ['batch', 1] }],
    features: columns.map(({ name, family, relation, hop, unit }) => ({
      name,
      family,
      hop,
      ...(relation !== null && { relation }),
      ...(unit !== undefined && { unit }),
    })),
    threshold: choices.threshold.value,
    golden: 'golden.json',
    tolerance: 1e-5,
    card: 'card.md',
    trained_on: contents.trainedOn,
    params: { ...params },
    training: contents.training,
    metrics: contents.metrics,
  }
  writeJson(join(dir, 'model.json'), manifest)
  // JSON.stringify writes NaN as null, which golden.json means by it.
  writeJson(join(dir, 'golden.json'), goldenOf(trained, golden.x, golden.rows))
  return { sha256, manifest }
}

/** Puts another threshold into a folder's model.json; the scores are what they were. */
export function rewriteThreshold(dir: string, manifest: Manifest, choices: Choices): Manifest {
  const changed = { ...manifest, threshold: choices.threshold.value, params: { ...manifest.params, choices } }
  writeJson(join(dir, 'model.json'), changed)
  return changed
}

const writeJson = (file: string, value: unknown): void =>
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`)

/** Cases of one tensor each: rows as they are, then the same rows with every third value missing. */
function goldenOf(trained: TrainedScorer, x: Float32Array, rows: number): Golden {
  const width = trained.columns.length
  const gaps = x.map((value, i) => (i % 3 === 0 ? NaN : value))
  const all = new Float32Array(rows * width).fill(NaN)
  const cases = [
    { name: 'accounts', x, rows },
    { name: 'values missing', x: gaps, rows },
    { name: 'everything missing', x: all.subarray(0, width), rows: 1 },
  ]
  return {
    schema: 1,
    cases: cases.map((one) => ({
      name: one.name,
      inputs: { x: { dims: [one.rows, width], data: Array.from(one.x) } },
      outputs: {
        score: { dims: [one.rows, 1], data: Array.from(trained.score(one.x, one.rows)) },
      },
    })),
  }
}

const choicesSchema = z.object({
  members: z
    .array(
      z.object({
        id: z.string(),
        learner: z.string(),
        columns: z.enum(['all', 'own', 'unlabelled', 'labels']),
        params: z.record(z.string(), z.unknown()),
        refitParams: z.record(z.string(), z.unknown()).optional(),
        weight: z.number(),
        coefficient: z.number(),
      }),
    )
    .min(1),
  intercept: z.number(),
  graphHelps: z.boolean().nullable(),
  calibration: z.object({
    method: z.enum(['platt', 'isotonic']),
    base: z.number(),
    slope: z.number(),
    knots: z.array(z.number()),
    bends: z.array(z.number()),
  }),
  threshold: z.object({
    rule: z.enum(['f1', 'capacity']),
    value: z.number(),
    precision: z.number().nullable(),
    recall: z.number().nullable(),
  }),
  folds: z.number().int(),
  rows: z.number().int(),
  importance: z.record(z.string(), z.number()).optional(),
})

/** `params` of a model that a scorer trained here; null for a table model from elsewhere. */
export function tableParams(manifest: Manifest): TableParams | null {
  const { params } = manifest
  if (params['scorer'] === undefined) return null
  const choices = choicesSchema.safeParse(params['choices'])
  if (!choices.success || !Array.isArray(params['columns']) || !Array.isArray(params['members']))
    throw new ShoalError(
      'model_invalid',
      `The model ${manifest.name} does not say how it was trained (params.choices, columns and members of model.json). Train it again.`,
    )
  return params as unknown as TableParams
}

/** Choices of a model folder, for a refit. Throws model_invalid where it was not trained by this scorer. */
export async function readChoices(dir: string, scorer: string): Promise<Choices> {
  const params = tableParams(await readManifest(dir))
  if (params?.scorer !== scorer)
    throw new ShoalError('model_invalid', `${dir} was not trained by ${scorer}: train it once without refit.`)
  return params.choices
}

export interface TableModel {
  readonly loaded: LoadedModel
  readonly manifest: Manifest
  /** Input columns by name, in order. */
  readonly names: readonly string[]
  /** Its columns in full, where it was trained here. */
  readonly params: TableParams | null
  /** Scores of rows × names.length values (row-major, NaN missing), each 0..1. `x` may be overwritten. */
  score(x: Float32Array, rows: number): Promise<Float32Array>
  /** The members with their own code, for contributions. Only of models trained here. */
  members(): Promise<TrainedScorer>
}

/** How a table model is opened: on the first provider that works, or on the fastest for batches like `sample`. */
export interface OpenTableOptions extends SessionOptions {
  sample?: { readonly x: Float32Array; readonly rows: number; readonly batches: number }
}

/**
 * Opens a model folder whose model.onnx reads columns of accounts. Throws model_invalid where it is not sound. The
 * caller releases `loaded`.
 */
export async function openTableModel(dir: string, options: OpenTableOptions = {}): Promise<TableModel> {
  const { sample, ...session } = options
  const manifest = await readManifest(dir)
  const names = manifest.features?.map((feature) => feature.name) ?? []
  const [input] = manifest.inputs
  const [output] = manifest.outputs
  const fail = (what: string) =>
    new ShoalError('model_invalid', `${join(dir, 'model.json')}: ${what}`, { file: join(dir, 'model.json') })
  if (manifest.inputs.length !== 1 || input.dtype !== 'float32' || input.shape[1] !== names.length)
    throw fail(`a table model has one input, float32 ["batch", ${names.length}], one column per feature.`)
  if (manifest.outputs.length !== 1 || output.dtype !== 'float32')
    throw fail('a table model has one output, float32 ["batch", 1].')
  const params = tableParams(manifest)
  const { normalisation } = manifest
  const margin = manifest.params['output'] === 'margin'
  const loaded =
    sample === undefined
      ? await loadModel(dir, session)
      : (
          await openFastest(dir, {
            ...session,
            sample: { [input.name]: { data: sample.x, dims: [sample.rows, names.length] } },
            batches: sample.batches,
          })
        ).model
  return {
    loaded,
    manifest,
    names,
    params,
    async score(x, rows) {
      const data = x.subarray(0, rows * names.length)
      if (normalisation !== undefined) normalise(data, normalisation)
      // What lies between the layers of a network outgrows a processor's cache: few rows at a time take half as long
      // there. A graphics card wants many.
      const step = loaded.provider === 'cpu' ? ROWS_ON_CPU : rows
      const scores = new Float32Array(rows)
      for (let from = 0; from < rows; from += step) {
        const count = Math.min(step, rows - from)
        const part = data.subarray(from * names.length, (from + count) * names.length)
        const out = await loaded.run({ [input.name]: { data: part, dims: [count, names.length] } })
        scores.set(out[output.name].data as Float32Array, from)
      }
      return margin ? scores.map((m) => 1 / (1 + Math.exp(-m))) : scores
    },
    async members() {
      if (params === null)
        throw new ShoalError(
          'unsupported_here',
          `${manifest.name} comes from elsewhere: its parts are not known.`,
        )
      const members: FittedMember[] = []
      for (const [k, choice] of params.choices.members.entries()) {
        const models = await Promise.all(
          params.members[k].map(async (name) => memberFromBytes(choice.learner, await readMember(dir, name))),
        )
        members.push({ choice, models, columns: choose(params.columns, choice.columns) })
      }
      return scorerOf(params.columns, params.choices, members)
    },
  }
}

const readMember = (dir: string, name: string): Promise<Buffer> =>
  readFile(join(dir, name)).catch(() => {
    throw new ShoalError('model_invalid', `${join(dir, name)} is missing. Train the model again.`)
  })

/** As models from elsewhere ask for it: scaled, cut, 0 where missing. In place. */
function normalise(x: Float32Array, { mean, std, clip }: NonNullable<Manifest['normalisation']>): void {
  for (let i = 0, k = 0; i < x.length; i++, k = k + 1 === mean.length ? 0 : k + 1) {
    const value = Number.isNaN(x[i]) ? 0 : (x[i] - mean[k]) / std[k]
    x[i] = Math.max(-clip, Math.min(clip, value))
  }
}
