import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Keyboard } from './models/keyboard.ts'
import { MapView } from './models/map.ts'
import { AccountsTable, CasePage, Inspector } from './models/pages.ts'
import { StartScreen } from './models/start.ts'
import { Timeline } from './models/timeline.ts'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, serve, shoal, test, watchPage, type World } from './support/app.ts'

/** A whole investigation, from the start screen to a decided ring whose pack somebody else can verify. */
function checkPack(world: World, folder: string, reason: string): void {
  const [pack] = readdirSync(folder)
  const path = join(folder, pack!)
  expect(existsSync(join(path, 'bagit.txt'))).toBe(true)
  expect(JSON.parse(shoal(world, 'verify', path, '--json').stdout)).toMatchObject({ ok: true, problems: [] })
  const texts = readdirSync(join(path, 'data'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html') || name.endsWith('.csv') || name.endsWith('.json'))
    .map((name) => readFileSync(join(path, 'data', name), 'utf8'))
  expect(texts.some((text) => text.includes(reason))).toBe(true)
}

test('an investigation by mouse: from the start screen to a decided ring', async ({ page, world: base }) => {
  test.slow()
  const world = newcomer(base, 'by-mouse')
  const problems = watchPage(page)
  const server = await serve(world)
  const start = new StartScreen(page)
  await start.open(server.url)
  await start.sample.click()
  // Import and analysis run as jobs with progress; then the map is there.
  const map = new MapView(page)
  await map.drawn(120_000)
  const app = new Workbench(page)
  await app.speak('en')
  await expect(page.getByTestId('simulated').first()).toBeVisible()

  // The riskiest community, from the table to its disc on the map.
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  const inspector = new Inspector(page)
  await expect(inspector.title).toContainText('C-')
  const id = Number((await inspector.title.innerText()).replace(/\D+/g, '')) - 1
  await app.place('map')
  await expect.poll(() => map.open()).toBe(id)
  await inspector.root.getByRole('button', { name: 'Select', exact: true }).click()
  await expect(app.chip('communities')).toBeVisible()
  const members = await app.counted()

  // When did they act? A stretch of the timeline narrows the selection; taken back it is as it was.
  await new Timeline(page).brush(0.5, 0.9)
  await expect(app.count).not.toHaveText(members)
  await app.undo.click()
  await expect(app.chip('time')).toBeHidden()
  await expect(app.count).toHaveText(members)

  // One of them: why it scores as it does, and what it shares.
  await app.place('accounts')
  await new AccountsTable(page).rows.first().click()
  await expect(page.getByTestId('reason-row').first()).toBeVisible()
  await expect(inspector.part('shared-entities')).toBeVisible()
  await inspector.judge('malicious', 'Same device as three others.')

  // The ring is decided, with its reason, and goes into a case.
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  await expect(inspector.part('binds')).toBeVisible()
  await inspector.judge('ring', 'They share addresses that nobody else uses.')
  await page.getByTestId('add-to-case').click()
  await page.getByTestId('case-name').fill('Ring one')
  await page.getByTestId('case-create').click()
  await app.place('case')
  const found = new CasePage(page)
  await expect(found.items.first()).toContainText('C-')
  await expect(page.getByTestId('case-decision')).toContainText('They share addresses')
  await found.export(join(world.dir, 'packs'))
  checkPack(world, join(world.dir, 'packs'), 'They share addresses')
  expect(problems).toEqual([])
  await server.stop()
})

test('an investigation by keyboard alone: from the start screen to a decided ring', async ({
  page,
  world: base,
}) => {
  test.slow()
  const world = newcomer(base, 'by-keys')
  const problems = watchPage(page)
  const keys = new Keyboard(page)
  const server = await serve(world)
  const start = new StartScreen(page)
  await start.open(server.url)
  await keys.tabTo(start.sample)
  await keys.press('Enter')
  const map = new MapView(page)
  await map.drawn(120_000)
  const app = new Workbench(page)
  expect(await page.locator('html').getAttribute('lang')).toBe('en')

  // On the map: the list that stands for it, riskiest first. Enter goes in, Escape comes up again.
  await keys.goTo('Alt+1', page.getByTestId('panel-map'))
  await keys.tabTo(map.list, 20)
  await keys.press('ArrowDown', 'Enter')
  await expect.poll(() => map.open()).not.toBeNull()
  await expect(app.inspector).toContainText('C-')
  await keys.press('Escape')
  await expect.poll(() => map.open()).toBeNull()

  // The table of communities: Enter takes the first one into the selection and opens it on the map.
  const grid = page.getByTestId('communities').getByRole('grid')
  await keys.goTo('Alt+3', grid)
  await expect(page.getByTestId('community-row').first()).toBeVisible()
  await keys.press('Home', 'Enter')
  const inspector = new Inspector(page)
  await expect(inspector.part('binds')).toBeVisible()
  const ring = (await inspector.title.innerText()).trim()
  await expect(app.chip('communities')).toContainText(ring)

  // A stretch of time by the timeline's keys, and back.
  const members = await app.counted()
  const timeline = new Timeline(page)
  await keys.goTo('Alt+5', page.getByTestId('timeline'))
  await keys.tabTo(timeline.plot)
  await keys.press('ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter')
  await expect(app.chip('time')).toBeVisible()
  await keys.press('Control+z')
  await expect(app.chip('time')).toBeHidden()
  await expect(app.count).toHaveText(members)

  // One of them, with its reasons.
  await keys.goTo('Alt+2', page.getByTestId('accounts').getByRole('grid'))
  await expect(page.getByTestId('account-row').first()).toBeVisible()
  await keys.press('Home', 'Enter')
  await expect(page.getByTestId('reason-row').first()).toBeVisible()
  await keys.press('m')
  await expect(inspector.root.getByTestId('judge-malicious')).toHaveAttribute('aria-pressed', 'true')

  // The ring is decided on its page.
  await keys.goTo('Alt+3', grid)
  await keys.press('Home', 'Enter')
  await expect(inspector.title).toHaveText(ring)
  await keys.goTo('Alt+0', page.getByTestId('panel-inspector'))
  await keys.tabTo(inspector.root.getByTestId('judge-reason'))
  await keys.type('They share addresses that nobody else uses.')
  await keys.tabTo(inspector.root.getByTestId('judge-ring'), 10, 'Shift+Tab')
  await keys.press('Enter')
  await expect(inspector.part('judgement')).toContainText('They share addresses')
  await keys.tabTo(inspector.root.getByTestId('inspector-add-to-case'), 20, 'Shift+Tab')
  await keys.press('Enter')
  await keys.tabTo(page.getByTestId('new-case-name').first(), 10)
  await keys.type('Ring two')
  await keys.press('Enter')

  await keys.goTo('Alt+8', page.getByTestId('panel-case'))
  await expect(new CasePage(page).items.first()).toContainText(ring)
  await keys.tabTo(page.getByTestId('case-export'))
  await keys.press('Enter')
  await keys.tabTo(page.getByTestId('export-folder'), 10)
  await keys.press('Control+a')
  await keys.type(join(world.dir, 'packs'))
  await keys.tabTo(page.getByTestId('export-start'), 20)
  await keys.press('Enter')
  await expect(page.getByTestId('export-result')).toBeVisible({ timeout: 60_000 })
  await keys.tabTo(page.getByTestId('verify').first(), 20)
  await keys.press('Enter')
  await expect(page.getByTestId('verify-result')).toBeVisible()
  checkPack(world, join(world.dir, 'packs'), 'They share addresses')
  expect(problems).toEqual([])
  await server.stop()
})
