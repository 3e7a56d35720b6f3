import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'

const root = resolve(import.meta.dirname, '..')
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Value of SHOAL_CHROMIUM that says: there is none, do not look again. */
export const NO_CHROMIUM = 'none'

/**
 * A Chromium to test with: what SHOAL_CHROMIUM names, Playwright's own, one of the system's; else Playwright's
 * download, else Debian's package where we may install it. Null when none can be had, with the reason said.
 */
export function findChromium(): string | null {
  const named = process.env['SHOAL_CHROMIUM']
  if (named === NO_CHROMIUM) return null
  if (named && existsSync(named)) return named
  const own = chromium.executablePath()
  if (existsSync(own)) return own
  const system = SYSTEM.find((path) => existsSync(path))
  if (system) return system
  say('No Chromium here yet; trying Playwright’s download…')
  const cli = join(root, 'node_modules/@playwright/test/cli.js')
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '' }
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { env, stdio: 'ignore', timeout: 300_000 })
  if (existsSync(own)) return own
  const apt = aptCommand()
  if (!apt) {
    say('Playwright’s download failed and Debian packages may not be installed by this user.')
    return null
  }
  say('Playwright’s download failed; installing Debian’s chromium…')
  const quiet = { stdio: 'ignore' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync(apt[0]!, [...apt.slice(1), 'update', '-qq'], { ...quiet, timeout: 300_000 })
  spawnSync(apt[0]!, [...apt.slice(1), 'install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    ...quiet,
    timeout: 900_000,
  })
  return SYSTEM.find((path) => existsSync(path)) ?? null
}

function aptCommand(): string[] | null {
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return null
  if (process.getuid?.() === 0) return ['apt-get']
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
    ? ['sudo', '-n', 'apt-get']
    : null
}

function say(line: string): void {
  process.stderr.write(line + '\n')
}
