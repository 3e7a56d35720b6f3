import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Selection, Span } from '../../../src-main/common/contract/selection.ts'
import type { LaneKind } from '../../../src-main/common/contract/timeline.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useT } from '../../ui/i18n/index.ts'
import { alignEvents, anchorsOf, withoutAnchors } from './align.ts'
import { bandsFor } from './bands.ts'
import { SERIES } from './bins.ts'
import { eventsWithin, MOST_EVENTS, useAsked, useEvents, useTimelineData } from './data.ts'
import { lanesOfEvents, lowerBound, type Events } from './events.ts'
import { likenessOf, mostAlikeOrder, stretchesOf } from './lockstep.ts'
import { usePalette } from './palette.ts'
import {
  alignedLayers,
  anomalyJoiner,
  colouring,
  drawnLanes,
  histOf,
  legendOf,
  orderLanes,
  type NamedLane,
  type PlotModel,
} from './plot-model.ts'
import { useTimeline } from './store.ts'
import { DAY, HOUR } from './scale.ts'
import type { Zone } from './zone.ts'

const PREFIX: Record<LaneKind, string> = {
  none: '-',
  communities: 'community:',
  accounts: 'account:',
  entities: 'entity:',
  contexts: 'context:',
  countries: 'country:',
  outcomes: 'outcome:',
}
/** Lanes whose events can be told one by one. */
const MARKED: readonly LaneKind[] = ['communities', 'accounts', 'contexts', 'outcomes']
/** Marks are drawn while there is room for about two beside each. */
const SLOT_PX = 7
const FULL = 0.6
/** How much wider than the view what is asked for is. */
const PADDED = 2.5
const WATCHED = { on: ['facts' as const, 'runs' as const, 'judgements' as const] }
const NOBODY: Events | undefined = undefined

export interface ModelInput {
  ready: boolean
  selection: Selection
  bounds: Span | null
  zone: Zone
  tzOffset: number
  locale: string
  width: number
  /** Of the plot without the overview. */
  height: number
}

/** Asks for what the timeline shows and puts it together: histograms, lanes in their order, marks, alignment. */
export function useModel(input: ModelInput) {
  const { bounds, width, height, selection, ready, zone, locale } = input
  const t = useT()
  const palette = usePalette()
  const { lanes, laneCount, pinned, sequence, order, align, colour, hidden } = useTimeline(
    useShallow((s) => ({
      lanes: s.lanes,
      laneCount: s.laneCount,
      pinned: s.pinned,
      sequence: s.sequence,
      order: s.order,
      align: s.align,
      colour: s.colour,
      hidden: s.hidden,
    })),
  )
  const highlighted = useHighlighted()
  const isAligned = lanes === 'accounts' && align !== 'time'
  const pins = useMemo(() => pinned.filter((id) => id.startsWith(PREFIX[lanes])), [pinned, lanes])
  const asked = useAsked(bounds, width, 'view')
  const data = useTimelineData({
    ready: ready && bounds !== null && width > 0,
    selection,
    lanes,
    laneCount,
    pinned: pins,
    tzOffset: input.tzOffset,
    width,
    asked,
  })
  const { whole, fine } = data

  const named = useMemo<NamedLane[]>(() => {
    const of = pins.length > 0 ? (data.pins?.lanes.filter((lane) => pins.includes(lane.id)) ?? []) : []
    // What is left over is shown where it is something, and can't be aligned.
    const blank = (lane: { id: string; counts: Uint32Array }) =>
      lane.id === 'others' && (isAligned || lane.counts.every((n) => n === 0))
    return [...of, ...(whole?.lanes ?? []).filter((lane) => !pins.includes(lane.id) && !blank(lane))]
  }, [whole, data.pins, pins, isAligned])
  const accounts = useMemo(
    () =>
      lanes === 'accounts'
        ? named.flatMap((lane) => (lane.id === 'others' ? [] : [Number(lane.id.slice('account:'.length))]))
        : [],
    [named, lanes],
  )
  // All events of accounts with a lane: for alignment, likeness and lockstep, and for marks where all were told.
  const ofAccounts = useEvents(
    useMemo(() => ({ accounts }), [accounts]),
    accounts.length > 0 ? bounds : null,
  )
  const accountEvents = accounts.length > 0 ? ofAccounts : NOBODY
  const registered = useRegistered(isAligned && align === 'registration' ? accounts : [])
  const aligned = useMemo(() => {
    if (!isAligned || !accountEvents) return null
    const anchors = anchorsOf(accountEvents, align, registered)
    const events = alignEvents(accountEvents, anchors)
    // Thinned events stay thinned: likeness and lockstep must not be measured on a part.
    const total = accountEvents.total > accountEvents.ts.length ? Infinity : events.total
    const compared = { ...withoutAnchors(events), ...(total === Infinity && { total }) }
    return { events, compared, left: accounts.length - anchors.size }
  }, [isAligned, accountEvents, align, registered, accounts.length])

  const ordered = useMemo(() => {
    const given = orderLanes(named, pins, sequence)
    const events = aligned?.compared ?? accountEvents
    return order === 'alike' && lanes === 'accounts' && events ? byLikeness(given, pins, events) : given
  }, [named, pins, sequence, order, lanes, aligned, accountEvents])
  const ids = useMemo(() => ordered.map((lane) => lane.id), [ordered])

  const sinceAsked = useAsked(aligned?.events.span ?? null, width, 'since')
  const span = asked?.span ?? bounds
  const source = fine ?? whole
  const inSpan = span && source ? eventsWithin(source, span) : Infinity
  const slots = (Math.max(1, ids.length) * Math.max(1, width)) / SLOT_PX
  const room = slots * FULL
  const exact = accountEvents && accountEvents.total <= MOST_EVENTS ? accountEvents : null
  const wantMarks =
    !isAligned &&
    MARKED.includes(lanes) &&
    ids.length > 0 &&
    inSpan <= MOST_EVENTS &&
    hasRoom(room, inSpan, asked?.span ?? null)
  const asks = wantMarks && lanes !== 'accounts'
  const spanEvents = useEvents(selection, asks ? span : null)

  const events = useMemo<Events | null>(() => {
    if (aligned) return marksFit(aligned.events, sinceAsked?.span ?? null, room) ? aligned.events : null
    if (lanes === 'accounts') return exact && marksFit(exact, asked?.span ?? null, room) ? exact : null
    return asks && spanEvents ? spanEvents : null
  }, [aligned, sinceAsked, exact, asked, lanes, asks, spanEvents, room])

  const shown = useMemo(() => SERIES.map((s) => !hidden.includes(`series:${s}`)), [hidden])
  const bands = useMemo(() => bandsFor(height, ids.length, !isAligned), [height, ids.length, isAligned])
  const model = useMemo<PlotModel | null>(() => {
    if (!whole || width <= 0) return null
    const axis = isAligned ? 'since' : 'time'
    const marked = { pinned: pins, highlighted }
    // What is pinned is counted beside the selection; its events were not asked for.
    const beside = events === spanEvents && Object.keys(selection).length > 0 ? pins : []
    const laneOf = events && lanesOfEvents(events, ids, beside)
    const layers = aligned
      ? alignedModel(aligned.events, sinceAsked, ids, ordered, highlighted, pins, width)
      : {
          hist: histOf(whole, fine),
          lanes: drawnLanes(
            ordered,
            { whole, fine },
            { whole: data.pins, fine: data.finePins },
            whole.anomalies,
            marked,
          ),
        }
    return {
      width,
      bands,
      axis,
      zone,
      locale,
      palette,
      shown,
      ...layers,
      events:
        events && laneOf ? { events, lane: laneOf, ...colouring(events, colour, hidden, palette) } : null,
      anomaliesAt: anomalyJoiner(axis === 'time' ? whole.anomalies : []),
      reports: null,
      sinceLabel: (count, unit) => sinceWords(count, unit, locale, t('timeline.sinceZero')),
    }
  }, [
    whole,
    fine,
    data.pins,
    data.finePins,
    width,
    bands,
    ids,
    ordered,
    hidden,
    shown,
    pins,
    highlighted,
    events,
    spanEvents,
    selection,
    aligned,
    isAligned,
    sinceAsked,
    zone,
    locale,
    palette,
    colour,
    t,
  ])
  const legend = useMemo(
    () => (events && colour !== 'series' ? legendOf(events, colour, palette) : []),
    [events, colour, palette],
  )
  return {
    data,
    asked,
    model,
    ordered,
    pins,
    highlighted,
    legend,
    events,
    accounts,
    accountEvents,
    aligned,
    isAligned,
  }
}

/** Whether so many events of what was asked for (all of it for null) leave their marks apart. */
const hasRoom = (room: number, n: number, asked: Span | null) => n / (asked ? PADDED : 1) <= room

function marksFit(events: Events, asked: Span | null, room: number): boolean {
  const n = asked ? lowerBound(events.ts, asked.to) - lowerBound(events.ts, asked.from) : events.ts.length
  return hasRoom(room, n, asked)
}

function alignedModel(
  events: Events,
  asked: { span: Span; bins: number } | null,
  ids: readonly string[],
  ordered: readonly NamedLane[],
  highlighted: ReadonlySet<string>,
  pins: readonly string[],
  width: number,
) {
  const lane = lanesOfEvents(events, ids)
  const bins = Math.max(10, Math.round(width / 2.5))
  const coarse = alignedLayers(events, lane, ordered, highlighted, pins, bins)
  if (!asked) return coarse
  const fine = alignedLayers({ ...events, span: asked.span }, lane, ordered, highlighted, pins, asked.bins)
  return {
    hist: [...coarse.hist, ...fine.hist],
    lanes: coarse.lanes.map((drawn, k) => ({
      ...drawn,
      layers: [...drawn.layers, ...fine.lanes[k].layers],
    })),
  }
}

/** When accounts registered, for alignment. */
function useRegistered(accounts: readonly number[]): ReadonlyMap<number, number> {
  const query = useQuery(
    'accounts.list',
    accounts.length > 0 ? { selection: { accounts: [...accounts] }, limit: accounts.length } : null,
    WATCHED,
  )
  return useMemo(
    () =>
      new Map(
        query.data?.rows.flatMap((row) => (row.registeredAt === null ? [] : [[row.id, row.registeredAt]])),
      ),
    [query.data],
  )
}

/** Lanes of what is in focus, open or under the pointer elsewhere. */
function useHighlighted(): ReadonlySet<string> {
  const focus = useFocus((s) => s.focus)
  const open = useFocus((s) => s.openCommunity)
  const account = useFocus((s) => s.hoverAccount)
  const community = useFocus((s) => s.hoverCommunity)
  return useMemo(() => {
    const ids = new Set<string>()
    if (focus && focus.kind !== 'edge' && focus.kind !== 'report') ids.add(`${focus.kind}:${focus.id}`)
    if (focus?.kind === 'edge') for (const id of [focus.a, focus.b]) ids.add(`account:${id}`)
    if (open !== null) ids.add(`community:${open}`)
    if (account !== null) ids.add(`account:${account}`)
    if (community !== null) ids.add(`community:${community}`)
    return ids
  }, [focus, open, account, community])
}

/** Account lanes so that those who act alike stand together; pinned ones stay on top, 'others' last. */
function byLikeness(lanes: readonly NamedLane[], pins: readonly string[], events: Events): NamedLane[] {
  const lists = stretchesOf(events.account, events.ts)
  const free = lanes.filter((lane) => !pins.includes(lane.id) && lane.id !== 'others')
  const of = (lane: NamedLane) => lists.get(Number(lane.id.slice('account:'.length)))
  const active = free.filter((lane) => of(lane) !== undefined)
  const order = mostAlikeOrder(likenessOf(active.map((lane) => of(lane)!)), active.length)
  return [
    ...lanes.filter((lane) => pins.includes(lane.id)),
    ...order.map((k) => active[k]),
    ...free.filter((lane) => of(lane) === undefined),
    ...lanes.filter((lane) => lane.id === 'others' && !pins.includes(lane.id)),
  ]
}

/** '+3 hr', '−2 days' on an axis that counts from an anchor. */
function sinceWords(
  count: number,
  unit: 'second' | 'minute' | 'hour' | 'day',
  locale: string,
  zero: string,
): string {
  if (count === 0) return zero
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: locale.startsWith('zh') ? 'long' : 'short',
    signDisplay: 'always',
  }).format(count)
}

/** A view for a window: the window with room around it, at least an hour. */
export function viewAround(span: Span): Span {
  const half = Math.max(HOUR / 2, Math.min(30 * DAY, span.to - span.from) * 2)
  const middle = (span.from + span.to) / 2
  return { from: middle - half, to: middle + half }
}
