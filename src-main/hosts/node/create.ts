import { createCore, type Core } from '../../core/app.ts'
import { startNodeCompute } from './compute.ts'
import { MODELS_DIR, nodeHostInfo, SAMPLE_DIR, userDir } from './paths.ts'

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
