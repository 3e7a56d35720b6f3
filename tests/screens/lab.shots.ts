import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LabPage } from '../e2e/models/lab.ts'
import { Workbench } from '../e2e/models/workbench.ts'
import { expect, ownCopy, serve, test } from '../e2e/support/app.ts'
import { SHARED, shoot, workspaceOf } from './shoot.ts'

test('the sample: scorers compared, and one validated', async ({ page, world, sample }) => {
  const server = await serve(world, ownCopy(world, sample))
  const app = new Workbench(page)
  const lab = new LabPage(page)
  await lab.open(server.url, 'bench')
  await app.maximise('lab')
  await lab.chooseScorers(['default', 'boosting', 'label-spreading', 'boosting-raw', 'prior'])
  await page.getByTestId('bench-start').click()
  await lab.jobDone(3_000_000)
  await expect(lab.rows.first()).toBeVisible({ timeout: 60_000 })
  await shoot(page, 'lab-sample-bench')
  await lab.tab('validation')
  await page.getByTestId('validate-start').click()
  await lab.jobDone(3_000_000)
  await expect(lab.verdict).toBeVisible({ timeout: 60_000 })
  await shoot(page, 'lab-sample-validation')
  await server.stop()
})

test('tolokers from labels to verdict', async ({ page, world }) => {
  test.skip(!existsSync(join(SHARED, 'tolokers')), '../shared/data/tolokers is not on this machine')
  const server = await serve(world, workspaceOf(world, 'tolokers'))
  const app = new Workbench(page)
  const lab = new LabPage(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await lab.open(server.url)
  await app.maximise('lab')
  await lab.train('default', 1_200_000)
  await shoot(page, 'lab-score')
  // Every account of this set is labelled, so there is nothing to ask: the queue is pictured on the sample.
  await lab.tab('bench')
  await lab.chooseScorers(['default', 'boosting', 'label-spreading', 'boosting-raw', 'prior'])
  await page.locator('#bench-seeds').fill('2')
  await page.getByTestId('bench-start').click()
  await lab.jobDone(3_000_000)
  await expect(lab.rows.first()).toBeVisible({ timeout: 60_000 })
  await shoot(page, 'lab-bench')
  await lab.tab('validation')
  await page.getByTestId('validate-start').click()
  await lab.jobDone(3_000_000)
  await expect(lab.verdict).toBeVisible({ timeout: 60_000 })
  await page.setViewportSize({ width: 1440, height: 1500 })
  await shoot(page, 'lab-validation')
  await page.emulateMedia({ colorScheme: 'light' })
  await app.speak('zh-CN')
  await shoot(page, 'lab-validation-zh')
  await server.stop()
})
