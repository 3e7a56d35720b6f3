import type { Page } from '@playwright/test'
import { MapView } from './models/map.ts'
import { expect, test } from './support/app.ts'

interface Canvas {
  getContext(kind: 'webgl2'): { getExtension(name: 'WEBGL_lose_context'): { loseContext(): void } }
}

/** The first whole number of a text, 1,234 as 1234. */
const numberIn = (text: string) => Number(/[\d,]+/.exec(text)![0].replaceAll(',', ''))

/** Draws a rectangle by hand, in shares of the stage. */
async function drawAround(page: Page, x0: number, y0: number, x1: number, y1: number): Promise<void> {
  const box = (await page.getByTestId('lasso-layer').boundingBox())!
  const to = (x: number, y: number) =>
    page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 })
  await to(x0, y0)
  await page.mouse.down()
  await to(x1, y0)
  await to(x1, y1)
  await to(x0, y1)
  await page.mouse.up()
}

test.describe('the map', () => {
  test('coloured by a channel, its legend selects, and the chip takes it back', async ({ page, app }) => {
    await new MapView(page).drawn()
    await page.getByTestId('color-by').click()
    await page.getByTestId('channel-attribute:channel').click()
    const legend = page.getByTestId('map-strip')
    const category = legend.getByTestId(/^category-/).first()
    await expect(category).toBeVisible()
    const of = numberIn((await category.getAttribute('title'))!.replace(/^[^:·]*/, ''))
    const value = (await category.getAttribute('data-testid'))!.replace('category-', '')

    await category.click()
    await expect(category).toHaveAttribute('aria-pressed', 'true')
    await expect(app.chip('attributes')).toContainText(value)
    await expect.poll(async () => numberIn(await app.counted())).toBe(of)

    await app.dropChip('attributes')
    await expect(category).toHaveAttribute('aria-pressed', 'false')
  })

  test('a lasso selects whom it holds; they are hidden, and undo brings both back', async ({ page, app }) => {
    await new MapView(page).drawn()
    const all = numberIn(await app.counted())
    await page.getByTestId('map-lasso').click()
    await drawAround(page, 0.1, 0.1, 0.5, 0.6)
    await expect(app.chip('sets')).toBeVisible()
    await expect.poll(async () => numberIn(await app.counted())).toBeLessThan(all)
    const held = numberIn(await app.counted())
    expect(held).toBeGreaterThan(10)
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('lasso-layer')).toBeHidden()

    const notice = page.getByTestId('map-notice')
    await page.getByTestId('map-only').click()
    await expect(notice).toContainText('Only the selected are drawn')
    // On and off at once is no step at all.
    await app.saved()
    await page.getByTestId('map-only').click()
    await expect(notice).toBeHidden()

    await page.getByTestId('map-hide').click()
    await expect.poll(async () => numberIn(await notice.innerText())).toBe(held)
    await expect(app.chip('sets')).toBeHidden()
    await app.undo.click()
    await expect(app.chip('sets')).toBeVisible()
    await expect(notice).toBeHidden()
    // Before that, "only" was switched off, on, and the lasso was drawn.
    for (let step = 0; step < 3; step++) await app.undo.click()
    await expect(app.chip('sets')).toBeHidden()
    await expect.poll(async () => numberIn(await app.counted())).toBe(all)
  })

  test('is walked by keys through its list, and is drawn anew when the graphics are lost', async ({
    page,
    app,
  }) => {
    const map = new MapView(page)
    await map.drawn()
    const options = map.list.getByRole('option')
    await options.first().focus()
    await page.keyboard.press('ArrowDown')
    await expect(options.nth(1)).toBeFocused()
    const name = /C-\d+/.exec(await options.nth(1).innerText())![0]

    await page.keyboard.press('Space')
    await expect(app.chip('communities')).toContainText(name)
    await expect(app.inspector).toContainText(name)
    await page.keyboard.press('Enter')
    await expect.poll(() => map.open()).not.toBeNull()
    const open = await map.open()
    await expect.poll(async () => (await map.counts()).members).toBeGreaterThan(2)

    const canvas = page.getByTestId('map-canvas').locator('canvas').first()
    const old = (await canvas.elementHandle())!
    await old.evaluate((element) =>
      // This file is not checked with the document's types.
      (element as unknown as Canvas).getContext('webgl2').getExtension('WEBGL_lose_context').loseContext(),
    )
    await expect.poll(() => old.evaluate((element) => element.isConnected)).toBe(false)
    await map.drawn()
    expect(await map.open()).toBe(open)
    await expect.poll(async () => (await map.counts()).members).toBeGreaterThan(2)

    await options.nth(1).focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => map.open()).toBeNull()
  })
})
