import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, ROOT, ownCopy, serve, test } from './support/app.ts'

/**
 * The screens that README shows, made from the sample. They go to test-results/screens, or to docs/screens when
 * SHOAL_SCREENS=docs (that is how the committed ones were made).
 */
const OUT = join(ROOT, process.env['SHOAL_SCREENS'] === 'docs' ? 'docs/screens' : 'test-results/screens')

const SHOTS = [
  { name: 'investigate-dark', scheme: 'dark', language: 'en', width: 1440, height: 900 },
  { name: 'investigate-light', scheme: 'light', language: 'en', width: 1440, height: 900 },
  { name: 'investigate-zh', scheme: 'dark', language: 'zh-CN', width: 1440, height: 900 },
  { name: 'small-light', scheme: 'light', language: 'en', width: 1280, height: 800 },
  { name: 'wall-dark', scheme: 'dark', language: 'zh-CN', width: 2560, height: 1440 },
] as const

test('screens in both themes, both languages, small and large', async ({ browser, world, sample }) => {
  test.slow()
  mkdirSync(OUT, { recursive: true })
  const server = await serve(world, ownCopy(world, sample))
  for (const shot of SHOTS) {
    const context = await browser.newContext({
      viewport: { width: shot.width, height: shot.height },
      colorScheme: shot.scheme,
      locale: shot.language,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await page.goto(server.url)
    await expect
      .poll(() => page.evaluate(() => window.__shoalMap?.counts().points ?? 0))
      .toBeGreaterThan(1000)
    const language = (await page.locator('html').getAttribute('lang')) ?? ''
    if (language !== shot.language) await page.getByTestId('language').click()
    await expect(page.locator('html')).toHaveAttribute('lang', shot.language)
    await page.getByTestId('place-communities').click()
    await page.getByTestId('community-row').first().click()
    await page.getByTestId('place-map').click()
    await expect(page.getByTestId('inspector').first()).toContainText('C-')
    // One screen with a community opened, the others with the whole map.
    if (shot.name !== 'investigate-dark' && (await page.getByTestId('map-back').isVisible())) {
      await page.getByTestId('map-back').click()
    }
    await page.mouse.move(shot.width / 2, 4) // no tooltip in the picture
    await page.waitForTimeout(1500) // fonts and the last frame
    const path = join(OUT, `${shot.name}.png`)
    await page.screenshot({ path })
    expect(statSync(path).size).toBeGreaterThan(30_000) // a blank page is far smaller
    await context.close()
  }
  await server.stop()
})
