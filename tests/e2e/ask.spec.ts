import { expect, ownCopy, serve, test, watchPage } from './support/app.ts'

test.describe('asking and searching', () => {
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('a question built by mouse becomes a selection, its chip opens the question, undo takes it back', async ({
    page,
  }) => {
    test.slow()
    const problems = watchPage(page)
    await page.goto(server.url)
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
    await expect(page.getByTestId('chip-sets')).toContainText(`${matching} of a question`)
    await expect(page.getByTestId('selection-count')).toHaveText(new RegExp(`^${matching} `))
    await page.getByTestId('ask-clear').click()
    await expect(page.getByTestId('ask-part-0')).toBeHidden()
    await page.getByTestId('chip-sets').getByRole('button').first().click()
    await page.getByTestId('set-ask').click()
    await expect(page.getByTestId('ask-part-0')).toContainText('a device')

    await page
      .getByTestId('chip-sets')
      .getByRole('button', { name: /^Remove/ })
      .click()
    await expect(page.getByTestId('chip-sets')).toBeHidden()
    await page.getByTestId('undo').click()
    await expect(page.getByTestId('chip-sets')).toBeVisible()
    expect(problems).toEqual([])
  })

  test('a question asked, selected and changed by keyboard alone', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    await page.goto(server.url)
    await expect(page.getByTestId('search')).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('?failed')
    await expect(page.getByTestId('search-hit')).toHaveCount(2)
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
    await expect(page.getByTestId('chip-sets')).toBeVisible()

    await page.getByTestId('chip-sets').getByRole('button').first().focus()
    await page.keyboard.press('Delete')
    await expect(page.getByTestId('chip-sets')).toBeHidden()
    expect(problems).toEqual([])
  })

  test('the box finds accounts and names in Chinese, counts them, selects all of them, and runs commands', async ({
    page,
  }) => {
    test.slow()
    const problems = watchPage(page)
    await page.goto(server.url)
    await expect(page.getByTestId('search')).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('@u1')
    const all = page.getByTestId('search-hit').filter({ hasText: 'accounts like this' })
    await expect(all).toBeVisible()
    const n = Number(/[\d,]+/.exec(await all.innerText())![0].replaceAll(',', ''))
    expect(n).toBeGreaterThan(50)
    await all.click()
    await expect(page.getByTestId('chip-sets')).toContainText(`${n.toLocaleString('en')} chosen`)
    await expect(page.getByTestId('selection-count')).toHaveText(
      new RegExp(`^${n.toLocaleString('en')} accounts`),
    )

    await page.keyboard.press('Control+k')
    await page.keyboard.type('晚风')
    await expect(page.getByTestId('search-hit').first()).toContainText('晚风')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('inspector').first()).toContainText(/u\d+/)

    await page.keyboard.press('Control+k')
    await page.keyboard.type('>tmeline')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('search')).not.toBeFocused()
    await expect(page.getByTestId('panel-timeline')).toBeVisible()

    await page.keyboard.press('Control+k')
    await page.keyboard.type('qqzzxy')
    await expect(page.locator('.sh-search-results')).toContainText('Nothing found')
    expect(problems).toEqual([])
  })
})
