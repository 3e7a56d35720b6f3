import { AxeBuilder } from '@axe-core/playwright'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MapView } from './models/map.ts'
import { Timeline } from './models/timeline.ts'
import { TourCard } from './models/tour.ts'
import { expect, test } from './support/app.ts'

const START = 'Take the tour'

test('the tour is solved by doing what it says, from the map to the pack', async ({ app, page, world }) => {
  const tour = new TourCard(page)
  await new MapView(page).drawn()
  await app.command(START)
  await tour.at('welcome')
  await expect(tour.card).toContainText('simulated')
  await tour.next.click()

  // The map is there already: the tour says so, and waits for the person to go on.
  await tour.at('map')
  await expect(tour.card).toContainText('Done already')
  await tour.next.click()
  await tour.at('community')
  const name = await tour.named(/Open (C-\d+)/)
  const id = Number(name.slice(2)) - 1
  await tour.pointsAt(page.getByTestId('map-canvas'))
  // Another community is not the one that was asked for.
  await new MapView(page).click(id === 3 ? 4 : 3)
  await expect(app.inspector).toContainText(id === 3 ? 'C-5' : 'C-4')
  await tour.at('community')
  await new MapView(page).click(id)

  await tour.at('why')
  const telling = await tour.named(/Open (\S+): members/)
  const binds = app.inspector.getByTestId('binds')
  await tour.pointsAt(binds.locator('li').filter({ hasText: telling }))
  await binds.getByRole('button', { name: telling }).click()

  await tour.at('time')
  const plot = page.getByTestId('timeline-plot')
  await tour.pointsAt(plot)
  await new Timeline(page).brush(0.3, 0.9)
  await expect(app.chip('time')).toBeVisible()

  await tour.at('account')
  await app.inspector.locator('.account-line .link').first().click()
  await tour.at('innocent')
  const harmless = await tour.named(/such as (\S+):/)
  // Back over the thing to the community, where it is listed.
  const back = app.inspector.getByRole('button', { name: 'Back to what was here before' })
  await back.click()
  await back.click()
  await binds.getByRole('button', { name: harmless }).click()

  await tour.at('decide')
  await back.click()
  await tour.pointsAt(app.inspector.getByTestId('judgement'))
  await page.getByTestId('judge-reason').fill(`They log in from ${telling}, which nobody else uses.`)
  await page.getByTestId('judge-ring').click()

  await tour.at('case')
  await page.getByTestId('inspector-add-to-case').click()
  await page.getByTestId('new-case-name').first().fill('First case')
  await page.getByTestId('new-case-create').first().click()

  await tour.at('pack')
  await page.getByTestId('place-case').click()
  await page.getByTestId('case-export').click()
  const out = join(world.dir, 'tour-pack')
  await page.getByTestId('export-folder').fill(out)
  // The card leaves the whole dialog free.
  await expect
    .poll(async () => {
      const [card, dialog] = await Promise.all([
        tour.card.boundingBox(),
        page.locator('.bp6-dialog').boundingBox(),
      ])
      if (!card || !dialog) return false
      return (
        card.x >= dialog.x + dialog.width ||
        card.x + card.width <= dialog.x ||
        card.y >= dialog.y + dialog.height ||
        card.y + card.height <= dialog.y
      )
    })
    .toBe(true)
  await page.getByTestId('export-start').click()
  await tour.at('end')
  const [pack] = readdirSync(out)
  expect(existsSync(join(out, pack!, 'bagit.txt'))).toBe(true)
  await page.getByTestId('export-close').click()
  await tour.next.click()
  await expect(tour.card).toBeHidden()
})

test('it is left and gone on with by keys, also after a restart, and gets in nobody’s way', async ({
  app,
  page,
}) => {
  const tour = new TourCard(page)
  await app.command(START)
  await expect(tour.card).toBeFocused()
  await expect(tour.card).toHaveAccessibleName('Solve a small case')
  await expect(tour.next).toBeEnabled()
  const found = await new AxeBuilder({ page })
    .include('[data-testid="tour"]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    .analyze()
  expect(found.violations.map(({ id }) => id)).toEqual([])

  await tour.next.press('Enter')
  await tour.at('map')
  await page.keyboard.press('Escape')
  await expect(tour.card).toBeHidden()
  await expect(page.getByRole('status').filter({ hasText: 'waits where you left it' })).toBeVisible()

  await app.command('Go on with the tour')
  await tour.at('community') // the map was in front: that step is done
  await expect(tour.card).toBeFocused()
  const name = await tour.named(/Open (C-\d+)/)
  // Escape in the search box is the search box's.
  await app.type(name)
  await page.keyboard.press('Escape')
  await expect(tour.card).toBeVisible()
  await app.type(name)
  await expect(app.hit(name)).toBeVisible()
  await page.keyboard.press('Enter')
  await tour.at('why')
  await expect(page.locator('[role="status"]', { hasText: 'Read why' })).toHaveCount(1)

  await page.reload()
  await tour.at('why')
  await page.keyboard.press('Alt+t')
  await expect(tour.card).toBeFocused()
  const telling = await tour.named(/Open (\S+): members/)
  await tour.pointsAt(app.inspector.getByTestId('binds').locator('li').filter({ hasText: telling }))
  // "Show me" hands the focus to the real control, and Enter there does what a click does.
  await page.getByTestId('tour-show').press('Enter')
  await expect(app.inspector.getByTestId('binds').locator('button:focus')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await tour.at('time')

  // With a click elsewhere the app is as it always was.
  await app.place('accounts')
  await expect(page.getByTestId('account-row').first()).toBeVisible()
  await tour.at('time')
})

test('settings are found, take effect at once, and are kept', async ({ app, page }) => {
  const html = page.locator('html')
  const rail = page.getByTestId('place-map')
  await page.keyboard.press('Control+,')
  await app.shown('settings')
  const before = (await rail.boundingBox())!.width

  await page.getByTestId('setting-text-125').click()
  await expect.poll(async () => (await rail.boundingBox())!.width / before).toBeCloseTo(1.25, 1)
  await page.getByTestId('setting-theme-light').click()
  await expect(html).toHaveAttribute('data-theme', 'light')
  await page.getByTestId('setting-motion-reduced').click()
  await expect(html).toHaveAttribute('data-motion', 'reduced')
  await expect(rail).toHaveCSS('transition-property', 'none')
  await page.getByTestId('setting-zone-utc').click()
  await expect(page.getByTestId('timeline-zone')).toHaveValue('utc')

  await page.getByTestId('settings-search').fill('reviews')
  await expect(page.locator('.sh-settings-row')).toHaveCount(1)
  await page.locator('.sh-settings-row input').fill('37')
  await page.getByTestId('settings-search').fill('')
  await page.getByTestId('setting-language-zh-CN').click()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByTestId('panel-settings')).toContainText('每日复核量')

  // Another window has them, too; the lab measures for so many.
  await page.reload()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await expect(html).toHaveAttribute('data-theme', 'light')
  await expect.poll(async () => (await rail.boundingBox())!.width / before).toBeCloseTo(1.25, 1)
  await app.place('lab')
  await page.getByTestId('lab-tab-bench').click()
  await expect(page.getByTestId('input-bench-capacity')).toHaveValue('37')

  // Found from the search box, restored in one step, and that taken back.
  await app.speak('en')
  await app.type('restore defaults')
  await app.hits.filter({ hasText: 'Restore defaults' }).first().click()
  await page.getByTestId('setting-restore').click()
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await expect.poll(async () => (await rail.boundingBox())!.width).toBeCloseTo(before, 0)
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expect(html).toHaveAttribute('data-theme', 'light')
})
