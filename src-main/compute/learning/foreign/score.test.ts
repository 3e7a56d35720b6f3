import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import type { FeatureTable } from '../types.ts'
import { importModel } from './import-model.ts'
import { scoreForeign } from './score.ts'

const FIXTURES = join(import.meta.dirname, '../../../../tests/reference/foreign')
const fixture = JSON.parse(readFileSync(join(FIXTURES, 'graph.json'), 'utf8')) as {
  n: number
  edges: [number, number, number][]
  x: (number | null)[][]
  expected: Record<string, number[]>
}

function csr(): Csr {
  const rows = Array.from({ length: fixture.n }, () => [] as [number, number][])
  for (const [a, b, w] of fixture.edges) {
    rows[a].push([b, w])
    rows[b].push([a, w])
  }
  const offsets = new Uint32Array(fixture.n + 1)
  rows.forEach((row, u) => {
    row.sort((a, b) => a[0] - b[0])
    offsets[u + 1] = offsets[u] + row.length
  })
  return {
    n: fixture.n,
    offsets,
    targets: Uint32Array.from(rows.flat(), ([v]) => v),
    weights: Float32Array.from(rows.flat(), ([, w]) => w),
  }
}

const graph: AccountGraph = {
  runId: 1,
  sha256: 'x',
  accountIds: Uint32Array.from({ length: fixture.n }, (_, u) => u + 1),
  combined: csr(),
  channelMask: new Uint16Array(0),
  channels: [{ id: 'relation:friend', csr: csr() }],
}
const values = fixture.x[0].map((_, k) => Float32Array.from(fixture.x, (row) => row[k] ?? NaN))
const tableOf = (names: string[]): FeatureTable => ({
  n: fixture.n,
  columns: names.map((name) => ({
    name,
    base: name,
    family: 'attributes',
    relation: null,
    hop: 0,
    operator: 'own',
    kind: 'number',
  })),
  sha256: 'x',
  column: async (k) => values[k],
  gather: async () => {},
  close: async () => {},
})
const folders: string[] = []
function context(): ComputeContext {
  const workspace = mkdtempSync(join(tmpdir(), 'shoal-foreign-'))
  folders.push(workspace)
  return {
    ...freePace(),
    workspace,
    db: null as never,
    modelsDir: '/nowhere',
    appVersion: '0.0.0-test',
    jobId: null,
    now: () => 0,
    log: () => {},
  }
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
const worst = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((most, v, i) => Math.max(most, Math.abs(v - a[i])), 0)

describe('networks from PyTorch', () => {
  for (const arch of ['sage', 'gin', 'bwgnn'])
    it(`gives ${arch}'s own scores within 1e-5, whole and in parts`, async () => {
      const table = tableOf(['f0', 'f1', 'f2'])
      const whole = await scoreForeign(context(), graph, table, join(FIXTURES, arch))
      expect(whole.parts).toBe(1)
      expect(worst(whole.scores, fixture.expected[arch])).toBeLessThan(1e-5)
      const cut = await scoreForeign(context(), graph, table, join(FIXTURES, arch), { budget: 300 })
      expect(cut.parts).toBeGreaterThan(3)
      expect(worst(cut.scores, fixture.expected[arch])).toBeLessThan(1e-5)
      expect(cut.provider).toBe('cpu')
    })

  it('names the columns that the workspace lacks', async () => {
    const { missing, scores } = await scoreForeign(
      context(),
      graph,
      tableOf(['f0', 'other', 'f2']),
      join(FIXTURES, 'sage'),
    )
    expect(missing).toEqual(['f1'])
    expect(worst(scores, fixture.expected['sage'])).toBeGreaterThan(1e-3)
  })
})

describe('importing a model folder', () => {
  const copyOf = (arch: string): string => {
    const to = join(mkdtempSync(join(tmpdir(), 'shoal-model-')), arch)
    folders.push(join(to, '..'))
    cpSync(join(FIXTURES, arch), to, { recursive: true })
    return to
  }
  const edit = (dir: string, change: (manifest: Record<string, unknown>) => void) => {
    const manifest = JSON.parse(readFileSync(join(dir, 'model.json'), 'utf8')) as Record<string, unknown>
    change(manifest)
    writeFileSync(join(dir, 'model.json'), JSON.stringify(manifest))
  }

  it('copies what was checked, and nothing else', async () => {
    const ctx = context()
    const path = copyOf('sage')
    writeFileSync(join(path, 'weights.pt'), 'x')
    const checked = await importModel(ctx, { path, folder: 'sage-1' })
    expect(checked).toMatchObject({ name: 'sage', kind: 'message_passing', provider: 'cpu' })
    expect(checked.goldenError).toBeLessThan(1e-5)
    expect(readdirSync(checked.folder).sort()).toEqual(['card.md', 'golden.json', 'model.json', 'model.onnx'])
  })

  const refusals: [string, (dir: string) => void, RegExp][] = [
    ['another hash', (dir) => edit(dir, (m) => (m['sha256'] = '0'.repeat(64))), /SHA-256/],
    ['another kind', (dir) => edit(dir, (m) => (m['kind'] = 'report_classes')), /only 'account_scores'/],
    ['no engine', (dir) => edit(dir, (m) => (m['params'] = {})), /params\.engine/],
    ['no hops', (dir) => edit(dir, (m) => (m['params'] = { engine: 'message_passing' })), /params\.hops/],
    [
      'other golden numbers',
      (dir) => {
        const file = join(dir, 'golden.json')
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(
            /"score": \{"dims": \[16, 1\], "data": \[0\.\d/,
            (m) => `${m.slice(0, -1)}9`,
          ),
        )
      },
      /doesn't reproduce output 'score'/,
    ],
    [
      'another opset',
      (dir) => edit(dir, (m) => (m['opset'] = 99)),
      /is written for opset 18, model.json states 99/,
    ],
    ['no golden vectors', (dir) => rmSync(join(dir, 'golden.json')), /golden\.json is missing/],
    [
      'fewer features than columns',
      (dir) =>
        edit(dir, (m) => {
          m['features'] = (m['features'] as unknown[]).slice(1)
          delete m['normalisation']
        }),
      /input 'x', float32 \["nodes", 2\]/,
    ],
  ]
  for (const [what, harm, message] of refusals)
    it(`refuses ${what} and leaves nothing`, async () => {
      const ctx = context()
      const path = copyOf('sage')
      harm(path)
      await expect(importModel(ctx, { path, folder: 'm' })).rejects.toMatchObject({
        code: 'model_invalid',
        message: expect.stringMatching(message) as string,
      })
      expect(existsSync(join(ctx.workspace, 'models', 'm'))).toBe(false)
      expect(existsSync(join(ctx.workspace, 'models', 'm.part'))).toBe(false)
    })

  it('says that a file is no folder', async () => {
    await expect(importModel(context(), { path: '/no/such', folder: 'm' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
