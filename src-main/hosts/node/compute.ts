import { forkAhead, forkCompute } from './fork-compute.ts'
import { APP_VERSION, MODELS_DIR, providersFile } from './paths.ts'

const options = () => ({
  modelsDir: MODELS_DIR,
  appVersion: APP_VERSION,
  providersFile: providersFile(),
})

/** Compute in a forked child. */
export const startNodeCompute = () => forkCompute(options())

/** For a command that will surely compute: the child loads while this process does. */
export const computeAhead = (): void => forkAhead(options())
