import { utilityProcess } from 'electron'
import type { Frame, Transport } from '../../common/rpc/frames.ts'
import type { ComputeOptions } from '../../compute/entry.ts'
import type { ProbeChild } from '../../compute/onnx/providers.ts'
import { computeEnv } from '../node/fork-compute.ts'

/** Starts compute as a utility process (child_process.fork needs the RunAsNode fuse, which is off). */
export function startUtilityCompute(entry: string, options: ComputeOptions): Transport {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Shoal compute',
    execArgv: ['--max-old-space-size=8192'],
    env: { ...process.env, ...computeEnv(options) },
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

/** The throw-away process that tries one ONNX provider; under Electron only the main process can start it. */
export function startUtilityProbe(entry: string): ProbeChild {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Shoal provider probe', stdio: 'ignore' })
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => void child.kill(),
  }
}
