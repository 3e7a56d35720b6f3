import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { asAtStart, expect, ownCopy, serve, test, watchPage } from './support/app.ts'

/** The workplace with the analyzed sample, its map drawn. */
async function openSample(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await asAtStart(page) // the session is remembered: another test's selection, another panel in front
  await page.getByTestId('place-map').click()
  await expect(page.getByTestId('map-canvas')).toBeVisible()
  await expect
    .poll(() => page.evaluate(() => window.__shoalMap?.counts().communities ?? 0))
    .toBeGreaterThan(5)
}

/** Clicks the middle of a community's disc. */
async function discOf(page: Page, id: number): Promise<{ x: number; y: number }> {
  const place = await page.evaluate(
    (wanted) => window.__shoalMap!.positions().find((p) => p.id === wanted),
    id,
  )
  return { x: place!.x, y: place!.y }
}

test.describe('the investigate screen', () => {
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('a click on the map, a community opened, a selection that every view follows', async ({ page }) => {
    const problems = watchPage(page)
    await openSample(page, server.url)
    await expect(page.getByTestId('simulated').first()).toBeVisible()
    const all = await page.getByTestId('selection-count').innerText()

    const at = await discOf(page, 3)
    await page.mouse.click(at.x, at.y)
    await expect(page.getByTestId('inspector').first()).toContainText('C-4')

    await page.mouse.dblclick(at.x, at.y)
    await expect.poll(() => page.evaluate(() => window.__shoalMap!.open)).toBe(3)
    await expect.poll(() => page.evaluate(() => window.__shoalMap!.counts().members)).toBeGreaterThan(2)
    await expect.poll(() => page.evaluate(() => window.__shoalMap!.counts().edges)).toBeGreaterThan(1)

    await expect(page.getByTestId('chip-communities')).toContainText('C-4')
    const some = await page.getByTestId('selection-count').innerText()
    expect(some).not.toBe(all)

    // The account table shows only members of C-4.
    await page.getByTestId('place-accounts').click()
    const rows = page.getByTestId('account-row')
    await expect(rows.first()).toBeVisible()
    for (const text of await rows.allInnerTexts()) expect(text).toContain('C-4')

    await rows.first().click()
    await rows.first().press('Enter')
    await expect(page.getByTestId('reason-row').first()).toBeVisible()
    expect(problems).toEqual([])
  })

  test('brushing the timeline becomes a chip, and the chip can be removed', async ({ page }) => {
    await openSample(page, server.url)
    const plot = page.getByTestId('timeline-plot')
    await expect(plot).toBeVisible()
    const box = (await plot.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.95, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.98, box.y + 20, { steps: 8 })
    await page.mouse.up()
    const chip = page.getByTestId('chip-time')
    await expect(chip).toBeVisible()
    await chip.getByRole('button', { name: /^Remove/ }).click()
    await expect(chip).toBeHidden()
  })

  test('reports are found in Chinese and English and show why they are what they are', async ({ page }) => {
    const problems = watchPage(page)
    await openSample(page, server.url)
    await page.getByTestId('place-reports').click()
    const rows = page.getByTestId('report-row')
    await expect(rows.first()).toBeVisible()
    await page.getByTestId('reports-search').fill('加我')
    await expect(rows.first()).toContainText('加我')
    for (const text of await rows.allInnerTexts()) expect(text).toContain('加我')
    expect(problems).toEqual([])
  })

  test('search finds an account, and the keyboard opens it', async ({ page }) => {
    await openSample(page, server.url)
    await page.keyboard.press('Control+k')
    await expect(page.getByTestId('search')).toBeFocused()
    await page.keyboard.type('C-2')
    await expect(page.getByTestId('search-hit').first()).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('inspector').first()).toContainText('C-2')
  })

  test('the whole app speaks Chinese, in both themes, without accessibility violations', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    await openSample(page, server.url)
    const violations = async (where: string) => {
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
      return found.violations.map((v) => `${where}: ${v.id} ${v.nodes[0]!.target.join(' ')}`)
    }
    for (const place of ['map', 'accounts', 'communities', 'reports', 'case', 'lab', 'import']) {
      await page.getByTestId(`place-${place}`).click()
      await expect(page.getByTestId(`panel-${place}`)).toBeVisible()
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
        const said = await violations(`${place}, ${colorScheme}`)
        expect(said, said.join('\n')).toEqual([])
      }
    }
    await page.getByTestId('language').click()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await page.getByTestId('place-accounts').click()
    await expect(page.getByTestId('panel-accounts')).toContainText('账号')
    expect(problems).toEqual([])
  })
})
