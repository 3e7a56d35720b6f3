import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Inspector } from './models/pages.ts'
import { RowPanel } from './models/problems.ts'
import { StartScreen } from './models/start.ts'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, serve, shoal, test, watchPage } from './support/app.ts'

const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03']

/** A folder as a data platform writes it: a table of logins by day, with its own marks beside the files. */
function writePartitions(folder: string): void {
  const table = join(folder, 'logins')
  for (const day of DAYS) {
    const part = join(table, `date=${day}`)
    mkdirSync(part, { recursive: true })
    // Three groups of eight that share devices; the day stands in the folder's name alone.
    const rows = Array.from({ length: 120 }, (_, i) => {
      const who = i % 24
      const group = who % 3
      const clock = `${String(i % 24).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00`
      return `u${100 + who},${day} ${clock},10.${group}.0.${i % 2},phone-${group}-${i % 3}`
    })
    writeFileSync(join(part, 'part-0.csv'), `user_id,login_time,ip,device_id\n${rows.join('\n')}\n`)
    writeFileSync(join(part, '.part-0.csv.crc'), 'crc')
  }
  writeFileSync(join(table, '_SUCCESS'), '')
}

test('a folder that a data platform partitioned by day goes through the mapping window to the map', async ({
  page,
  world,
}) => {
  const me = newcomer(world, 'partitions')
  const folder = join(me.dir, 'warehouse')
  writePartitions(folder)
  const server = await serve(me)
  const faults = watchPage(page)
  const start = new StartScreen(page)
  await start.open(server.url)
  await start.beginWith(folder, join(me.dir, 'p.shoal'))

  // All parts are one table; the day of the folder's name is one of its columns.
  const shape = page.getByTestId('mapping-shape')
  await expect(shape).toHaveCount(1)
  await expect(shape).toContainText('logins')
  await expect(shape).toContainText('3 files')
  await expect(page.getByTestId('mapping-use-user_id')).toHaveValue('role:account_id')
  await expect(page.getByTestId('mapping-use-date')).toBeVisible()
  const preview = page.getByTestId('mapping-preview')
  await expect(preview).toContainText('360 events')
  await expect(
    page.getByTestId('mapping').getByRole('cell', { name: DAYS[0], exact: true }).first(),
  ).toBeVisible()
  await page.getByTestId('mapping-start').click()

  await expect(page.getByTestId('status-counts')).toContainText('360 events', { timeout: 60_000 })
  await expect(page.getByTestId('status-counts')).toContainText('24 accounts')
  await expect(page.getByTestId('status-job')).toBeHidden({ timeout: 60_000 })

  // Each part is a source of its own, told apart by its folder; every row is in.
  const app = new Workbench(page)
  await app.place('import')
  await expect(page.getByTestId('problem-sum')).toContainText('360 rows in = 360 stored + 0')
  const sources = page.getByTestId('source-row')
  await expect(sources).toHaveCount(3)
  for (const day of DAYS) await expect(sources.filter({ hasText: `date=${day}` })).toHaveCount(1)

  // On the map, and back to the row, which says the day.
  await app.place('map')
  await app.select('C-1')
  await app.type('u101')
  await app.hit('u101').click()
  await new Inspector(page).part('login-strip').getByTestId('rows-behind').click()
  const panel = new RowPanel(page)
  await expect(panel.root).toContainText('date=2026-01-01')
  expect(await panel.byColumn()).toMatchObject({ user_id: 'u101', date: '2026-01-01' })
  expect(faults).toEqual([])
  await server.stop()

  // The command line says the same of the same folder.
  const again = shoal(me, 'import', 'again.shoal', folder, '--json')
  expect(again.status, again.stderr).toBe(0)
  expect(JSON.parse(again.stdout)).toMatchObject({
    rowsIn: 360,
    rowsStored: 360,
    problems: 0,
    accountsAdded: 24,
  })
})
