import ort from 'onnxruntime-node'
import { ShoalError } from '../../common/errors.ts'
import type { Provider } from './provider-names.ts'

export interface SessionOptions {
  /** Tried in this order; `cpu` is added at the end when missing. Default: `['cpu']`. */
  providers?: readonly Provider[]
  /** Threads inside one operator. Default: onnxruntime's own choice. */
  threads?: number
  log?: (level: 'info' | 'warn' | 'error', message: string) => void
}

export interface ProviderFailure {
  provider: Provider
  error: string
}

export interface OpenSession {
  session: ort.InferenceSession
  /** The provider that the session was really made with. */
  provider: Provider
  /** Providers tried before it, and why they were given up. */
  failures: ProviderFailure[]
}

/** The order in which providers are tried: as given, without repeats, cpu last if it was not named. */
export function providerOrder(providers: readonly Provider[] | undefined): Provider[] {
  const order = [...new Set(providers ?? [])]
  if (!order.includes('cpu')) order.push('cpu')
  return order
}

export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 300)

/** Makes a session on exactly one provider; throws `provider_failed` with what that provider said. */
export async function openOn(
  model: string | Uint8Array,
  provider: Provider,
  options: Pick<SessionOptions, 'threads'> = {},
): Promise<ort.InferenceSession> {
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // Notes about node placement are not for people; errors still reach us as exceptions.
    logSeverityLevel: 4,
    ...(options.threads && { intraOpNumThreads: options.threads }),
  }
  try {
    return typeof model === 'string'
      ? await ort.InferenceSession.create(model, settings)
      : await ort.InferenceSession.create(model, settings)
  } catch (error) {
    throw new ShoalError('provider_failed', errorText(error), { provider })
  }
}

/**
 * Makes a session of a model given as a path or as bytes, with the first provider that accepts it.
 * onnxruntime-node has no fallback of its own (`['cuda','cpu']` without a GPU throws), so each is tried alone
 * and a failure is logged and returned. Throws `provider_failed` when none works, cpu included; where the
 * file itself is at fault every provider says so.
 */
export async function createSession(
  model: string | Uint8Array,
  options: SessionOptions = {},
): Promise<OpenSession> {
  const failures: ProviderFailure[] = []
  for (const provider of providerOrder(options.providers)) {
    try {
      return { session: await openOn(model, provider, options), provider, failures }
    } catch (error) {
      failures.push({ provider, error: errorText(error) })
      options.log?.('warn', `ONNX provider ${provider} can't open this model: ${errorText(error)}`)
    }
  }
  throw new ShoalError(
    'provider_failed',
    `No ONNX provider could open the model (${failures.map((f) => `${f.provider}: ${f.error}`).join('; ')}).`,
    { failures },
  )
}
