import { MapView } from './models/map.ts'
import { AccountsTable } from './models/pages.ts'
import { Timeline } from './models/timeline.ts'
import { expect, test } from './support/app.ts'

test.describe('the investigate screen', () => {
  test('a click on the map, a community opened, a selection that every view follows', async ({
    page,
    app,
  }) => {
    const map = new MapView(page)
    await map.drawn()
    await expect(page.getByTestId('simulated').first()).toBeVisible()
    const all = await app.counted()

    await map.click(3)
    await expect(app.inspector).toContainText('C-4')
    await map.enter(3)
    await expect.poll(async () => (await map.counts()).edges).toBeGreaterThan(1)
    await expect(app.chip('communities')).toContainText('C-4')
    expect(await app.counted()).not.toBe(all)

    // The account table shows only members of C-4.
    await app.place('accounts')
    const { rows } = new AccountsTable(page)
    await expect(rows.first()).toBeVisible()
    for (const text of await rows.allInnerTexts()) expect(text).toContain('C-4')

    await rows.first().click()
    await rows.first().press('Enter')
    await expect(page.getByTestId('reason-row').first()).toBeVisible()
  })

  test('brushing the timeline becomes a chip, and the chip can be removed', async ({ page, app }) => {
    await new Timeline(page).brush(0.95, 0.98)
    await app.dropChip('time')
  })

  test('reports are found in Chinese and English and show why they are what they are', async ({
    page,
    app,
  }) => {
    await app.place('reports')
    const rows = page.getByTestId('report-row')
    await expect(rows.first()).toBeVisible()
    await page.getByTestId('reports-search').fill('加我')
    await expect(rows.first()).toContainText('加我')
    for (const text of await rows.allInnerTexts()) expect(text).toContain('加我')
  })

  test('search finds an account, and the keyboard opens it', async ({ page, app }) => {
    await app.type('C-2')
    // The very next moment: Enter waits for the answer to what was typed.
    await page.keyboard.press('Enter')
    await expect(app.inspector).toContainText('C-2')
  })
})
