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

  test('a typed time becomes a chip, read in the chosen zone, and steps by its length', async ({
    page,
    app,
  }) => {
    await page.getByTestId('timeline-zone').selectOption('utc')
    await page.getByTestId('timeline-fields').click()
    const from = page.getByTestId('timeline-from')
    await from.fill('2026-05-01')
    await page.getByTestId('timeline-to').fill('2026-05-01')
    await page.getByTestId('timeline-apply').click()
    await expect(app.chip('time')).toBeVisible()
    await expect(from).toHaveValue('2026-05-01 00:00:00')
    await expect(page.getByTestId('timeline-to')).toHaveValue('2026-05-02 00:00:00')
    await page.getByRole('button', { name: 'On by its length' }).click()
    await expect(from).toHaveValue('2026-05-02 00:00:00')
    // The same instant on the export's clock.
    await page.keyboard.press('Escape')
    await page.getByTestId('timeline-zone').selectOption('export')
    await page.getByTestId('timeline-fields').click()
    await expect(from).toHaveValue('2026-05-02 08:00:00')
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await expect(app.chip('time')).toBeHidden()
  })

  test('accounts are aligned, ordered by likeness, and measured for lockstep beside chance', async ({
    page,
  }) => {
    const timeline = new Timeline(page)
    await timeline.lanesBy('accounts')
    // An unusual window selects its accounts.
    await page.getByTestId('timeline-as-table').click()
    await page.getByTestId('timeline-table').getByRole('button', { name: 'Select' }).first().click()
    await page.getByTestId('timeline-as-table').click()
    await expect(timeline.lanes.first()).toBeVisible()
    await expect(page.getByTestId('timeline-lockstep')).toContainText(/In lockstep .*by chance/)
    await page.getByTestId('timeline-align').selectOption('registration')
    await expect(timeline.about).toContainText('own start')
    await page.getByTestId('timeline-options').click()
    await page.getByTestId('timeline-order').selectOption('alike')
    await expect(page.getByTestId('timeline-lockstep')).toContainText('In lockstep')
  })
})
