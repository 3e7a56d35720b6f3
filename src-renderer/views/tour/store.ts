import { create } from 'zustand'
import { api } from '../../client/api.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { sessionSaved } from '../../state/session.ts'
import { slice } from '../../state/slices.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useToasts } from '../../ui/toast.tsx'
import { STEPS } from './steps.ts'

export interface TourKept {
  /** 'left': it can be gone on with. */
  state: 'off' | 'on' | 'left'
  step: number
  /** The community that is the case, of which run. */
  community: number | null
  runId: number | null
  /** When it began, ms UTC. */
  startedAt: number
}
interface TourState extends TourKept {
  /** The present step was done before it was reached. */
  already: boolean
  /** Rises when the person asks for the card: it takes the focus. */
  asked: number
  /** The tour was asked for while the sample was still to be opened. */
  pending: boolean
  set(part: Partial<TourState>): void
  begin(): void
  leave(): void
  resume(): void
  /** Takes the focus to the card. */
  call(): void
}

const FRESH: TourKept = { state: 'off', step: 0, community: null, runId: null, startedAt: 0 }

export const useTour = create<TourState>()((set) => ({
  ...FRESH,
  already: false,
  asked: 0,
  pending: false,
  set: (part) => set(part),
  begin: () =>
    set((s) => ({
      ...FRESH,
      state: 'on',
      startedAt: Date.now(),
      already: false,
      pending: false,
      asked: s.asked + 1,
    })),
  leave: () => set((s) => ({ state: s.step === STEPS.length - 1 ? 'off' : 'left' })),
  resume: () => set((s) => ({ state: 'on', already: false, asked: s.asked + 1 })),
  call: () => set((s) => ({ asked: s.asked + 1 })),
}))

/** What was kept of a tour, as far as it makes sense. */
export function readTour(value: unknown): TourKept {
  const kept = (typeof value === 'object' && value !== null ? value : {}) as Partial<TourKept>
  const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
  if ((kept.state !== 'on' && kept.state !== 'left') || !whole(kept.step) || kept.step >= STEPS.length)
    return FRESH
  return {
    state: kept.state,
    step: kept.step,
    community: whole(kept.community) ? kept.community : null,
    runId: whole(kept.runId) ? kept.runId : null,
    startedAt: whole(kept.startedAt) ? kept.startedAt : 0,
  }
}

/** Where somebody is in the tour is remembered with the workspace, but is no step to undo and no part of a view. */
slice<TourState, TourKept>({
  name: 'tour',
  store: useTour,
  pick: ({ state, step, community, runId, startedAt }) => ({ state, step, community, runId, startedAt }),
  apply: (value) => useTour.setState({ ...readTour(value), already: false }),
  what: () => null,
  inViews: false,
})

/** Begins the tour: here where the data is simulated, else in the sample, which is made where there is none yet. */
export async function startTour(): Promise<void> {
  if (useWorkspace.getState().info?.simulated) return useTour.getState().begin()
  useTour.getState().set({ pending: true })
  try {
    await sessionSaved()
    await api.call('workspace.openSample', {})
  } catch (error) {
    useTour.getState().set({ pending: false })
    useToasts.getState().say(toErrorShape(error).message, 'failed')
  }
}
