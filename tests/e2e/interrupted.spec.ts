import { AxeBuilder } from '@axe-core/playwright'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, ROOT, serve, shoal, test, watchPage, type World } from './support/app.ts'

/** Imports and dies (SIGKILL, both processes) as soon as the events have begun. */
async function killedIn(world: World, workspace: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'src-main/hosts/cli/main.ts'), 'import', workspace, folder], {
    cwd: world.dir,
    env: world.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  }) // prettier-ignore
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.includes('events')) process.kill(-child.pid!, 'SIGKILL')
  })
  await new Promise<void>((done, fail) => {
    child.on('exit', (code, signal) =>
      signal === 'SIGKILL' ? done() : fail(new Error(`ended with ${code}`)),
    )
  })
}

/** A workspace of one export, and another one whose import was killed. */
async function cut(world: World, name: string): Promise<{ me: World; workspace: string }> {
  const me = newcomer(world, name)
  for (const [out, accounts] of [
    ['first', '300'],
    ['second', '3000'],
  ] as const)
    expect(shoal(me, 'simulate', out, '--accounts', accounts).status).toBe(0)
  const workspace = join(me.dir, 'cut.shoal')
  expect(shoal(me, 'import', workspace, join(me.dir, 'first')).status).toBe(0)
  await killedIn(me, workspace, join(me.dir, 'second'))
  return { me, workspace }
}

const hashOf = (me: World, workspace: string) =>
  (JSON.parse(shoal(me, 'check', workspace, '--json').stdout) as { contentHash: string }).contentHash

test.setTimeout(240_000)

test('an import that was killed waits when the workspace opens, is resumed by keys, and ends like one left alone', async ({
  page,
  world,
}) => {
  const { me, workspace } = await cut(world, 'resumed')
  const problems = watchPage(page)
  const server = await serve(me, workspace)
  const app = new Workbench(page)
  await app.open(server.url)
  // Nothing of it is shown, and it is said.
  await expect(page.getByTestId('status-counts')).toContainText('300 accounts')
  await expect(page.getByTestId('interrupted-mark')).toHaveText('Import interrupted: 3 of 6 files stored')
  await page.getByTestId('interrupted-mark').click()
  const card = page.getByTestId('interrupted')
  await expect(card).toContainText('3 of 6 files are stored')
  await expect(card).toContainText(join(me.dir, 'second'))
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="interrupted"]').analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
  }
  await app.speak('zh-CN')
  await expect(card).toContainText('6 个文件中有 3 个已存好')
  await app.speak('en')

  await page.getByTestId('interrupted-resume').focus()
  await page.keyboard.press('Enter')
  await expect(card).toBeHidden()
  await expect(page.locator('[data-testid="job-row"][data-kind="import"]').first()).toHaveAttribute(
    'data-status',
    'done',
    { timeout: 60_000 },
  )
  // The first accounts are among the others.
  await expect(page.getByTestId('status-counts')).toContainText('3,000 accounts')

  await page.getByTestId('workspace-check').click()
  const result = page.getByTestId('check-result')
  await expect(result).toHaveAttribute('data-ok', 'true', { timeout: 60_000 })
  await result.getByTestId('check-details').click()
  await expect(result.locator('[data-faults="0"]')).toHaveCount(9)
  expect(problems).toEqual([])
  await page.goto('about:blank') // a page whose server is gone complains
  await server.stop()
  for (const source of ['first', 'second']) shoal(me, 'import', 'whole', join(me.dir, source))
  expect(hashOf(me, workspace)).toBe(hashOf(me, 'whole'))
})

test('an import that was killed is discarded, and nothing is left of it', async ({ page, world }) => {
  const { me, workspace } = await cut(world, 'discarded')
  const problems = watchPage(page)
  const server = await serve(me, workspace)
  await new Workbench(page).open(server.url)
  await page.getByTestId('interrupted-mark').click()
  await page.getByTestId('interrupted-discard').click()
  await expect(page.getByTestId('interrupted')).toBeHidden()
  await expect(page.locator('[data-testid="job-row"][data-kind="discard"]').first()).toHaveAttribute(
    'data-status',
    'done',
    { timeout: 60_000 },
  )
  await expect(page.getByTestId('interrupted-mark')).toBeHidden()
  expect(problems).toEqual([])
  await page.goto('about:blank') // a page whose server is gone complains
  await server.stop()
  shoal(me, 'import', 'before', join(me.dir, 'first'))
  expect(hashOf(me, workspace)).toBe(hashOf(me, 'before'))
})
