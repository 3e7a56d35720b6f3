import { describe, expect, it } from 'vitest'
import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import {
  anomaliesOfLane,
  anomalousBins,
  anomalyMarks,
  binAt,
  eventfulSpan,
  tableRows,
  tallestStack,
} from './bins.ts'
import { bandsFor } from './draw.ts'

const anomaly = (over: Partial<AnomalyRow>): AnomalyRow => ({
  id: 1,
  series: 'logins',
  groupKind: 'community',
  groupKey: '3',
  from: 20,
  to: 30,
  observed: 9,
  expected: 1,
  score: 5,
  q: 0.001,
  ...over,
})
const timeline: Timeline = {
  from: 0,
  to: 60,
  binMs: 10,
  tzOffset: 0,
  eventsInView: 21,
  eventsTotal: 21,
  logins: Uint32Array.of(1, 2, 9, 1, 0, 0),
  failed: Uint32Array.of(0, 0, 4, 0, 0, 0),
  registrations: Uint32Array.of(1, 0, 0, 0, 0, 1),
  other: Uint32Array.of(0, 0, 1, 0, 0, 1),
  lanes: [
    { id: 'community:3', label: 'C-4', counts: Uint32Array.of(0, 0, 9, 0, 0, 0) },
    { id: 'community:31', label: 'C-32', counts: Uint32Array.of(1, 1, 0, 0, 0, 0) },
  ],
  anomalies: [anomaly({})],
}

describe('bins', () => {
  it('finds the tallest stack and the bin of a time', () => {
    expect(tallestStack(timeline)).toBe(14)
    expect(binAt(timeline, 29)).toBe(2)
    expect(binAt(timeline, 60)).toBeNull()
    expect(binAt(timeline, -1)).toBeNull()
  })
  it('marks a lane only with anomalies of its own group', () => {
    expect(anomaliesOfLane(timeline.lanes[0], timeline.anomalies)).toHaveLength(1)
    expect(anomaliesOfLane(timeline.lanes[1], timeline.anomalies)).toHaveLength(0)
    expect([...anomalousBins(timeline, timeline.anomalies)]).toEqual([0, 0, 1, 0, 0, 0])
  })
  it('keeps windows that reach beyond the view inside the array', () => {
    expect([
      ...anomalousBins(timeline, [anomaly({ from: -50, to: 5 }), anomaly({ from: 55, to: 500 })]),
    ]).toEqual([1, 0, 0, 0, 0, 1])
  })
  it('joins marks that would lie on each other, strongest first, and loses none', () => {
    const marks = anomalyMarks(
      [
        anomaly({ id: 1, score: 4 }),
        anomaly({ id: 2, score: 9, from: 22, to: 32 }),
        anomaly({ id: 3, from: 50, to: 60 }),
      ],
      8,
    )
    expect(marks.map((m) => m.anomalies.map((a) => a.id))).toEqual([[2, 1], [3]])
    expect(marks[0].ms).toBe(27)
  })
  it('adds bins up for the table without losing an event', () => {
    const rows = tableRows(timeline, 2)
    expect(rows).toHaveLength(2)
    expect(rows.reduce((n, r) => n + r.logins + r.failed + r.registrations + r.other, 0)).toBe(21)
    expect(rows.map((r) => r.anomalies)).toEqual([1, 0])
  })
})

describe('eventfulSpan', () => {
  const quiet = new Uint32Array(6)
  it('finds the weeks with events beside years of registrations only', () => {
    const late = { ...timeline, logins: Uint32Array.of(0, 0, 0, 5, 9, 0), failed: quiet, other: quiet }
    expect(eventfulSpan(late)).toEqual({ from: 30, to: 50 })
  })
  it('leaves the whole where events fill half of it, and where there are none', () => {
    expect(eventfulSpan(timeline)).toBeNull()
    expect(eventfulSpan({ ...timeline, logins: quiet, failed: quiet, other: quiet })).toBeNull()
  })
})

describe('bands', () => {
  it('fill the height and leave the overview room however many lanes there are', () => {
    for (const lanes of [0, 1, 5, 8]) {
      const b = bandsFor(260, lanes)
      expect(b.overviewHeight).toBeGreaterThanOrEqual(64)
      expect(b.height).toBeGreaterThanOrEqual(260 - 1)
      expect(b.axisTop).toBeCloseTo(b.laneTop + lanes * b.laneHeight)
    }
  })
})
