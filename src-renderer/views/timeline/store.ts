import { useMemo } from 'react'
import { create } from 'zustand'
import { laneKindSchema, type LaneKind } from '../../../src-main/common/contract/timeline.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { usePrefs } from '../../state/prefs.ts'
import type { Align } from './align.ts'
import { clampView } from './scale.ts'
import { ZONE_IDS, type ZoneId } from './zone.ts'

export const COLOURS = ['series', 'outcome', 'context'] as const
/** What marks are coloured by. */
export type Colour = (typeof COLOURS)[number]
export const LANE_COUNTS = [8, 12, 20, 40, 100, 200] as const

/** What a session, a named view and a story's step keep of the timeline. */
export interface TimelineState {
  /** Null: whichever the person has chosen for all workspaces (state/prefs.ts). */
  zone: ZoneId | null
  lanes: LaneKind
  laneCount: number
  /** The shown time; null: all of it. */
  view: Span | null
  /** The shown time since the anchor, where lanes are aligned; null: all of it. */
  since: Span | null
  colour: Colour
  align: Align
  order: 'given' | 'alike'
  /** Lanes that stay on top, counted whatever is selected; ids of any kind. */
  pinned: string[]
  /** Lanes in the order that somebody put them in; the others follow. */
  sequence: string[]
  /** Series, outcomes and contexts that the legend has switched off: 'series:failed', 'context:web'. */
  hidden: string[]
  /** Keeps the selected time's length while it is moved and stepped. */
  locked: boolean
  /** Whether the first look at the workspace, which goes where its events are, has been taken. */
  looked: boolean
}

interface TimelineStore extends TimelineState {
  asTable: boolean
  set(parts: Partial<TimelineState & { asTable: boolean }>): void
  toggleHidden(key: string): void
  togglePin(id: string): void
}

export const FRESH: TimelineState = {
  zone: null,
  lanes: 'communities',
  laneCount: 12,
  view: null,
  since: null,
  colour: 'series',
  align: 'time',
  order: 'given',
  pinned: [],
  sequence: [],
  hidden: [],
  locked: false,
  looked: false,
}

const flipped = (list: readonly string[], id: string) =>
  list.includes(id) ? list.filter((other) => other !== id) : [...list, id]

export const useTimeline = create<TimelineStore>()((set) => ({
  ...FRESH,
  asTable: false,
  set: (parts) => set(parts),
  toggleHidden: (key) => set((s) => ({ hidden: flipped(s.hidden, key) })),
  togglePin: (id) => set((s) => ({ pinned: flipped(s.pinned, id) })),
}))

export function pick(state: TimelineState): TimelineState {
  return Object.fromEntries(
    (Object.keys(FRESH) as (keyof TimelineState)[]).map((key) => [key, state[key]]),
  ) as unknown as TimelineState
}

/** What was kept, as far as it still makes sense; as in a new workspace for null. */
export function read(value: unknown): TimelineState {
  if (typeof value !== 'object' || value === null) return FRESH
  const v = value as Record<string, unknown>
  const one = <T>(options: readonly T[], found: unknown, otherwise: T): T =>
    options.includes(found as T) ? (found as T) : otherwise
  const words = (found: unknown): string[] =>
    Array.isArray(found) ? found.filter((w): w is string => typeof w === 'string').slice(0, 200) : []
  const align = v['align']
  return {
    zone: one([null, ...ZONE_IDS], v['zone'], null),
    lanes: one(laneKindSchema.options, v['lanes'], FRESH.lanes),
    laneCount: one(LANE_COUNTS, v['laneCount'], 12),
    view: span(v['view']),
    since: span(v['since']),
    colour: one(COLOURS, v['colour'], FRESH.colour),
    align:
      align === 'first' ||
      align === 'registration' ||
      (typeof align === 'string' && align.startsWith('kind:'))
        ? (align as Align)
        : 'time',
    order: one(['given', 'alike'] as const, v['order'], 'given'),
    pinned: words(v['pinned']),
    sequence: words(v['sequence']),
    hidden: words(v['hidden']),
    locked: v['locked'] === true,
    looked: v['looked'] === true,
  }
}

function span(value: unknown): Span | null {
  const s = value as Span | null | undefined
  return s && Number.isFinite(s.from) && Number.isFinite(s.to) && s.to > s.from
    ? { from: s.from, to: s.to }
    : null
}

/** Whose clock is shown. */
export function useZoneId(): ZoneId {
  const own = useTimeline((s) => s.zone)
  const chosen = usePrefs((s) => s.zone)
  return own ?? chosen
}

/** The shown part of the axis; follows a zoom by itself, so that only what draws it renders again. */
export function useShownView(bounds: Span, since: boolean): Span {
  const view = useTimeline((s) => (since ? s.since : s.view))
  return useMemo(() => (view ? clampView(view, bounds) : bounds), [view, bounds])
}

/** The same, at the moment it is asked. */
export function shownView(bounds: Span, since: boolean): Span {
  const state = useTimeline.getState()
  const view = since ? state.since : state.view
  return view ? clampView(view, bounds) : bounds
}
