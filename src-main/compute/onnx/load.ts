import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type ort from 'onnxruntime-node'
import type { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import { goldenSchema, manifestSchema } from './manifest.ts'
import type { Golden, Manifest } from './manifest.ts'
import type { Provider } from './provider-names.ts'
import { readOpset } from './read-opset.ts'
import { errorText, openOn, providerOrder } from './session.ts'
import type { ProviderFailure, SessionOptions } from './session.ts'
import { toOrtTensor, toTensorData } from './tensors.ts'
import type { TensorData, TensorLike } from './tensors.ts'

export interface LoadedModel {
  readonly dir: string
  readonly manifest: Manifest
  /** SHA-256 of model.onnx, as checked. */
  readonly sha256: string
  /** The provider that runs it, and passed the golden check. */
  readonly provider: Provider
  /** Providers given up on the way, and why. */
  readonly failures: readonly ProviderFailure[]
  /** Largest absolute difference from golden.json. */
  readonly goldenError: number
  /**
   * Runs the model on all its declared inputs and returns its declared outputs.
   * Throws `invalid_input` for a missing, unknown or misshapen input, `provider_failed` when the run fails.
   */
  run(inputs: Readonly<Record<string, TensorLike>>): Promise<Record<string, TensorLike>>
  release(): Promise<void>
}

const invalid = (file: string, what: string, details?: Record<string, unknown>) =>
  new ShoalError('model_invalid', `${file}: ${what}`, { file, ...details })

async function readBytes(file: string, fix: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw invalid(file, code === 'ENOENT' ? `is missing. ${fix}` : `can't be read (${code}). ${fix}`)
  }
}

async function readJson<T>(file: string, schema: z.ZodType<T>, fix: string): Promise<T> {
  const text = (await readBytes(file, fix)).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(file, `is not JSON (${(error as Error).message}). ${fix}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(file, `${issue.path.join('.') || 'top level'}: ${issue.message}. ${fix}`, {
    issues: parsed.error.issues.map((i) => ({ path: i.path.join('.'), message: i.message })).slice(0, 20),
  })
}

/** model.json of a model folder, parsed; throws `model_invalid` naming the file and the key. */
export function readManifest(modelDir: string): Promise<Manifest> {
  return readJson(
    join(modelDir, 'model.json'),
    manifestSchema,
    'See docs/models.md for what it must hold, or copy the model folder again.',
  )
}

/**
 * Opens a model folder: model.json is validated, model.onnx must have the SHA-256 that it states, inputs and
 * outputs must be those of the file, and golden.json must be reproduced within the tolerance by the very
 * provider that will run it. A provider that can't load it or computes other numbers is given up for the next;
 * when cpu fails too, `model_invalid` (wrong numbers) or `provider_failed` says why.
 */
export async function loadModel(modelDir: string, options: SessionOptions = {}): Promise<LoadedModel> {
  const again = `Copy the folder '${basename(modelDir)}' again from where it was made.`
  const manifest = await readManifest(modelDir)
  const golden = await readJson(join(modelDir, manifest.golden), goldenSchema, again)
  const file = join(modelDir, manifest.file)
  const bytes = await readBytes(file, again)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== manifest.sha256)
    throw invalid(
      file,
      `has SHA-256 ${sha256.slice(0, 12)}…, model.json states ${manifest.sha256.slice(0, 12)}…. The file was changed or damaged. ${again}`,
      { found: sha256, stated: manifest.sha256 },
    )

  const opset = readOpset(bytes)
  if (opset !== null && opset !== manifest.opset)
    throw invalid(file, `is written for opset ${opset}, model.json states ${manifest.opset}. ${again}`)

  const failures: ProviderFailure[] = []
  for (const provider of providerOrder(options.providers)) {
    let session: ort.InferenceSession | undefined
    try {
      session = await openOn(bytes, provider, options)
      checkPorts(file, manifest, session)
      const opened = session
      const run = (inputs: Readonly<Record<string, TensorLike>>) => runModel(manifest, opened, inputs)
      const goldenError = await checkGolden(join(modelDir, manifest.golden), manifest, golden, run)
      return {
        dir: modelDir,
        manifest,
        sha256,
        provider,
        failures,
        goldenError,
        run,
        release: () => opened.release(),
      }
    } catch (error) {
      await session?.release()
      if (!(error instanceof ShoalError)) throw error
      if (provider === 'cpu') {
        // The file is as its maker stated, so what cpu can't open is a bad export and not a damaged copy.
        if (error.code !== 'provider_failed') throw error
        throw invalid(file, `can't be run by onnxruntime: ${error.message}. ${again}`, { failures })
      }
      failures.push({ provider, error: error.message })
      options.log?.('warn', `ONNX provider ${provider} is not used for ${manifest.name}: ${error.message}`)
    }
  }
  throw new ShoalError('internal', 'cpu is always among the providers')
}

function checkPorts(file: string, manifest: Manifest, session: ort.InferenceSession): void {
  for (const [what, stated, found] of [
    ['input', manifest.inputs, session.inputNames],
    ['output', manifest.outputs, session.outputNames],
  ] as const) {
    for (const port of stated)
      if (!found.includes(port.name))
        throw invalid(
          file,
          `has no ${what} '${port.name}' that model.json names; it has ${found.join(', ')}. Name the ${what}s in model.json as the export did.`,
        )
    if (what === 'input')
      for (const name of found)
        if (!stated.some((p) => p.name === name))
          throw invalid(file, `needs an input '${name}' that model.json doesn't name. Add it to model.json.`)
  }
}

async function runModel(
  manifest: Manifest,
  session: ort.InferenceSession,
  inputs: Readonly<Record<string, TensorLike>>,
): Promise<Record<string, TensorLike>> {
  const feeds: Record<string, ort.Tensor> = {}
  const sizes = new Map<string, number>()
  for (const port of manifest.inputs) {
    if (!Object.hasOwn(inputs, port.name))
      throw new ShoalError('invalid_input', `Model ${manifest.name} needs an input '${port.name}'.`)
    feeds[port.name] = toOrtTensor(port, inputs[port.name], sizes)
  }
  for (const name of Object.keys(inputs))
    if (!Object.hasOwn(feeds, name))
      throw new ShoalError('invalid_input', `Model ${manifest.name} has no input '${name}'.`)
  let results: ort.InferenceSession.OnnxValueMapType
  try {
    results = await session.run(
      feeds,
      manifest.outputs.map((o) => o.name),
    )
  } catch (error) {
    throw new ShoalError('provider_failed', `Running ${manifest.name} failed: ${errorText(error)}`)
  }
  const outputs: Record<string, TensorLike> = {}
  for (const port of manifest.outputs) {
    const tensor = results[port.name] as ort.Tensor
    if (tensor.type !== port.dtype)
      throw new ShoalError(
        'model_invalid',
        `Output '${port.name}' of ${manifest.name} is ${tensor.type}, model.json states ${port.dtype}.`,
      )
    outputs[port.name] = { data: tensor.data as TensorData, dims: tensor.dims }
  }
  return outputs
}

/** Largest absolute difference over all golden cases; throws `model_invalid` where it exceeds the tolerance. */
async function checkGolden(
  file: string,
  manifest: Manifest,
  golden: Golden,
  run: LoadedModel['run'],
): Promise<number> {
  let largest = 0
  for (const [k, item] of golden.cases.entries()) {
    const name = item.name ?? `case ${k}`
    const inputs: Record<string, TensorLike> = {}
    for (const port of manifest.inputs) {
      const stated = item.inputs[port.name]
      if (!stated) throw invalid(file, `${name} has no input '${port.name}' of model.json. Export it again.`)
      inputs[port.name] = { data: toTensorData(port.dtype, stated.data), dims: stated.dims }
    }
    const outputs = await run(inputs)
    for (const port of manifest.outputs) {
      const stated = item.outputs[port.name]
      if (!stated) throw invalid(file, `${name} has no output '${port.name}' of model.json. Export it again.`)
      const got = outputs[port.name].data
      let worst = got.length === stated.data.length ? 0 : Infinity
      for (let i = 0; i < got.length && worst < Infinity; i++) {
        const difference = Math.abs(Number(got[i]) - stated.data[i])
        // A NaN on either side is a mismatch: comparisons with NaN are false.
        worst = difference >= 0 ? Math.max(worst, difference) : Infinity
      }
      if (!(worst <= manifest.tolerance))
        throw invalid(
          file,
          `${manifest.file} doesn't reproduce output '${port.name}' of ${name}: off by ${worst.toExponential(2)}, allowed is ${manifest.tolerance}. The model and its golden vectors don't belong together; copy the model folder again.`,
          { case: name, output: port.name, difference: worst, tolerance: manifest.tolerance },
        )
      largest = Math.max(largest, worst)
    }
  }
  return largest
}
