import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { loadModel } from '../onnx/load.ts'
import type { LoadedModel } from '../onnx/load.ts'
import { HASHING, HASHING_VERSION, TextHasher } from './hashing.ts'
import type { SparseVector } from './hashing.ts'

export const REPORT_MODEL = 'report-classifier'

export interface ReportClassifier {
  readonly model: LoadedModel
  readonly classes: readonly string[]
  readonly hasher: TextHasher
}

export interface TextClass {
  readonly class: string
  /** Probability of that class, 0..1. */
  readonly confidence: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** model.json's `params` for models of this kind. */
const paramsSchema = z.object({
  hashing: z.object({
    version: z.number(),
    minN: z.number(),
    maxN: z.number(),
    bits: z.number(),
    seed: z.number(),
  }),
  /** Raw texts and their probabilities, in model.json's order of classes. */
  golden_texts: z.array(z.object({ text: z.string(), probabilities: z.array(z.number()) })).min(1),
})

/** Entries (texts × longest text's n-grams) that one run of the model may hold. */
const ENTRIES_PER_RUN = 1 << 17
const TEXTS_PER_RUN = 256

/**
 * Opens the report classifier of a models folder. Beyond the loader's checks, the texts → probabilities of
 * model.json must come out within the model's tolerance, so that a change in normalisation or hashing (ours, or the
 * Unicode tables of this Node) is an error and not a silent change of results: `model_invalid`.
 */
export async function openReportClassifier(
  modelsDir: string,
  name = REPORT_MODEL,
): Promise<ReportClassifier> {
  const dir = join(modelsDir, name)
  const model = await loadModel(dir)
  try {
    return await checked(model)
  } catch (error) {
    await model.release()
    throw error
  }
}

async function checked(model: LoadedModel): Promise<ReportClassifier> {
  const invalid = (what: string) =>
    new ShoalError('model_invalid', `${join(model.dir, 'model.json')}: ${what}`, { dir: model.dir })
  const { manifest } = model
  const parsed = paramsSchema.safeParse(manifest.params)
  if (manifest.kind !== 'report_classes' || !parsed.success || !manifest.classes)
    throw invalid(
      `is not a report classifier: it needs kind 'report_classes', classes, params.hashing and params.golden_texts.`,
    )
  const { hashing, golden_texts: golden } = parsed.data
  const own = { version: HASHING_VERSION, ...HASHING }
  for (const key of Object.keys(own) as (keyof typeof own)[])
    if (hashing[key] !== own[key])
      throw invalid(
        `was trained with hashing ${key} ${hashing[key]}, this version of Shoal has ${own[key]}. Train it again with models/training/report_classifier.`,
      )
  const classifier = { model, classes: manifest.classes, hasher: new TextHasher() }
  const got = await classifyTexts(
    classifier,
    golden.map((g) => g.text),
  )
  for (const [i, { text, probabilities }] of golden.entries())
    for (const [k, name] of classifier.classes.entries()) {
      const difference = Math.abs(got[i].probabilities[name] - probabilities[k])
      if (!(difference <= manifest.tolerance))
        throw invalid(
          `text "${text.slice(0, 40)}" comes out as ${got[i].probabilities[name]} for ${name}, training had ${probabilities[k]}. Text handling differs from training's; train the model again.`,
        )
    }
  return classifier
}

/** Runs the model on vectors, in whatever batches fit; rows of `output` in the order of `vectors`. */
export async function runVectors(
  { model, classes }: ReportClassifier,
  vectors: readonly SparseVector[],
  output: 'logits' | 'probabilities',
  pace?: Pace,
): Promise<Float32Array[]> {
  const results: Float32Array[] = Array.from({ length: vectors.length })
  // Texts of like length go together: a batch is padded to its longest.
  const order = Array.from(vectors.keys()).sort((a, b) => vectors[a].ids.length - vectors[b].ids.length)
  for (let from = 0; from < order.length;) {
    let to = from
    let terms = 1
    while (to < order.length && to - from < TEXTS_PER_RUN) {
      const longer = Math.max(1, vectors[order[to]].ids.length)
      if (to > from && longer * (to - from + 1) > ENTRIES_PER_RUN) break
      terms = longer
      to++
    }
    const rows = to - from
    const ids = new Int32Array(rows * terms)
    const values = new Float32Array(rows * terms)
    for (let r = 0; r < rows; r++) {
      const vector = vectors[order[from + r]]
      ids.set(vector.ids, r * terms)
      values.set(vector.values, r * terms)
    }
    const dims = [rows, terms]
    const out = await model.run({ ids: { data: ids, dims }, values: { data: values, dims } })
    const data = out[output].data as Float32Array
    for (let r = 0; r < rows; r++)
      results[order[from + r]] = data.slice(r * classes.length, (r + 1) * classes.length)
    from = to
    await pace?.checkpoint()
  }
  return results
}

/** Classes of texts, in their order. Any string is a text: empty ones get the model's prior. */
export async function classifyTexts(
  classifier: ReportClassifier,
  texts: readonly string[],
  pace?: Pace,
): Promise<TextClass[]> {
  const vectors: SparseVector[] = []
  for (const text of texts) {
    vectors.push(classifier.hasher.vector(text))
    await pace?.checkpoint()
  }
  const rows = await runVectors(classifier, vectors, 'probabilities', pace)
  return rows.map((row) => {
    let best = 0
    const probabilities: Record<string, number> = {}
    for (const [k, name] of classifier.classes.entries()) {
      probabilities[name] = row[k]
      if (row[k] > row[best]) best = k
    }
    return { class: classifier.classes[best], confidence: row[best], probabilities }
  })
}
