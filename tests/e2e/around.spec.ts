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
    // What is added later finds its place beside what stands already: laid out at once, all would stand elsewhere.
    const first = await around.nodes()
    await around.still()
    await around.canvas.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('e')
    await expect(page.getByTestId('around-do-all')).toContainText(/\d/)
    await page.keyboard.press('a')
    await expect.poll(() => around.nodes()).toBeGreaterThan(first)
    await around.still()
    const places = await around.shape()
    const shown = await around.nodes()
    await page.waitForTimeout(800) // what was done settles into a step of the history
    await page.reload()
    await expect(around.canvas).toBeVisible()
    await expect.poll(() => around.nodes()).toBe(shown)
    await around.still()
    const again = await around.shape()
    for (const [key, far] of Object.entries(places)) expect(Math.abs(again[key]! - far)).toBeLessThan(0.01)

    await page.getByTestId('around-layout-rings').click()
    await page.waitForTimeout(800)
    await page.reload()
    await expect(page.getByTestId('around-layout-rings')).toHaveAttribute('aria-checked', 'true')
    await expect.poll(() => around.nodes()).toBe(shown)
  })

  test('its picture holds the nodes that were drawn a while ago', async ({ page, app }) => {
    const around = new Around(page)
    await around.open(app)
    await around.still()
    await around.canvas.focus()
    await page.keyboard.press('Control+Shift+E')
    const preview = page.getByTestId('picture-preview')
    await expect(preview).toBeVisible()
    // Names and guides are grey and the legend stands on the left: what is coloured in the middle are nodes.
    const coloured = await page.evaluate<number>(`(async () => {
      const image = document.querySelector('[data-testid="picture-preview"]')
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.naturalWidth
      canvas.height = image.naturalHeight
      const context = canvas.getContext('2d')
      context.drawImage(image, 0, 0)
      const { width, height } = canvas
      const { data } = context.getImageData(width * 0.35, height * 0.2, width * 0.35, height * 0.6)
      let n = 0
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b] = data.subarray(i, i + 3)
        if (Math.max(r, g, b) - Math.min(r, g, b) > 60) n++
      }
      return n
    })()`)
    expect(coloured).toBeGreaterThan(40)
  })
})
