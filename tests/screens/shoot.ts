import { expect, type Page } from '@playwright/test'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, shoal, type World } from '../e2e/support/app.ts'

const OUT = join(ROOT, 'docs/screens')
export const SHARED = join(ROOT, '../shared/data')

/** Takes the picture that the docs show under this name. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true })
  await page.mouse.move(page.viewportSize()!.width / 2, 3) // no tooltip in the picture
  await page.waitForTimeout(1200) // fonts and the last frame
  await expect(page.locator('.sh-toast, .undo-toast')).toHaveCount(0)
  await expect(page.locator('.sh-error, .sh-connection')).toHaveCount(0) // nor what went wrong
  const path = join(OUT, `${name}.png`)
  await page.screenshot({ path })
  expect(statSync(path).size).toBeGreaterThan(30_000) // a blank page is far smaller
}

/** An analyzed workspace of a shared data set, on machines that have it. */
export function workspaceOf(world: World, set: string): string {
  const path = join(world.dir, `${set}.shoal`)
  for (const args of [
    ['import', path, join(SHARED, set)],
    ['analyze', path],
  ]) {
    const done = shoal(world, ...args)
    expect(done.status, done.stderr).toBe(0)
  }
  return path
}
