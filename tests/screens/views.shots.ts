import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Around } from '../e2e/models/around.ts'
import { MapView } from '../e2e/models/map.ts'
import { Inspector } from '../e2e/models/pages.ts'
import { StartScreen } from '../e2e/models/start.ts'
import { Timeline } from '../e2e/models/timeline.ts'
import { TourCard } from '../e2e/models/tour.ts'
import { Workbench } from '../e2e/models/workbench.ts'
import { expect, newcomer, ownCopy, serve, test, type World } from '../e2e/support/app.ts'
import { shoot } from './shoot.ts'

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }))

/** Somebody who keeps workspaces where a person would: paths are seen in these pictures. */
function analyst(world: World): World {
  const person = newcomer(world, 'analyst')
  return { ...person, env: { ...person.env, SHOAL_DOCUMENTS_DIR: CASES } }
}
const CASES = join(tmpdir(), 'Cases')

test('start: what was opened before', async ({ page, world, sample }) => {
  const person = analyst(world)
  const recent = ['Spring recruiters', 'Invite farm', 'Night logins'].map((name, day) => {
    const path = join(CASES, `${name}.shoal`)
    cpSync(sample, path, { recursive: true })
    return { path, openedAt: Date.UTC(2026, 5, 12 - day * 3, 4) }
  })
  mkdirSync(person.env['SHOAL_USER_DIR']!, { recursive: true })
  writeFileSync(
    join(person.env['SHOAL_USER_DIR']!, 'shoal.json'),
    JSON.stringify({ recent, preferences: {} }),
  )
  const server = await serve(person)
  await new StartScreen(page).open(server.url)
  await expect(page.getByTestId('recent')).toHaveCount(3)
  await shoot(page, 'start')
  await server.stop()
  rmSync(CASES, { recursive: true })
})

test('tour: the step that asks why', async ({ app, page }) => {
  await new MapView(page).drawn()
  await app.wear('light')
  await app.speak('zh-CN')
  await app.command('导览')
  const tour = new TourCard(page)
  await tour.at('welcome')
  await tour.next.click()
  await tour.at('map')
  await tour.next.click()
  await tour.at('community')
  const name = await tour.named(/打开 (C-\d+)/)
  await new MapView(page).click(Number(name.slice(2)) - 1)
  await tour.at('why')
  await tour.pointsAt(app.inspector.getByTestId('binds'))
  await shoot(page, 'tour-zh')
})

test('account: one account with its reasons', async ({ app, page }) => {
  await app.place('accounts')
  await page.getByTestId('account-row').first().click()
  await expect(app.inspector.getByTestId('reason-row').first()).toBeVisible()
  await app.maximise('inspector')
  await app.wear('light')
  await shoot(page, 'account')
})

test('community: what binds it, who leads it, decided with a reason', async ({ app, page }) => {
  await app.place('communities')
  await page.getByTestId('community-row').nth(1).click()
  const inspector = new Inspector(page)
  await expect(inspector.part('compare')).toBeVisible()
  await app.speak('zh-CN')
  await inspector.judge('ring', '共用的地址很少有他人使用，且 8 人同一天注册。')
  await app.maximise('inspector')
  await shoot(page, 'community-zh')
})

test('around: an account and what it shares with others', async ({ app, page }) => {
  const around = new Around(page)
  await around.open(app)
  await app.maximise('around')
  await around.still()
  await shoot(page, 'around')
})

test('timeline: lanes of communities', async ({ app, page }) => {
  await app.place('timeline')
  await app.maximise('timeline')
  await app.wear('light')
  await app.speak('zh-CN')
  await new Timeline(page).loaded()
  await shoot(page, 'timeline-zh')
})

test('ask: a question of two parts with its answer', async ({ app, page }) => {
  await page.getByTestId('ask-open').click()
  await app.maximise('ask')
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
  await expect(page.getByTestId('ask-result').first()).toBeVisible()
  await page.getByTestId('ask-query-toggle').click()
  await expect(page.getByTestId('ask-query')).toContainText('SELECT')
  await app.wear('light')
  await shoot(page, 'ask')
})

test('story: written beside the map, and presented', async ({ app, page }) => {
  await new MapView(page).drawn()
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  await app.place('map')
  await expect.poll(() => new MapView(page).open()).not.toBeNull()
  await page.getByTestId('present').click()
  await page.getByTestId('story-name').fill('Seventeen accounts, four addresses')
  await page.getByTestId('story-create').click()
  for (const [at, step] of STORY.entries()) {
    await page.getByTestId('story-add-step').click()
    await expect(page.getByTestId('story-step')).toHaveCount(at + 1)
    await expect(page.getByTestId('story-title-en')).toHaveValue('')
    for (const [part, words] of Object.entries({
      'title-en': step.en,
      'text-en': step.textEn,
      'title-zh': step.zh,
      'text-zh': step.textZh,
    }))
      await page.getByTestId(`story-${part}`).fill(words)
    await page.getByTestId('story-title-en').focus()
    await expect(page.getByTestId('story-step').filter({ hasText: step.en })).toBeVisible()
  }
  await page.getByTestId('story-step').first().click()
  await page.getByTestId('story-point').click()
  await page.getByRole('menuitem', { name: /C-\d+/ }).first().click()
  await expect(page.getByTestId('story-highlight')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await shoot(page, 'story')
  await app.speak('zh-CN')
  await page.keyboard.press('F5')
  await expect(page.getByTestId('presenter-title')).toHaveText(STORY[0]!.zh)
  await shoot(page, 'presenter-zh')
})
const STORY = [
  {
    en: 'One group, four addresses',
    textEn: 'Eleven of seventeen are **likely malicious**. They log in from addresses that few others use.',
    zh: '一个团伙，四个地址',
    textZh: '17 个账号中 11 个**疑似恶意**，登录地址很少有他人使用。',
  },
  {
    en: 'What would clear them',
    textEn: 'A campus or a family would share one address, not four.',
    zh: '有没有正常解释',
    textZh: '校园或家庭通常共用一个地址，而不是四个。',
  },
]

test('help: the handbook at what is looked at', async ({ app, page }) => {
  await app.place('timeline')
  await app.speak('zh-CN')
  await app.wear('light')
  await page.keyboard.press('F1')
  await app.shown('help')
  await app.maximise('help')
  await shoot(page, 'help-zh')
})

test('settings: every one on one page', async ({ page, world, sample }) => {
  const server = await serve(analyst(world), ownCopy(world, sample))
  const app = new Workbench(page)
  await app.open(server.url)
  await app.command('Settings')
  await app.shown('settings')
  await app.maximise('settings')
  await shoot(page, 'settings')
  await server.stop()
})
