import { ShoalError } from '../../common/errors.ts'
import { loadModel } from './load.ts'
import type { LoadedModel } from './load.ts'
import type { Provider } from './provider-names.ts'
import type { ProviderFailure, SessionOptions } from './session.ts'
import type { TensorLike } from './tensors.ts'

/** One provider's time on this very model, milliseconds a batch (median). */
export interface ProviderTime {
  provider: Provider
  ms: number
}

export interface FastestOptions extends SessionOptions {
  /** A batch as it will come: the same model is faster here or there depending on its size. */
  sample: Readonly<Record<string, TensorLike>>
  /** How many such batches there will be. */
  batches: number
  /** Default: performance.now. */
  clock?: () => number
  /** Default: loadModel. Tests hand in their own. */
  open?: typeof loadModel
}

/** Runs of the sample that are timed, after one that warms up (shaders, memory). */
const RUNS = 3
/** Fewer batches than this are done before measuring would have paid. */
const WORTH_MEASURING = 4

/**
 * Opens a model on the provider that is fastest for batches like `sample`, by timing each one that works and passes the
 * golden check. A GPU loses to the processor on small batches, and which is small depends on both. With a single provider,
 * or with few batches, nothing is measured and cpu is used. The caller releases the model; the others are released here.
 */
export async function openFastest(
  modelDir: string,
  options: FastestOptions,
): Promise<{ model: LoadedModel; times: ProviderTime[] }> {
  const { sample, batches, clock = () => performance.now(), open = loadModel, ...session } = options
  const others = [...new Set(session.providers ?? [])].filter((p) => p !== 'cpu')
  const cpu = await open(modelDir, { ...session, providers: ['cpu'] })
  if (others.length === 0 || batches < WORTH_MEASURING) return { model: cpu, times: [] }
  const opened: { model: LoadedModel; ms: number }[] = []
  const failures: ProviderFailure[] = []
  try {
    opened.push({ model: cpu, ms: await medianTime(cpu, sample, clock) })
    for (const provider of others) {
      const model = await open(modelDir, { ...session, providers: [provider] })
      failures.push(...model.failures)
      // It fell back to cpu, which is there already.
      if (model.provider !== provider) {
        await model.release()
        continue
      }
      try {
        opened.push({ model, ms: await medianTime(model, sample, clock) })
      } catch (error) {
        await model.release()
        if (!(error instanceof ShoalError)) throw error
        failures.push({ provider, error: error.message })
      }
    }
  } catch (error) {
    await Promise.all(opened.map(({ model }) => model.release()))
    if (opened.length === 0) await cpu.release()
    throw error
  }
  const best = opened.reduce((a, b) => (b.ms < a.ms ? b : a)).model
  for (const { model } of opened) if (model !== best) await model.release()
  return {
    model: { ...best, failures },
    times: opened.map(({ model, ms }) => ({ provider: model.provider, ms })),
  }
}

async function medianTime(
  model: LoadedModel,
  sample: Readonly<Record<string, TensorLike>>,
  clock: () => number,
): Promise<number> {
  await model.run(sample)
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const start = clock()
    await model.run(sample)
    times.push(clock() - start)
  }
  return times.sort((a, b) => a - b)[RUNS >> 1]
}
