import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import { isFailure } from '../../../src-main/common/outcomes.ts'
import type { Bands } from './bands.ts'
import { anomaliesOfLane, anomalyMarks, SERIES, type AnomalyMark } from './bins.ts'
import { binEvents, NONE, type Events } from './events.ts'
import type { Palette } from './palette.ts'
import type { DetailScene, DrawnLane, HistLayer } from './scene.ts'
import type { Colour } from './store.ts'

/** What the plot shows whatever the view: all of a scene but what follows the pointer. */
export interface PlotModel extends Omit<DetailScene, 'view' | 'scroll' | 'followed' | 'marks' | 'anomalies'> {
  bands: Bands
  events: {
    events: Events
    lane: Int16Array
    colours: string[]
    /** Colour code of an event; 255 where the legend has switched it off. */
    code(row: number): number
  } | null
  /** Marks of unusual windows, those closer than `gapMs` joined. */
  anomaliesAt(gapMs: number): readonly AnomalyMark[]
}

/** A histogram as layers, coarse first. */
export function histOf(...timelines: (Timeline | undefined)[]): HistLayer[] {
  return timelines.flatMap((timeline) =>
    timeline ? [{ from: timeline.from, binMs: timeline.binMs, series: SERIES.map((s) => timeline[s]) }] : [],
  )
}

export interface NamedLane {
  id: string
  label: string
}

/**
 * Lanes in the order in which they are shown: pinned ones first, then as somebody moved them, then as they were given;
 * what is left ('others') last.
 */
export function orderLanes<L extends NamedLane>(
  given: readonly L[],
  pinned: readonly string[],
  sequence: readonly string[],
): L[] {
  const placeIn = (list: readonly string[], id: string) => {
    const at = list.indexOf(id)
    return at < 0 ? list.length : at
  }
  return given
    .map((lane, i) => ({ lane, i }))
    .sort((a, b) => {
      const last = Number(a.lane.id === 'others') - Number(b.lane.id === 'others')
      const pins = Number(pinned.includes(b.lane.id)) - Number(pinned.includes(a.lane.id))
      return last || pins || placeIn(sequence, a.lane.id) - placeIn(sequence, b.lane.id) || a.i - b.i
    })
    .map(({ lane }) => lane)
}

/** The order after a lane was moved by `by` places; pinned lanes stay among the pinned, 'others' stays last. */
export function movedSequence(
  shown: readonly NamedLane[],
  pinned: readonly string[],
  id: string,
  by: number,
): string[] {
  const ids = shown.map((lane) => lane.id).filter((other) => other !== 'others')
  const from = ids.indexOf(id)
  if (from < 0) return ids
  const isPinned = pinned.includes(id)
  const top = ids.filter((other) => pinned.includes(other)).length
  const low = isPinned ? 0 : top
  const high = isPinned ? top - 1 : ids.length - 1
  const to = Math.max(low, Math.min(high, from + by))
  ids.splice(from, 1)
  ids.splice(to, 0, id)
  return ids
}

/** The lanes with their bins, coarse and fine, in the order of `lanes`. */
export function drawnLanes(
  lanes: readonly NamedLane[],
  sources: { whole: Timeline | undefined; fine: Timeline | undefined },
  pins: { whole: Timeline | undefined; fine: Timeline | undefined },
  anomalies: readonly AnomalyRow[],
  marked: { pinned: readonly string[]; highlighted: ReadonlySet<string> },
): DrawnLane[] {
  const index = (timeline: Timeline | undefined) =>
    new Map(timeline?.lanes.map((lane) => [lane.id, { lane, timeline }]))
  const of = [index(sources.whole), index(sources.fine)]
  const ofPins = [index(pins.whole), index(pins.fine)]
  return lanes.map(({ id }) => ({
    id,
    pinned: marked.pinned.includes(id),
    highlighted: marked.highlighted.has(id),
    unusual: anomaliesOfLane({ id }, anomalies),
    layers: (marked.pinned.includes(id) ? ofPins : of).flatMap((map) => {
      const found = map.get(id)
      return found
        ? [{ from: found.timeline.from, binMs: found.timeline.binMs, counts: found.lane.counts }]
        : []
    }),
  }))
}

/** Lanes and histogram of aligned events: counted here, since only here is known how they are moved. */
export function alignedLayers(
  events: Events,
  lane: Int16Array,
  lanes: readonly NamedLane[],
  highlighted: ReadonlySet<string>,
  pinned: readonly string[],
  bins: number,
): { hist: HistLayer[]; lanes: DrawnLane[] } {
  const binned = binEvents(events, lane, lanes.length, events.span, bins)
  return {
    hist: [{ from: binned.from, binMs: binned.binMs, series: binned.series }],
    lanes: lanes.map(({ id }, k) => ({
      id,
      pinned: pinned.includes(id),
      highlighted: highlighted.has(id),
      unusual: [],
      layers: [{ from: binned.from, binMs: binned.binMs, counts: binned.counts[k] }],
    })),
  }
}

export interface LegendEntry {
  /** As in the store's `hidden`. */
  key: string
  /** Catalogue key of a series, or the word as the export wrote it; null: none stated. */
  word: string | null
  colour: string
}

/** What colours mean, for marks coloured by outcome or context. */
export function legendOf(events: Events, colour: Exclude<Colour, 'series'>, palette: Palette): LegendEntry[] {
  const words = colour === 'outcome' ? events.outcomes : events.contexts
  let next = 0
  const entries = words.map((word) => ({
    key: `${colour}:${word}`,
    word: word as string | null,
    colour:
      colour === 'outcome'
        ? isFailure(word)
          ? palette.series.failed
          : next === 0 && next++ === 0
            ? palette.series.logins
            : palette.categories[next++ % palette.categories.length]
        : palette.categories[next++ % palette.categories.length],
  }))
  const codes = colour === 'outcome' ? events.outcome : events.context
  if (codes.includes(NONE)) entries.push({ key: `${colour}:`, word: null, colour: palette.none })
  return entries
}

/** The colour code of every event; 255 where the legend has switched its colour or its series off. */
export function colouring(
  events: Events,
  colour: Colour,
  hidden: readonly string[],
  palette: Palette,
): { colours: string[]; code(row: number): number } {
  const seriesOff = SERIES.map((s) => hidden.includes(`series:${s}`))
  if (colour === 'series') {
    return {
      colours: SERIES.map((s) => palette.series[s]),
      code: (row) => (seriesOff[events.series[row]] ? NONE : events.series[row]),
    }
  }
  const entries = legendOf(events, colour, palette)
  const words = colour === 'outcome' ? events.outcomes : events.contexts
  const codes = colour === 'outcome' ? events.outcome : events.context
  const off = entries.map((entry) => hidden.includes(entry.key))
  return {
    colours: entries.map((entry) => entry.colour),
    code: (row) => {
      const code = codes[row] === NONE ? words.length : codes[row]
      return off[code] || seriesOff[events.series[row]] ? NONE : code
    },
  }
}

/** Joins marks for a scale once, not at every frame of a pan. */
export function anomalyJoiner(anomalies: readonly AnomalyRow[]): (gapMs: number) => readonly AnomalyMark[] {
  let gap = NaN
  let marks: AnomalyMark[] = []
  return (gapMs) => {
    if (gapMs !== gap) {
      gap = gapMs
      marks = anomalyMarks(anomalies, gapMs)
    }
    return marks
  }
}
