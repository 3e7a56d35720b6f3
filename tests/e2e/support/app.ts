import { test as base, expect, type Page } from '@playwright/test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { Workbench } from '../models/workbench.ts'

export const ROOT = resolve(import.meta.dirname, '../../..')
const CLI = join(ROOT, 'src-main/hosts/cli/main.ts')

/** A folder of its own for one test file: workspaces, preferences, documents. */
export interface World {
  dir: string
  env: NodeJS.ProcessEnv
  /** A command that the server is started through. */
  through?: readonly string[]
}

/** Runs a CLI command to its end. */
export function shoal(world: World, ...args: string[]): { status: number; stdout: string; stderr: string } {
  const done = spawnSync(process.execPath, [CLI, ...args], {
    cwd: world.dir,
    env: world.env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  return { status: done.status ?? -1, stdout: done.stdout, stderr: done.stderr }
}

/** Starts `shoal serve` and waits for its address. */
export async function serve(
  world: World,
  workspace?: string,
): Promise<{ url: string; stop(): Promise<void>; kill(): Promise<void> }> {
  // Another build than out/renderer, where several people work on one tree.
  const build = process.env['SHOAL_RENDERER']
  const args = [
    CLI,
    'serve',
    ...(workspace ? [workspace] : []),
    '--json',
    ...(build ? ['--renderer', build] : []),
  ]
  const [command, ...rest] = [...(world.through ?? []), process.execPath, ...args]
  const child: ChildProcess = spawn(command!, rest, {
    cwd: world.dir,
    env: world.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let errors = ''
  child.stderr!.on('data', (chunk) => (errors += chunk))
  const url = await new Promise<string>((done, fail) => {
    child.stdout!.on('data', (chunk) => {
      out += chunk
      try {
        done((JSON.parse(out) as { url: string }).url)
      } catch {
        // not whole yet
      }
    })
    child.on('exit', (code) => fail(new Error(`serve ended with ${code}: ${errors}`)))
  })
  const end = (signal: 'SIGTERM' | 'SIGKILL') =>
    new Promise<void>((done) => {
      child.removeAllListeners('exit')
      child.on('exit', () => done())
      child.kill(signal)
    })
  return {
    url,
    stop: () => end('SIGTERM'),
    /** As when the machine goes: nothing is tidied up. */
    kill: () => end('SIGKILL'),
  }
}

/** Problems that a page reported; a test fails on any of them. */
export function watchPage(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  return problems
}

/** Somebody who has never used the app: preferences, documents and workspaces of their own. */
export function newcomer(world: World, name: string): World {
  const dir = join(world.dir, name)
  mkdirSync(dir, { recursive: true })
  return { dir, env: { ...world.env, SHOAL_USER_DIR: join(dir, 'user'), SHOAL_DOCUMENTS_DIR: dir } }
}

let copies = 0
/** A copy of a workspace: what tests select, judge and open is remembered with it. */
export function ownCopy(world: World, workspace: string): string {
  const path = join(world.dir, 'copies', String(copies++), basename(workspace))
  cpSync(workspace, path, { recursive: true })
  return path
}

export type Served = Awaited<ReturnType<typeof serve>>

interface TestFixtures {
  /** The analyzed sample in a copy and a server of this test's own: no test sees what another one left. */
  own: Served & { workspace: string }
  /** The app in the browser on `own`, in English; the test fails on any problem that the page reports. */
  app: Workbench
}

export const test = base.extend<TestFixtures, { world: World; sample: string }>({
  own: async ({ world, sample }, use) => {
    const workspace = ownCopy(world, sample)
    const server = await serve(world, workspace)
    await use({ ...server, workspace })
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  },
  app: async ({ page, own }, use) => {
    const problems = watchPage(page)
    const app = new Workbench(page)
    await app.open(own.url)
    await use(app)
    expect(problems).toEqual([])
  },
  world: [
    async ({ browserName }, use) => {
      const dir = mkdtempSync(join(tmpdir(), `shoal-${browserName}-`))
      const env = {
        ...process.env,
        SHOAL_USER_DIR: join(dir, 'user'),
        SHOAL_DOCUMENTS_DIR: dir,
        SHOAL_ACTOR: 'L. Chen',
      }
      await use({ dir, env })
      rmSync(dir, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  /** An analyzed workspace of the bundled sample. */
  sample: [
    async ({ world }, use) => {
      const path = join(world.dir, 'sample-analyzed.shoal')
      const imported = shoal(world, 'import', path, join(ROOT, 'resources/sample'))
      expect(imported.status, imported.stderr).toBe(0)
      const analyzed = shoal(world, 'analyze', path)
      expect(analyzed.status, analyzed.stderr).toBe(0)
      await use(path)
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})
export { expect }
