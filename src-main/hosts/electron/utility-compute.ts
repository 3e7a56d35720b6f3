import { utilityProcess } from 'electron'
import type { Frame, Transport } from '../../common/rpc/frames.ts'

/** Starts compute as a utility process (child_process.fork needs the RunAsNode fuse, which is off). */
export function startUtilityCompute(
  entry: string,
  options: { modelsDir: string; appVersion: string },
): Transport {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Shoal compute',
    execArgv: ['--max-old-space-size=8192'],
    env: { ...process.env, SHOAL_MODELS_DIR: options.modelsDir, SHOAL_APP_VERSION: options.appVersion },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let closed = false
  child.on('exit', () => {
    closed = true
  })
  return {
    send(frame) {
      if (!closed) child.postMessage(frame)
    },
    onMessage: (listener) => void child.on('message', (frame) => listener(frame as Frame)),
    onClose: (listener) => void child.on('exit', listener),
    close: () => void child.kill(),
  }
}
