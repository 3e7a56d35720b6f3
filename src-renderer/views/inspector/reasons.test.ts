import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EdgeReason, EventRow, ScoreReason } from '../../../src-main/common/contract/accounts.ts'
import { commonness, edgeSentences } from './edge-sentences.ts'
import { hourOfWeek, isFailure, stripMarks } from './login-strip.ts'
import { reasonChart, signed } from './reasons.ts'

const reason = (contribution: number): ScoreReason => ({
  feature: 'f',
  family: 'logins',
  hop: 0,
  value: 1,
  typical: 0,
  contribution,
})

describe('reasonChart', () => {
  it('puts the strongest first and draws no more than it may', () => {
    const chart = reasonChart([0.1, -0.3, 0.2, 0.05].map(reason), 2)
    expect(chart.bars.map((b) => b.reason.contribution)).toEqual([-0.3, 0.2])
  })
  it('starts at the left edge when nothing pulls down', () => {
    expect(reasonChart([0.4, 0.1].map(reason), 5).zero).toBe(0)
  })
  it('keeps every bar inside the plot, on its own side of zero, in proportion', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 12 }), (values) => {
        const chart = reasonChart(values.map(reason), 8)
        for (const bar of chart.bars) {
          expect(bar.start).toBeGreaterThanOrEqual(-1e-9)
          expect(bar.start + bar.width).toBeLessThanOrEqual(1 + 1e-9)
          if (bar.reason.contribution < 0) expect(bar.start + bar.width).toBeCloseTo(chart.zero)
          else expect(bar.start).toBeCloseTo(chart.zero)
        }
      }),
    )
  })
  it('signs score points', () => {
    expect([0.314, -0.05, 0.001, 0].map((n) => signed(n))).toEqual(['+0.31', '−0.05', '0.00', '0.00'])
  })
})

describe('edgeSentences', () => {
  const edge = (over: Partial<EdgeReason>): EdgeReason => ({
    channel: 'entity:device',
    entityType: 'device',
    entityKey: 'D-7',
    accountsSharing: 2,
    weight: 1,
    firstSeen: null,
    lastSeen: null,
    provenance: [],
    ...over,
  })
  it('speaks of an entity with its base rate, of a relation with its type, heaviest first', () => {
    const sentences = edgeSentences([
      edge({ channel: 'relation:friend', entityType: null, entityKey: null, accountsSharing: null }),
      edge({ weight: 3, accountsSharing: 58 }),
    ])
    expect(sentences.map((s) => s.key)).toEqual(['entity', 'relation'])
    expect(sentences[0].commonness).toBe('crowd')
    expect(sentences[1].values.type).toBe('friend')
    expect(sentences[1].commonness).toBeNull()
  })
  it('grades how common an entity is', () => {
    expect([2, 3, 6, 7, 30, 31].map(commonness)).toEqual([
      'only_two',
      'household',
      'household',
      'shared',
      'shared',
      'crowd',
    ])
  })
})

describe('login strip', () => {
  const event = (ts: number, over: Partial<EventRow> = {}): EventRow => ({
    id: ts,
    ts,
    tzOffset: null,
    kind: 'login',
    context: null,
    ip: null,
    device: null,
    country: null,
    city: null,
    outcome: null,
    provenance: { sourceId: 1, row: 1, file: 'logins.csv' },
    ...over,
  })
  it('counts logins by local weekday and hour, by the event own zone before the workspace one', () => {
    // Sunday 1 March 2026, 20:00 UTC is Monday 04:00 in UTC+8.
    const ts = Date.UTC(2026, 2, 1, 20)
    const cells = hourOfWeek([event(ts), event(ts, { tzOffset: 0 }), event(ts, { kind: 'post' })], 480)
    expect(cells[0 * 24 + 4]).toBe(1)
    expect(cells[6 * 24 + 20]).toBe(1)
    expect(cells.reduce((a, b) => a + b)).toBe(2)
  })
  it('places events along their own span', () => {
    expect(stripMarks([event(10), event(20), event(15)]).map((m) => m.at)).toEqual([0, 1, 0.5])
    expect(stripMarks([event(10)])[0].at).toBe(0.5)
  })
  it('knows a failed login by its outcome', () => {
    expect(isFailure(event(1, { outcome: 'failed_password' }))).toBe(true)
    expect(isFailure(event(1, { outcome: 'ok' }))).toBe(false)
  })
})
