import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach } from 'vitest'
import type {
  LabelState,
  ModelRow,
  QueueItem,
  ScorerInfo,
} from '../../../../src-main/common/contract/learning.ts'
import { ShoalError } from '../../../../src-main/common/errors.ts'
import { setApi, type Api } from '../../../client/api.ts'
import { useJobs } from '../../../state/jobs.ts'
import { restoreState } from '../../../state/slices.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { setLanguage, startI18n } from '../../../ui/i18n/index.ts'
import LabView from '../index.tsx'
import { useSitting } from '../queue/store.ts'

type Answer = (input: never) => unknown
/** What core answers, by method; a test changes what it is about. */
export const answers: Record<string, Answer> = {}
let calls: [string, unknown][] = []
const fake: Api = {
  call: (async (name: string, input: unknown) => {
    calls.push([name, input])
    const answer = answers[name]
    if (!answer) throw new ShoalError('unsupported_here', `Nobody answers ${name}.`)
    return answer(input as never)
  }) as Api['call'],
  on: () => () => {},
  status: 'open',
  onStatus: () => () => {},
}
/** What core was asked by that method. */
export const said = (name: string) => calls.filter(([called]) => called === name).map(([, input]) => input)

export const labels = (over: Partial<LabelState> = {}): LabelState => ({
  malicious: 80,
  benign: 400,
  unlabelled: 1000,
  by: [{ who: 'import:labels.csv', kind: 'import', malicious: 80, benign: 400, unsure: 0 }],
  disagreements: 0,
  state: 'enough',
  missing: { malicious: 0, benign: 0 },
  ...over,
})
export const scorer = (id: string, over: Partial<ScorerInfo> = {}): ScorerInfo => ({
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
export const model = (over: Partial<ModelRow> = {}): ModelRow => ({
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
export const asked = (accountId: number): QueueItem => ({
  accountId,
  key: `acc-${accountId}`,
  score: 0.5,
  community: 1,
  communitySize: 9,
  value: 1,
  why: [{ code: 'uncertain', share: 1 }],
})

export const judgements = new Map<number, { verdict: string; reason: string; by: string }[]>()
export const account = (id: number) => ({
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
export const openTab = (tab: string) => {
  render(<LabView />)
  fireEvent.click(screen.getByTestId(`lab-tab-${tab}`))
}

/** A lab on a workspace of 1,480 accounts with enough labels, anew for every test. */
export function withLab(): void {
  beforeAll(() => startI18n('en'))
  beforeEach(() => {
    calls = []
    for (const name of Object.keys(answers)) delete answers[name]
    Object.assign(answers, {
      'labels.state': () => labels(),
      'scorers.list': () => [scorer('default'), scorer('prior', { group: 'control', trainable: false })],
      'models.list': () => [model()],
      'runs.list': () => [],
      'designs.list': () => [],
      'bench.list': () => [],
      'lab.report': () => null,
      'labels.queue': ({ skip }: { skip: number[] }) =>
        [1, 2, 3].filter((id) => !skip.includes(id)).map(asked),
      'accounts.get': ({ id }: { id: number }) => account(id),
      'accounts.neighbours': () => ({ total: 0, rows: [], channels: [], malicious: 0 }),
      'accounts.events': () => ({ total: 0, rows: [] }),
      'judgements.set': () => null,
    } satisfies Record<string, Answer>)
    setApi(fake)
    useJobs.setState({ jobs: [], rates: {} })
    restoreState({})
    judgements.clear()
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
}
