import { flushCompileCache } from 'node:module'
import { serveCompute } from '../../compute/entry.ts'
import { parentTransport } from './child-transport.ts'

/** Entry of the compute process under Node; forked by fork-compute.ts and gone with its parent. */
const transport = parentTransport()
transport.onClose(() => process.exit(0))
// The parent may have gone while this was loading.
if (!process.connected) process.exit(0)
serveCompute(transport, {
  modelsDir: process.env['SHOAL_MODELS_DIR']!,
  appVersion: process.env['SHOAL_APP_VERSION']!,
  providersFile: process.env['SHOAL_PROVIDERS_FILE']!,
})
// Now, because this process is killed when it is done with.
flushCompileCache()
