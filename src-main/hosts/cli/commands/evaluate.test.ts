import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../../node/paths.ts'
import { protocolOf, type ProtocolOptions } from './evaluate.ts'

const N = 200
let dir: string

/** Every 4th account is a friend of every 4th. */
function writeExport(name: string, labels: (i: number) => string | null): void {
  mkdirSync(join(dir, name))
  const rows = Array.from({ length: N }, (_, i) => i)
  const lines: Record<string, string[]> = {
    'accounts.csv': ['account_id,f0', ...rows.map((i) => `a${i},${(i * 37) % 101}`)],
    'relations.csv': [
      'src,dst,type',
      ...rows.flatMap((i) => [4, 12, 24].map((step) => `a${i},a${(i + step) % N},friend`)),
      ...rows.map((i) => `a${i},a${(i + 41) % N},friend`),
    ],
    'labels.csv': ['account_id,label', ...rows.flatMap((i) => (labels(i) ? [`a${i},${labels(i)}`] : []))],
  }
  for (const [file, content] of Object.entries(lines))
    if (content.length > 1) writeFileSync(join(dir, name, file), content.join('\n') + '\n')
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-evaluate-test-'))
  mkdirSync(join(dir, 'tmp'))
  writeExport('export', (i) => ((i % 4 === 0) !== (i % 17 === 3) ? 'malicious' : 'benign'))
  writeExport('bare', () => null)
  const split = (i: number) => ['val', 'train', 'train', 'test', 'test'][(i >> 2) % 5]
  const rows = Array.from({ length: N }, (_, i) => `a${i},${split(i)},${split(i + 8)}`)
  writeFileSync(join(dir, 'splits.csv'), ['account_id,s0,s1', ...rows, 'ghost,train,test'].join('\n'))
  writeFileSync(join(dir, 'bad.csv'), 'account_id,s0\na0,train\na1,tset\n')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function shoal(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SHOAL_USER_DIR: join(dir, 'user'), TMPDIR: join(dir, 'tmp') }
    const main = join(ROOT, 'src-main/hosts/cli/main.ts')
    execFile(process.execPath, [main, 'evaluate', ...args], { cwd: dir, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

interface Row {
  scorer: string
  auroc: { mean: number; sd: number; low: number; high: number }
  auprc: { mean: number; sd: number }
  perSplit: { split: string; trained: number; tested: number }[]
  seconds: number
}

test('one scorer on an export: its numbers on top, and no workspace is left', async () => {
  const done = await shoal('export', '--scorer', 'label-spreading', '--splits', 'splits.csv', '--json')
  expect(done.status, done.stderr).toBe(0)
  const result = JSON.parse(done.stdout) as Row & { notes: string[]; protocolText: string; graph: object }
  expect(result.scorer).toBe('label-spreading')
  expect(result.auroc.mean).toBeGreaterThan(0.7)
  expect(result.auroc.high).toBeGreaterThan(result.auroc.low)
  expect(result.auprc.sd).toBeGreaterThan(0)
  expect(result.perSplit.map(({ split }) => split)).toEqual(['s0', 's1'])
  expect(result.seconds).toBeGreaterThan(0)
  expect(result.protocolText).toBe('2 splits of splits.csv')
  expect(result.notes).toContain('1 keys of splits.csv are no accounts here and were left out: ghost.')
  expect(result.graph).toMatchObject({ accounts: N, labelled: { malicious: 56, benign: 144 } })
  expect(result).not.toHaveProperty('runId')
  expect(readdirSync(join(dir, 'tmp'))).toEqual([])
  expect(JSON.parse(readFileSync(join(dir, 'user/shoal.json'), 'utf8'))).toMatchObject({ recent: [] })
}, 60_000)

test('several scorers, for a machine and for a person', async () => {
  const args = ['export', '--scorer', 'appnp', '--scorer', 'prior', '--seeds', '2', '--controls']
  const done = await shoal(...args, '--json')
  const { results } = JSON.parse(done.stdout) as { results: (Row & { controls?: object[] })[] }
  expect(results.map(({ scorer }) => scorer)).toEqual(['appnp', 'prior'])
  expect(results[0]!.controls).toHaveLength(1)
  expect(results[1]!.auroc.mean).toBe(0.5)
  const { stderr } = await shoal(...args)
  const lines = stderr.split('\n').filter((line) => !line.startsWith('…'))
  expect(lines[0]).toContain('200 accounts')
  expect(lines[1]).toContain('homophily')
  expect(lines[2]).toContain('of the labelled neighbours of malicious accounts')
  expect(lines.findIndex((line) => line.startsWith('scorer'))).toBeGreaterThan(3)
  expect(stderr).toContain('appnp · rewired graph')
}, 60_000)

test('protocols of the options, and what is wrong with them', () => {
  const options = { seeds: 5, folds: 5, windows: 1 }
  expect(protocolOf(options)).toEqual({ kind: 'stratified', train: 0.4, test: 0.4, seeds: 5 })
  expect(protocolOf({ ...options, protocol: 'random', train: 0.5 })).toMatchObject({ train: 0.5, test: 0.3 })
  expect(protocolOf({ ...options, protocol: 'time', windows: 3 })).toMatchObject({ train: 0.6, windows: 3 })
  expect(protocolOf({ ...options, protocol: 'community' })).toEqual({ kind: 'community', folds: 5 })
  const file = (name: string) => join(dir, name)
  expect(protocolOf({ ...options, splits: file('splits.csv') })).toMatchObject({ file: 'splits.csv' })
  const wrong = (given: Partial<ProtocolOptions>) => () => protocolOf({ ...options, ...given })
  expect(wrong({ splits: file('none.csv') })).toThrow('none.csv: ')
  expect(wrong({ splits: file('bad.csv') })).toThrow('bad.csv: row 2, column s0 is "tset"')
  expect(wrong({ splits: file('bad.csv'), protocol: 'time' })).toThrow('exclude each other')
  expect(wrong({ protocol: 'magic' })).toThrow('There is no protocol magic. There are stratified')
  expect(wrong({ train: 2 })).toThrow('--train: ')
  expect(wrong({ train: NaN })).toThrow('--train: ')
})

test.each([
  [['bare'], 2, 'No account has a label'],
  [['nowhere'], 1, 'There is no export or workspace'],
  [['export', '--scorer', 'magic'], 2, 'There is no scorer magic. There are default'],
  [['export', '--scorer', 'appnp', '--param', 'alpha=2'], 2, "appnp: alpha can't be 2"],
])(
  '%j ends with %i',
  async (args, status, message) => {
    const done = await shoal(...args, '--json')
    expect(done.stderr).toContain(message)
    expect(done.status).toBe(status)
    expect(JSON.parse(done.stdout)).toMatchObject({ ok: false })
    expect(readdirSync(join(dir, 'tmp'))).toEqual([])
  },
  60_000,
)
