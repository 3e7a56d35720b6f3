import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Inspector } from './models/pages.ts'
import { Problems, RowPanel } from './models/problems.ts'
import { StartScreen } from './models/start.ts'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, serve, shoal, test, watchPage } from './support/app.ts'

const ROWS = 200
/** Two hundred logins of twenty accounts, every second one with the day before the month, which nothing says. */
const LINES = Array.from({ length: ROWS }, (_, i) => {
  const day = String(13 + (i % 15)).padStart(2, '0')
  const clock = `${String(i % 24).padStart(2, '0')}:${String(10 + (i % 50))}`
  const time = i % 2 ? `${day}/03/2024 ${clock}` : `2024-03-${day} ${clock}:00`
  return `user${i % 20},${time},10.0.${i % 4}.7,dev-${i % 10},"=say ""hi"" ${i + 1}"`
})
const HEAD = 'user_id,login_time,ip,device_id,remark'

test('rows whose times nobody explained are listed, exported, read again, and lead back to their cells', async ({
  page,
  world,
}) => {
  const me = newcomer(world, 'problems')
  const folder = join(me.dir, 'export')
  mkdirSync(folder)
  writeFileSync(join(folder, 'logins.csv'), `${HEAD}\n${LINES.join('\n')}\n`)
  const server = await serve(me)
  const faults = watchPage(page)
  const start = new StartScreen(page)
  await start.open(server.url)
  await start.beginWith(folder, join(me.dir, 'p.shoal'))

  // Imported as if every time were ISO 8601.
  await expect(page.getByTestId('mapping-kind')).toHaveValue('events')
  await page.getByTestId('mapping-time-login_time').selectOption('iso')
  await page.getByTestId('mapping-start').click()
  const app = new Workbench(page)
  await expect(page.getByTestId('status-counts')).toContainText('100 events', { timeout: 60_000 })
  await expect(page.getByTestId('status-job')).toBeHidden({ timeout: 60_000 })

  // Every row is accounted for; those that are wrong are together, with the cell at fault.
  await app.place('import')
  const problems = new Problems(page)
  await expect(problems.sum).toContainText('200 rows in = 100 stored + 100 in the problem list')
  await expect(problems.kinds).toHaveCount(1)
  await problems.kind('bad_time').click()
  await expect(problems.parts).toContainText('logins.csv')
  await expect(problems.rows.first()).toContainText('14/03/2024 01:11')
  await expect(problems.rows.first().locator('td.is-fault')).toContainText('14/03/2024 01:11')
  const csv = (await problems.exported())
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\n')
  expect(csv).toHaveLength(101)
  expect(csv[0]).toMatch(new RegExp(`^${HEAD},shoal_file,shoal_table,shoal_row,shoal_problem`))
  expect(csv[1]).toMatch(
    /^user1,14\/03\/2024 01:11,10\.0\.1\.7,dev-1,"'=say ""hi"" 2",.*,2,bad_time,login_time,/,
  )
  expect(csv[100]).toContain(',200,bad_time,login_time,')

  // The file is not needed any more: its rows are kept.
  rmSync(folder, { recursive: true })
  await problems.retry()
  await expect(page.getByTestId('mapping')).toContainText('Not a time · 100 rows of logins.csv')
  const counts = page.getByTestId('mapping-preview-counts')
  await expect(counts).toContainText('100')
  await page.getByTestId('mapping-time-login_time').selectOption('day-first')
  await expect(counts).toContainText('100 events')
  await expect(counts).not.toContainText('not stored')
  await page.getByTestId('mapping-start').click()
  await expect(page.getByTestId('status-counts')).toContainText('200 events', { timeout: 60_000 })
  await expect(problems.sum).toContainText('200 rows in = 200 stored + 0 in the problem list')
  await expect(problems.kinds).toHaveCount(0)
  await expect(page.getByTestId('source-row')).toHaveCount(2)

  // From an event of such a row to the row, in one step.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('user1')
  await expect(page.getByRole('option').first()).toContainText('user1')
  await page.keyboard.press('Enter')
  const inspector = new Inspector(page)
  await inspector.part('login-strip').getByTestId('rows-behind').click()
  const panel = new RowPanel(page)
  await expect(panel.root).toContainText('Row 1 of 10')
  await expect(panel.root.getByTestId('provenance-row')).toHaveText('2')
  expect(await panel.byColumn()).toEqual({
    user_id: 'user1',
    login_time: '14/03/2024 01:11',
    ip: '10.0.1.7',
    device_id: 'dev-1',
    remark: '=say "hi" 2',
  })
  expect(await panel.marked()).toEqual(expect.arrayContaining(['user_id', 'login_time', 'ip', 'device_id']))
  await panel.root.getByTestId('provenance-next').click()
  await expect(panel.root.getByTestId('provenance-row')).toHaveText('22')
  await panel.root.getByTestId('provenance-source').click()
  await expect(panel.root).toBeHidden()
  await expect(page.locator('tr.is-wanted')).toBeFocused()
  expect(faults).toEqual([])
  await server.stop()

  // The command line says the same.
  const listed = shoal(me, 'problems', 'p.shoal', '--json')
  expect(listed.status, listed.stderr).toBe(0)
  expect(JSON.parse(listed.stdout)).toMatchObject({
    kinds: [],
    sum: { rowsIn: 200, rowsStored: 200, problems: 0, listed: 0, holds: true },
    broken: [],
  })
  const row = shoal(me, 'row', 'p.shoal', '2', '2', '--json')
  expect(row.status, row.stderr).toBe(0)
  expect(JSON.parse(row.stdout)).toMatchObject({
    source: { from: 'workspace', retryOf: 1 },
    row: 2,
    cells: [{ value: 'user1' }, { value: '14/03/2024 01:11' }, {}, {}, { value: '=say "hi" 2' }],
  })
})
