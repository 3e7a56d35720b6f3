import { existsSync, readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { HostInfo } from '../../common/contract/workspace.ts'

/** Where things lie in a checkout, for the hosts that run from it (node, cli). */
export const ROOT = resolve(import.meta.dirname, '../../..')
export const MODELS_DIR = join(ROOT, 'models')
export const SAMPLE_DIR = join(ROOT, 'resources/sample')
export const RENDERER_DIR = join(ROOT, 'out/renderer')

export const APP_VERSION = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
).version

/** Recents and preferences; SHOAL_USER_DIR moves it (tests do). */
export function userDir(): string {
  const env = process.env['SHOAL_USER_DIR']
  if (env) return resolve(env)
  const base = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  return join(base, 'shoal')
}

/** What the ONNX provider probe found on this machine. */
export const providersFile = (): string => join(userDir(), 'providers.json')

function documentsDir(): string {
  const env = process.env['SHOAL_DOCUMENTS_DIR']
  if (env) return resolve(env)
  const documents = join(homedir(), 'Documents')
  return existsSync(documents) ? documents : homedir()
}

/** Who acts, for journal entries and judgements. */
export function actorName(): string {
  const env = process.env['SHOAL_ACTOR']
  if (env) return env
  try {
    return userInfo().username
  } catch {
    return 'unknown' // an account without a passwd entry, as in some containers
  }
}

export function nodeHostInfo(): HostInfo {
  return {
    kind: 'node',
    version: APP_VERSION,
    platform: process.platform,
    nativeDialogs: false,
    documentsDir: documentsDir(),
    actor: actorName(),
  }
}
