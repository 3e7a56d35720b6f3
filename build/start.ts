import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/**
 * `npm start`: builds the app and opens it in Electron. Electron's binary is fetched at its first start; where
 * that cannot be had, the same app is served to the browser of this machine instead.
 */
const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)

/** The path of Electron's binary, or null: the package writes path.txt when it has fetched it. */
function electronBinary(): string | null {
  try {
    const dir = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
    const file = join(dir, 'dist', readFileSync(join(dir, 'path.txt'), 'utf8').trim())
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

function fetchElectron(): void {
  const install = join(root, 'node_modules/electron/install.js')
  if (existsSync(install)) {
    process.stderr.write('Fetching Electron (once)…\n')
    spawnSync(process.execPath, [install], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'ignore'],
      timeout: 120_000,
    })
  }
}

function run(command: string, args: string[]): number {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1
}

let electron = electronBinary()
if (!electron && !process.argv.includes('--browser')) {
  fetchElectron()
  electron = electronBinary()
}
if (electron && !process.argv.includes('--browser')) {
  if (run(bin('electron-vite'), ['build', '--logLevel', 'warn']) !== 0) process.exit(1)
  spawn(electron, [root], { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 0))
} else {
  process.stderr.write(
    "Electron's binary is not here and could not be fetched. Serving the same app to the browser of this machine.\n",
  )
  if (
    run(process.execPath, [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      'build/vite.renderer.config.ts',
      '--logLevel',
      'warn',
    ]) !== 0
  ) {
    process.exit(1)
  }
  const served = spawn(process.execPath, [join(root, 'src-main/hosts/cli/main.ts'), 'serve'], {
    cwd: root,
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => served.kill(signal))
  served.on('exit', (code) => process.exit(code ?? 0))
}
