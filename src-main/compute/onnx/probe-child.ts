/**
 * The throw-away child: gets {provider} over IPC, answers with a ProbeResult and ends. It is a file of its own
 * because a provider's library may abort the process that loads it.
 * Runs under child_process.fork (process.send) and under Electron's utilityProcess (process.parentPort).
 */
import { probeHere } from './probe-provider.ts'
import type { Provider } from './provider-names.ts'

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const port = (process as unknown as { parentPort?: ParentPort }).parentPort
const answer = async (message: unknown): Promise<void> => {
  const result = await probeHere((message as { provider: Provider }).provider)
  if (port) {
    port.postMessage(result)
    // utilityProcess has no flush callback; the parent kills us once it has the answer.
  } else process.send?.(result, () => process.exit(0))
}

if (port) port.on('message', (event) => void answer(event.data))
else process.once('message', (message) => void answer(message))
