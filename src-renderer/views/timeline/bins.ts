import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'

export const SERIES = ['logins', 'failed', 'registrations', 'other'] as const
export type Series = (typeof SERIES)[number]

/** Anomalies that say something about a lane; a community's lane is 'community:3', a context's 'context:web'. */
export function anomaliesOfLane(lane: { id: string }, anomalies: readonly AnomalyRow[]): AnomalyRow[] {
  return anomalies.filter((a) => `${a.groupKind}:${a.groupKey}` === lane.id)
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

/** The bins that touch a span as rows for a table: at most `most` rows, neighbouring bins added up. */
export function tableRows(
  timeline: Timeline,
  most: number,
  span: { from: number; to: number } = timeline,
): BinRow[] {
  const start = Math.max(0, Math.floor((span.from - timeline.from) / timeline.binMs))
  const end = Math.min(timeline.logins.length, Math.ceil((span.to - timeline.from) / timeline.binMs))
  const group = Math.max(1, Math.ceil((end - start) / most))
  const rows: BinRow[] = []
  for (let first = start; first < end; first += group) {
    const last = Math.min(end, first + group)
    const from = timeline.from + first * timeline.binMs
    const to = timeline.from + last * timeline.binMs
    const row: BinRow = { from, to, logins: 0, failed: 0, registrations: 0, other: 0, anomalies: 0 }
    for (let i = first; i < last; i++) for (const s of SERIES) row[s] += timeline[s][i]
    for (const a of timeline.anomalies) if (a.from < to && a.to > from) row.anomalies++
    rows.push(row)
  }
  return rows
}
