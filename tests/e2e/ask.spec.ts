import { expect, test } from './support/app.ts'

test.describe('asking and searching', () => {
  test('a question built by mouse becomes a selection, its chip opens the question, undo takes it back', async ({
    page,
    app,
  }) => {
    test.slow()
    await page.getByTestId('ask-open').click()
    await expect(page.getByTestId('ask-examples')).toBeVisible()

    await page.getByTestId('ask-add-shares').click()
    await page.getByTestId('ask-0-type').click()
    await page.getByTestId('editor-type').getByText('device', { exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByTestId('ask-0-with').click()
    await page.getByTestId('editor-with').getByText('malicious', { exact: true }).first().click()
    await page.keyboard.press('Escape')
    await page.getByTestId('ask-0-more').click()
    await page.getByTestId('ask-0-add-registeredWithin').click()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('ask-words')).toHaveText(
      'Accounts that share a device with an account labelled malicious, both registered within 1 hour of each other',
    )
    const count = page.getByTestId('ask-count')
    await expect(count).toHaveText(/^\d+ accounts? in/)
    const matching = Number((await count.innerText()).split(' ')[0]!.replaceAll(',', ''))
    expect(matching).toBeGreaterThan(0)
    await expect(page.getByTestId('ask-result')).toHaveCount(Math.min(20, matching))
    await expect(page.getByTestId('ask-results')).toContainText(/shares d[0-9a-f]+ with u\d+/)

    await page.getByTestId('ask-query-toggle').click()
    await expect(page.getByTestId('ask-query')).toContainText('SELECT')

    // The opposite is everybody else.
    await page.getByTestId('ask-0-not').click()
    await expect(count).not.toHaveClass(/is-loading/)
    await expect
      .poll(async () => Number((await count.innerText()).split(' ')[0]!.replaceAll(',', '')))
      .toBe(6000 - matching)
    await page.getByTestId('ask-0-not').click()
    await expect(page.getByTestId('ask-words')).toContainText('that share a device')
    await expect(count).toHaveText(new RegExp(`^${matching} `))

    await page.getByTestId('ask-select').click()
    await expect(app.chip('sets')).toContainText(`${matching} of a question`)
    await expect(app.count).toHaveText(new RegExp(`^${matching} `))
    await page.getByTestId('ask-clear').click()
    await expect(page.getByTestId('ask-part-0')).toBeHidden()
    await app.chip('sets').getByRole('button').first().click()
    await page.getByTestId('set-ask').click()
    await expect(page.getByTestId('ask-part-0')).toContainText('a device')

    await app.dropChip('sets')
    await app.undo.click()
    await expect(app.chip('sets')).toBeVisible()
  })

  test('a question asked, selected and changed by keyboard alone', async ({ page, app }) => {
    test.slow()
    await app.type('?failed')
    await expect(app.hits).toHaveCount(2)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('ask-words')).toContainText(
      'at least 3 “login” events with outcome “failure”',
    )
    await expect(page.getByTestId('ask-count')).toHaveText(/accounts? in/)

    await page.getByTestId('ask-0-times').focus()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('editor-times')).toBeVisible()
    await page.getByTestId('editor-times').locator('input').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('ask-words')).toContainText('at least 2 “login” events')
    await expect(page.getByTestId('ask-0-times')).toBeFocused()
    await expect(page.getByTestId('ask-count')).toHaveText(/accounts? in/)
    await page.getByTestId('ask-select').focus()
    await page.keyboard.press('Enter')
    await expect(app.chip('sets')).toBeVisible()

    await app.chip('sets').getByRole('button').first().focus()
    await page.keyboard.press('Delete')
    await expect(app.chip('sets')).toBeHidden()
  })

  test('the box finds accounts and names in Chinese, counts them, selects all of them, and runs commands', async ({
    page,
    app,
  }) => {
    test.slow()
    await app.type('@u1')
    const all = app.hits.filter({ hasText: 'accounts like this' })
    await expect(all).toBeVisible()
    const n = Number(/[\d,]+/.exec(await all.innerText())![0].replaceAll(',', ''))
    expect(n).toBeGreaterThan(50)
    await all.click()
    await expect(app.chip('sets')).toContainText(`${n.toLocaleString('en')} chosen`)
    await expect(app.count).toHaveText(new RegExp(`^${n.toLocaleString('en')} accounts`))

    await app.type('晚风')
    await expect(app.hits.first()).toContainText('晚风')
    await page.keyboard.press('Enter')
    await expect(app.inspector).toContainText(/u\d+/)

    await app.type('>tmeline')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('search')).not.toBeFocused()
    await expect(page.getByTestId('panel-timeline')).toBeVisible()

    await app.type('qqzzxy')
    await expect(page.locator('.sh-search-results')).toContainText('Nothing found')
  })
})
