import { readFileSync } from 'node:fs'
import { AccountsTable, CasePage, Inspector } from './models/pages.ts'
import { expect, test } from './support/app.ts'

test.describe('the pages of accounts, communities and cases', () => {
  test('a community says what holds it together, who may lead it and what is said of it; deciding needs a reason', async ({
    page,
    app,
  }) => {
    await app.place('communities')
    await page.getByTestId('community-row').nth(1).click()
    for (const part of ['binds', 'without', 'organisers', 'members', 'activity', 'themes', 'compare'])
      await expect(app.inspector.getByTestId(part)).toBeVisible()
    // Core first: the share never rises from one member to the next.
    const shares = await app.inspector.locator('.member-sure').allInnerTexts()
    const numbers = shares.map((s) => Number.parseFloat(s))
    expect(numbers.length).toBeGreaterThan(3)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))

    await page.getByTestId('judge-ring').click()
    await expect(page.getByTestId('judge-reason')).toBeFocused()
    await expect(app.inspector.getByRole('alert')).toContainText('Say why first')
    await page.getByTestId('judge-reason').fill('They share addresses that nobody else uses.')
    await page.getByTestId('judge-ring').click()
    await expect(page.getByTestId('judgement')).toContainText('They share addresses that nobody else uses.')
    await expect(page.getByTestId('judge-ring')).toHaveAttribute('aria-pressed', 'true')

    await page.getByTestId('compare-with').fill('C-12')
    await page.getByTestId('compare-with').press('Enter')
    await expect(page.getByTestId('compare')).toContainText('C-12')
    await expect(page.getByTestId('compare').locator('tbody tr')).toHaveCount(7)

    await page.getByTestId('member-row').first().click()
    await expect(page.getByTestId('history')).toBeVisible()
  })

  test('a note names another account by keys, and the name leads there', async ({ page, app }) => {
    await app.place('accounts')
    const table = new AccountsTable(page)
    const other = await table.name(1)
    await table.rows.first().click()
    const first = (await app.inspector.locator('h2').innerText()).trim()
    expect(first).not.toBe(other)
    await expect(page.getByTestId('history-line').first()).toBeVisible()

    await page.getByTestId('note-input').pressSequentially(`Same hand as @${other}`)
    const offer = page.getByRole('option').filter({ hasText: other })
    await expect(offer).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('note-input')).toHaveValue(`Same hand as @${other} `)
    await page.keyboard.press('Control+Enter')
    const note = page.getByTestId('notes').getByRole('button', { name: `@${other}` })
    await expect(note).toBeVisible()
    // What happened to the account now has the note, as it reads and not as it is stored.
    await expect(page.getByTestId('history')).toContainText(`Note: Same hand as @${other}`)
    await note.click()
    await expect(app.inspector.locator('h2')).toContainText(other)
  })

  test('neighbours are filtered by what joins them', async ({ page, app }) => {
    await app.place('accounts')
    await page.getByTestId('account-row').nth(2).click()
    const filter = page.getByRole('group', { name: 'Which ties' })
    await expect(filter).toBeVisible()
    const chip = filter.getByRole('button').nth(1)
    const count = Number((await chip.locator('b').innerText()).replace(/\D/g, ''))
    await chip.click()
    await expect(page.getByTestId('neighbours').locator('h3')).toContainText(String(count))
  })

  test('a table is filtered by its columns, taken in ranges, arranged, kept and exported as shown', async ({
    page,
    app,
  }) => {
    await app.place('accounts')
    const table = new AccountsTable(page)
    const { panel } = table
    await table.filter('score', /Score/)
    await page.getByLabel('from', { exact: true }).fill('0.9')
    await page.getByTestId('filter-apply').click()
    await expect(page.getByTestId('chip-risk')).toBeVisible()
    await page.keyboard.press('Escape')

    await page.getByTestId('account-row').first().click()
    await panel.getByRole('grid').press('Shift+ArrowDown')
    await expect(table.chosen).toHaveCount(2)
    await panel.getByRole('grid').press('Shift+ArrowDown')
    await expect(table.chosen).toHaveCount(3)
    await panel.getByRole('grid').press('Shift+ArrowUp')

    await panel.getByTestId('columns').click()
    await page.getByTestId('column-menu').getByText('Registered').click()
    await page.getByTestId('column-menu').getByRole('button', { name: 'Move Account to the left' }).click()
    await page.keyboard.press('Escape')
    const heads = panel.getByRole('columnheader')
    await expect(heads.first()).toContainText('Account')
    await expect(panel.getByRole('columnheader', { name: /Registered/ })).toHaveCount(0)

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Export CSV' }).click(),
    ])
    const lines = readFileSync(await file.path(), 'utf8')
      .replace('\ufeff', '')
      .trim()
      .split('\r\n')
    expect(lines[0]).toMatch(/^account_id,score_inferred,/)
    expect(lines[0]).not.toContain('registered')
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines.slice(1)) expect(Number(line.split(',')[1])).toBeGreaterThanOrEqual(0.9)

    // Remembered with the workspace.
    await page.waitForTimeout(1200)
    await page.reload()
    await app.place('accounts')
    await expect(heads.first()).toContainText('Account')
    await expect(panel.getByRole('columnheader', { name: /Registered/ })).toHaveCount(0)
  })

  test('communities are sorted by several columns', async ({ page, app }) => {
    await app.place('communities')
    const panel = page.getByTestId('communities')
    await panel.getByRole('button', { name: 'Sort by Reports' }).click()
    await panel.getByRole('button', { name: 'Sort by Accounts' }).click({ modifiers: ['Shift'] })
    await expect(panel.getByRole('columnheader', { name: /Accounts/ })).toHaveAttribute(
      'aria-sort',
      'descending',
    )
    const order = await panel.getByRole('columnheader').evaluateAll((cells) => ({
      reports: cells.findIndex((c) => c.textContent?.includes('Reports')),
      size: cells.findIndex((c) => c.textContent?.includes('Accounts')),
    }))
    await expect
      .poll(async () => {
        const rows = await panel
          .getByTestId('community-row')
          .evaluateAll(
            (list, at) =>
              list.map((row) => [
                Number(row.children[at.reports]!.textContent),
                Number(row.children[at.size]!.textContent),
              ]),
            order,
          )
        return rows.every(
          ([reports, size], i) =>
            i === 0 ||
            rows[i - 1]![0]! > reports! ||
            (rows[i - 1]![0] === reports && rows[i - 1]![1]! >= size!),
        )
      })
      .toBe(true)
  })

  test('a case says what was decided of its things and what is new', async ({ page, app }) => {
    await app.place('communities')
    await page.getByTestId('community-row').nth(3).click()
    const inspector = new Inspector(page)
    await inspector.judge('benign', 'One flat, one family.')
    await inspector.addToNewCase('Spring')
    await app.place('case')
    await expect(new CasePage(page).items).toHaveCount(1)
    await expect(page.getByTestId('case-decision')).toContainText('One flat, one family.')
    await expect(page.getByTestId('case-news')).toContainText('nothing new')
  })
})
