import type { Page } from '@playwright/test'
import { AccountsTable, Inspector } from './models/pages.ts'
import { RowPanel } from './models/problems.ts'
import { Timeline } from './models/timeline.ts'
import { expect, test } from './support/app.ts'

/** The panel with a row as it was: what column says what; closed again. */
async function shownRow(page: Page): Promise<Record<string, string>> {
  const panel = new RowPanel(page)
  await expect(panel.cells).toBeVisible()
  await expect(panel.root).toContainText('SHA-256')
  await expect(panel.root.getByTestId('provenance-row')).toHaveText(/^[\d,]+$/)
  expect(await panel.marked()).not.toEqual([])
  const cells = await panel.byColumn()
  await page.keyboard.press('Escape')
  await expect(panel.root).toBeHidden()
  return cells
}

test.describe('one step to the row of the file, as it was', () => {
  test('from an account, from its score and from what joins it to another', async ({ app, page }) => {
    await app.place('accounts')
    const accounts = new AccountsTable(page)
    const name = await accounts.name(0)
    await accounts.rows.first().click()
    const inspector = new Inspector(page)
    await expect(inspector.title).toContainText(name)

    await inspector.part('provenance').getByTestId('source-rows').first().click()
    expect((await shownRow(page))['account_id']).toBe(name)

    // A score is an inference from many rows: all of them, one after the other.
    await inspector.part('why').getByTestId('rows-behind').first().click()
    await expect(page.getByTestId('provenance-place')).toContainText(/Row 1 of \d/)
    expect(Object.values(await shownRow(page))).toContain(name)

    await inspector.root.getByTestId('why-joined').first().click()
    const source = inspector.root.getByTestId('source-tag').first()
    await source.click()
    expect(Object.keys(await shownRow(page)).length).toBeGreaterThan(1)
  })

  test('from a report, in the list and on its page', async ({ app, page }) => {
    await app.place('reports')
    const row = page.getByTestId('report-row').first()
    await row.getByTestId('report-source').click()
    const cells = await shownRow(page)
    await expect(row).toContainText(cells['text']!.slice(0, 20))

    await row.getByTestId('report-open').click()
    const inspector = new Inspector(page)
    await inspector.part('provenance').getByTestId('source-rows').click()
    expect(await shownRow(page)).toEqual(cells)
  })

  test('from an event: a mark on the timeline, a line of its table, an account’s logins', async ({
    app,
    page,
  }) => {
    await app.place('accounts')
    const accounts = new AccountsTable(page)
    const name = await accounts.name(0)
    await accounts.rows.first().click()
    const inspector = new Inspector(page)
    await inspector.part('login-strip').getByTestId('rows-behind').click()
    const first = await shownRow(page)
    expect(first['account_id']).toBe(name)

    // The account alone has a lane of its own.
    await app.type(name)
    await page.keyboard.press('Control+Enter')
    await expect(app.chip('accounts')).toBeVisible()
    await app.place('timeline')
    await app.maximise('timeline')
    const timeline = new Timeline(page)
    await timeline.lanesBy('accounts')
    await timeline.loaded()
    await expect(timeline.lanes.first()).toContainText(name)

    // A mark says which row it is, and shows it.
    const plot = (await timeline.plot.boundingBox())!
    const lane = (await timeline.lanes.first().boundingBox())!
    const y = lane.y + lane.height / 2
    const card = page.getByTestId('timeline-tooltip')
    const mark = async () => {
      for (let x = plot.x + 2; x < plot.x + plot.width; x += 5) {
        await page.mouse.move(x, y)
        if ((await card.count()) > 0 && /Shift-click/.test(await card.innerText())) return x
      }
      throw new Error('no event is under the pointer anywhere in the lane')
    }
    const x = await mark()
    await page.keyboard.down('Shift')
    await page.mouse.click(x, y)
    await page.keyboard.up('Shift')
    const cells = await shownRow(page)
    expect(cells['account_id']).toBe(name)
    expect(Object.keys(cells)).toEqual(Object.keys(first))

    // The same by keys, in the table.
    await page.getByTestId('timeline-as-table').click()
    const line = page.getByTestId('timeline-event-rows').first()
    await line.focus()
    await page.keyboard.press('Enter')
    expect((await shownRow(page))['account_id']).toBe(name)
    await expect(line).toBeFocused()
  })
})
