import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import { loadModel } from '../../onnx/load.ts'
import type { LoadedModel } from '../../onnx/load.ts'
import type { SessionOptions } from '../../onnx/session.ts'
import { CHANNELS, COLUMN_COUNT, columnInfo } from './channels.ts'
import type { FeatureScale } from './channels.ts'
import { FEATURES, GAPS } from './feature-list.ts'

export const ACCOUNT_MODEL = 'account-gnn'
/** Accounts that go through the network at a time. */
export const BATCH = 4096

/** `params` of an account model: the features it was made for and how they are scaled before diffusion. */
const paramsSchema = z.object({
  features: z.array(z.object({ name: z.string(), mean: z.number(), std: z.number().positive() })),
  gaps: z.array(z.string()),
  channels: z.array(z.string()),
  clip: z.number().positive(),
})

export interface AccountModel {
  readonly loaded: LoadedModel
  readonly scale: FeatureScale
  readonly threshold: number
  /**
   * Scores of `rows` accounts from their columns (row-major rows × COLUMN_COUNT), each 0..1.
   * Normalises `columns` in place, as model.json says.
   */
  score(columns: Float32Array, rows: number): Promise<Float32Array>
}

/**
 * Opens models/account-gnn and checks that it was made for the features that this version computes; throws
 * `model_invalid` otherwise.
 */
export async function openAccountModel(
  modelsDir: string,
  options: SessionOptions = {},
): Promise<AccountModel> {
  // The head is small: threads that wait for each other would cost more than they bring.
  const loaded = await loadModel(join(modelsDir, ACCOUNT_MODEL), { threads: 1, ...options })
  try {
    return { loaded, ...checked(loaded) }
  } catch (error) {
    await loaded.release()
    throw error
  }
}

function checked(loaded: LoadedModel): Omit<AccountModel, 'loaded'> {
  const { manifest } = loaded
  const file = join(loaded.dir, 'model.json')
  const fail = (what: string) =>
    new ShoalError('model_invalid', `${file}: ${what} Use the models folder that came with this version.`, {
      file,
    })
  const parsed = paramsSchema.safeParse(manifest.params)
  if (!parsed.success) throw fail(`params.${parsed.error.issues[0].path.join('.')} is not as needed.`)
  const { features, gaps, channels, clip } = parsed.data
  const same = (found: readonly string[], needed: readonly string[]) =>
    found.length === needed.length && found.every((name, k) => name === needed[k])
  const names = features.map((x) => x.name)
  const needed = FEATURES.map((x) => x.name)
  if (!same(names, needed)) {
    const odd = needed.find((name, k) => names[k] !== name) ?? names[needed.length]
    throw fail(`it was made for other features (see '${odd}').`)
  }
  if (!same(gaps, GAPS)) throw fail('it was made for other missing-value columns.')
  if (
    !same(
      channels,
      CHANNELS.map((c) => c.id),
    )
  )
    throw fail('it was made for other diffusion channels.')
  const normalisation = manifest.normalisation
  const stated = manifest.features?.map((x) => x.name) ?? []
  if (
    !normalisation ||
    !same(
      stated,
      columnInfo().map((c) => c.name),
    )
  )
    throw fail(`features and normalisation must describe its ${COLUMN_COUNT} input columns.`)
  if (manifest.threshold === undefined) throw fail('threshold is missing.')
  const { mean, std, clip: cut } = normalisation
  return {
    scale: { mean: features.map((x) => x.mean), std: features.map((x) => x.std), clip },
    threshold: manifest.threshold,
    async score(columns, rows) {
      for (let i = 0, k = 0; i < rows * COLUMN_COUNT; i++, k = k + 1 === COLUMN_COUNT ? 0 : k + 1)
        columns[i] = Math.max(-cut, Math.min(cut, (columns[i] - mean[k]) / std[k]))
      const data = columns.subarray(0, rows * COLUMN_COUNT)
      const { score } = await loaded.run({ x: { data, dims: [rows, COLUMN_COUNT] } })
      return score.data as Float32Array
    },
  }
}
