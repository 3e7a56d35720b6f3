import { join } from 'node:path'
import { serveCompute } from '../../compute/entry.ts'
import { portTransport, type PortLike } from './ipc-transport.ts'

/** Entry of the compute process under Electron; started by utilityProcess.fork and gone with the app. */
const { parentPort } = process as unknown as { parentPort: PortLike }
serveCompute(portTransport(parentPort), {
  modelsDir: process.env['SHOAL_MODELS_DIR']!,
  appVersion: process.env['SHOAL_APP_VERSION']!,
  providersFile: process.env['SHOAL_PROVIDERS_FILE']!,
  fitWorker: join(import.meta.dirname, 'fit-worker.js'),
  writeWorker: join(import.meta.dirname, 'write-worker.js'),
})
