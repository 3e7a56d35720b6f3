import { MapView } from '../e2e/models/map.ts'
import { Workbench } from '../e2e/models/workbench.ts'
import { expect, ownCopy, serve, test } from '../e2e/support/app.ts'
import { shoot } from './shoot.ts'

const SHOTS = [
  { name: 'investigate-dark', scheme: 'dark', language: 'en', width: 1440, height: 900 },
  { name: 'investigate-light', scheme: 'light', language: 'en', width: 1440, height: 900 },
  { name: 'investigate-zh', scheme: 'dark', language: 'zh-CN', width: 1440, height: 900 },
  { name: 'small-light', scheme: 'light', language: 'en', width: 1280, height: 800 },
  { name: 'wall-dark', scheme: 'dark', language: 'zh-CN', width: 2560, height: 1440 },
] as const

test('the workbench in both themes, both languages, small and large', async ({ browser, world, sample }) => {
  const server = await serve(world, ownCopy(world, sample))
  for (const shot of SHOTS) {
    const context = await browser.newContext({
      viewport: { width: shot.width, height: shot.height },
      colorScheme: shot.scheme,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    const app = new Workbench(page)
    await app.open(server.url)
    await new MapView(page).drawn()
    await app.speak(shot.language)
    await app.place('communities')
    await page.getByTestId('community-row').first().click()
    await app.place('map')
    // One screen with the whole map, the others with a community opened.
    const back = page.getByTestId('map-back')
    await expect(back).toBeVisible()
    if (shot.name === 'investigate-light') await back.click()
    await shoot(page, shot.name)
    await context.close()
  }
  await server.stop()
})
