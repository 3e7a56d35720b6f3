import { cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CheckedModel } from '../../../common/contract/compute-learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { loadModel, readManifest } from '../../onnx/load.ts'
import { engineOf, messagePassingOf } from './spec.ts'

/** A model larger than this is not a score head; refusing it keeps a mistaken folder from filling the disk. */
const MOST_BYTES = 2 * 2 ** 30

/**
 * Checks a model folder from elsewhere and copies it into the workspace: model.json by its schema, kind and engine,
 * inputs and outputs, opset by opening it, the file's hash, and golden vectors within the stated tolerance on the
 * processor. Only the files that model.json names are copied, to NAME.part first, so that nothing half-copied stays.
 * Throws model_invalid naming file and fix.
 */
export async function importModel(
  ctx: ComputeContext,
  input: { path: string; folder: string },
): Promise<CheckedModel> {
  const found = await stat(input.path).catch(() => null)
  if (!found?.isDirectory())
    throw new ShoalError(
      'not_found',
      `${input.path} is not a folder. Choose the folder that holds model.json, model.onnx and golden.json.`,
    )
  const manifest = await readManifest(input.path)
  const kind = engineOf(manifest, input.path)
  if (kind === 'account_gnn')
    throw new ShoalError(
      'model_invalid',
      `${input.path} is the model that ships with Shoal; it is there already.`,
    )
  if (kind === 'message_passing') messagePassingOf(manifest, input.path)
  else if (!manifest.features?.length)
    throw new ShoalError(
      'model_invalid',
      `${join(input.path, 'model.json')}: features must name the columns of x.`,
    )
  const files = ['model.json', manifest.file, manifest.golden, manifest.card]
  await checkFiles(input.path, files.slice(0, 3))
  ctx.progress({ phase: 'model.check', done: 0, total: 1, unit: 'steps' })
  const model = await loadModel(input.path, { log: (level, message) => ctx.log(level, message) })
  const { sha256, goldenError, provider } = model
  await model.release()
  await ctx.checkpoint()
  const to = join(ctx.workspace, 'models', input.folder)
  const part = `${to}.part`
  try {
    await mkdir(dirname(to), { recursive: true })
    await rm(part, { recursive: true, force: true })
    await mkdir(part)
    for (const file of files)
      // dereference: a link would stay a link to what may change or go.
      await cp(join(input.path, file), join(part, file), { dereference: true }).catch((error: unknown) => {
        if (file !== manifest.card) throw error // a card is asked for, not required
      })
    await rename(part, to)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
  return { name: manifest.name, version: manifest.version, kind, folder: to, sha256, goldenError, provider }
}

async function checkFiles(dir: string, files: readonly string[]): Promise<void> {
  for (const name of files) {
    const found = await stat(join(dir, name)).catch(() => null)
    if (!found?.isFile())
      throw new ShoalError('model_invalid', `${join(dir, name)} is missing. Export the model again.`)
    if (found.size > MOST_BYTES)
      throw new ShoalError(
        'model_invalid',
        `${join(dir, name)} has ${found.size} bytes; at most ${MOST_BYTES} are read.`,
      )
  }
}
