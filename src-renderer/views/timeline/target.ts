import type { AnomalyMark } from './bins.ts'
import { laneAt, laneMiddle } from './bands.ts'
import type { Cluster } from './events.ts'
import { lowerBound } from './events.ts'
import { timeAt, xOf } from './scale.ts'
import type { DetailScene } from './scene.ts'

const REACH_PX = 6

/** What a point of the plot is about. */
export type Target =
  | { kind: 'bin'; from: number; to: number; counts: number[] }
  | { kind: 'lane'; lane: number; from: number; to: number; n: number }
  | { kind: 'event'; cluster: Cluster }
  | { kind: 'anomaly'; mark: AnomalyMark }
  | { kind: 'reports'; rows: number[] }

/** What is under a point (CSS pixels of the plot); null where there is nothing to tell. */
export function targetAt(scene: DetailScene, x: number, y: number): Target | null {
  const { bands, view, width } = scene
  if (x < 0 || x > width || y < 0 || y >= bands.axisTop) return null
  if (bands.stripHeight > 0 && y >= bands.unusualTop && y < bands.stripTop) {
    const mark = nearest(scene.anomalies, (m) => Math.abs(xOf(m.ms, view, width) - x))
    return mark ? { kind: 'anomaly', mark } : null
  }
  if (bands.stripHeight > 0 && y >= bands.stripTop && y < bands.laneTop) {
    const rows = reportsNear(scene, x)
    if (rows.length > 0) return { kind: 'reports', rows }
  }
  const lane = laneAt(y, bands, scene.scroll, scene.lanes.length)
  if (lane !== null) return laneTarget(scene, lane, x, y)
  const at = timeAt(x, view, width)
  const layer = [...scene.hist].reverse().find((l) => inside(l.from, l.binMs, l.series[0].length, at))
  if (!layer) return null
  const bin = Math.floor((at - layer.from) / layer.binMs)
  return {
    kind: 'bin',
    from: layer.from + bin * layer.binMs,
    to: layer.from + (bin + 1) * layer.binMs,
    counts: layer.series.map((counts) => counts[bin]),
  }
}

function laneTarget(scene: DetailScene, k: number, x: number, y: number): Target | null {
  const { view, width, bands, scroll, marks } = scene
  if (marks && Math.abs(laneMiddle(k, bands, scroll) - y) <= bands.laneHeight / 2) {
    const hit = nearest(
      marks.clusters.filter((c) => c.lane === k),
      (c) => Math.max(0, c.x0 - x, x - c.x1),
    )
    if (hit) return { kind: 'event', cluster: hit }
    if (marks.lane.includes(k)) return null
  }
  const at = timeAt(x, view, width)
  const layer = [...scene.lanes[k].layers].reverse().find((l) => inside(l.from, l.binMs, l.counts.length, at))
  if (!layer) return null
  const bin = Math.floor((at - layer.from) / layer.binMs)
  const from = layer.from + bin * layer.binMs
  return { kind: 'lane', lane: k, from, to: from + layer.binMs, n: layer.counts[bin] }
}

const inside = (from: number, binMs: number, bins: number, at: number) =>
  at >= from && at < from + binMs * bins

function reportsNear(scene: DetailScene, x: number): number[] {
  const { reports, view, width } = scene
  if (!reports) return []
  const reach = (REACH_PX / width) * (view.to - view.from)
  const at = timeAt(x, view, width)
  const rows: number[] = []
  for (let i = lowerBound(reports.ts, at - reach); i < reports.ts.length && reports.ts[i] <= at + reach; i++)
    rows.push(i)
  return rows
}

function nearest<T>(items: readonly T[], distance: (item: T) => number): T | null {
  let best: T | null = null
  let least = REACH_PX
  for (const item of items) {
    const d = distance(item)
    if (d <= least) {
      least = d
      best = item
    }
  }
  return best
}
