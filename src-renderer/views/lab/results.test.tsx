import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { BenchResult, BenchRow, ValidationReport } from '../../../src-main/common/contract/lab.ts'
import { setLanguage } from '../../ui/i18n/index.ts'
import { BenchResultView } from './bench/bench-result.tsx'
import { useLab } from './store.ts'
import { answers, openTab, scorer, withLab } from './testing/lab.tsx'
import { ReportView } from './validation/report.tsx'

withLab()

const at = (mean: number, half = 0.01) => ({ mean, sd: 0, low: mean - half, high: mean + half })
const row = (id: string, auprc: number, over: Partial<BenchRow> = {}): BenchRow => ({
  scorer: id,
  graphRunId: 2,
  control: null,
  auroc: at(0.8),
  auprc: at(auprc),
  precisionAtK: at(0.5),
  recallAtK: at(0.1),
  perSplit: [],
  seconds: 10,
  curve: null,
  weights: null,
  error: null,
  ...over,
})
const bench = (rows: BenchRow[], over: Partial<BenchResult> = {}): BenchResult => ({
  runId: 9,
  protocol: 'stratified',
  protocolText: 'stratified 40/40, seeds 1-5',
  seeds: [1],
  capacity: 100,
  tested: 400,
  baseRate: 0.2,
  simulated: false,
  graphs: [],
  rows,
  notes: [],
  seconds: 100,
  ...over,
})

describe('a bench', () => {
  const scorers = [
    scorer('default', { group: 'ensemble' }),
    scorer('boosting'),
    scorer('unusual-logins', { group: 'unusual', probabilities: false, needsLabels: false }),
  ]
  it('puts the best first and says in words whether that is chance', () => {
    render(
      <BenchResultView
        result={bench([
          row('boosting', 0.6),
          row('default', 0.605, { control: null }),
          row('default', 0.4, { control: 'features_only' }),
          row('unusual-logins', 0.9),
        ])}
        scorers={scorers}
        designs={[]}
      />,
    )
    expect(screen.getAllByTestId('bench-row').map((one) => one.dataset['scorer'])).toEqual([
      'unusual-logins',
      'default',
      'boosting',
    ])
    const words = screen.getByTestId('bench-reading').textContent
    // An unusual ranking has no verdict, so it is no winner; and 0.605 beside 0.600 is none either.
    expect(words).toContain('Ensemble leads with 0.605, but Boosted trees is too near')
    expect(words).toContain('The graph helps')
    const unusual = screen.getAllByTestId('bench-row')[0]!.textContent!
    expect(unusual).toContain('unusual')
    expect(unusual).not.toContain('malicious')
  })
  it('says that simulated data is simulated, and why a scorer has no numbers', () => {
    render(
      <BenchResultView
        result={bench([row('default', 0.6), row('boosting', 0, { error: 'Too few labels.' })], {
          simulated: true,
        })}
        scorers={scorers}
        designs={[]}
      />,
    )
    expect(screen.getAllByText(/simulated/).length).toBeGreaterThan(1)
    expect(screen.getAllByTestId('bench-row')[1]!.textContent).toContain('Too few labels.')
  })
})

const report: ValidationReport = {
  runId: 4,
  scorer: 'default',
  stressScorer: 'boosting',
  modelId: null,
  graphRunId: 2,
  startedAt: 0,
  seconds: 60,
  simulated: true,
  capacity: 100,
  verdict: {
    level: 'not_defensible',
    findings: [
      { code: 'labels_enough', level: 'good', part: 'labels', params: { malicious: 80, benign: 400 } },
      {
        code: 'leak_feature',
        level: 'bad',
        part: 'leakage',
        params: { feature: 'login_night_share', with: 0.9, without: 0.3 },
      },
    ],
  },
  splits: [
    {
      protocol: 'random',
      auroc: at(0.9),
      auprc: at(0.8),
      precisionAtK: at(0.9),
      recallAtK: at(0.5),
      baseRate: 0.2,
    },
  ],
  calibration: null,
  drift: null,
  leakage: {
    shuffled: { auroc: 0.5, low: 0.45, high: 0.55 },
    fullAuprc: 0.9,
    features: [{ name: 'login_night_share', family: 'logins', auroc: 0.97, dropAuprc: 0.6, level: 'bad' }],
    afterLabel: [],
  },
  noise: {
    checked: 480,
    estimatedRate: 0.01,
    accounts: [
      { accountId: 3, key: 'acc-3', label: 'benign', score: 0.97, by: 'import:labels.csv' },
      { accountId: 8, key: 'acc-8', label: 'malicious', score: 0.02, by: 'L. Chen' },
    ],
  },
  camouflage: { rewiring: [], mimicry: [] },
  replay: null,
}

describe('a validation report', () => {
  it('gives the verdict first, what is bad before what is good, in the words of the language', () => {
    const view = render(<ReportView report={report} />)
    expect(screen.getByTestId('verdict').textContent).toContain('No, not as they are')
    const findings = screen.getAllByTestId('finding')
    expect(findings.map((one) => one.dataset['code'])).toEqual(['leak_feature', 'labels_enough'])
    expect(findings[0]!.textContent).toContain('without Logins at night average precision falls')
    expect(screen.getByTestId('verdict').textContent).toContain('simulated data')
    view.unmount()
    setLanguage('zh-CN')
    render(<ReportView report={report} />)
    expect(screen.getByTestId('verdict').textContent).toContain('目前不可以')
  })
  it('leaves out what was not measured', () => {
    render(<ReportView report={report} />)
    expect(screen.queryByTestId('part-calibration')).toBeNull()
    expect(screen.queryByTestId('part-camouflage')).toBeNull()
    expect(screen.getByTestId('part-leakage').textContent).toContain('0.970')
  })
  it('sends doubtful labels to the front of the queue', async () => {
    useLab.setState({ tab: 'validation' })
    answers['lab.report'] = () => report
    openTab('validation')
    fireEvent.click((await screen.findAllByTestId('recheck'))[1]!)
    await waitFor(() => expect(screen.getAllByTestId('queue-item').length).toBeGreaterThan(1))
    const first = screen.getAllByTestId('queue-item')[0]!
    expect(first.textContent).toContain('acc-8')
    expect(first.getAttribute('aria-selected')).toBe('true')
    expect(first.textContent).toContain('label in doubt')
  })
})
