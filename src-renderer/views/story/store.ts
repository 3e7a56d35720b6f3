import { create } from 'zustand'
import { slice } from '../../state/slices.ts'

interface StoryState {
  /** The story that the panel shows; null: the newest. */
  storyId: number | null
  /** The step being written; null: the first. */
  stepId: number | null
  choose(storyId: number | null): void
  chooseStep(stepId: number | null): void
}

export const useStory = create<StoryState>()((set) => ({
  storyId: null,
  stepId: null,
  choose: (storyId) => set({ storyId, stepId: null }),
  chooseStep: (stepId) => set({ stepId }),
}))

// Remembered with the session, but no part of what a story's step shows.
slice({
  name: 'story',
  store: useStory,
  pick: ({ storyId, stepId }) => ({ storyId, stepId }),
  apply(value) {
    const kept = (value ?? {}) as { storyId?: unknown; stepId?: unknown }
    const number = (one: unknown) => (typeof one === 'number' ? one : null)
    useStory.setState({ storyId: number(kept.storyId), stepId: number(kept.stepId) })
  },
  what: () => null,
  inViews: false,
})
