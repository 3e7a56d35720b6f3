import { _electron as electron, expect, test } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './support/app.ts'

/** Electron's binary, where its package could fetch it. */
function electronBinary(): string | null {
  try {
    const dir = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
    const file = join(dir, 'dist', readFileSync(join(dir, 'path.txt'), 'utf8').trim())
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}
const binary = electronBinary()

test('the desktop app opens the sample over its own protocol, with the compute process beside it', async () => {
  test.skip(binary === null, "Electron's binary is not on this machine (it is fetched at its first start)")
  test.slow()
  const build = spawnSync(join(ROOT, 'node_modules/.bin/electron-vite'), ['build'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(build.status, build.stderr).toBe(0)
  const home = mkdtempSync(join(tmpdir(), 'shoal-electron-'))
  const app = await electron.launch({
    executablePath: binary!,
    args: [ROOT, `--user-data-dir=${home}`, '--no-sandbox'],
    env: { ...process.env, XDG_DOCUMENTS_DIR: home, HOME: home },
  })
  const page = await app.firstWindow()
  expect(page.url()).toMatch(/^app:\/\/shoal\//)
  // Nothing of Node or Electron reaches the page but the bridge.
  expect(
    await page.evaluate(() => [typeof (globalThis as { require?: unknown }).require, typeof process]),
  ).toEqual(['undefined', 'undefined'])
  expect(
    await page.evaluate(() =>
      fetch('https://example.org').then(
        () => 'loaded',
        () => 'refused',
      ),
    ),
  ).toBe('refused')
  await page.getByTestId('start-sample').click()
  await expect(page.getByTestId('map-canvas')).toBeVisible({ timeout: 90_000 })
  await expect
    .poll(() => page.evaluate(() => window.__shoalMap?.counts().communities ?? 0), { timeout: 120_000 })
    .toBeGreaterThan(5)
  await app.close()
  rmSync(home, { recursive: true, force: true })
})
