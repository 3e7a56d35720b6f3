import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Transport } from '../../common/rpc/frames.ts'
import { childTransport } from './child-transport.ts'

/** Starts a compute process under plain Node. Killed with SIGKILL on close: its transactions roll back. */
export function forkCompute(options: { modelsDir: string; appVersion: string }): Transport & { pid: number } {
  const child = fork(join(import.meta.dirname, 'compute-child.ts'), [], {
    serialization: 'advanced',
    // The heap holds typed arrays of large graphs; resident memory is what the benches watch.
    execArgv: ['--max-old-space-size=8192', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, SHOAL_MODELS_DIR: options.modelsDir, SHOAL_APP_VERSION: options.appVersion },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return { ...childTransport(child), pid: child.pid ?? 0 }
}
