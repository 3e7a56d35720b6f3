import { AxeBuilder } from '@axe-core/playwright'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartScreen } from './models/start.ts'
import { Workbench } from './models/workbench.ts'
import { expect, newcomer, serve, shoal, test, watchPage } from './support/app.ts'
import { writeWorkbook } from './support/xlsx.ts'

/** Text as GBK, the two-byte part of GB18030: Node only decodes it. */
function gbk(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  const codes = new Map<string, [number, number]>()
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++)
      if (trail !== 0x7f) codes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail])
  return Buffer.from([...text].flatMap((char) => (char < '\x80' ? [char.charCodeAt(0)] : codes.get(char)!)))
}

/** Members of three groups that share devices, as somebody in operations exports them: an Excel sheet and a log of logins. */
async function exportOf(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const members = Array.from({ length: 60 }, (_, i) => [
    `00${1000 + i}`,
    `用户${i}`,
    45_350.45 + i / 10,
    `1380000${1000 + i}`,
    i % 3 === 0 ? '是' : '否',
  ])
  await writeWorkbook(join(folder, '运营导出.xlsx'), {
    会员: [['2024 年会员导出'], ['会员编号', '昵称', '注册时间', '手机号', '是否封禁'], ...members],
  })
  const logins = Array.from({ length: 600 }, (_, i) => {
    const member = i % 60
    const group = Math.floor(member / 20)
    return `00${1000 + member},2024/3/${1 + (i % 28)} ${i % 24}:${10 + (i % 50)}:00,36.${group}.2.${i % 3},设备-${group}-${i % 4},${i % 6 ? '成功' : '失败'}`
  })
  const text = `用户ID,登录时间,登录IP,设备号,登录结果\n${logins.join('\n')}\n`
  writeFileSync(join(folder, '登录日志_20240301.csv'), gbk(text))
}

test('a Chinese workbook and a GB18030 log go through the mapping window to the map, and the next export goes by itself', async ({
  page,
  world,
}) => {
  const me = newcomer(world, 'mapping')
  const folder = join(me.dir, '导出')
  await exportOf(folder)
  const server = await serve(me)
  const problems = watchPage(page)
  const start = new StartScreen(page)
  await start.open(server.url)
  await start.beginWith(folder, join(me.dir, 'ops.shoal'))

  // Both are told for what they are.
  const shapes = page.getByTestId('mapping-shape')
  await expect(shapes).toHaveCount(2)
  await expect(shapes.nth(0)).toContainText('登录日志_20240301.csv')
  await expect(shapes.nth(1)).toContainText('会员')
  await expect(shapes.nth(1)).toContainText('运营导出.xlsx')
  await shapes.nth(1).click()
  await expect(page.getByTestId('mapping-kind')).toHaveValue('accounts')
  await expect(page.getByTestId('mapping-use-会员编号')).toHaveValue('role:account_id')
  await expect(page.getByTestId('mapping-use-注册时间')).toHaveValue('role:registered_at')
  await expect(page.getByTestId('mapping-use-手机号')).toHaveValue('entity:phone')
  await expect(page.getByTestId('mapping-use-是否封禁')).toHaveValue('label')
  await expect(page.getByTestId('mapping-word-是')).toHaveValue('malicious')
  const counts = page.getByTestId('mapping-preview-counts')
  await expect(counts).toContainText('60 accounts, 60 links, 60 labels')

  // Every guess can be overruled, and what is missing is said.
  await page.getByTestId('mapping-use-手机号').selectOption('none')
  await expect(counts).toContainText('60 accounts, 60 labels')
  await page.getByTestId('mapping-use-会员编号').selectOption('attribute')
  await expect(page.getByTestId('mapping-missing')).toContainText('Account')
  await expect(page.getByTestId('mapping-start')).toBeDisabled()
  await page.getByTestId('mapping-use-会员编号').selectOption('role:account_id')
  await page.getByTestId('mapping-use-是否封禁').selectOption('label')
  await page.getByTestId('mapping-word-是').selectOption('malicious')
  await page.getByTestId('mapping-word-否').selectOption('benign')
  await expect(counts).toContainText('60 accounts, 60 labels')

  // What was said is undone and said again, one thing at a time, and is still there when the page is.
  await page.keyboard.press('Escape')
  await page.getByTestId('undo').click()
  await expect(page.getByTestId('mapping-word-否')).not.toHaveValue('benign')
  await page.getByTestId('redo').click()
  await expect(page.getByTestId('mapping-word-否')).toHaveValue('benign')
  await expect(page.getByTestId('journal')).toHaveAttribute('data-saved', 'true')
  await page.reload()
  await shapes.nth(1).click()
  await expect(page.getByTestId('mapping-use-手机号')).toHaveValue('none')
  await expect(page.getByTestId('mapping-word-否')).toHaveValue('benign')

  // Anybody can use it: no fault that axe knows, in both themes.
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    const { violations } = await new AxeBuilder({ page })
      .include('[data-testid="mapping"]')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`),
    ).toEqual([])
  }

  // Read as something else, the log is nonsense; as what it is, it is right again.
  await shapes.nth(0).click()
  await expect(page.getByTestId('mapping-encoding')).toHaveValue('gb18030')
  await expect(page.getByTestId('mapping-zone-登录时间')).toHaveValue('Asia/Shanghai')
  await expect(page.getByTestId('mapping-constant')).toHaveValue('login')
  await page.getByTestId('mapping-constant-add').selectOption('city')
  await page.keyboard.type('Shen Zhen')
  await expect(page.getByTestId('mapping-constant-city')).toHaveValue('Shen Zhen')
  await expect(
    page.getByTestId('mapping-preview').getByRole('cell', { name: 'Shen Zhen' }).first(),
  ).toBeVisible()
  await page.getByTestId('mapping-remember').check()
  await page.getByTestId('mapping-name').fill('运营')
  await page.getByTestId('mapping-start').click()

  const app = new Workbench(page)
  await expect(page.getByTestId('status-counts')).toContainText('60 accounts', { timeout: 60_000 })
  await expect(page.getByTestId('status-counts')).toContainText('600 events')
  await expect(page.getByTestId('status-job')).toBeHidden({ timeout: 60_000 })
  await app.place('map')
  await app.select('C-1')
  expect(problems).toEqual([])
  await server.stop()

  // The same platform's next export, by the mapping that was saved: from the command line, as it is kept.
  const again = shoal(me, 'import', 'next.shoal', folder, '--json')
  expect(again.status, again.stderr).toBe(0)
  const result = JSON.parse(again.stdout) as Record<string, number> & {
    warnings: { code: string }[]
    sources: { facts: object }[]
  }
  expect(result).toMatchObject({ rowsIn: 660, rowsStored: 660, problems: 0 })
  expect(result.warnings.map(({ code }) => code)).not.toContain('guessed_mapping')
})
