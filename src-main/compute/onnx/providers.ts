import { fork } from 'node:child_process'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import ort from 'onnxruntime-node'
import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { ProbeResult } from './probe-provider.ts'
import { candidateProviders, PROVIDERS } from './provider-names.ts'
import type { Provider } from './provider-names.ts'

export type { ProbeResult } from './probe-provider.ts'

/** What the prober needs of a child process; Electron's utilityProcess fits as well as child_process. */
export interface ProbeChild {
  send(message: { provider: Provider }): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the child is gone, whatever the reason. */
  onExit(listener: (reason: string) => void): void
  kill(): void
}

export interface ProbeOptions {
  /** Starts the throw-away child (probe-child.ts). Default: child_process.fork. */
  startChild?: () => ProbeChild
  /** Where results are kept between starts (JSON). Not read or written when absent. */
  cacheFile?: string
  /** Default: those that fit the platform. */
  candidates?: readonly Provider[]
  /** A child that hasn't answered by then is killed and its provider counts as not working. Default 20 s. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Starts probe-child with child_process.fork; `script` is its path when the code was bundled. */
export function forkProbeChild(
  script = fileURLToPath(new URL('./probe-child.ts', import.meta.url)),
): ProbeChild {
  // There, fork would start the whole app again: its host hands in a utilityProcess instead.
  if (process.versions.electron)
    throw new ShoalError('unsupported_here', 'Under Electron the host must start the probe.')
  // Native libraries write to stderr as they fail; the reason reaches us by message.
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] })
  return {
    send: (message) => {
      child.send(message, () => {})
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('error', (error) => listener(`can't start: ${error.message}`))
      child.once('exit', (code, signal) => listener(signal ? `signal ${signal}` : `exit code ${code}`))
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

const resultSchema = z.object({
  provider: z.enum(PROVIDERS),
  works: z.boolean(),
  ms: z.number().optional(),
  error: z.string().optional(),
})
const cacheSchema = z.object({ schema: z.literal(1), key: z.string(), results: z.array(resultSchema) })

/** Results hold for one runtime on one machine kind with the same candidates; anything else is probed anew. */
const cacheKey = (candidates: readonly Provider[]): string =>
  [ort.env.versions.node, process.platform, process.arch, process.versions.modules, ...candidates].join(' ')

async function readCache(file: string, key: string): Promise<ProbeResult[] | undefined> {
  try {
    const cache = cacheSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    return cache.key === key ? cache.results : undefined
  } catch {
    // No cache, or a damaged one: probing again is cheap and rewrites it.
    return undefined
  }
}

async function writeCache(file: string, key: string, results: ProbeResult[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const part = `${file}.${process.pid}.part`
  await writeFile(part, JSON.stringify({ schema: 1, key, results }, null, 1))
  await rename(part, file)
}

/**
 * Tries each candidate provider in a child of its own, one after the other: runs a small known model, checks
 * its numbers and times it. A provider that aborts or hangs costs its child, never the caller, and is reported
 * as not working with the reason. Results come fastest first, those that don't work last.
 */
export async function probeProviders(options: ProbeOptions = {}): Promise<ProbeResult[]> {
  const candidates = options.candidates ?? candidateProviders()
  const key = cacheKey(candidates)
  const cached = options.cacheFile ? await readCache(options.cacheFile, key) : undefined
  if (cached) return cached
  const results: ProbeResult[] = []
  for (const provider of candidates) {
    options.signal?.throwIfAborted()
    results.push(await probeInChild(provider, options))
  }
  results.sort((a, b) => (a.works ? a.ms! : Infinity) - (b.works ? b.ms! : Infinity) || 0)
  // Where not even cpu works, something else was wrong (no process could start): look again next time.
  if (options.cacheFile && results.some((r) => r.works)) await writeCache(options.cacheFile, key, results)
  return results
}

/** Providers to hand to loadModel: those that work, fastest first. */
export const usableProviders = (results: readonly ProbeResult[]): Provider[] =>
  results.filter((r) => r.works).map((r) => r.provider)

function probeInChild(provider: Provider, options: ProbeOptions): Promise<ProbeResult> {
  const start = options.startChild ?? forkProbeChild
  return new Promise((resolve, reject) => {
    let child: ProbeChild
    try {
      child = start()
    } catch (error) {
      resolve({ provider, works: false, error: `can't start: ${(error as Error).message}` })
      return
    }
    const end = (result: ProbeResult): void => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', cancel)
      child.kill()
      resolve(result)
    }
    const timeoutMs = options.timeoutMs ?? 20_000
    const timer = setTimeout(
      () => end({ provider, works: false, error: `no answer in ${timeoutMs / 1000} s` }),
      timeoutMs,
    )
    const cancel = (): void => {
      clearTimeout(timer)
      child.kill()
      reject(options.signal!.reason)
    }
    options.signal?.addEventListener('abort', cancel, { once: true })
    child.onMessage((message) => {
      const parsed = resultSchema.safeParse(message)
      if (parsed.success && parsed.data.provider === provider) end(parsed.data)
      else end({ provider, works: false, error: 'the probe answered nonsense' })
    })
    child.onExit((reason) =>
      end({ provider, works: false, error: `the provider ended its process (${reason})` }),
    )
    child.send({ provider })
  })
}
