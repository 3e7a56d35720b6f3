import { createCore, type Core } from '../../core/app.ts'
import { forkCompute } from './fork-compute.ts'
import { APP_VERSION, MODELS_DIR, nodeHostInfo, providersFile, SAMPLE_DIR, userDir } from './paths.ts'

export const startNodeCompute = () =>
  forkCompute({ modelsDir: MODELS_DIR, appVersion: APP_VERSION, providersFile: providersFile() })

/** The core over plain Node: compute in a forked child. */
export function createNodeCore(): Core {
  return createCore({
    host: nodeHostInfo(),
    pick: null,
    startCompute: startNodeCompute,
    modelsDir: MODELS_DIR,
    sampleDir: SAMPLE_DIR,
    userDir: userDir(),
    log: (level, message) => process.stderr.write(`shoal ${level}: ${message}\n`),
  })
}
