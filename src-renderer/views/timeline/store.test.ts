import { beforeEach, describe, expect, it } from 'vitest'
import { askFor, stillServes } from './data.ts'
import { parseMoment } from './parse-moment.ts'
import { drawnLanes, movedSequence, orderLanes } from './plot-model.ts'
import { FRESH, pick, read, useTimeline } from './store.ts'
import { UTC, zoneOf } from './zone.ts'

beforeEach(() => useTimeline.setState(FRESH))
const lanes = ['community:1', 'community:2', 'community:3', 'others'].map((id) => ({ id, label: id }))
const ids = (list: readonly { id: string }[]) => list.map((lane) => lane.id.replace('community:', ''))

describe('what is kept', () => {
  it('comes back as it was through JSON', () => {
    useTimeline.getState().set({
      zone: 'utc',
      lanes: 'accounts',
      laneCount: 40,
      align: 'kind:login',
      order: 'alike',
      view: { from: 5, to: 9 },
      locked: true,
      looked: true,
    })
    useTimeline.getState().togglePin('account:7')
    useTimeline.getState().toggleHidden('series:failed')
    const kept = pick(useTimeline.getState())
    expect(read(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
    expect(kept).not.toHaveProperty('asTable')
  })
  it('falls back to fresh where it makes no sense', () => {
    expect(read(null)).toEqual(FRESH)
    expect(
      read({ zone: 'mars', lanes: 3, view: { from: 9, to: 1 }, align: 'sideways', pinned: [1, 'a'] }),
    ).toEqual({ ...FRESH, pinned: ['a'] })
  })
})

describe('order of lanes', () => {
  it('puts pinned ones first, others last, moved ones where they were moved', () => {
    expect(ids(orderLanes(lanes, [], []))).toEqual(['1', '2', '3', 'others'])
    expect(ids(orderLanes(lanes, ['community:3'], []))).toEqual(['3', '1', '2', 'others'])
    const sequence = movedSequence(lanes, [], 'community:1', 1)
    expect(ids(orderLanes(lanes, [], sequence))).toEqual(['2', '1', '3', 'others'])
  })
  it('moves pinned lanes among the pinned and never below others', () => {
    const pinned = ['community:3']
    const shown = orderLanes(lanes, pinned, [])
    expect(movedSequence(shown, pinned, 'community:3', 2)).toEqual(shown.slice(0, 3).map((l) => l.id))
    expect(movedSequence(lanes, [], 'community:3', 9).at(-1)).toBe('community:3')
  })
  it('takes the bins of pinned lanes from beside the selection', () => {
    const timeline = (n: number) => ({
      from: 0,
      to: 10,
      binMs: 10,
      tzOffset: 0,
      eventsInView: 0,
      eventsTotal: 0,
      logins: Uint32Array.of(0),
      failed: Uint32Array.of(0),
      registrations: Uint32Array.of(0),
      other: Uint32Array.of(0),
      lanes: [{ id: 'community:1', label: 'C-2', counts: Uint32Array.of(n) }],
      anomalies: [],
    })
    const drawn = (pinned: string[]) =>
      drawnLanes(
        [lanes[0]],
        { whole: timeline(1), fine: undefined },
        { whole: timeline(9), fine: undefined },
        [],
        { pinned, highlighted: new Set() },
      )[0].layers[0].counts[0]
    expect(drawn([])).toBe(1)
    expect(drawn(['community:1'])).toBe(9)
  })
})

describe('what is asked for', () => {
  const bounds = { from: 0, to: 1_000_000 }
  it('serves pans and small zooms without asking again', () => {
    const view = { from: 400_000, to: 500_000 }
    const asked = askFor(view, bounds, 1000)
    expect(asked.bins).toBe(1000)
    expect(stillServes(asked, view, 1000)).toBe(true)
    expect(stillServes(asked, { from: 450_000, to: 550_000 }, 1000)).toBe(true)
    expect(stillServes(asked, { from: 490_000, to: 590_000 }, 1000)).toBe(false)
    expect(stillServes(asked, { from: 440_000, to: 460_000 }, 1000)).toBe(false)
  })
  it('keeps to the contract at any width', () => {
    for (const width of [5, 300, 4000]) {
      const { bins } = askFor(bounds, bounds, width)
      expect(bins).toBeGreaterThanOrEqual(10)
      expect(bins).toBeLessThanOrEqual(2000)
    }
  })
})

describe('typed moments', () => {
  const shanghai = zoneOf('export', 480)
  it('are read on the zone’s clock, in several ways of writing', () => {
    const noon = Date.UTC(2026, 2, 2, 12)
    for (const text of ['2026-03-02 12:00', '2026/3/2 12:00:00', '2026.03.02T12:00', '2026年3月2日 12:00'])
      expect(parseMoment(text, UTC)).toBe(noon)
    expect(parseMoment('2026-03-02 20:00', shanghai)).toBe(noon)
  })
  it('a date alone is its whole day, a month its whole month', () => {
    expect(parseMoment('2026-03-02', UTC)).toBe(Date.UTC(2026, 2, 2))
    expect(parseMoment('2026-03-02', UTC, true)).toBe(Date.UTC(2026, 2, 3))
    expect(parseMoment('2026-12', UTC, true)).toBe(Date.UTC(2027, 0, 1))
  })
  it('are nothing where there is no such moment', () => {
    for (const text of ['', 'tomorrow', '2026-02-30', '2026-13-01', '2026-03-02 12:99'])
      expect(parseMoment(text, UTC)).toBeNull()
  })
})
