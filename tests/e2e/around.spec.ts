import { readFileSync } from 'node:fs'
import { Around } from './models/around.ts'
import { expect, test } from './support/app.ts'

test.describe('the neighbourhood canvas', () => {
  test('expands by key, takes back exactly one expansion, and undoes both', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    await expect(around.chips).toHaveCount(1)
    const first = await around.nodes()

    // E, then a letter: the menu says beforehand what each relation would bring.
    await around.canvas.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('e')
    const all = page.getByTestId('around-do-all')
    await expect(all).toBeVisible()
    await expect(all).toContainText(/\d/)
    await page.keyboard.press('a')
    await expect(around.chips).toHaveCount(2)
    await expect.poll(() => around.nodes()).toBeGreaterThan(first)
    const both = await around.nodes()

    await around.chips.nth(1).getByRole('button').last().click()
    await expect(around.chips).toHaveCount(1)
    await expect.poll(() => around.nodes()).toBe(first)

    await around.canvas.focus()
    await page.keyboard.press('Control+z')
    await expect(around.chips).toHaveCount(2)
    await expect.poll(() => around.nodes()).toBe(both)
  })

  test('hides a whole kind of things, picks another, and groups what is picked', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    const type = page.locator('[data-testid^="around-type-"]').first()
    await expect(type).toBeVisible()
    const all = await around.nodes()
    await type.click()
    await expect.poll(() => around.nodes()).toBeLessThan(all)
    await type.click()
    await expect.poll(() => around.nodes()).toBe(all)

    // In the list beside it: the first two accounts, by keys.
    await around.tree.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await expect(app.count).toContainText('2')
    await page.keyboard.press('j')
    await expect(page.getByTestId('around-joins')).toBeVisible()
    await page.getByTestId('around-side-back').click()
    await around.tree.focus()
    await page.keyboard.press('g')
    await expect(page.getByTestId('around-group')).toBeVisible()
    await expect.poll(() => around.nodes()).toBe(all - 1)
  })

  test('finds the way between two accounts and says what each step is', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    await around.tree.focus()
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

  test('exports exactly what is shown', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    const shown = await around.nodes()
    await page.getByTestId('around-export').click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'GraphML' }).click()
    const text = readFileSync(await (await download).path(), 'utf8')
    expect(text.match(/<node /g)).toHaveLength(shown)
    expect(text.match(/<edge /g)).toHaveLength(await around.edges())
    expect(text).toContain('attr.name="score"')
  })

  test('comes back as it was after a reload', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    await page.getByTestId('around-layout-rings').click()
    const shown = await around.nodes()
    await page.waitForTimeout(800) // what was done settles into a step of the history
    await page.reload()
    await expect(around.canvas).toBeVisible()
    await expect.poll(() => around.nodes()).toBe(shown)
    await expect(page.getByTestId('around-layout-rings')).toHaveAttribute('aria-checked', 'true')
  })
})
