import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { asAtStart, expect, ownCopy, serve, test, watchPage } from './support/app.ts'

/** The canvas around the riskiest account, in its panel. */
async function openCanvas(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await asAtStart(page)
  await page.getByTestId('place-accounts').click()
  await page.getByTestId('account-row').first().click()
  await expect(page.getByTestId('inspector').first()).toBeVisible()
  await page.keyboard.press('Alt+a')
  const start = page.getByTestId('around-start')
  const canvas = page.getByTestId('around-canvas')
  await expect(start.or(canvas)).toBeVisible()
  if (await start.isVisible()) await start.click()
  await expect(canvas).toBeVisible()
  await expect.poll(() => nodes(page)).toBeGreaterThan(3)
}
const nodes = (page: Page) => page.evaluate(() => window.__shoalAround?.nodes().length ?? 0)
const chips = (page: Page) => page.getByTestId('around-chip')

test.describe('the neighbourhood canvas', () => {
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('expands by key, takes back exactly one expansion, and undoes both', async ({ page }) => {
    const problems = watchPage(page)
    await openCanvas(page, server.url)
    await expect(chips(page)).toHaveCount(1)
    const first = await nodes(page)

    // E, then a letter: the menu says beforehand what each relation would bring.
    await page.getByTestId('around-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('e')
    const all = page.getByTestId('around-do-all')
    await expect(all).toBeVisible()
    await expect(all).toContainText(/\d/)
    await page.keyboard.press('a')
    await expect(chips(page)).toHaveCount(2)
    await expect.poll(() => nodes(page)).toBeGreaterThan(first)
    const both = await nodes(page)

    await chips(page).nth(1).getByRole('button').last().click()
    await expect(chips(page)).toHaveCount(1)
    await expect.poll(() => nodes(page)).toBe(first)

    await page.getByTestId('around-canvas').focus()
    await page.keyboard.press('Control+z')
    await expect(chips(page)).toHaveCount(2)
    await expect.poll(() => nodes(page)).toBe(both)
    expect(problems).toEqual([])
  })

  test('hides a whole kind of things, picks another, and groups what is picked', async ({ page }) => {
    await openCanvas(page, server.url)
    const type = page.locator('[data-testid^="around-type-"]').first()
    await expect(type).toBeVisible()
    const all = await nodes(page)
    await type.click()
    await expect.poll(() => nodes(page)).toBeLessThan(all)
    await type.click()
    await expect.poll(() => nodes(page)).toBe(all)

    // In the list beside it: the first two accounts, by keys.
    const tree = page.getByTestId('around-tree')
    await tree.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await expect(page.getByTestId('selection-count')).toContainText('2')
    await page.keyboard.press('j')
    await expect(page.getByTestId('around-joins')).toBeVisible()
    await page.getByTestId('around-side-back').click()
    await tree.focus()
    await page.keyboard.press('g')
    await expect(page.getByTestId('around-group')).toBeVisible()
    await expect.poll(() => nodes(page)).toBe(all - 1)
  })

  test('finds the way between two accounts and says what each step is', async ({ page }) => {
    await openCanvas(page, server.url)
    const tree = page.getByTestId('around-tree')
    await tree.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.keyboard.press('w')
    const paths = page.getByTestId('around-paths')
    await expect(paths.locator('.sh-around-card').first()).toBeVisible()
    await expect(paths.locator('.sh-around-why').first()).toContainText(/\d/)
  })

  test('exports exactly what is shown', async ({ page }) => {
    await openCanvas(page, server.url)
    const shown = await nodes(page)
    await page.getByTestId('around-export').click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'GraphML' }).click()
    const text = readFileSync(await (await download).path(), 'utf8')
    expect(text.match(/<node /g)).toHaveLength(shown)
    expect(text.match(/<edge /g)).toHaveLength(await page.evaluate(() => window.__shoalAround!.edges()))
    expect(text).toContain('attr.name="score"')
  })

  test('comes back as it was after a reload', async ({ page }) => {
    await openCanvas(page, server.url)
    await page.getByTestId('around-layout-rings').click()
    const shown = await nodes(page)
    await page.waitForTimeout(800) // what was done settles into a step of the history
    await page.reload()
    await expect(page.getByTestId('around-canvas')).toBeVisible()
    await expect.poll(() => nodes(page)).toBe(shown)
    await expect(page.getByTestId('around-layout-rings')).toHaveAttribute('aria-checked', 'true')
  })
})
