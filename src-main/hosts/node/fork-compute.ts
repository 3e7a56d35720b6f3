import { fork } from 'node:child_process'
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
  const child = fork(join(import.meta.dirname, 'compute-child.ts'), [], {
    serialization: 'advanced',
    // The heap holds typed arrays of large graphs; resident memory is what the benches watch.
    execArgv: ['--max-old-space-size=8192', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...computeEnv(options) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return { ...childTransport(child), pid: child.pid ?? 0 }
}
