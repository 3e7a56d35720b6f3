import { slice } from '../../state/slices.ts'
import { pick, read, useTimeline, type TimelineState } from './store.ts'

/** The timeline in the session: restored, kept in named views and stories, undone. */
slice({
  name: 'timeline',
  store: useTimeline,
  pick,
  apply: (value) => useTimeline.setState(read(value)),
  what(before, after) {
    // The first look is the app's, not a step of the analyst's.
    if (!before.looked && after.looked) return null
    const changed = (keys: (keyof TimelineState)[]) =>
      keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    if (changed(['lanes', 'laneCount', 'align', 'order', 'pinned', 'sequence'])) return 'lanes'
    if (changed(['zone', 'colour', 'hidden', 'locked'])) return 'timeline'
    return changed(['view', 'since']) ? 'zoom' : null
  },
  settleMs: 600,
})
