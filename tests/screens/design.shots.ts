import type { Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DesignView } from '../e2e/models/design.ts'
import { Workbench } from '../e2e/models/workbench.ts'
import { expect, ownCopy, serve, test } from '../e2e/support/app.ts'
import { SHARED, shoot, workspaceOf } from './shoot.ts'

async function open(page: Page, url: string): Promise<DesignView> {
  const app = new Workbench(page)
  await app.open(url)
  await app.place('design')
  await app.maximise('design')
  const design = new DesignView(page)
  await design.tab('recipe')
  return design
}

async function draftForPicture(page: Page): Promise<void> {
  await page.getByTestId('recipe-default').click()
  await page.getByTestId('recipe-name').fill('Rare things, friends half')
  await page.locator('#weight-relations-friend').fill('0.5')
  await page.getByTestId('input-entities-hubCap').fill('20')
  await page.getByTestId('input-entities-hub').selectOption('nearest')
  const meetings = page.getByTestId('input-cooccurrence-on-ip')
  if (!(await meetings.isVisible())) await page.getByTestId('fold-cooccurrence').click()
  await meetings.check({ force: true })
  await page.getByTestId('recipe-form').evaluate((form) => form.scrollTo(0, 0))
}

async function buildDraft(page: Page): Promise<void> {
  await page.getByTestId('design-build').click()
  await expect(page.getByTestId('job-line').or(page.getByTestId('to-compare')).first()).toBeVisible()
  await expect(page.getByTestId('job-line')).toHaveCount(0, { timeout: 120_000 })
  await expect(page.getByTestId('to-compare')).toBeVisible({ timeout: 60_000 })
}

test('designing the graph of the sample, in both themes and languages', async ({
  browser,
  world,
  sample,
}) => {
  const server = await serve(world, ownCopy(world, sample))
  for (const shot of [
    { name: 'design-dark', scheme: 'dark', language: 'en', tab: 'recipe', width: 1440, height: 900 },
    { name: 'design-zh', scheme: 'light', language: 'zh-CN', tab: 'recipe', width: 1440, height: 900 },
    { name: 'design-compare', scheme: 'light', language: 'en', tab: 'compare', width: 1440, height: 1250 },
  ] as const) {
    const context = await browser.newContext({
      viewport: { width: shot.width, height: shot.height },
      colorScheme: shot.scheme,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    const design = await open(page, server.url)
    await new Workbench(page).speak(shot.language)
    if (shot.tab === 'recipe') {
      await draftForPicture(page)
      await design.counted()
    } else {
      await buildDraft(page)
      await page.getByTestId('to-compare').click()
      await expect(page.getByTestId('flow-band').first()).toBeAttached({ timeout: 60_000 })
    }
    await shoot(page, shot.name)
    await context.close()
  }
  await server.stop()
})

test('two designs of tolokers compared', async ({ page, world }) => {
  test.skip(!existsSync(join(SHARED, 'tolokers')), '../shared/data/tolokers is not on this machine')
  const server = await serve(world, workspaceOf(world, 'tolokers'))
  await page.setViewportSize({ width: 1440, height: 1250 })
  const design = await open(page, server.url)
  await page.getByTestId('recipe-name').fill('Counted once, no hubs')
  await page.getByTestId('input-relations-damping').selectOption('binary')
  await page.getByTestId('off-relations-hubCap').uncheck({ force: true })
  await page.getByTestId('input-relations-hubCap').fill('300')
  await design.counted()
  await buildDraft(page)
  await page.getByTestId('to-compare').click()
  await expect(page.getByTestId('flow-band').first()).toBeAttached({ timeout: 60_000 })
  await shoot(page, 'design-tolokers-compare')
  await server.stop()
})
