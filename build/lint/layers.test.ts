import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violation } from './layers.js'

describe('who may import whom', () => {
  test.each([
    ['src-main/core/jobs/service.ts', '../../common/pace.ts'],
    ['src-main/compute/entry.ts', '../common/pace.ts'],
    ['src-main/hosts/node/create.ts', '../../core/app.ts'],
    ['src-renderer/client/api.ts', '../../src-main/common/contract/index.ts'],
    ['src-main/core/db/open.ts', 'better-sqlite3'],
    ['src-main/hosts/electron/main.ts', 'electron'],
    ['src-main/compute/graph/step.test.ts', '../../core/db/open.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(violation(file, specifier)).toBeNull()
  })

  test.each([
    ['src-main/common/pace.ts', '../core/context.ts'],
    ['src-main/common/pace.ts', 'node:fs'],
    ['src-main/core/app.ts', '../compute/entry.ts'],
    ['src-main/core/app.ts', 'electron'],
    ['src-main/core/app.ts', 'node:http'],
    ['src-main/compute/entry.ts', '../core/context.ts'],
    ['src-main/compute/entry.ts', '../hosts/node/paths.ts'],
    ['src-renderer/main.tsx', '../src-main/core/app.ts'],
    ['src-renderer/main.tsx', 'electron'],
    ['src-renderer/main.tsx', 'node:path'],
  ])('%s must not import %s', (file, specifier) => {
    expect(violation(file, specifier)).toContain('must not')
  })
})

describe('the linter runs the rule', () => {
  const root = resolve(import.meta.dirname, '../..')
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(root, 'out-layers-'))
    mkdirSync(join(dir, 'src-main/core'), { recursive: true })
    mkdirSync(join(dir, 'src-main/compute'), { recursive: true })
    writeFileSync(
      join(dir, '.oxlintrc.json'),
      JSON.stringify({ jsPlugins: [join(root, 'build/lint/layers.js')], rules: { 'shoal/layers': 'error' } }),
    )
    writeFileSync(
      join(dir, 'src-main/core/bad.ts'),
      `import { x } from '../compute/y.ts'\nexport const z = x\n`,
    )
    writeFileSync(join(dir, 'src-main/compute/y.ts'), 'export const x = 1\n')
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  test('a crossed layer fails the lint and names both sides', () => {
    const lint = spawnSync(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '-c', '.oxlintrc.json'],
      {
        cwd: dir,
        encoding: 'utf8',
      },
    )
    expect(lint.status).not.toBe(0)
    expect(lint.stdout + lint.stderr).toContain('src-main/core must not import src-main/compute')
  })
})
