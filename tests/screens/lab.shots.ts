import { LabPage } from '../e2e/models/lab.ts'
import { Workbench } from '../e2e/models/workbench.ts'
import { expect, test } from '../e2e/support/app.ts'
import { shoot } from './shoot.ts'

test('lab: labelling in the order in which the model learns most', async ({ page, own }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const lab = new LabPage(page)
  await lab.open(own.url, 'queue')
  await new Workbench(page).maximise('lab')
  await lab.current()
  await shoot(page, 'lab-queue')
})

test('lab: scorers compared on the same splits, and one validated', async ({ page, own }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
  const app = new Workbench(page)
  const lab = new LabPage(page)
  await lab.open(own.url, 'bench')
  await app.maximise('lab')
  await lab.chooseScorers(['boosting-raw', 'extra-trees', 'label-spreading', 'prior'])
  await page.locator('#bench-seeds').fill('2')
  await page.getByTestId('bench-start').click()
  await lab.jobDone(600_000)
  await expect(lab.rows).toHaveCount(4, { timeout: 60_000 })
  await shoot(page, 'lab-bench')
  await lab.tab('validation')
  await page.getByTestId('validate-scorer').selectOption('extra-trees')
  await page.getByTestId('validate-start').click()
  await lab.jobDone(600_000)
  await expect(lab.verdict).toBeVisible({ timeout: 60_000 })
  await app.speak('zh-CN')
  await shoot(page, 'lab-validation-zh')
})
