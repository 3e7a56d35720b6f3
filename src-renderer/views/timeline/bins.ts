import type { AnomalyRow, Timeline, TimelineLane } from '../../../src-main/common/contract/timeline.ts'

export const SERIES = ['logins', 'failed', 'registrations', 'other'] as const
export type Series = (typeof SERIES)[number]

/** The tallest stack of the overview, at least 1 so that it can divide. */
export function tallestStack(timeline: Timeline): number {
  let most = 1
  for (let i = 0; i < timeline.logins.length; i++) most = Math.max(most, stackAt(timeline, i))
  return most
}

export function stackAt(timeline: Timeline, bin: number): number {
  return timeline.logins[bin] + timeline.failed[bin] + timeline.registrations[bin] + timeline.other[bin]
}

export function tallestLaneBin(lanes: readonly TimelineLane[]): number {
  let most = 1
  for (const lane of lanes) for (const n of lane.counts) if (n > most) most = n
  return most
}

/** The bin that holds a time; null outside of the data. */
export function binAt(timeline: Timeline, ms: number): number | null {
  const bin = Math.floor((ms - timeline.from) / timeline.binMs)
  return bin >= 0 && bin < timeline.logins.length ? bin : null
}

/** Anomalies that say something about a lane; a community's lane is 'community:3', a context's 'context:web'. */
export function anomaliesOfLane(lane: TimelineLane, anomalies: readonly AnomalyRow[]): AnomalyRow[] {
  return anomalies.filter((a) => `${a.groupKind}:${a.groupKey}` === lane.id)
}

/** For every bin, whether an anomalous window covers any of it. */
export function anomalousBins(timeline: Timeline, anomalies: readonly AnomalyRow[]): Uint8Array {
  const marks = new Uint8Array(timeline.logins.length)
  for (const anomaly of anomalies) {
    const first = Math.max(0, Math.floor((anomaly.from - timeline.from) / timeline.binMs))
    const last = Math.min(marks.length, Math.ceil((anomaly.to - timeline.from) / timeline.binMs))
    for (let i = first; i < last; i++) marks[i] = 1
  }
  return marks
}

export interface AnomalyMark {
  /** Middle of the marked windows, ms UTC. */
  ms: number
  /** Strongest first. */
  anomalies: AnomalyRow[]
}

/**
 * Marks for the overview: anomalies whose middles are closer than `gapMs` share one triangle, so that marks stay
 * readable and each can be pointed at.
 */
export function anomalyMarks(anomalies: readonly AnomalyRow[], gapMs: number): AnomalyMark[] {
  const sorted = [...anomalies].sort((a, b) => a.from + a.to - (b.from + b.to))
  const marks: AnomalyMark[] = []
  let lastMiddle = -Infinity
  for (const anomaly of sorted) {
    const middle = (anomaly.from + anomaly.to) / 2
    const open = marks.at(-1)
    if (open && middle - lastMiddle < gapMs) {
      open.anomalies.push(anomaly)
    } else {
      marks.push({ ms: middle, anomalies: [anomaly] })
      lastMiddle = middle
    }
  }
  for (const mark of marks) {
    mark.anomalies.sort((a, b) => b.score - a.score)
    const strongest = mark.anomalies[0]
    mark.ms = (strongest.from + strongest.to) / 2
  }
  return marks
}

/**
 * Where the events are, when they fill less than half of what is shown: accounts register over years, logins are
 * exported for weeks, and a first look should be at the weeks. Null when the whole is the better look.
 */
export function eventfulSpan(timeline: Timeline): { from: number; to: number } | null {
  const bins = timeline.logins.length
  const busy = (i: number) => timeline.logins[i] + timeline.failed[i] + timeline.other[i] > 0
  let first = 0
  while (first < bins && !busy(first)) first++
  let last = bins - 1
  while (last > first && !busy(last)) last--
  if (first >= bins || (last - first + 1) * 2 > bins) return null
  return {
    from: timeline.from + first * timeline.binMs,
    to: timeline.from + (last + 1) * timeline.binMs,
  }
}

export interface BinRow {
  from: number
  to: number
  logins: number
  failed: number
  registrations: number
  other: number
  anomalies: number
}

/** The same content as rows for a table: at most `most` rows, neighbouring bins added up. */
export function tableRows(timeline: Timeline, most: number): BinRow[] {
  const bins = timeline.logins.length
  const group = Math.max(1, Math.ceil(bins / most))
  const rows: BinRow[] = []
  for (let start = 0; start < bins; start += group) {
    const end = Math.min(bins, start + group)
    const from = timeline.from + start * timeline.binMs
    const to = timeline.from + end * timeline.binMs
    const row: BinRow = { from, to, logins: 0, failed: 0, registrations: 0, other: 0, anomalies: 0 }
    for (let i = start; i < end; i++) for (const s of SERIES) row[s] += timeline[s][i]
    for (const a of timeline.anomalies) if (a.from < to && a.to > from) row.anomalies++
    rows.push(row)
  }
  return rows
}
