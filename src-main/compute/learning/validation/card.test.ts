import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ValidationReport } from '../../../common/contract/lab.ts'
import { appendVerdictToCard } from './card.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-card-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const report = (level: ValidationReport['verdict']['level'], runId: number): ValidationReport => ({
  runId,
  scorer: 'default',
  stressScorer: 'boosting',
  modelId: 1,
  graphRunId: 1,
  startedAt: 0,
  seconds: 1,
  simulated: false,
  capacity: 100,
  verdict: { level, findings: [] },
  splits: [],
  calibration: null,
  drift: null,
  leakage: { shuffled: { auroc: 0.5, low: 0.4, high: 0.6 }, features: [], fullAuprc: 0.5, afterLabel: [] },
  noise: null,
  camouflage: { rewiring: [], mimicry: [] },
  replay: null,
})

it('puts the verdict behind the card, and a later one in its place', () => {
  const file = join(folder, 'card.md')
  writeFileSync(file, '# default 1\n\nWhat it is.\n')
  expect(appendVerdictToCard(folder, report('caution', 5))).toBe(true)
  const first = readFileSync(file, 'utf8')
  expect(first.startsWith('# default 1\n\nWhat it is.\n')).toBe(true)
  expect(first).toContain('(run 5,')
  // What somebody wrote behind it stays.
  writeFileSync(file, `${first}\n## Notes\n\nMine.\n`)
  appendVerdictToCard(folder, report('defensible', 6))
  const second = readFileSync(file, 'utf8')
  expect(second).toContain('(run 6,')
  expect(second).not.toContain('(run 5,')
  expect(second.match(/## Validation/g)).toHaveLength(1)
  expect(second).toContain('What it is.')
  expect(second.endsWith('\n## Notes\n\nMine.\n')).toBe(true)
  expect(readdirSync(folder)).toEqual(['card.md'])
})

it('makes no card where there is none', () => {
  expect(appendVerdictToCard(folder, report('caution', 5))).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})
