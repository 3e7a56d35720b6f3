import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, ROOT, ownCopy, serve, shoal, test, watchPage, type World } from './support/app.ts'

/** Pictures go where screens.spec.ts puts its own. */
const OUT = join(ROOT, process.env['SHOAL_SCREENS'] === 'docs' ? 'docs/screens' : 'test-results/screens')
const TOLOKERS = join(ROOT, '../shared/data/tolokers')

async function openDesign(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByTestId('place-design').click()
  await expect(page.getByTestId('design')).toBeVisible()
  await page.getByTestId('design-tab-recipe').click()
}

/** Waits until the preview's figures are those of the very settings in the form. */
async function counted(page: Page): Promise<void> {
  await expect(page.getByTestId('preview-state')).toHaveAttribute('data-state', 'fresh', { timeout: 60_000 })
}
const edgesOf = async (page: Page) =>
  Number((await page.getByTestId('preview-edges').locator('b').innerText()).replaceAll(/[^\d]/g, ''))

async function inChinese(page: Page): Promise<void> {
  await page.getByTestId('language').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true })
  await page.mouse.move(700, 3) // no tooltip in the picture
  await page.waitForTimeout(800) // fonts and the last frame
  const path = join(OUT, `${name}.png`)
  await page.screenshot({ path })
  expect(statSync(path).size).toBeGreaterThan(30_000)
}

test.describe('graph design', () => {
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('a recipe is edited, previewed, saved, built, compared, shown on the map, and taken back', async ({
    page,
  }) => {
    test.slow()
    const problems = watchPage(page)
    await openDesign(page, server.url)
    await counted(page)
    const before = await edgesOf(page)
    expect(before).toBeGreaterThan(1000)

    // Fewer relations and a lower hub limit: fewer edges, said in words.
    await page.getByTestId('none-relations').click()
    await page.getByTestId('input-entities-hubCap').fill('10')
    await expect(page.getByTestId('recipe-sentence')).toContainText('more than 10 accounts')
    await counted(page)
    const after = await edgesOf(page)
    expect(after).toBeGreaterThan(0)
    expect(after).toBeLessThan(before)
    await expect(page.getByTestId('draft-changes')).toHaveText('2 changes')

    // What is no value is refused beside the field, and the recipe keeps what it had.
    const limit = page.getByTestId('input-entities-hubCap')
    await limit.fill('1')
    await expect(page.getByTestId('setting-entities-hubCap')).toContainText('At least 2.')
    await expect(page.getByTestId('recipe-save')).toBeDisabled()
    await limit.fill('10')
    await expect(page.getByTestId('setting-entities-hubCap').getByRole('alert')).toBeHidden()

    // The form has its own undo.
    await page.getByTestId('use-entities-ip').uncheck({ force: true })
    await expect(page.getByTestId('draft-changes')).toHaveText('3 changes')
    await page.getByTestId('recipe-form').press('Control+z')
    await expect(page.getByTestId('draft-changes')).toHaveText('2 changes')
    await expect(page.getByTestId('use-entities-ip')).toBeChecked()

    await page.getByTestId('recipe-name').fill('Things only')
    await page.getByTestId('recipe-save').click()
    await expect(page.getByTestId('saved-recipe')).toContainText('Things only')
    await expect(page.getByTestId('draft-changes')).toHaveText('as saved')

    // Nothing is lost on reload.
    await page.getByTestId('input-minEvidence').fill('2')
    await expect(page.getByTestId('draft-changes')).toHaveText('1 change')
    await page.waitForTimeout(700) // the draft is written a moment after the last edit
    await page.reload()
    await expect(page.getByTestId('input-minEvidence')).toHaveValue('2')
    await page.getByTestId('recipe-form').getByTestId('reset-minEvidence').click()
    await expect(page.getByTestId('draft-changes')).toHaveText('as saved')

    await page.getByTestId('design-build').click()
    await expect(page.getByTestId('to-compare')).toBeVisible({ timeout: 90_000 })
    await page.getByTestId('to-compare').click()

    // Beside the default: fewer edges, and how far the two agree.
    const table = page.getByTestId('figure-table')
    await expect(table).toContainText('Things only', { timeout: 60_000 })
    const edges = (await page.getByTestId('figure-edges').getByRole('cell').allInnerTexts()).map((text) =>
      Number(text.replaceAll(/[^\d]/g, '')),
    )
    expect(edges).toEqual([before, after])
    await expect(page.getByTestId('figure-badGivenBad')).toContainText('95%')
    await expect(page.getByTestId('pair-figures')).toContainText('NMI')
    await expect(page.getByTestId('flow-band').first()).toBeAttached()

    // A community of the shown design opens from the picture; one of the other says why it does not.
    const first = page.locator('[data-testid^="flow-a-"]').first()
    const name = `C-${Number((await first.getAttribute('data-testid'))!.slice('flow-a-'.length)) + 1}`
    await first.click()
    await expect(page.getByTestId('inspector').first()).toContainText(name)
    await expect(page.getByTestId('chip-communities')).toContainText(name)
    await expect(page.locator('[data-testid^="flow-b-"]').first()).toHaveAttribute(
      'aria-label',
      /Show B on the map/,
    )

    // The whole app switches to it, and back.
    const rows = page.getByTestId('design-row')
    const was = (await page.locator('[data-testid=design-row][data-shown=true]').getAttribute('data-run'))!
    const made = (await rows.first().getAttribute('data-run'))!
    expect(made).not.toBe(was)
    for (const run of [made, was]) {
      await page.getByTestId(`show-${run}`).click()
      await expect(page.locator(`[data-testid=design-row][data-run="${run}"]`)).toHaveAttribute(
        'data-shown',
        'true',
        { timeout: 120_000 },
      )
    }
    await page.getByTestId('place-map').click()
    await expect
      .poll(() => page.evaluate(() => window.__shoalMap?.counts().communities ?? 0))
      .toBeGreaterThan(5)
    expect(problems).toEqual([])
  })

  test('a removed recipe comes back, a file goes out and comes in', async ({ page }) => {
    await openDesign(page, server.url)
    const saved = page.getByTestId('saved-recipe')
    const name = 'Devices and payments'
    await page.getByTestId('recipe-default').click()
    await page.getByTestId('recipe-name').fill(name)
    await page.getByTestId('recipe-save').click()
    const mine = saved.filter({ hasText: name })
    await mine.getByTestId('recipe-more').click()
    await page.getByTestId('recipe-remove').click()
    await expect(mine).toHaveCount(0)
    await page.getByTestId('notice-undo').click()
    await expect(mine).toHaveCount(1)

    await mine.getByTestId('recipe-more').click()
    const download = page.waitForEvent('download')
    await page.getByText('Export as a file').click()
    const file = await (await download).path()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ recipe: { name } })
    await page.getByTestId('recipe-file').setInputFiles({
      name: 'mine.recipe.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"name": "From a file", "entities": {"hubCap": 7}}'),
    })
    await expect(page.getByTestId('recipe-name')).toHaveValue('From a file')
    await expect(page.getByTestId('input-entities-hubCap')).toHaveValue('7')
    await page.getByTestId('recipe-file').setInputFiles({
      name: 'bad.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"entities": {"hubCap": 0}}'),
    })
    await expect(page.getByTestId('design-notice')).toContainText('entities.hubCap')
  })

  test('a detector runs on the shown graph and is compared', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    await openDesign(page, server.url)
    await page.getByTestId('design-tab-detectors').click()
    const rows = page.getByTestId('detection-row')
    await expect(rows.first()).toBeVisible()
    const before = await rows.count()
    await page.getByTestId('detect-detector').selectOption('leiden')
    await page.locator('#detect-seed').fill('7')
    await page.getByTestId('detect-start').click()
    await expect(rows).toHaveCount(before + 1, { timeout: 90_000 })
    await expect(rows.first()).toContainText('seed 7')
    await expect(page.getByTestId('figure-table')).toBeVisible()
    expect(problems).toEqual([])
  })

  test('in Chinese: the recipe in words, the comparison, no accessibility violations', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    await openDesign(page, server.url)
    await inChinese(page)
    await page.getByTestId('recipe-default').click()
    await page.getByTestId('design-reset').isEnabled()
    await page.getByTestId('input-entities-hubCap').fill('30')
    await expect(page.getByTestId('recipe-sentence')).toContainText('超过 30 个账号使用的实体不连边')
    await counted(page)
    await page.getByTestId('fold-texts').click()
    const text = await page.getByTestId('panel-design').innerText()
    expect(text).toContain('枢纽上限')
    expect(text).not.toMatch(/design\.|undefined|NaN/)
    for (const tab of ['recipe', 'compare', 'detectors']) {
      await page.getByTestId(`design-tab-${tab}`).click()
      if (tab === 'compare') {
        for (const box of await page.getByTestId('design-row').all())
          if (!(await box.getByRole('checkbox').isChecked()))
            await box.getByRole('checkbox').check({ force: true })
        await expect(page.getByTestId('figure-table')).toContainText('模块度')
      }
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
        await page.waitForTimeout(300) // colours fade
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
        const said = found.violations.map(
          (v) => `${tab}, ${colorScheme}: ${v.id} ${v.nodes[0]!.target.join(' ')}`,
        )
        expect(said, said.join('\n')).toEqual([])
      }
    }
    await page.getByTestId('language').click()
    expect(problems).toEqual([])
  })
})

/** A workspace of tolokers, whose export is on machines that have the shared data. */
function tolokers(world: World): string {
  const path = join(world.dir, 'tolokers.shoal')
  for (const args of [
    ['import', path, TOLOKERS],
    ['analyze', path],
  ]) {
    const done = shoal(world, ...args)
    expect(done.status, done.stderr).toBe(0)
  }
  return path
}

test('pictures for the docs: the sample in both themes and languages', async ({ browser, world, sample }) => {
  test.slow()
  const server = await serve(world, ownCopy(world, sample))
  for (const shot of [
    { name: 'design-dark', scheme: 'dark', language: 'en', tab: 'recipe', width: 1440, height: 900 },
    { name: 'design-zh', scheme: 'light', language: 'zh-CN', tab: 'recipe', width: 1440, height: 900 },
    { name: 'design-compare', scheme: 'light', language: 'en', tab: 'compare', width: 1440, height: 1250 },
  ] as const) {
    const context = await browser.newContext({
      viewport: { width: shot.width, height: shot.height },
      colorScheme: shot.scheme,
      locale: shot.language,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await openDesign(page, server.url)
    if ((await page.locator('html').getAttribute('lang')) !== shot.language)
      await page.getByTestId('language').click()
    await maximise(page)
    if (shot.tab === 'recipe') {
      await draftForPicture(page)
      await counted(page)
    } else {
      await buildDraft(page)
      await page.getByTestId('to-compare').click()
      await expect(page.getByTestId('flow-band').first()).toBeAttached({ timeout: 60_000 })
    }
    await shoot(page, shot.name)
    await context.close()
  }
  await server.stop()
})

test('pictures for the docs: tolokers', async ({ page, world }) => {
  test.skip(!existsSync(TOLOKERS), '../shared/data/tolokers is not on this machine')
  test.slow()
  const server = await serve(world, tolokers(world))
  await page.setViewportSize({ width: 1440, height: 1250 })
  await openDesign(page, server.url)
  await maximise(page)
  await page.getByTestId('recipe-name').fill('Counted once, no hubs')
  await page.getByTestId('input-relations-damping').selectOption('binary')
  await page.getByTestId('off-relations-hubCap').uncheck({ force: true })
  await page.getByTestId('input-relations-hubCap').fill('300')
  await page.getByTestId('recipe-form').evaluate((form) => form.scrollTo(0, 0))
  await counted(page)
  await shoot(page, 'design-tolokers')
  await buildDraft(page)
  await page.getByTestId('to-compare').click()
  await expect(page.getByTestId('flow-band').first()).toBeAttached({ timeout: 60_000 })
  await shoot(page, 'design-tolokers-compare')
  await server.stop()
})

/** The panel over the whole window, as one works in it for a while. */
async function maximise(page: Page): Promise<void> {
  const button = page
    .locator('.dv-groupview', { has: page.getByTestId('panel-design') })
    .getByRole('button', { name: /Fill the window|最大化/ })
  if (await button.isVisible()) await button.click()
}

async function draftForPicture(page: Page): Promise<void> {
  await page.getByTestId('recipe-default').click()
  await page.getByTestId('recipe-name').fill('Rare things, friends half')
  await page.locator('#weight-relations-friend').fill('0.5')
  await page.getByTestId('input-entities-hubCap').fill('20')
  await page.getByTestId('input-entities-hub').selectOption('nearest')
  const meetings = page.getByTestId('input-cooccurrence-on-ip')
  if (!(await meetings.isVisible())) await page.getByTestId('fold-cooccurrence').click()
  await meetings.check({ force: true })
  await page.getByTestId('recipe-form').evaluate((form) => form.scrollTo(0, 0))
}

async function buildDraft(page: Page): Promise<void> {
  await page.getByTestId('design-build').click()
  await expect(page.getByTestId('job-line').or(page.getByTestId('to-compare')).first()).toBeVisible()
  await expect(page.getByTestId('job-line')).toHaveCount(0, { timeout: 120_000 })
  await expect(page.getByTestId('to-compare')).toBeVisible({ timeout: 60_000 })
}
