import { create } from 'zustand'
import type { Slices } from '../../../src-main/common/contract/session.ts'
import type { Story } from '../../../src-main/common/contract/stories.ts'
import { useLayout, type PanelId } from '../../state/layout.ts'
import { captureState, flushSlices } from '../../state/slices.ts'
import { pointAt, showStep, stageOf } from '../story/stage.ts'

interface PresenterState {
  /** Null: nothing is presented. */
  story: Story | null
  /** Step on stage, 0-based. */
  index: number
  blank: boolean
  /** The screen as it was before, to go back to. */
  before: { slices: Slices; active: PanelId | null } | null
  start(story: Story, index?: number): void
  end(): void
  go(index: number): void
  setBlank(blank: boolean): void
  /** The story was changed meanwhile: another window, undo, a switched mask. */
  refresh(story: Story): void
}

export const usePresenter = create<PresenterState>()((set, get) => ({
  story: null,
  index: 0,
  blank: false,
  before: null,
  start(story, index = 0) {
    if (story.stepRows.length === 0) return
    flushSlices()
    const before = get().before ?? { slices: captureState(), active: useLayout.getState().active }
    set({ story, before, blank: false })
    get().go(index)
  },
  end() {
    const { before } = get()
    set({ story: null, blank: false, before: null })
    if (!before) return
    showStep(before.slices, false)
    if (before.active) useLayout.getState().show(before.active)
  },
  go(index) {
    const { story } = get()
    const step = story?.stepRows[index]
    if (!step) return
    set({ index, blank: false })
    showStep(step.state, false)
    useLayout.getState().show(stageOf(step.state))
    const [first] = step.highlights
    if (first) pointAt(first)
  },
  setBlank: (blank) => set({ blank }),
  refresh(story) {
    set((s) => ({ story, index: Math.max(0, Math.min(s.index, story.stepRows.length - 1)) }))
  },
}))
