import { Timeline } from './models/timeline.ts'
import { expect, test } from './support/app.ts'

test.describe('the timeline', () => {
  test.beforeEach(async ({ app }) => {
    await app.place('timeline')
    await app.maximise('timeline')
  })

  test('zooms from years to seconds at the pointer, and back by the overview', async ({ page }) => {
    const timeline = new Timeline(page)
    await timeline.plot.focus()
    await page.keyboard.press('0')
    await expect(timeline.about).toContainText('2023')
    const all = (await timeline.window.boundingBox())!.width
    const at = await timeline.at(0.97)
    await page.mouse.move(at.x, at.y)
    for (let i = 0; i < 40; i++) await page.mouse.wheel(0, -240)
    await expect(timeline.about).toContainText('1 sec per bar')
    expect((await timeline.window.boundingBox())!.width).toBeLessThan(all / 20)
    await timeline.overview.dblclick()
    await expect(timeline.about).toContainText('2023')
  })

  test('lanes are pinned and moved by keys, and stay while zooming', async ({ page }) => {
    const timeline = new Timeline(page)
    await timeline.lanesBy('contexts')
    const { lanes } = timeline
    await expect(lanes.first()).toContainText('/')
    const before = await lanes.allInnerTexts()
    await lanes.nth(1).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await expect(lanes.first()).toHaveText(before[1]!)
    await lanes.nth(3).focus()
    await page.keyboard.press('p')
    await expect(lanes.first()).toHaveText(before[3]!)
    const order = await lanes.allInnerTexts()
    await timeline.plot.focus()
    for (let i = 0; i < 6; i++) await page.keyboard.press('+')
    await timeline.loaded()
    expect(await lanes.allInnerTexts()).toEqual(order)
  })
})
