import Sqlite from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartScreen } from './models/start.ts'
import { expect, newcomer, serve, shoal, test, watchPage } from './support/app.ts'

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

test('what is dropped is opened or imported, and what cannot be is said', async ({ page, world }) => {
  const person = newcomer(world, 'drops')
  const at = (name: string) => join(person.dir, name)
  for (const folder of ['Newer.shoal', 'Empty.shoal', 'holiday', 'export']) mkdirSync(at(folder))
  const newer = new Sqlite(at('Newer.shoal/workspace.sqlite'))
  newer.exec('CREATE TABLE source (id INTEGER); PRAGMA user_version = 9999')
  newer.close()
  writeFileSync(at('export/accounts.csv'), 'account_id\na1\na2\n')
  for (const file of ['logins.zip', 'cat.png']) writeFileSync(at(file), 'x')
  const problems = watchPage(page)
  const server = await serve(person)
  const start = new StartScreen(page)
  await start.open(server.url)

  // A browser keeps to itself where the file lies; the desktop app says it (src-main/hosts/electron/preload).
  await start.drop('accounts.csv')
  await expect(start.failed).toContainText('does not say where a dropped file lies')
  await start.knowsPaths(person.dir)

  await start.drop('cat.png', 'logins.zip')
  await expect(start.failed).toContainText('Shoal cannot read cat.png. Drop a folder')
  await start.drop('holiday')
  await expect(start.failed).toContainText('cannot read holiday')
  await start.drop('Newer.shoal')
  await expect(start.failed).toContainText('Newer could not be opened')
  await expect(start.failed).toContainText(
    'A newer Shoal made it. Update Shoal; the workspace was not touched.',
  )
  await start.drop('Empty.shoal')
  await expect(start.failed).toContainText('Empty could not be opened')
  await expect(start.failed).toContainText('This folder is no workspace')
  await page.getByTestId('language').click()
  await expect(start.failed).toContainText('无法打开“Empty”')
  await page.getByTestId('language').click()

  await start.drop('logins.zip')
  await expect(start.failed).toBeHidden()
  await expect(start.path).toHaveValue(at('logins.shoal'))
  await start.drop('export')
  await expect(start.path).toHaveValue(at('export.shoal'))
  await page.getByTestId('new-workspace-create').click()
  await expect(page.getByTestId('selection-count')).toContainText('2 accounts')
  expect(problems).toEqual([])
  await server.stop()
})

test('a workspace that may only be read says so, and is opened once it may be written', async ({
  page,
  world,
}) => {
  // Root may write everywhere: the server then runs without that right.
  const asRoot = process.getuid?.() === 0
  const without = ['setpriv', '--bounding-set', '-dac_override']
  test.skip(
    process.platform === 'win32' ||
      (asRoot && spawnSync(without[0]!, [...without.slice(1), 'true']).status !== 0),
    'no way to be without the right to write here',
  )
  const person = newcomer(world, 'read-only')
  const folder = join(person.dir, 'Lent.shoal')
  mkdirSync(join(person.dir, 'export'))
  writeFileSync(join(person.dir, 'export/accounts.csv'), 'account_id\na1\na2\na3\n')
  expect(shoal(person, 'import', folder, join(person.dir, 'export')).status).toBe(0)
  mkdirSync(person.env['SHOAL_USER_DIR']!, { recursive: true })
  writeFileSync(
    join(person.env['SHOAL_USER_DIR']!, 'shoal.json'),
    JSON.stringify({ recent: [{ path: folder, openedAt: Date.UTC(2026, 2, 2) }], preferences: {} }),
  )
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const lend = (writable: boolean) => {
    chmodSync(folder, writable ? 0o755 : 0o555)
    for (const { name } of files) chmodSync(join(folder, name), writable ? 0o644 : 0o444)
  }
  lend(false)
  const server = await serve({ ...person, ...(asRoot && { through: without }) })
  try {
    const start = new StartScreen(page)
    await start.open(server.url)
    await expect(page.getByTestId('recent-state')).toContainText('It may only be read')
    await page.getByTestId('recent').click()
    await expect(start.failed).toContainText('Lent could not be opened')
    await expect(start.failed).toContainText('copy it to a folder of yours')
    lend(true)
    await page.getByTestId('start-again').click()
    await expect(page.getByTestId('selection-count')).toContainText('3 accounts')
  } finally {
    lend(true)
    await server.stop()
  }
})

test('a wrong address or token shows no data', async ({ page, world }) => {
  const server = await serve(world)
  await page.goto(server.url.replace(/token=.*/, 'token=wrong'))
  await expect(page.getByTestId('start-sample')).toBeHidden()
  await server.stop()
})
