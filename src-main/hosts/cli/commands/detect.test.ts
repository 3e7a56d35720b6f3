import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DetectorInfo } from '../../../common/contract/detectors.ts'
import { ROOT, SAMPLE_DIR } from '../../node/paths.ts'
import { parseGiven } from './detect.ts'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-detect-'))
  expect((await shoal('import', 'w', SAMPLE_DIR)).status).toBe(0)
}, 60_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function shoal(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SHOAL_USER_DIR: join(dir, 'user') }
    const main = join(ROOT, 'src-main/hosts/cli/main.ts')
    execFile(process.execPath, [main, ...args], { cwd: dir, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

test('values of --param are read as the kinds that the detector declares', () => {
  const param = (name: string, kind: DetectorInfo['params'][number]['kind']) => ({
    name,
    kind,
    default: null,
    help: '',
  })
  const infos = [
    {
      id: 'd',
      params: [
        param('who', 'accounts'),
        param('yes', 'boolean'),
        param('how', 'choice'),
        param('much', 'number'),
      ],
    },
  ] as unknown as DetectorInfo[]
  expect(parseGiven(infos, 'd', ['who=a,b=c', 'yes=true', 'how=12', 'much=1e-3'])).toEqual({
    who: ['a', 'b=c'],
    yes: true,
    how: '12',
    much: 0.001,
  })
  // What no number is goes on as it is: the detector refuses it by name.
  expect(parseGiven(infos, 'd', ['much=lots', 'yes=maybe'])).toEqual({ much: 'lots', yes: 'maybe' })
  expect(() => parseGiven(infos, 'd', ['much'])).toThrow('--param much must be NAME=VALUE.')
})

test('detects, prints one JSON document, and writes the file', async () => {
  const done = await shoal('detect', 'w', '--detector', 'leiden', '--seed', '7', '--json', '--out', 'out.csv')
  expect(done.status, done.stderr).toBe(0)
  const result = JSON.parse(done.stdout) as Record<string, number>
  expect(result).toMatchObject({
    detector: 'leiden',
    seed: 7,
    allConnected: true,
    params: { maxIterations: 4 },
  })
  expect(result.modularity).toBeGreaterThan(0.3)
  expect(result.stability).toBeGreaterThan(0)
  for (const key of ['runId', 'communities', 'seconds', 'peakRssBytes'])
    expect(result[key], key).toBeGreaterThan(0)
  const lines = readFileSync(join(dir, 'out.csv'), 'utf8').trim().split('\n')
  expect(lines[0]).toBe('account_id,community')
  expect(lines).toHaveLength(result.members! + 1)
  expect(new Set(lines.slice(1).map((line) => line.split(',')[1])).size).toBe(result.communities)

  writeFileSync(
    join(dir, 'devices.json'),
    JSON.stringify({ name: 'devices', relations: { types: [] }, entities: { types: ['device'] } }),
  )
  const args = ['--detector', 'rings', '--param', 'method=core', '--param', 'k=3', '--recipe', 'devices.json']
  const other = await shoal('detect', 'w', ...args, '--no-stability', '--json')
  expect(other.status, other.stderr).toBe(0)
  expect(JSON.parse(other.stdout)).toMatchObject({
    detector: 'rings',
    stability: null,
    params: { method: 'core', k: 3 },
  })
  expect((JSON.parse(other.stdout) as { graphRunId: number }).graphRunId).not.toBe(result.graphRunId)
}, 60_000)

test('lists detectors without a workspace, and says what is wrong with the exit code for it', async () => {
  const listed = await shoal('detect', '--list', '--json')
  expect(listed.status).toBe(0)
  expect((JSON.parse(listed.stdout) as DetectorInfo[]).map((info) => info.id)).toContain('dense-blocks')
  const text = await shoal('detect', '--list')
  expect(text.stderr).toContain('--param resolution=')
  expect((await shoal('detect')).status).toBe(2)
  const wrong = await shoal('detect', 'w', '--param', 'gamma=1', '--out', 'none.csv')
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain('has no parameter gamma. It has objective, resolution')
  expect(existsSync(join(dir, 'none.csv'))).toBe(false)
}, 60_000)
