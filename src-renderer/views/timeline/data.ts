import { useEffect, useMemo, useRef, useState } from 'react'
import type { Selection, Span } from '../../../src-main/common/contract/selection.ts'
import type { LaneKind, Timeline } from '../../../src-main/common/contract/timeline.ts'
import { useQuery, type Query } from '../../client/use-query.ts'
import { readEvents, type Events } from './events.ts'
import { covers, padded } from './scale.ts'
import { useTimeline } from './store.ts'

/** One question per gesture, not one per wheel step, but a long gesture does not go without. */
const SETTLE_MS = 90
const AT_MOST_MS = 260
/** The engine thins above that. */
export const MOST_EVENTS = 20_000
const MOST_BINS = 2000
const WATCHED = { on: ['facts' as const, 'runs' as const, 'judgements' as const] }

/** What of the axis is asked for in detail. */
export interface Asked {
  span: Span
  bins: number
}

/** How finely and how far around a view is asked for, so that a pan finds data: bins of about 2.5 pixels. */
export function askFor(view: Span, bounds: Span, width: number): Asked {
  const span = padded(view, bounds, 0.75)
  const share = (span.to - span.from) / (view.to - view.from)
  return { span, bins: Math.max(10, Math.min(MOST_BINS, Math.ceil((width / 2.5) * share))) }
}

/** Whether what is there still serves a view: it holds it, at about its scale. */
export function stillServes(asked: Asked, view: Span, width: number): boolean {
  const perBin = (asked.span.to - asked.span.from) / asked.bins
  const px = (perBin / (view.to - view.from)) * width
  return covers(asked.span, view) && px > 1.2 && px < 4
}

/**
 * What is asked for in detail, following the view when it rests; null while all is shown.
 * @param key the axis: of time, or of the time since an anchor.
 */
export function useAsked(bounds: Span | null, width: number, key: 'view' | 'since'): Asked | null {
  const [asked, setAsked] = useState<Asked | null>(null)
  const current = useRef<Asked | null>(null)
  const from = bounds?.from
  const to = bounds?.to
  useEffect(() => {
    if (from === undefined || to === undefined || width < 10) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let since = 0
    const follow = () => {
      timer = undefined
      since = 0
      const view = useTimeline.getState()[key]
      const next = view && askFor(view, { from, to }, width)
      if (next && current.current && view && stillServes(current.current, view, width)) return
      current.current = next
      setAsked(next)
    }
    follow()
    const off = useTimeline.subscribe((state, old) => {
      if (state[key] === old[key]) return
      const now = performance.now()
      if (timer !== undefined && now - since > AT_MOST_MS) return
      if (timer === undefined) since = now
      clearTimeout(timer)
      timer = setTimeout(follow, SETTLE_MS)
    })
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [from, to, width, key])
  return asked
}

export interface TimelineData {
  /** The whole time; what the overview shows and where finer data is missing. */
  whole: Timeline | undefined
  /** The asked part; undefined while all is shown. */
  fine: Timeline | undefined
  /** Pinned lanes, counted whatever is selected. */
  pins: Timeline | undefined
  finePins: Timeline | undefined
  error: Query<unknown>['error']
  loading: boolean
  refetch(): void
}

/** The histograms: of everything and of what is looked at, and of pinned lanes beside the selection. */
export function useTimelineData(input: {
  ready: boolean
  selection: Selection
  lanes: LaneKind
  laneCount: number
  pinned: readonly string[]
  tzOffset: number
  width: number
  asked: Asked | null
}): TimelineData {
  const { ready, selection, lanes, tzOffset, asked, pinned } = input
  const bins = Math.max(10, Math.min(1000, Math.round(input.width / 2)))
  const base = { selection, lanes, tzOffset }
  const whole = useQuery('timeline.get', ready ? { ...base, bins, maxLanes: input.laneCount } : null, WATCHED)
  const ids = useMemo(
    () => whole.data?.lanes.map((lane) => lane.id).filter((id) => id !== 'others') ?? [],
    [whole.data],
  )
  const zoomed = asked && { span: asked.span, bins: asked.bins }
  const wanted =
    ready && zoomed && whole.data ? { ...base, ...zoomed, laneIds: ids, maxLanes: ids.length } : null
  // The lanes of the selection before would be counted in vain, over every event: these wait for their own.
  const fineInput = useRef(wanted)
  if (!whole.stale || wanted === null) fineInput.current = wanted
  const fine = useQuery('timeline.get', fineInput.current, WATCHED)
  const pinBase = { selection: {}, lanes, tzOffset, laneIds: [...pinned], maxLanes: pinned.length }
  const pins = useQuery('timeline.get', ready && pinned.length > 0 ? { ...pinBase, bins } : null, WATCHED)
  const finePins = useQuery(
    'timeline.get',
    ready && pinned.length > 0 && zoomed ? { ...pinBase, ...zoomed } : null,
    WATCHED,
  )
  return {
    whole: whole.data,
    fine: asked ? fine.data : undefined,
    pins: pinned.length > 0 ? pins.data : undefined,
    finePins: pinned.length > 0 && asked ? finePins.data : undefined,
    error: whole.error ?? fine.error,
    loading: whole.loading || fine.loading,
    refetch: () => {
      whole.refetch()
      fine.refetch()
    },
  }
}

/** Single events of a span; undefined while they are not asked for or not there yet. */
export function useEvents(selection: Selection, span: Span | null): Events | undefined {
  const answer = useQuery('explore.events', span ? { selection, span, limit: MOST_EVENTS } : null, WATCHED)
  const asked = useRef(span)
  asked.current = span
  return useMemo(
    () => (answer.data && asked.current ? readEvents(answer.data, asked.current) : undefined),
    [answer.data],
  )
}

/** Events of a histogram between two moments. */
export function eventsWithin(timeline: Timeline, span: Span): number {
  const first = Math.max(0, Math.floor((span.from - timeline.from) / timeline.binMs))
  const last = Math.min(timeline.logins.length, Math.ceil((span.to - timeline.from) / timeline.binMs))
  let n = 0
  for (let i = first; i < last; i++)
    n += timeline.logins[i] + timeline.failed[i] + timeline.other[i] + timeline.registrations[i]
  return n
}
