import { fork, type ChildProcess } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import type { Transport } from '../../common/rpc/frames.ts'
import type { ComputeOptions } from '../../compute/entry.ts'
import { childTransport } from './child-transport.ts'

/** What a compute process is told, by its environment. */
export function computeEnv(options: ComputeOptions): Record<string, string> {
  return {
    SHOAL_MODELS_DIR: options.modelsDir,
    SHOAL_APP_VERSION: options.appVersion,
    SHOAL_PROVIDERS_FILE: options.providersFile,
  }
}

/** Starts a compute process under plain Node. Killed with SIGKILL on close: its transactions roll back. */
export function forkCompute(options: ComputeOptions): Transport & { pid: number } {
  const child = ahead ?? start(options)
  ahead = null
  child.ref()
  child.channel?.ref()
  return { ...childTransport(child), pid: child.pid ?? 0 }
}

/** glibc keeps a heap for each thread otherwise, and what one of them freed lies there. */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2' }

/** Started before anybody asked for it; goes with this process if nobody does. */
let ahead: ChildProcess | null = null

/** Starts the process that the next `forkCompute` gives, which must be for the same options. */
export function forkAhead(options: ComputeOptions): void {
  ahead = start(options)
  ahead.unref()
  ahead.channel?.unref()
}

function start(options: ComputeOptions): ChildProcess {
  return fork(join(import.meta.dirname, 'compute-child.ts'), [], {
    serialization: 'advanced',
    // The heap holds typed arrays of large graphs; resident memory is what the benches watch.
    execArgv: ['--max-old-space-size=8192', '--disable-warning=ExperimentalWarning'],
    env: { ...ALLOCATOR, ...process.env, ...computeEnv(options), ...compileCache() },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** Where this process keeps what it has compiled, if it does. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}
