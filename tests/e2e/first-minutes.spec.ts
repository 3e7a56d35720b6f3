import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, serve, shoal, test, watchPage } from './support/app.ts'

test('from the start screen: the sample is imported and analyzed, a ring is pinned, its pack is verified', async ({
  page,
  world,
}) => {
  test.slow()
  const problems = watchPage(page)
  const server = await serve(world)
  await page.goto(server.url)
  await page.getByTestId('start-sample').click()
  // Import and analysis run as jobs with progress; then the map is there.
  await expect(page.getByTestId('map-canvas')).toBeVisible({ timeout: 90_000 })
  await expect
    .poll(() => page.evaluate(() => window.__shoalMap?.counts().communities ?? 0), { timeout: 120_000 })
    .toBeGreaterThan(5)
  await expect(page.getByTestId('simulated').first()).toBeVisible()

  await page.getByTestId('place-communities').click()
  await page.getByTestId('community-row').first().click()
  await expect(page.getByTestId('inspector').first()).toContainText('C-')
  await page.getByTestId('add-to-case').click()
  await page.getByTestId('case-name').fill('Ring one')
  await page.getByTestId('case-create').click()

  await page.getByTestId('place-case').click()
  await expect(page.getByTestId('case-item').first()).toContainText('C-')
  await page.getByTestId('case-export').click()
  await page.getByTestId('export-folder').fill(join(world.dir, 'from-app'))
  await page.getByTestId('export-start').click()
  await expect(page.getByTestId('export-result')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('verify').first().click()
  await expect(page.getByTestId('verify-result')).toBeVisible()

  const [pack] = readdirSync(join(world.dir, 'from-app'))
  const path = join(world.dir, 'from-app', pack!)
  expect(existsSync(join(path, 'bagit.txt'))).toBe(true)
  expect(JSON.parse(shoal(world, 'verify', path, '--json').stdout)).toMatchObject({ ok: true, problems: [] })
  expect(problems).toEqual([])
  await server.stop()
})

test('the start screen says how a workspace is before it is opened, and takes off its list what is gone', async ({
  page,
  world,
}) => {
  // A person of this test's own: nothing that others opened.
  const user = join(world.dir, 'start-user')
  const broken = join(world.dir, 'Broken.shoal')
  for (const folder of [user, broken]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(broken, 'workspace.sqlite'), 'once a database '.repeat(20))
  const openedAt = Date.UTC(2026, 2, 2, 4)
  const gone = ['First gone', 'Second gone'].map((name) => join(world.dir, `${name}.shoal`))
  writeFileSync(
    join(user, 'shoal.json'),
    JSON.stringify({ recent: [broken, ...gone].map((path) => ({ path, openedAt })), preferences: {} }),
  )
  const server = await serve({ ...world, env: { ...world.env, SHOAL_USER_DIR: user } })
  await page.goto(server.url)
  const recents = page.getByTestId('recent')
  await expect(recents).toHaveCount(3)
  await expect(recents.first()).toContainText('320 B')
  await expect(recents.first()).toContainText('2026-03-02 12:00 UTC+08:00')
  await expect(recents.first().getByTestId('recent-state')).toContainText('damaged')
  await expect(recents.nth(1)).toBeDisabled()
  await expect(recents.nth(1).getByTestId('recent-state')).toContainText('Not there any more')

  // Opening it says what is wrong with which file, and can be tried again.
  await recents.first().click()
  await expect(page.getByTestId('start-failed')).toContainText('Broken.shoal')
  await expect(page.getByTestId('start-failed').getByRole('button', { name: 'Try again' })).toBeVisible()

  await page.getByTestId('forget-missing').click()
  await expect(recents).toHaveCount(1)
  await page.getByTestId('recent-forget').click()
  await expect(page.getByText('Workspaces that you open are listed here.')).toBeVisible()

  // Settings are there without a workspace, too: those that need one are not offered.
  await page.keyboard.press('Control+,')
  const settings = page.getByTestId('settings')
  await expect(settings).toBeVisible()
  await expect(page.locator('[data-setting="layout"]')).toHaveCount(0)
  await page.getByTestId('setting-theme-light').click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await page.getByTestId('setting-language-zh-CN').click()
  await expect(settings).toContainText('每日复核量')
  await page.keyboard.press('Escape')
  await expect(settings).toBeHidden()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect(page.getByTestId('start-tour')).toContainText('导览')
  await server.stop()
})

test('a wrong address or token shows no data', async ({ page, world }) => {
  const server = await serve(world)
  await page.goto(server.url.replace(/token=.*/, 'token=wrong'))
  await expect(page.getByTestId('start-sample')).toBeHidden()
  await server.stop()
})
