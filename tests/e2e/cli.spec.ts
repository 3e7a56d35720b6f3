import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, ROOT, shoal, test } from './support/app.ts'

test('simulate, import, analyze, info, pack, verify: one JSON document each, true to its keys', ({
  world,
}) => {
  const made = shoal(world, 'simulate', 'export', '--accounts', '1000', '--seed', '5', '--json')
  expect(made.status, made.stderr).toBe(0)
  expect(JSON.parse(made.stdout)).toMatchObject({ accounts: 1000 })
  const again = shoal(world, 'simulate', 'again', '--accounts', '1000', '--seed', '5', '--json')
  expect(again.status).toBe(0)

  const imported = shoal(world, 'import', 'w', 'export', '--json')
  expect(imported.status, imported.stderr).toBe(0)
  const counts = JSON.parse(imported.stdout) as Record<string, number>
  expect(counts.rowsIn).toBe(counts.rowsStored! + counts.problems!)
  for (const key of ['bytes', 'seconds', 'peakRssBytes']) expect(counts[key]).toBeGreaterThan(0)

  const twice = JSON.parse(shoal(world, 'import', 'w', 'again', '--json').stdout) as Record<string, number>
  expect(twice).toMatchObject({ rowsStored: 0, accountsAdded: 0 }) // the same bytes again change nothing

  const analyzed = shoal(world, 'analyze', 'w', '--json')
  expect(analyzed.status, analyzed.stderr).toBe(0)
  const result = JSON.parse(analyzed.stdout) as Record<string, number>
  for (const key of [
    'accounts',
    'edges',
    'communities',
    'scored',
    'anomalies',
    'reports',
    'seconds',
    'peakRssBytes',
  ]) {
    expect(typeof result[key], key).toBe('number')
  }
  expect(result).toMatchObject({ accounts: 1000, scored: 1000 })

  const info = JSON.parse(shoal(world, 'info', 'w', '--json').stdout) as {
    counts: { accounts: number }
    simulated: boolean
    journal: { ok: boolean }
  }
  expect(info).toMatchObject({ counts: { accounts: 1000 }, simulated: true, journal: { ok: true } })

  const missing = shoal(world, 'pack', 'w', '--case', 'None', '--out', 'packs', '--json')
  expect(missing.status).toBe(1)
  expect(JSON.parse(missing.stdout)).toMatchObject({ ok: false, error: { code: 'not_found' } })
  const packed = shoal(world, 'pack', 'w', '--case', 'Ring', '--top', '2', '--out', 'packs', '--json')
  expect(packed.status, packed.stderr).toBe(0)
  const pack = (JSON.parse(packed.stdout) as { path: string }).path
  const good = shoal(world, 'verify', pack, '--json')
  expect(good.status, good.stdout).toBe(0)
  expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, problems: [] })

  appendFileSync(join(pack, 'data', 'report.html'), ' ')
  const bad = shoal(world, 'verify', pack, '--json')
  expect(bad.status).toBe(3)
  expect((JSON.parse(bad.stdout) as { ok: boolean }).ok).toBe(false)
})

test('wrong use and bad input say what to do, with their exit codes', ({ world }) => {
  expect(shoal(world, 'nonsense').status).toBe(2)
  expect(shoal(world, 'simulate', 'x').status).toBe(2)
  const nowhere = shoal(world, 'import', 'bad', 'not-there')
  expect(nowhere.status).toBe(1)
  expect(nowhere.stderr).toContain('not-there')
  const folder = join(world.dir, 'headless')
  mkdirSync(folder)
  writeFileSync(join(folder, 'accounts.csv'), 'id,name\n1,x\n')
  const column = shoal(world, 'import', 'bad', folder)
  expect(column.status).toBe(1)
  expect(column.stderr).toContain('account_id')
  expect(shoal(world, 'info', 'bad', '--json').status).toBe(0) // the workspace still opens
  expect(shoal(world, 'info', 'absent').status).toBe(1)
  expect(shoal(world, 'verify', join(world.dir, 'headless')).status).not.toBe(0)
})

test('the demo runs the whole job on the sample and verifies its pack', ({ world }) => {
  test.slow()
  const done = shoal(world, 'demo', '--json')
  expect(done.status, done.stderr).toBe(0)
  const result = JSON.parse(done.stdout) as {
    imported: Record<string, number>
    analyzed: Record<string, number>
    pack: { path: string }
    verified: { ok: boolean }
  }
  expect(result.imported.problems).toBe(0)
  expect(result.analyzed.scored).toBe(result.analyzed.accounts)
  expect(result.verified.ok).toBe(true)
  expect(done.stderr).toContain(result.pack.path)
  expect(existsSync(join(ROOT, '.shoal-demo'))).toBe(true)
  expect(readdirSync(join(result.pack.path, 'data'))).toContain('report.html')
  rmSync(join(ROOT, '.shoal-demo'), { recursive: true })
})
