import type { Span } from '../../../src-main/common/contract/selection.ts'
import type { AnomalyMark } from './bins.ts'
import type { Bands } from './bands.ts'
import type { Cluster, Events } from './events.ts'
import type { Palette } from './palette.ts'
import type { Zone } from './zone.ts'

/** Counts of one series or lane in bins of one width; bins start at `from`. */
export interface BinLayer {
  from: number
  binMs: number
  counts: Uint32Array
}
/** Counts by series, in the order of SERIES. */
export interface HistLayer {
  from: number
  binMs: number
  series: Uint32Array[]
}
export interface DrawnLane {
  id: string
  /** Coarse first: what finer layers cover is not drawn from coarser ones. */
  layers: BinLayer[]
  /** Windows that are unusual for the lane's own group. */
  unusual: Span[]
  pinned: boolean
  highlighted: boolean
}
export interface DrawnReports {
  ts: Float64Array
  accountId: Uint32Array
  total: number
}

/** Everything that the detail plot shows, as data; drawing reads nothing else. */
export interface DetailScene {
  width: number
  bands: Bands
  view: Span
  /** 'since': the axis counts from each account's anchor. */
  axis: 'time' | 'since'
  zone: Zone
  locale: string
  palette: Palette
  hist: HistLayer[]
  /** Which of SERIES are shown. */
  shown: readonly boolean[]
  lanes: DrawnLane[]
  /** How far the lanes are scrolled, CSS pixels. */
  scroll: number
  /** Single events, where they can be told apart; null: lanes are drawn from their bins. */
  marks: { events: Events; lane: Int16Array; clusters: Cluster[]; colours: string[] } | null
  /** The account whose marks are joined by a line. */
  followed: number | null
  anomalies: readonly AnomalyMark[]
  reports: DrawnReports | null
  /** Words of an aligned axis's ticks: '+3 h'. */
  sinceLabel(count: number, unit: 'second' | 'minute' | 'hour' | 'day'): string
}

/** The finest layer's part of the axis; what is outside of it is drawn from coarser ones. */
export function layerSpan(layer: { from: number; binMs: number }, bins: number): Span {
  return { from: layer.from, to: layer.from + layer.binMs * bins }
}

/** Bins of a layer that lie in a span: first, and one after the last. */
export function binsIn(layer: { from: number; binMs: number }, bins: number, span: Span): [number, number] {
  const first = Math.max(0, Math.floor((span.from - layer.from) / layer.binMs))
  const last = Math.min(bins, Math.ceil((span.to - layer.from) / layer.binMs))
  return [first, Math.max(first, last)]
}
