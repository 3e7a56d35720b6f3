import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BenchResult, BenchRow, ValidationReport } from '../../../src-main/common/contract/lab.ts'
import type {
  LabelState,
  ModelRow,
  QueueItem,
  ScorerInfo,
} from '../../../src-main/common/contract/learning.ts'
import { ShoalError } from '../../../src-main/common/errors.ts'
import { setApi, type Api } from '../../client/api.ts'
import { useJobs } from '../../state/jobs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { setLanguage, startI18n } from '../../ui/i18n/index.ts'
import { BenchResultView } from './bench/bench-result.tsx'
import LabView from './index.tsx'
import { ModelList } from './models/model-list.tsx'
import { useSitting } from './queue/store.ts'
import { protocolOf, readKept, useLab } from './store.ts'
import { ReportView } from './validation/report.tsx'

type Answer = (input: never) => unknown
let answers: Record<string, Answer> = {}
let calls: [string, unknown][] = []
const stored = new Map<string, unknown>()
const fake: Api = {
  call: (async (name: string, input: unknown) => {
    calls.push([name, input])
    if (name === 'settings.get') return stored.get((input as { key: string }).key) ?? null
    if (name === 'settings.set') {
      const { key, value } = input as { key: string; value: unknown }
      stored.set(key, value)
      return null
    }
    const answer = answers[name]
    if (!answer) throw new ShoalError('unsupported_here', `Nobody answers ${name}.`)
    return answer(input as never)
  }) as Api['call'],
  on: () => () => {},
  status: 'open',
  onStatus: () => () => {},
}
const said = (name: string) => calls.filter(([called]) => called === name).map(([, input]) => input)

const labels = (over: Partial<LabelState> = {}): LabelState => ({
  malicious: 80,
  benign: 400,
  unlabelled: 1000,
  by: [{ who: 'import:labels.csv', kind: 'import', malicious: 80, benign: 400, unsure: 0 }],
  disagreements: 0,
  state: 'enough',
  missing: { malicious: 0, benign: 0 },
  ...over,
})
const scorer = (id: string, over: Partial<ScorerInfo> = {}): ScorerInfo => ({
  id,
  version: '1',
  group: 'trees',
  probabilities: true,
  trainable: true,
  needsLabels: true,
  params: [{ name: 'folds', kind: 'integer', default: 5, min: 2, max: 10, help: 'Folds.' }],
  source: 'Somebody 2020',
  help: 'Trees.',
  ...over,
})
const model = (over: Partial<ModelRow> = {}): ModelRow => ({
  id: 1,
  name: 'default-1',
  version: '1',
  origin: 'trained',
  kind: 'table',
  missing: false,
  folder: '/w/models/default-1',
  sha256: 'ab'.repeat(32),
  scorer: 'default',
  trainingRunId: 7,
  trainedOn: 'workspace',
  malicious: 80,
  benign: 400,
  auroc: 0.86,
  auprc: 0.62,
  threshold: 0.4,
  addedAt: 0,
  addedBy: 'L. Chen',
  used: true,
  ...over,
})
const asked = (accountId: number): QueueItem => ({
  accountId,
  key: `acc-${accountId}`,
  score: 0.5,
  community: 1,
  communitySize: 9,
  value: 1,
  why: [{ code: 'uncertain', share: 1 }],
})

beforeAll(() => startI18n('en'))
beforeEach(() => {
  calls = []
  stored.clear()
  answers = {
    'labels.state': () => labels(),
    'scorers.list': () => [scorer('default'), scorer('prior', { group: 'control', trainable: false })],
    'models.list': () => [model()],
    'runs.list': () => [],
    'designs.list': () => [],
    'bench.list': () => [],
    'lab.report': () => null,
    'labels.queue': ({ skip }: { skip: number[] }) => [1, 2, 3].filter((id) => !skip.includes(id)).map(asked),
    'accounts.get': ({ id }: { id: number }) => account(id),
    'accounts.neighbours': () => ({ total: 0, rows: [], channels: [], malicious: 0 }),
    'accounts.events': () => ({ total: 0, rows: [] }),
    'judgements.set': () => null,
  }
  setApi(fake)
  useJobs.setState({ jobs: [], rates: {} })
  useLab.setState({ ...readKept(null), path: null, rechecks: [], benchRunId: null })
  useSitting.setState({ path: null, earlier: 0 })
  useSitting.getState().renew('queue')
  useSitting.getState().renew('disputed')
  useSitting.setState({ earlier: 0 })
  useWorkspace.setState({
    info: { path: '/w.shoal', counts: { accounts: 1480 }, tzOffset: 0, runs: {}, name: 'w' } as never,
    host: { actor: 'L. Chen' } as never,
  })
})
afterEach(() => {
  cleanup()
  setApi(null)
  setLanguage('en')
})
const judgements = new Map<number, { verdict: string; reason: string; by: string }[]>()
const account = (id: number) => ({
  id,
  key: `acc-${id}`,
  registeredAt: null,
  community: 1,
  belonging: 1,
  score: 0.5,
  events: 0,
  reports: 0,
  label: null,
  verdict: null,
  tzOffset: null,
  attributes: {},
  labels: [],
  judgements: (judgements.get(id) ?? []).map((j, i) => ({ id: i, at: 0, ...j })),
  notes: [],
  tags: [],
  entities: [],
  provenance: [],
  scoresRunId: null,
  communitiesRunId: null,
  confidence: null,
})
const openTab = async (tab: string) => {
  render(<LabView />)
  await waitFor(() => expect(screen.getByTestId('lab-tab-score')).toHaveProperty('disabled', false))
  fireEvent.click(screen.getByTestId(`lab-tab-${tab}`))
}

describe('tabs', () => {
  it('are moved through by arrows and remembered with the workspace', async () => {
    render(<LabView />)
    const first = screen.getByTestId('lab-tab-score')
    await waitFor(() => expect(first).toHaveProperty('disabled', false))
    fireEvent.keyDown(first, { key: 'ArrowLeft' })
    expect(screen.getByTestId('lab-tab-runs').getAttribute('aria-selected')).toBe('true')
    expect(document.activeElement).toBe(screen.getByTestId('lab-tab-runs'))
    fireEvent.keyDown(document.activeElement!, { key: 'Home' })
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowRight' })
    expect(useLab.getState().tab).toBe('queue')
    await waitFor(() => expect(stored.get('lab.v1')).toMatchObject({ tab: 'queue' }))
    cleanup()
    useLab.setState({ path: null, tab: 'score' })
    render(<LabView />)
    await waitFor(() =>
      expect(screen.getByTestId('lab-tab-queue').getAttribute('aria-selected')).toBe('true'),
    )
  })
  it('forget what makes no sense any more', () => {
    const kept = readKept({ tab: 'gone', bench: { seeds: 'x', scorers: ['a', 3], graphRunIds: [1, 'b'] } })
    expect(kept.tab).toBe('score')
    expect(kept.bench).toMatchObject({ seeds: 5, scorers: ['a'], graphRunIds: [1] })
    expect(readKept({ validate: { prior: [] } }).validate.prior).toBeNull()
    expect(protocolOf(kept.bench, null)).toEqual({ kind: 'stratified', train: 0.4, test: 0.4, seeds: 5 })
    expect(protocolOf({ ...kept.bench, protocol: 'splits' }, null)).toBeNull()
  })
})

describe('training', () => {
  it('is refused with what is missing while labels are too few', async () => {
    answers['labels.state'] = () =>
      labels({ malicious: 3, benign: 9, state: 'too_few', missing: { malicious: 2, benign: 0 } })
    await openTab('score')
    expect((await screen.findByTestId('label-sentence')).textContent).toContain('2 more malicious accounts')
    expect(await screen.findByTestId('train-start')).toHaveProperty('disabled', true)
  })
  it('sends only what was changed, and offers to fit anew where there is something to keep', async () => {
    answers['scorers.train'] = () => ({ id: 5 })
    await openTab('score')
    fireEvent.click(await screen.findByTestId('train-settings'))
    fireEvent.change(screen.getByTestId('input-param-default-folds'), { target: { value: '3' } })
    fireEvent.click(screen.getByTestId('train-start'))
    await waitFor(() =>
      expect(said('scorers.train')).toEqual([
        { scorer: 'default', params: { folds: 3 }, seed: 1, refit: false },
      ]),
    )
    fireEvent.click(screen.getByTestId('train-refit'))
    await waitFor(() => expect(said('scorers.train')[1]).toMatchObject({ refit: true }))
  })
  it('says what went wrong', async () => {
    answers['scorers.train'] = () => {
      throw new ShoalError('busy', 'Another training is running.')
    }
    await openTab('score')
    fireEvent.click(await screen.findByTestId('train-start'))
    expect((await screen.findByRole('alert')).textContent).toContain('Another training is running.')
  })
})

describe('models', () => {
  const show = (models: ModelRow[]) =>
    render(
      <ModelList models={{ data: models, error: null, loading: false, stale: false, refetch: () => {} }} />,
    )
  it('show the used one first, marked, with held-out figures beside the base rate', () => {
    show([model({ id: 0, origin: 'shipped', scorer: null, used: false, auroc: null, auprc: null }), model()])
    const [first, second] = screen.getAllByTestId('model-row')
    expect(first!.dataset['used']).toBe('true')
    expect(first!.textContent).toContain('0.620 base rate 0.167')
    expect(first!.textContent).toContain('Held out by inner cross-validation')
    expect(second!.textContent).not.toContain('Held out')
    // Neither the shipped one nor the one in use can be removed.
    expect(screen.queryByTestId('model-remove')).toBeNull()
  })
  it('are removed only when asked twice', async () => {
    answers['models.remove'] = () => null
    show([model({ used: false })])
    fireEvent.click(screen.getByTestId('model-remove'))
    expect(said('models.remove')).toEqual([])
    expect(screen.getByTestId('model-remove').textContent).toBe('Really remove?')
    fireEvent.click(screen.getByTestId('model-remove'))
    await waitFor(() => expect(said('models.remove')).toEqual([{ id: 1 }]))
  })
})

describe('the label queue', () => {
  const items = () => screen.getAllByTestId('queue-item').map((item) => item.dataset['mark'] ?? '')
  const press = (key: string) => fireEvent.keyDown(screen.getByRole('listbox'), { key })
  const shown = (key: string) => screen.findByRole('region', { name: key })

  it('is worked through by keys: judged, skipped, taken back', async () => {
    await openTab('queue')
    await shown('acc-1')
    fireEvent.change(screen.getByTestId('queue-reason'), { target: { value: ' same script ' } })
    press('m')
    await shown('acc-2')
    expect(said('judgements.set')).toEqual([
      { target: { kind: 'account', ref: 1 }, verdict: 'malicious', reason: 'same script' },
    ])
    expect(screen.getByTestId('queue-reason')).toHaveProperty('value', '')
    press('s')
    await shown('acc-3')
    expect(items()).toEqual(['malicious', 'skipped', ''])
    expect(screen.getByTestId('queue-count').textContent).toContain('1 labelled')
    press('z')
    await shown('acc-2')
    press('z')
    await shown('acc-1')
    expect(items()).toEqual(['', '', ''])
    expect(said('judgements.set')[1]).toEqual({
      target: { kind: 'account', ref: 1 },
      verdict: null,
      reason: '',
    })
  })
  it('goes back to what this analyst had said before, not to what another did', async () => {
    judgements.set(1, [
      { verdict: 'malicious', reason: 'theirs', by: 'Wang' },
      { verdict: 'unsure', reason: 'mine', by: 'L. Chen' },
    ])
    await openTab('queue')
    await shown('acc-1')
    press('b')
    await shown('acc-2')
    press('z')
    await waitFor(() =>
      expect(said('judgements.set')[1]).toMatchObject({ verdict: 'unsure', reason: 'mine' }),
    )
    judgements.clear()
  })
  it('takes no verdict while the account is not shown, nor from what is typed as a reason', async () => {
    let answer: (value: unknown) => void = () => {}
    answers['accounts.get'] = () => new Promise((done) => (answer = done))
    await openTab('queue')
    await waitFor(() => expect(screen.getAllByTestId('queue-item')).toHaveLength(3))
    press('m')
    expect(said('judgements.set')).toEqual([])
    await act(async () => answer(account(1)))
    await shown('acc-1')
    fireEvent.keyDown(screen.getByTestId('queue-reason'), { key: 'm' })
    expect(said('judgements.set')).toEqual([])
  })
  it('keeps the account and the reason when the verdict could not be written', async () => {
    answers['judgements.set'] = () => {
      throw new ShoalError('disk_full', 'The disk is full.')
    }
    await openTab('queue')
    await shown('acc-1')
    fireEvent.change(screen.getByTestId('queue-reason'), { target: { value: 'kept' } })
    press('m')
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.')
    await shown('acc-1')
    expect(screen.getByTestId('queue-reason')).toHaveProperty('value', 'kept')
    expect(items()).toEqual(['', '', ''])
  })
})

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
    await openTab('validation')
    fireEvent.click((await screen.findAllByTestId('recheck'))[1]!)
    await waitFor(() => expect(screen.getAllByTestId('queue-item').length).toBeGreaterThan(1))
    const first = screen.getAllByTestId('queue-item')[0]!
    expect(first.textContent).toContain('acc-8')
    expect(first.getAttribute('aria-selected')).toBe('true')
    expect(first.textContent).toContain('label in doubt')
  })
})
