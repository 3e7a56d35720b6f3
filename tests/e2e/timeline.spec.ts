import type { Page } from '@playwright/test'
import { expect, ownCopy, serve, test, watchPage } from './support/app.ts'

/** The analyzed sample with its timeline over the whole window. */
async function openTimeline(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByTestId('place-timeline').click()
  await expect(page.getByTestId('timeline-plot')).toBeVisible()
  if ((await page.locator('html').getAttribute('lang')) !== 'en') await page.getByTestId('language').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  const fill = page
    .locator('.dv-groupview', { has: page.getByTestId('panel-timeline') })
    .getByRole('button', { name: 'Fill the window' })
  if (await fill.isVisible()) await fill.click()
}
const about = (page: Page) => page.getByTestId('timeline').locator('.sh-panel-about')

test.describe('the timeline', () => {
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('zooms from years to seconds at the pointer, and back by the overview', async ({ page }) => {
    const problems = watchPage(page)
    await openTimeline(page, server.url)
    const plot = page.getByTestId('timeline-plot')
    await plot.focus()
    await page.keyboard.press('0')
    await expect(about(page)).toContainText('2023')
    const window = page.getByTestId('timeline-window')
    const all = (await window.boundingBox())!.width
    const box = (await plot.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.97, box.y + 20)
    for (let i = 0; i < 40; i++) await page.mouse.wheel(0, -240)
    await expect(about(page)).toContainText('1 sec per bar')
    expect((await window.boundingBox())!.width).toBeLessThan(all / 20)
    await page.getByTestId('timeline-overview').dblclick()
    await expect(about(page)).toContainText('2023')
    expect(problems).toEqual([])
  })

  test('lanes are pinned and moved by keys, and stay while zooming', async ({ page }) => {
    await openTimeline(page, server.url)
    await page.getByTestId('timeline-lanes').selectOption('contexts')
    const lanes = page.getByTestId('timeline-lane')
    await expect(lanes.first()).toContainText('/')
    const before = await lanes.allInnerTexts()
    await lanes.nth(1).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await expect(lanes.first()).toHaveText(before[1]!)
    await lanes.nth(3).focus()
    await page.keyboard.press('p')
    await expect(lanes.first()).toHaveText(before[3]!)
    const order = await lanes.allInnerTexts()
    await page.getByTestId('timeline-plot').focus()
    for (let i = 0; i < 6; i++) await page.keyboard.press('+')
    await expect(page.locator('.tl-body')).toHaveAttribute('data-loading', 'false')
    expect(await lanes.allInnerTexts()).toEqual(order)
  })
})
