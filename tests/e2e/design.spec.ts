import { readFileSync } from 'node:fs'
import { DesignView } from './models/design.ts'
import { MapView } from './models/map.ts'
import type { Workbench } from './models/workbench.ts'
import { expect, test } from './support/app.ts'

async function openDesign(app: Workbench): Promise<DesignView> {
  await app.place('design')
  const design = new DesignView(app.page)
  await design.tab('recipe')
  return design
}

test.describe('graph design', () => {
  test('a recipe is edited, previewed, saved, built, compared, shown on the map, and taken back', async ({
    page,
    app,
  }) => {
    test.slow()
    const design = await openDesign(app)
    await design.counted()
    const before = await design.edges()
    expect(before).toBeGreaterThan(1000)

    // Fewer relations and a lower hub limit: fewer edges, said in words.
    await page.getByTestId('none-relations').click()
    await page.getByTestId('input-entities-hubCap').fill('10')
    await expect(design.sentence).toContainText('more than 10 accounts')
    await design.counted()
    const after = await design.edges()
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

    // Undo in the form turns back the draft alone.
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
    await expect(page.getByTestId('journal')).toHaveAttribute('data-saved', 'true')
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
    await expect(app.inspector).toContainText(name)
    await expect(app.chip('communities')).toContainText(name)
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
    await app.place('map')
    await new MapView(page).drawn()
  })

  test('a removed recipe comes back, a file goes out and comes in', async ({ page, app }) => {
    await openDesign(app)
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

  test('a detector runs on the shown graph and is compared', async ({ page, app }) => {
    test.slow()
    const design = await openDesign(app)
    await design.tab('detectors')
    const rows = page.getByTestId('detection-row')
    await expect(rows.first()).toBeVisible()
    const before = await rows.count()
    await page.getByTestId('detect-detector').selectOption('leiden')
    await page.locator('#detect-seed').fill('7')
    await page.getByTestId('detect-start').click()
    await expect(rows).toHaveCount(before + 1, { timeout: 90_000 })
    await expect(rows.first()).toContainText('seed 7')
    await expect(page.getByTestId('figure-table')).toBeVisible()
  })

  test('in Chinese the recipe is said in words, with nothing left untranslated', async ({ page, app }) => {
    const design = await openDesign(app)
    await app.speak('zh-CN')
    await page.getByTestId('input-entities-hubCap').fill('30')
    await expect(design.sentence).toContainText('超过 30 个账号使用的实体不连边')
    await design.counted()
    await page.getByTestId('fold-texts').click()
    const text = await page.getByTestId('panel-design').innerText()
    expect(text).toContain('枢纽上限')
    expect(text).not.toMatch(/design\.|undefined|NaN/)
  })
})
