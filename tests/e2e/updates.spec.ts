import { AxeBuilder } from '@axe-core/playwright'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, serve, shoal, test, watchPage } from './support/app.ts'
import { writeMonthlyExports } from './support/monthly-exports.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

test("a platform's next export: what is new, gone and changed, and the community that split", async ({
  page,
  world,
}) => {
  // Two imports and two analyses; the machine may have other work.
  test.setTimeout(240_000)
  const me = newcomer(world, 'updates')
  const { first, second } = writeMonthlyExports(join(me.dir, 'exports'))
  for (const args of [
    ['import', 'monthly.shoal', first],
    ['analyze', 'monthly.shoal'],
  ])
    expect(shoal(me, ...args).status).toBe(0)
  const server = await serve(me, join(me.dir, 'monthly.shoal'))
  const problems = watchPage(page)
  const app = new Workbench(page)
  await app.open(server.url)
  await app.place('import')
  await app.maximise('import')

  // The first import has nothing to be compared with: nothing is offered, and who asks is told.
  const changes = page.getByTestId('changes')
  await expect(page.getByTestId('job-row')).toHaveCount(2)
  await expect(page.getByTestId('job-changes').or(page.getByTestId('import-changes'))).toHaveCount(0)
  await app.command('Show what the newest import changed')
  await expect(changes).toContainText('Nothing to compare with yet')
  await page.getByTestId('changes-back').click()

  // February comes in and is analyzed; what it changed is offered.
  await page.getByTestId('import-start').click()
  await page.getByTestId('browser-path').fill(second)
  await page.keyboard.press('Enter')
  await page.getByTestId('browser-choose').click()
  await page.locator('.sh-toast').getByRole('button', { name: 'What changed' }).click({ timeout: 60_000 })
  await expect(page.getByTestId('changes-new')).toContainText('3')
  await expect(page.getByTestId('changes-gone')).toContainText('2')
  await expect(page.getByTestId('changes-changed')).toContainText('4')
  await expect(page.getByTestId('changes-unchanged')).toContainText('66')
  const facts = page.getByTestId('changes-facts')
  await expect(facts.getByRole('row', { name: /relations/i })).toContainText(/214\s*402\s*196/)
  await expect(facts.getByRole('row', { name: /links/i })).toContainText(/10\s*62\s*10/)

  // Before and after, narrowed down.
  const rows = page.getByTestId('changes-row')
  await expect(rows).toHaveCount(4)
  await expect(rows.filter({ hasText: 'anna00' })).toContainText(/city Oslo → Rome/)
  await page.getByTestId('changes-field').selectOption('registered_at')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText(/registered 2026-01-01.* → 2026-01-28/)
  await page.getByTestId('changes-field').selectOption('')
  await page.getByTestId('changes-search').fill('BORIS')
  await expect(rows).toHaveCount(1)
  await page.getByTestId('changes-search').fill('')
  await expect(rows).toHaveCount(4)

  // By keys alone: to the list, to its first account.
  const grid = changes.getByRole('grid')
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true')

  // As a file, to be read by a spreadsheet.
  await page.getByTestId('changes-gone').click()
  await expect(rows).toHaveCount(2)
  const download = page.waitForEvent('download')
  await changes.locator('.export-save').click()
  const csv = readFileSync(await (await download).path(), 'utf8')
  expect(csv).toContain('account_id')
  expect(csv.match(/boris03|clara07/g)).toHaveLength(2)

  // Once the analysis is done the split is told, with whom of the members the import changed.
  await expect(page.getByTestId('status-job')).toBeHidden({ timeout: 90_000 })
  const lineage = page.getByTestId('changes-community')
  await expect(lineage.and(page.locator('[data-kind=split]'))).toHaveCount(2)
  await expect(lineage.first()).toContainText(/14 of the 28 in C-\d split off into C-\d/)
  await expect(lineage.and(page.locator('[data-kind=grown]'))).toContainText('3 new')

  for (const scheme of ['dark', 'light'] as const) {
    await app.wear(scheme)
    const axe = new AxeBuilder({ page }).withTags(WCAG).include('[data-testid="changes"]')
    expect((await axe.analyze()).violations).toEqual([])
  }
  await app.speak('zh-CN')
  await expect(changes).toContainText('数据变化')
  await expect(lineage.first()).toContainText('分裂为')
  await app.speak('en')

  // One of the parts: its page says where it comes from and whom the export changed.
  await lineage.first().getByRole('button').click()
  await expect(app.inspector.getByTestId('lineage')).toContainText('which split')
  await expect(app.inspector.getByTestId('standing')).toContainText(/members: .*changed/)

  // From the communities, too, one comes to what changed them.
  await app.place('communities')
  await page.getByTestId('lineage-changes').click()
  await expect(page.getByTestId('changes-new')).toContainText('3')
  await page.getByTestId('changes-back').click()
  await page.getByTestId('import-changes').click()
  await expect(page.getByTestId('changes-gone')).toContainText('2')
  await page.getByTestId('changes-gone').click()

  // Who is gone stays, and their page says so; they are selected on the map.
  await app.place('import')
  await page.getByTestId('changes-select').click()
  await expect(page.getByTestId('selection-count')).toContainText('2')
  await app.type('boris03')
  await app.hit('boris03').click()
  await expect(app.inspector.getByTestId('standing')).toContainText(/Not in the export of \d{4}-\d\d-\d\d/)

  // What moderation said in January is still there, marked: February says another thing.
  await app.type('anna00')
  await app.hit('anna00').click()
  const labels = app.inspector.getByTestId('label-line')
  await expect(labels).toHaveCount(2)
  await expect(labels.nth(0)).toContainText('malicious')
  await expect(labels.nth(0)).not.toContainText('stated anew')
  await expect(labels.nth(1)).toContainText(/benign.*stated anew in labels\.csv/)
  await expect(app.inspector.getByTestId('labels')).not.toContainText('disagree')
  await labels.nth(1).getByTestId('source-tag').click()
  await expect(page.getByTestId('provenance-dialog')).toContainText('benign')
  await page.keyboard.press('Escape')

  expect(problems).toEqual([])
  await server.stop()

  // The same, for a script.
  const told = shoal(me, 'changes', 'monthly.shoal', '--json')
  expect(told.status, told.stderr).toBe(0)
  const found = JSON.parse(told.stdout) as {
    accounts: Record<string, number>
    communities: { counts: Record<string, number> }
    lists: { accounts: Record<string, { key: string }[]> }
  }
  expect(found.accounts).toEqual({ new: 3, gone: 2, changed: 4, described: 0, unchanged: 66 })
  expect(found.communities.counts).toMatchObject({ split: 1, grown: 1 })
  expect(found.lists.accounts['gone']!.map(({ key }) => key).sort()).toEqual(['boris03', 'clara07'])
})
