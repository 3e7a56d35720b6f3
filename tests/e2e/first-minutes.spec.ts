import { existsSync, readdirSync } from 'node:fs'
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

test('a wrong address or token shows no data', async ({ page, world }) => {
  const server = await serve(world)
  await page.goto(server.url.replace(/token=.*/, 'token=wrong'))
  await expect(page.getByTestId('start-sample')).toBeHidden()
  await server.stop()
})
