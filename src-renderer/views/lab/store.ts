import { create } from 'zustand'
import type { ProtocolInput } from '../../../src-main/common/contract/lab.ts'
import { usePrefs } from '../../state/prefs.ts'
import { slice } from '../../state/slices.ts'
import type { ParamValues } from '../../ui/form/params.ts'

export const TABS = ['score', 'queue', 'bench', 'validation', 'runs'] as const
export type LabTab = (typeof TABS)[number]
export const STRATEGIES = ['mixed', 'uncertain', 'diverse', 'communities', 'high'] as const
export type Strategy = (typeof STRATEGIES)[number]
/** What the labelling list holds: the queue, or accounts on which two disagree. */
export const LISTS = ['queue', 'disputed'] as const
export type QueueList = (typeof LISTS)[number]
export const PROTOCOLS = ['stratified', 'random', 'time', 'community', 'splits'] as const
export type ProtocolKind = (typeof PROTOCOLS)[number]

export interface BenchForm {
  protocol: ProtocolKind
  /** Shares in per cent, as they are typed. */
  train: number
  test: number
  seeds: number
  timeTrain: number
  windows: number
  folds: number
  /** null: all that fit the workspace. */
  scorers: string[] | null
  /** Reviews a day; null: as many as the person has set for all workspaces (state/prefs.ts). */
  capacity: number | null
  /** Graph runs; empty: the shown one. */
  graphRunIds: number[]
  controls: boolean
  curve: boolean
  seed: number
}
export interface TrainForm {
  scorer: string
  params: Record<string, ParamValues>
  seed: number
}
export interface ValidateForm {
  scorer: string
  /** As the bench's. */
  capacity: number | null
  /** Per cent of all accounts; null: estimated. */
  prior: number | null
  seed: number
}

/** What is on the screen. */
interface Shown {
  tab: LabTab
  strategy: Strategy
  list: QueueList
  /** The bench on the screen; null: the newest. */
  benchRunId: number | null
  /** The validation on the screen; null: the newest of the shown graph. */
  reportRunId: number | null
}
/** What is filled in, to be run. */
interface Drafted {
  train: TrainForm
  bench: BenchForm
  validate: ValidateForm
}

/** An account that is to be looked at again, put before the queue. */
export interface Recheck {
  accountId: number
  key: string
  score: number
}

interface LabState extends Shown, Drafted {
  rechecks: Recheck[]
  put(part: Partial<Omit<LabState, 'put'>>): void
}

const FRESH: Shown & Drafted = {
  tab: 'score',
  strategy: 'mixed',
  list: 'queue',
  benchRunId: null,
  reportRunId: null,
  train: { scorer: 'default', params: {}, seed: 1 },
  bench: {
    protocol: 'stratified',
    train: 40,
    test: 40,
    seeds: 5,
    timeTrain: 60,
    windows: 1,
    folds: 5,
    scorers: null,
    capacity: null,
    graphRunIds: [],
    controls: true,
    curve: false,
    seed: 1,
  },
  validate: { scorer: 'default', capacity: null, prior: null, seed: 1 },
}

export const useLab = create<LabState>()((set) => ({
  ...FRESH,
  rechecks: [],
  put: (part) => set(part),
}))

/** Values of a saved object as far as they are of the fresh one's kinds; lists only of `items`. */
function likeFresh<T extends object>(fresh: T, saved: unknown): T {
  const from = (typeof saved === 'object' && saved !== null ? saved : {}) as Record<string, unknown>
  const entries = Object.entries(fresh).map(([key, value]) => {
    const was = from[key]
    const fits =
      value === null
        ? was === null || typeof was === 'number' || Array.isArray(was)
        : typeof was === typeof value && was !== null && Array.isArray(was) === Array.isArray(value)
    return [key, fits ? was : value]
  })
  return Object.fromEntries(entries) as T
}

const objectOf = <T>(value: unknown) =>
  (typeof value === 'object' && value !== null ? value : {}) as Partial<T>
const one = <V extends string>(all: readonly V[], value: unknown, fresh: V) =>
  all.find((v) => v === value) ?? fresh

/** What was on the screen, as far as it still makes sense; anything else is as new. */
export function readShown(value: unknown): Shown {
  const kept = objectOf<Shown>(value)
  const run = (id: unknown) => (typeof id === 'number' ? id : null)
  return {
    tab: one(TABS, kept.tab, FRESH.tab),
    strategy: one(STRATEGIES, kept.strategy, FRESH.strategy),
    list: one(LISTS, kept.list, FRESH.list),
    benchRunId: run(kept.benchRunId),
    reportRunId: run(kept.reportRunId),
  }
}

/** What was filled in, as far as it still makes sense. */
export function readDrafted(value: unknown): Drafted {
  const kept = objectOf<Drafted>(value)
  const bench = withCapacity(likeFresh(FRESH.bench, kept.bench))
  return {
    train: likeFresh(FRESH.train, kept.train),
    bench: {
      ...bench,
      protocol: one(PROTOCOLS, bench.protocol, FRESH.bench.protocol),
      scorers: Array.isArray(bench.scorers) ? bench.scorers.filter((id) => typeof id === 'string') : null,
      graphRunIds: bench.graphRunIds.filter((id) => Number.isInteger(id)),
    },
    validate: withPrior(withCapacity(likeFresh(FRESH.validate, kept.validate))),
  }
}

const withCapacity = <F extends { capacity: number | null }>(form: F): F =>
  typeof form.capacity === 'number' && form.capacity >= 1 ? form : { ...form, capacity: null }

/** How many reviews a day a form stands for. */
export function useCapacity(own: number | null): number {
  const chosen = usePrefs((s) => s.dailyReviews)
  return own ?? chosen
}

/** A share that was remembered must still be one. */
function withPrior(form: ValidateForm): ValidateForm {
  return typeof form.prior === 'number' && form.prior > 0 && form.prior < 100
    ? form
    : { ...form, prior: null }
}

slice<LabState, Shown>({
  name: 'lab',
  store: useLab,
  pick: ({ tab, strategy, list, benchRunId, reportRunId }) => ({
    tab,
    strategy,
    list,
    benchRunId,
    reportRunId,
  }),
  // Null is another workspace (or a new start): whoever was to be looked at again is not in it.
  apply: (value) => useLab.setState({ ...readShown(value), ...(value === null && { rechecks: [] }) }),
  what: () => 'lab',
})
slice<LabState, Drafted>({
  name: 'lab-draft',
  store: useLab,
  pick: ({ train, bench, validate }) => ({ train, bench, validate }),
  apply: (value) => useLab.setState(readDrafted(value)),
  what: () => 'draft',
  settleMs: 600,
  byPart: true,
  inViews: false,
})

/** The form's protocol as it is sent. `splits` stands for the file's, which are not remembered. */
export function protocolOf(
  form: BenchForm,
  splits: Extract<ProtocolInput, { kind: 'splits' }> | null,
): ProtocolInput | null {
  switch (form.protocol) {
    case 'stratified':
    case 'random':
      return { kind: form.protocol, train: form.train / 100, test: form.test / 100, seeds: form.seeds }
    case 'time':
      return { kind: 'time', train: form.timeTrain / 100, windows: form.windows }
    case 'community':
      return { kind: 'community', folds: form.folds }
    case 'splits':
      return splits
  }
}
