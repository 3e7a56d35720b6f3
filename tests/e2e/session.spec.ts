import type { Page } from '@playwright/test'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { Timeline } from './models/timeline.ts'
import { Workbench } from './models/workbench.ts'
import { expect, serve, test, watchPage } from './support/app.ts'

/** What a person sees of the working state. */
async function screen(page: Page) {
  return {
    chips: await page.getByTestId(/^chip-/).allInnerTexts(),
    inspector: (await page.getByTestId('inspector').count())
      ? (await page.getByTestId('inspector').first().innerText()).split('\n').slice(0, 3)
      : null,
    panels: (await page.getByTestId(/^tab-/).allInnerTexts()).map((text) => text.trim()).sort(),
  }
}
/** Presses the keys until the button says that there is nothing more. A press too many does nothing. */
async function turnAll(page: Page, keys: string, button: 'undo' | 'redo') {
  await expect(async () => {
    await page.keyboard.press(keys)
    await expect(page.getByTestId(button)).toHaveAttribute('aria-disabled', 'true', { timeout: 200 })
  }).toPass({ timeout: 60_000, intervals: [0] })
}

test.describe('the working state', () => {
  // Each goes on where the one before it ended: tried again, they begin anew together.
  test.describe.configure({ mode: 'serial' })
  let server: Awaited<ReturnType<typeof serve>>
  let workspace: string
  test.beforeAll(async ({ world, sample }) => {
    workspace = join(world.dir, 'session.shoal')
    cpSync(sample, workspace, { recursive: true })
    server = await serve(world, workspace)
  })
  test.afterAll(async () => server.stop())

  test('everything is undone in the order in which it was done, and done again', async ({ page }) => {
    const problems = watchPage(page)
    const app = new Workbench(page)
    await app.open(server.url)
    const first = await screen(page)
    await expect(app.undo).toHaveAttribute('aria-disabled', 'true')

    await app.select('C-3')
    await new Timeline(page).brush(0.7, 0.8)
    await page.getByTestId('place-accounts').click()
    const rows = page.getByTestId('account-row')
    await rows.first().click()
    await rows.first().press('Enter')
    await page.getByTestId('judge-malicious').first().click()
    await expect(app.undo).toHaveAccessibleName(/judgement/)
    const last = await screen(page)

    // The judgement goes first, and a screen that was changed before it stays.
    await app.undo.click()
    await expect(app.undo).not.toHaveAccessibleName(/judgement/)
    await expect(page.getByTestId('chip-time')).toBeVisible()
    await turnAll(page, 'Control+z', 'undo')
    await expect(page.getByTestId('chip-time')).toBeHidden()
    expect(await screen(page)).toEqual(first)

    await turnAll(page, 'Control+Shift+z', 'redo')
    await expect(app.undo).toHaveAccessibleName(/judgement/)
    expect(await screen(page)).toEqual(last)
    expect(problems).toEqual([])
  })

  test('the selection alone goes back and forward, and the history leads to any step', async ({ page }) => {
    const app = new Workbench(page)
    await app.open(server.url)
    await page.keyboard.press('Alt+ArrowLeft')
    await expect(page.getByTestId('chip-time')).toBeHidden()
    await expect(page.getByTestId('chip-communities')).toBeVisible()
    // The panels are as they were, and the judgement stands.
    await expect(page.getByTestId('panel-accounts')).toBeVisible()
    await page.keyboard.press('Alt+ArrowRight')
    await expect(page.getByTestId('chip-time')).toBeVisible()

    await page.getByTestId('journal').click()
    const rows = page.getByTestId('history-row')
    await expect(rows.first()).toHaveAttribute('aria-current', 'step')
    const count = await rows.count()
    await rows.last().focus()
    await page.keyboard.press('Enter')
    await expect(rows.last()).toHaveAttribute('aria-current', 'step')
    await expect(rows).toHaveCount(count)
    await expect(page.locator('[data-testid="history-row"][data-stands="false"]')).toHaveCount(count - 1)
    await expect(page.getByTestId('history')).toBeVisible()
    await rows.first().click()
    await expect(rows.first()).toHaveAttribute('aria-current', 'step')
    await expect(page.getByTestId('chip-time')).toBeVisible()
  })

  test('a reload and a killed server lose nothing', async ({ page, world }) => {
    const app = new Workbench(page)
    await app.open(server.url)
    await page
      .getByTestId('chip-time')
      .getByRole('button', { name: /^Remove/ })
      .click()
    await app.select('C-5')
    await app.place('reports')
    const before = await screen(page)
    await page.reload()
    await expect(page.getByTestId('chip-communities')).toContainText('C-5')
    expect(await screen(page)).toEqual(before)

    // The server is killed as soon as the app says that the last step is saved.
    await app.select('C-7')
    await app.saved()
    await server.kill()
    server = await serve(world, workspace)
    await app.open(server.url)
    await expect(page.getByTestId('chip-communities')).toContainText('C-7')
    expect((await screen(page)).panels).toEqual(before.panels)
    await page.keyboard.press('Alt+ArrowLeft')
    await expect(page.getByTestId('chip-communities')).toContainText('C-5')
    await expect(page.getByTestId('panel-reports')).toBeVisible()
  })

  test('a view is saved by name, opened as one step, renamed and removed', async ({ page }) => {
    const app = new Workbench(page)
    await app.open(server.url)
    await app.select('C-4')
    await page.keyboard.press('Control+Shift+S')
    await page.getByTestId('view-name').fill('四号社群 wave')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('name-dialog')).toBeHidden()
    const kept = await screen(page)

    await page.getByTestId('views-menu').click()
    await page.getByTestId('view-start').click()
    await expect(page.getByTestId(/^chip-/)).toHaveCount(0)
    await expect(page.getByTestId('panel-reports')).toBeHidden()
    const start = await screen(page)
    await page.getByTestId('views-menu').click()
    await page.getByTestId('saved-四号社群 wave').click()
    await expect(page.getByTestId('chip-communities')).toContainText('C-4')
    await expect(page.getByTestId(/^tab-/)).toHaveCount(kept.panels.length)
    expect(await screen(page)).toEqual(kept)
    await page.keyboard.press('Control+z')
    await expect(page.getByTestId(/^chip-/)).toHaveCount(0)
    expect(await screen(page)).toEqual(start)

    await page.getByTestId('views-menu').click()
    await page.getByTestId('rename-四号社群 wave').click()
    await page.getByTestId('view-name').fill('Wave')
    await page.keyboard.press('Enter')
    await page.getByTestId('views-menu').click()
    await page.getByTestId('remove-Wave').click()
    await expect(page.getByTestId('saved-Wave')).toBeHidden()
    await page.getByTestId('toast-action').last().click() // and the menu closes
    await page.getByTestId('views-menu').click()
    await expect(page.getByTestId('saved-Wave')).toBeVisible()
  })

  test('a pinned inspector stays; a second window shares selection and focus, not its panels', async ({
    page,
    context,
  }) => {
    const app = new Workbench(page)
    await app.open(server.url)
    await page.getByTestId('layout-menu').click()
    await page.getByTestId('preset-investigate').click()
    await app.select('C-4')
    await page.getByTestId('place-accounts').click()
    const rows = page.getByTestId('account-row')
    await rows.first().click()
    await rows.first().press('Enter')
    await page.getByTestId('pin-inspector').click()
    const pinned = page.getByTestId(/^panel-inspector\.account\./)
    await expect(pinned).toBeVisible()
    const name = (await page.getByTestId(/^tab-inspector\.account\./).innerText()).trim()
    await expect(pinned).toContainText(name)

    const opening = context.waitForEvent('page')
    await page.getByTestId('window-accounts').click()
    const second = await opening
    const problems = watchPage(second)
    await expect(second.getByTestId('chip-communities')).toContainText('C-4')
    await expect(second.getByTestId(/^tab-/)).toHaveCount(1)
    await new Workbench(second).select('C-6')
    await expect(page.getByTestId('chip-communities')).toContainText('C-6')
    await expect(pinned).toContainText(name)
    await second.getByTestId('undo').click()
    await expect(page.getByTestId('chip-communities')).not.toContainText('C-6')
    expect(problems).toEqual([])
  })

  test('two tabs of one address share the selection and never write over each other’s panels', async ({
    page,
    context,
  }) => {
    const app = new Workbench(page)
    await app.open(server.url)
    await page.getByTestId('layout-menu').click()
    await page.getByTestId('preset-investigate').click()
    await app.place('reports')
    await app.saved()
    const second = new Workbench(await context.newPage())
    await second.open(server.url)
    await expect(second.page.getByTestId('panel-reports')).toBeVisible() // as the first one was
    await second.close('reports')
    await second.place('case')
    await second.select('C-9')
    await expect(app.chip('communities')).toContainText('C-9')
    await app.close('timeline')
    await Promise.all([app.saved(), second.saved()])

    await Promise.all([page.reload(), second.page.reload()])
    await expect(page.getByTestId('panel-reports')).toBeVisible()
    await expect(second.page.getByTestId('panel-case')).toBeVisible()
    const [first, other] = [await screen(page), await screen(second.page)]
    expect(first.panels).toEqual(expect.not.arrayContaining(['Timeline', 'Case']))
    expect(other.panels).toEqual(expect.arrayContaining(['Timeline', 'Case']))
    expect(other.panels).not.toContain('Reports')
    expect(other.chips).toEqual(first.chips)
  })
})
