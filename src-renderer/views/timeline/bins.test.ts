import { describe, expect, it } from 'vitest'
import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import { bandsFor } from './bands.ts'
import { anomaliesOfLane, anomalyMarks, eventfulSpan, tableRows } from './bins.ts'

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
  it('marks a lane only with anomalies of its own group', () => {
    expect(anomaliesOfLane(timeline.lanes[0], timeline.anomalies)).toHaveLength(1)
    expect(anomaliesOfLane(timeline.lanes[1], timeline.anomalies)).toHaveLength(0)
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
    expect(tableRows(timeline, 60, { from: 15, to: 31 }).map((r) => r.logins)).toEqual([2, 9, 1])
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
  it('fill the height with whole lanes and leave the histogram room for its legend', () => {
    for (const height of [120, 170, 260, 900])
      for (const lanes of [0, 1, 5, 8, 200]) {
        const b = bandsFor(height, lanes)
        expect(b.histHeight).toBeGreaterThanOrEqual(height < 150 ? 40 : 52)
        expect(b.height).toBeCloseTo(Math.max(height, 60 + 22 + 26))
        expect(b.lanesHeight % b.laneHeight).toBe(0)
        expect(b.lanesHeight).toBeLessThanOrEqual(lanes * b.laneHeight)
        expect(b.axisTop).toBe(b.laneTop + b.lanesHeight)
      }
  })
  it('give a tall panel to the lanes, and the histogram what is enough for it', () => {
    for (const height of [500, 900, 1400])
      for (const lanes of [8, 12, 20]) {
        const b = bandsFor(height, lanes)
        expect(b.histHeight).toBeGreaterThanOrEqual(110)
        if (b.laneHeight < 96) expect(b.histHeight).toBeLessThan(Math.max(180, 0.3 * height) + lanes)
      }
    // One lane is not stretched over everything.
    expect(bandsFor(1400, 1).laneHeight).toBe(96)
  })
  it('leave a panel of the usual height as it was', () => {
    expect(bandsFor(280, 8)).toMatchObject({ laneHeight: 24, lanesHeight: 168, histHeight: 64 })
    expect(bandsFor(280, 3)).toMatchObject({ laneHeight: 30, lanesHeight: 90, histHeight: 142 })
  })
})
