import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabPage } from './models/lab.ts'
import { expect, ownCopy, ROOT, serve, test, watchPage } from './support/app.ts'

test.describe('the lab, on the simulated sample', () => {
  // Each goes on where the one before it ended: tried again, they begin anew together.
  test.describe.configure({ mode: 'serial' })
  let server: Awaited<ReturnType<typeof serve>>
  test.beforeAll(async ({ world, sample }) => {
    server = await serve(world, ownCopy(world, sample))
  })
  test.afterAll(async () => server.stop())

  test('a model is trained from the labels, scores everybody, and says what it rests on', async ({
    page,
  }) => {
    test.slow()
    const problems = watchPage(page)
    const lab = new LabPage(page)
    await lab.open(server.url)
    await expect(page.getByTestId('label-sentence')).toHaveAttribute('data-state', 'enough')
    await expect(page.getByTestId('model-row').first()).toHaveAttribute('data-origin', 'shipped')
    await lab.train('boosting')
    const used = page.getByTestId('model-row').first()
    await expect(used).toHaveAttribute('data-used', 'true')
    await expect(used).toContainText('trained here')
    await expect(used).toContainText('Held out by inner cross-validation')
    await expect(page.getByTestId('trained')).toContainText('ROC-AUC')
    await used.getByTestId('model-card-open').click()
    await expect(page.getByTestId('model-card')).toContainText('A score is a lead, not a verdict')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await expect(page.getByTestId('model-card')).toHaveCount(0)

    // Why an account's score is what it is, from the trees themselves.
    await page.getByTestId('place-accounts').click()
    await page.getByTestId('account-row').first().click()
    await page.getByTestId('account-row').first().press('Enter')
    await expect(page.getByTestId('why-method')).toContainText('TreeSHAP')
    await page.getByTestId('reasons-by-family').click()
    await expect(page.getByTestId('reason-row').first()).toBeVisible()
    expect(problems).toEqual([])
  })

  test('what would change a score is found by running the model again', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    await page.goto(server.url)
    await page.getByTestId('place-accounts').click()
    await page.getByTestId('account-row').first().click()
    await page.getByTestId('account-row').first().press('Enter')
    await expect(page.getByTestId('what-row').first()).toBeVisible()
    await page.getByTestId('what-row').first().getByRole('checkbox').check({ force: true })
    await expect(page.getByTestId('what-if')).toContainText('→')
    await expect(page.getByTestId('what-flip')).toContainText('threshold')
    expect(problems).toEqual([])
  })

  test('accounts are labelled by keyboard, taken back, disputed, and the model is fitted anew', async ({
    page,
  }) => {
    test.slow()
    const problems = watchPage(page)
    const lab = new LabPage(page)
    await lab.open(server.url, 'queue')
    await expect(lab.items.first()).toBeVisible()
    const first = await lab.current()
    await expect(page.getByTestId('why-asked')).toBeVisible()
    await lab.press('r')
    await page.keyboard.type('shares its device with six others')
    await page.keyboard.press('Escape')
    await lab.press('m')
    const second = await lab.current()
    expect(second).not.toBe(first)
    await lab.press('s')
    await expect(page.getByTestId('queue-count')).toContainText('1 labelled')
    await lab.press('z')
    expect(await lab.current()).toBe(second)
    await lab.press('z')
    expect(await lab.current()).toBe(first)
    await expect(page.getByTestId('queue-count')).toContainText('0 labelled')
    for (const key of ['m', 'b', 'u', 'm', 'b']) {
      await lab.press(key)
      await lab.current()
    }
    await expect(page.getByTestId('queue-count')).toContainText('5 labelled')

    // Retraining keeps the choices, and says what it changed.
    await page.getByTestId('retrain').click()
    await expect(page.getByTestId('what-changed')).toContainText('highest scores', { timeout: 240_000 })

    // A label of the files that an analyst contradicts is listed with both sides.
    await page.goto(server.url)
    const [key] = readFileSync(join(ROOT, 'resources/sample/labels.csv'), 'utf8')
      .split('\n')
      .find((line) => line.includes(',benign,'))!
      .split(',')
    await page.getByTestId('search').fill(key!)
    await expect(page.getByTestId('search-hit').first()).toContainText(key!)
    await page.getByTestId('search').press('Enter')
    // Until then the inspector may show, and would judge, the account before.
    await expect(page.getByTestId('inspector')).toContainText(key!)
    await page.getByTestId('judge-malicious').click()
    await expect(page.getByTestId('undo-toast')).toBeVisible()
    await page.getByTestId('place-lab').click()
    await lab.tab('queue')
    await page.getByText(/^Disagreements/).click()
    const disputed = lab.items.filter({ hasText: key! })
    await expect(disputed).toContainText('L. Chen: malicious')
    await disputed.click()
    await expect(page.getByTestId('opinion')).toHaveCount(2)
    await expect(page.getByTestId('opinions')).toContainText('labels.csv:')
    expect(problems).toEqual([])
  })

  test('scorers are compared on the same splits, with controls and as CSV', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    const lab = new LabPage(page)
    await lab.open(server.url, 'bench')
    await lab.chooseScorers(['boosting-raw', 'extra-trees', 'label-spreading', 'prior'])
    await page.locator('#bench-seeds').fill('2')
    await page.getByTestId('bench-start').click()
    await lab.jobDone(300_000)
    await expect(lab.rows).toHaveCount(4, { timeout: 30_000 })
    await expect(page.getByTestId('bench-graphs')).toContainText('Malicious next to malicious')
    await expect(page.getByTestId('bench-result')).toContainText('simulated')
    const precision = (await lab.rows.locator('td').nth(1).allInnerTexts()).map(Number)
    expect(precision.length).toBeGreaterThan(0)
    const values = await lab.rows.evaluateAll((rows) =>
      rows.map((row) => Number(row.querySelectorAll('td')[1]!.textContent)),
    )
    expect(values).toEqual([...values].sort((a, b) => b - a))
    await expect(lab.rows.last()).toHaveAttribute('data-scorer', 'prior')
    expect(await page.getByTestId('bench-control').count()).toBeGreaterThan(0)
    await lab.rows.first().getByRole('button').click()
    await expect(page.getByTestId('bench-detail').locator('tbody tr')).toHaveCount(2)
    const download = page.waitForEvent('download')
    await page.getByTestId('bench-export').click()
    const text = readFileSync(await (await download).path(), 'utf8')
    expect(text).toContain('scorer,graph_run,control,split,auroc')
    expect(text).toContain(',simulated,')
    expect(problems).toEqual([])
  })

  test('a scorer is validated: verdict in words, and doubtful labels go to the queue', async ({ page }) => {
    test.setTimeout(900_000)
    const problems = watchPage(page)
    const lab = new LabPage(page)
    await lab.open(server.url, 'validation')
    await expect(page.getByTestId('lab-validation')).toContainText('Not validated yet')
    await page.getByTestId('validate-scorer').selectOption('extra-trees')
    await page.getByTestId('validate-start').click()
    await lab.jobDone(800_000)
    await expect(lab.verdict).toBeVisible({ timeout: 30_000 })
    await expect(lab.verdict).toContainText('The accounts are simulated')
    expect(await page.getByTestId('finding').count()).toBeGreaterThan(4)
    await expect(page.getByTestId('split-random')).toBeVisible()
    await expect(page.getByTestId('reliability')).toBeVisible()
    const recheck = page.getByTestId('recheck')
    if ((await recheck.count()) > 0) {
      const key = (await page.getByTestId('noise-row').first().locator('th').innerText()).trim()
      await recheck.first().click()
      await expect(lab.items.first()).toContainText(key)
    }
    // The run's page leads back here.
    await lab.tab('runs')
    await page.getByTestId('run-row').filter({ hasText: 'Validation' }).first().click()
    await page.getByTestId('run-open').click()
    await expect(lab.verdict).toBeVisible()
    expect(problems).toEqual([])
  })

  test('in Chinese nothing is untranslated', async ({ page }) => {
    test.slow()
    const problems = watchPage(page)
    const lab = new LabPage(page)
    await lab.open(server.url)
    await page.getByTestId('language').click()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    for (const tab of ['score', 'queue', 'bench', 'validation', 'runs'] as const) {
      await lab.tab(tab)
      await page.waitForLoadState('networkidle')
      await page.waitForTimeout(500)
      const text = await page.getByTestId('lab').innerText()
      expect(text, tab).not.toMatch(
        /(^|\s)(lab|label|score|bench|validation|scorer|reasons)\.[a-z]|undefined|NaN/,
      )
    }
    await page.getByTestId('language').click()
    expect(problems).toEqual([])
  })
})
