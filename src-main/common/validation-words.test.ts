import { describe, expect, it } from 'vitest'
import type { ValidationReport } from './contract/lab.ts'
import { FINDING_WORDS, findingSentence, percentWords } from './finding-words.ts'
import { validationMarkdown } from './validation-words.ts'

const estimate = (mean: number) => ({ mean, sd: 0.01, low: mean - 0.02, high: mean + 0.02 })
const report: ValidationReport = {
  runId: 7,
  scorer: 'default',
  stressScorer: 'boosting',
  modelId: null,
  graphRunId: 2,
  startedAt: Date.UTC(2026, 10, 22, 12),
  seconds: 60,
  simulated: true,
  capacity: 100,
  verdict: {
    level: 'not_defensible',
    findings: [
      {
        code: 'leak_feature',
        level: 'bad',
        part: 'leakage',
        params: { feature: 'closed | <b>`reason`', with: 0.871, without: 0.29 },
      },
      { code: 'simulated', level: 'info', part: 'labels', params: {} },
    ],
  },
  splits: [
    {
      protocol: 'random',
      auroc: estimate(0.9),
      auprc: estimate(0.8),
      precisionAtK: estimate(0.7),
      recallAtK: estimate(0.3),
      baseRate: 0.2,
    },
  ],
  calibration: null,
  drift: null,
  leakage: {
    shuffled: { auroc: 0.5, low: 0.45, high: 0.55 },
    features: [
      { name: 'closed | <b>`reason`', family: 'attributes', auroc: 0.88, dropAuprc: 0.58, level: 'bad' },
    ],
    fullAuprc: 0.871,
    afterLabel: [],
  },
  noise: {
    checked: 10,
    estimatedRate: 0.1,
    accounts: [{ accountId: 1, key: 'secret-account', label: 'benign', score: 0.9, by: 'ann' }],
  },
  camouflage: { rewiring: [{ share: 0.5, auroc: 0.8, auprc: 0.6 }], mimicry: [] },
  replay: {
    step: 'week',
    steps: [
      {
        from: Date.UTC(2026, 0, 5),
        to: Date.UTC(2026, 0, 12),
        trained: 50,
        scored: 40,
        flagged: 9,
        caught: 5,
        falseAlarms: 1,
        missed: 2,
      },
    ],
  },
}

describe('findingSentence', () => {
  it('has the same placeholders in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)(?:%|\.\d)?\}/g)].map((m) => m[1]).sort()
    for (const [code, words] of Object.entries(FINDING_WORDS))
      expect(names(words['zh-CN']), code).toEqual(names(words.en))
  })

  it('fills numbers, shares, names and reasons as each language does', () => {
    const finding = { code: 'leak_feature', params: { feature: 'f3', with: 0.8714, without: 0.2 } }
    expect(findingSentence(finding, 'en')).toMatch(/without f3 average precision falls from 0\.87 to 0\.20\./)
    expect(findingSentence(finding, 'zh-CN', () => '登录次数')).toContain('去掉 登录次数 后')
    expect(
      findingSentence({ code: 'labels_enough', params: { malicious: 1234, benign: 5 } }, 'en'),
    ).toContain('1,234 malicious')
    expect(findingSentence({ code: 'time_none', params: { why: 'nothing_dated' } }, 'zh-CN')).toContain(
      '导出数据中没有时间',
    )
    expect(findingSentence({ code: 'of_the_future', params: {} }, 'en')).toBe('of_the_future')
  })

  it('never rounds a share to none or all of it', () => {
    expect(percentWords(0.004, 'en')).toBe('0.4%')
    expect(percentWords(0.997, 'en')).toBe('99.7%')
    expect(percentWords(0.31, 'en')).toBe('31%')
    expect(percentWords(1, 'en')).toBe('100%')
  })

  it('never calls anybody a fraudster', () => {
    expect(JSON.stringify(FINDING_WORDS)).not.toMatch(/fraud|欺诈/i)
  })
})

describe('validationMarkdown', () => {
  it('leads with the verdict, then the reasons by weight, then the numbers', () => {
    const text = validationMarkdown(report, 'en')
    const order = [
      '## Validation',
      'No decision should lean',
      '### Reasons against',
      '### To know',
      '| at random | 0.900 [0.880, 0.920]',
      '### Leakage',
      '### Camouflage',
      '| 2026-01-05 | 2026-01-12 | 50 | 40 | 9 | 5 | 1 | 2 |',
    ]
    let at = -1
    for (const part of order) {
      expect(text.indexOf(part), part).toBeGreaterThan(at)
      at = text.indexOf(part)
    }
    expect(text).toContain('use `boosting`')
    const chinese = validationMarkdown(report, 'zh-CN')
    expect(chinese).toContain('任何决定都不应依据这些评分')
    expect(chinese).not.toMatch(/[a-z]{4,} [a-z]{4,} [a-z]{4,}/)
  })

  it('keeps names from the export from acting as Markdown, and leaves accounts out', () => {
    for (const text of [
      validationMarkdown(report, 'en'),
      validationMarkdown(report, 'en', (_kind, name) => name),
    ]) {
      expect(text).not.toContain('| <b>')
      for (const row of text.split('\n').filter((line) => line.includes('closed') && line.startsWith('|')))
        expect(row.match(/(?<!\\)\|/g)).toHaveLength(4)
      expect(text).not.toContain('secret-account')
    }
    expect(validationMarkdown(report, 'en', (_kind, name) => name)).not.toContain('<b>')
  })
})
