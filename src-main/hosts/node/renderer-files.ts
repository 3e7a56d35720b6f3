import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import { RENDERER_DIR, ROOT } from './paths.ts'

/** The built renderer's folder; builds it in a checkout that has not been built yet. */
export function ensureRenderer(): string {
  if (existsSync(join(RENDERER_DIR, 'index.html'))) return RENDERER_DIR
  process.stderr.write('Building the app for the first time…\n')
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const built = spawnSync(
    process.execPath,
    [vite, 'build', '--config', join(ROOT, 'build/vite.renderer.config.ts'), '--logLevel', 'error'],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (built.status !== 0 || !existsSync(join(RENDERER_DIR, 'index.html'))) {
    throw new ShoalError('internal', 'The app could not be built. Run `npm run build:renderer` to see why.')
  }
  return RENDERER_DIR
}
