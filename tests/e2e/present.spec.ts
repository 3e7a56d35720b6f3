import type { Page } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MapView } from './models/map.ts'
import { Inspector } from './models/pages.ts'
import { expect, test } from './support/app.ts'

async function addStep(page: Page, words: { en: string; text: string; zh?: string }) {
  const steps = page.getByTestId('story-step')
  const before = await steps.count()
  await page.getByTestId('story-add-step').click()
  await expect(steps).toHaveCount(before + 1)
  await page.getByTestId('story-title-en').fill(words.en)
  await page.getByTestId('story-text-en').fill(words.text)
  if (words.zh) await page.getByTestId('story-title-zh').fill(words.zh)
  await page.getByTestId('story-title-en').focus()
  await expect(page.locator('[data-testid="story-step"]', { hasText: words.en })).toBeVisible()
}

test('a story is written, reordered by keys, and presented with a remote', async ({ page, app }) => {
  test.slow()
  await new MapView(page).drawn()
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  await app.place('map')
  await page.getByTestId('present').click() // there is none yet: the panel says how
  await page.getByTestId('story-name').fill('One night')
  await page.getByTestId('story-create').click()
  await addStep(page, { en: 'The group', text: 'They registered **together**.', zh: '团伙' })
  await page.getByTestId('story-point').click()
  await page.getByRole('menuitem', { name: /C-\d+/ }).first().click()
  await expect(page.getByTestId('story-highlight')).toHaveCount(1)
  await addStep(page, { en: 'What next', text: 'Ask for the logins.' })
  await expect(page.locator('[data-testid="story-step"]', { hasText: 'What next' })).toContainText(
    'Chinese missing',
  )

  // By keys: the second goes before the first, and undo takes that back.
  const titles = () => page.locator('.sh-story-step-title').allTextContents()
  await page.getByTestId('story-step').nth(1).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(titles).toEqual(['What next', 'The group'])
  await page.keyboard.press('Control+z')
  await expect.poll(titles).toEqual(['The group', 'What next'])

  await page.getByTestId('story-step').first().click()
  await page.keyboard.press('F5')
  const presenter = page.getByTestId('presenter')
  const title = page.getByTestId('presenter-title')
  await expect(title).toHaveText('The group')
  await expect(presenter.locator('strong')).toHaveText('together')
  await expect(page.getByTestId('presenter-callout')).toHaveText('1')
  const stage = page.getByTestId('panel-map')
  const room = page.viewportSize()!
  await expect.poll(async () => (await stage.boundingBox())!.height).toBe(room.height)
  await page.keyboard.press('PageDown')
  await expect(title).toHaveText('What next')
  await page.keyboard.press('l')
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(title).toHaveText('What next') // no translation: the English one, and said so
  await expect(presenter).toContainText('此处无译文')
  await page.keyboard.press('1')
  await expect(title).toHaveText('团伙')
  await page.keyboard.press('b')
  await expect(page.getByTestId('presenter-blank')).toBeVisible()
  await page.keyboard.press('b')
  await expect(page.getByTestId('presenter-blank')).toBeHidden()
  await page.keyboard.press('l')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.keyboard.press('Escape')
  await expect(presenter).toBeHidden()
  await expect(page.getByTestId('story')).toBeVisible()
})

test('a pack carries what the steps of its story show, with identities hidden in them', async ({
  page,
  app,
  world,
}) => {
  test.slow()
  const map = new MapView(page)
  await map.drawn()
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  await new Inspector(page).addToNewCase('Told')
  await app.place('map')
  await page.getByTestId('present').click()
  await page.getByTestId('story-name').fill('One night')
  await page.getByTestId('story-create').click()
  await addStep(page, { en: 'The group', text: 'They registered together.' })
  await app.place('timeline')
  await addStep(page, { en: 'When', text: 'At night.' })

  await app.place('case')
  await page.getByTestId('case-export').click()
  const folder = join(world.dir, 'told')
  await page.getByTestId('export-folder').fill(folder)
  await page.getByText('Replace account names by pseudonyms').click()
  await expect(page.getByText('Pictures of the stories’ 2 steps')).toBeVisible()
  await page.getByTestId('export-start').click()
  await expect(page.getByTestId('export-result')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('verify').first().click()
  await expect(page.getByTestId('verify-result')).toContainText('nothing changed')
  await page.getByTestId('export-close').click()

  const [pack] = readdirSync(folder)
  const story = join(folder, pack!, 'data/story')
  expect(readdirSync(story).sort()).toEqual(['story-1-01.png', 'story-1-02.png', 'story-1.md'])
  for (const name of ['story-1-01.png', 'story-1-02.png']) {
    const png = readFileSync(join(story, name))
    expect(png.readUInt32BE(16), `${name} is as wide as a panel`).toBeGreaterThan(900)
    expect(png.length).toBeGreaterThan(20_000)
  }
  // The screen is as it was: names shown, the case before the person.
  await expect(page.getByTestId('identities-hidden')).toBeHidden()
  await expect(page.getByTestId('panel-case')).toBeVisible()
})

test('with identities hidden no view, no picture and no table file holds a real key', async ({
  page,
  app,
  own,
}) => {
  test.slow()
  await new MapView(page).drawn()
  const db = new Sqlite(join(own.workspace, 'workspace.sqlite'), { readonly: true })
  const keys = db.prepare('SELECT key FROM account UNION SELECT key FROM entity').pluck().all() as string[]
  const names = db
    .prepare(`SELECT DISTINCT json_extract(attributes, '$.display_name') FROM account_record`)
    .pluck()
    .all() as (string | null)[]
  db.close()
  const real = new Set(keys)
  expect(real.size).toBeGreaterThan(6000)
  /** Real keys among the words of a text; display names are looked for where they stand alone in an element. */
  const leaks = (text: string) =>
    [...new Set(text.match(/[A-Za-z0-9_][A-Za-z0-9_.:-]*[A-Za-z0-9_]/g) ?? [])].filter((word) =>
      real.has(word),
    )

  await app.place('accounts')
  await expect(page.getByTestId('panel-accounts')).toContainText(/u\d{8}/)
  const seen = leaks(await page.getByTestId('panel-accounts').innerText())
  expect(seen.length).toBeGreaterThan(5) // the search finds keys while there are some
  const aKey = seen[0]!

  await page.getByTestId('hide-names').click()
  await expect(page.getByTestId('identities-hidden')).toBeVisible()
  await expect.poll(async () => leaks(await page.content())).toEqual([])

  const displayNames = new Set(names.filter((name): name is string => (name ?? '').length > 1))
  const check = async (where: string) => {
    await page.waitForTimeout(700)
    // Attributes, titles, fields and the address, not only what is seen.
    const all = (await page.evaluate(`(() => {
      const fields = [...document.querySelectorAll('input, textarea')].map((one) => one.value)
      const alone = [...document.querySelectorAll('dd, td, b, span, button, p')]
        .filter((one) => one.childElementCount === 0)
        .map((one) => one.textContent.trim())
      const labels = (window.__shoalMap?.labels?.() ?? []).map((label) => label.text)
      return { text: [document.documentElement.outerHTML, location.href, ...fields, ...labels].join('\\n'), alone }
    })()`)) as { text: string; alone: string[] }
    expect(leaks(all.text), where).toEqual([])
    expect(
      all.alone.filter((text) => displayNames.has(text)),
      where,
    ).toEqual([])
  }
  for (const place of [
    'map',
    'accounts',
    'communities',
    'timeline',
    'reports',
    'lab',
    'case',
    'design',
    'import',
  ]) {
    await page.getByTestId(`place-${place}`).click()
    await check(place)
  }
  // An account's page and a community's, with what they share and what was reported.
  await app.place('communities')
  await page.getByTestId('community-row').first().click()
  await check('community page')
  await app.place('map')
  await check('open community')
  await app.place('accounts')
  await page
    .getByTestId('panel-accounts')
    .getByText(/^[A-Z][a-z]{7}·[0-9a-f]{2}$/)
    .first()
    .click()
  await expect(app.inspector).toContainText('·')
  await check('account page')
  await app.place('reports')
  await check('reports')
  await app.type('ios')
  await check('search')
  await page.keyboard.press('Escape')

  // A picture of the table, as SVG: text in it would be found.
  await app.place('accounts')
  await page.keyboard.press('Control+Shift+E')
  await page.getByTestId('picture-format').getByText('SVG').click()
  await page.getByTestId('picture-caption').fill('同一晚注册的账号')
  const download = page.waitForEvent('download')
  await expect(page.getByTestId('picture-save')).toBeEnabled()
  await page.waitForTimeout(1500)
  await page.getByTestId('picture-save').click()
  const svg = readFileSync(await (await download).path(), 'utf8')
  const written = svg.replace(/url\(data:[^)]*\)/g, '').replace(/"data:[^"]*"/g, '')
  expect(written).toContain('同一晚注册的账号')
  expect(written).toContain('SIMULATED DATA')
  expect(written).toMatch(/[A-Z][a-z]{7}·[0-9a-f]{2}/)
  expect(leaks(written)).toEqual([])
  expect(svg).toMatch(/@font-face\{font-family:'Noto Sans SC'[^}]*base64/)

  // The switch off again: the keys are back, the workspace was never changed.
  await page.getByTestId('identities-hidden').click()
  await expect(page.getByTestId('panel-accounts')).toContainText(aKey)
})
