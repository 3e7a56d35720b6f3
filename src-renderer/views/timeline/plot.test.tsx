import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { bandsFor } from './bands.ts'
import { anomalyJoiner, drawnLanes, histOf, type PlotModel } from './plot-model.ts'
import { TimelinePlot, type PlotProps } from './plot.tsx'
import { HOUR } from './scale.ts'
import { TimelineTable } from './table.tsx'
import { testPalette } from './testing.ts'
import { zoneOf } from './zone.ts'

const T0 = Date.UTC(2026, 2, 1)
const timeline: Timeline = {
  from: T0,
  to: T0 + 10 * HOUR,
  binMs: HOUR,
  tzOffset: 480,
  eventsInView: 45,
  eventsTotal: 100,
  logins: Uint32Array.from({ length: 10 }, (_, i) => i),
  failed: new Uint32Array(10),
  registrations: new Uint32Array(10),
  other: new Uint32Array(10),
  lanes: [{ id: 'community:16', label: 'C-17', counts: Uint32Array.from({ length: 10 }, (_, i) => i) }],
  anomalies: [
    {
      id: 1,
      series: 'registrations',
      groupKind: 'community',
      groupKey: '16',
      from: T0 + 2 * HOUR,
      to: T0 + 3 * HOUR,
      observed: 32,
      expected: 0.004,
      score: 513,
      q: 1e-9,
    },
  ],
}
const span = { from: timeline.from, to: timeline.to }
const none = { whole: undefined, fine: undefined }
const zone = zoneOf('export', 480)
const model: PlotModel = {
  width: 500,
  bands: bandsFor(200, 1),
  axis: 'time',
  zone,
  locale: 'en',
  palette: testPalette,
  hist: histOf(timeline),
  shown: [true, true, true, true],
  lanes: drawnLanes(timeline.lanes, { whole: timeline, fine: undefined }, none, timeline.anomalies, {
    pinned: [],
    highlighted: new Set(),
  }),
  events: null,
  anomaliesAt: anomalyJoiner(timeline.anomalies),
  reports: null,
  sinceLabel: () => '',
}

beforeAll(() => startI18n('en'))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function show(over: Partial<PlotProps> = {}) {
  const onBrush = vi.fn<PlotProps['onBrush']>()
  const onView = vi.fn<PlotProps['onView']>()
  const onTarget = vi.fn<PlotProps['onTarget']>()
  render(
    <TimelinePlot
      model={model}
      view={span}
      bounds={span}
      brush={null}
      locked={false}
      scroll={0}
      followed={null}
      onBrush={onBrush}
      onView={onView}
      onTarget={onTarget}
      onScroll={() => {}}
      onHoverAccount={() => {}}
      laneName={(k) => timeline.lanes[k].label}
      {...over}
    />,
  )
  return { onBrush, onView, onTarget, plot: screen.getByTestId('timeline-plot') }
}

describe('timeline by keyboard', () => {
  it('selects whole bins with Shift and the arrows, once the hand rests', () => {
    const { onBrush, plot } = show()
    fireEvent.keyDown(plot, { key: 'ArrowRight' })
    fireEvent.keyDown(plot, { key: 'ArrowRight', shiftKey: true })
    fireEvent.keyDown(plot, { key: 'ArrowRight', shiftKey: true })
    expect(onBrush).not.toHaveBeenCalled()
    act(() => void vi.advanceTimersByTime(400))
    expect(onBrush).toHaveBeenCalledTimes(1)
    expect(onBrush).toHaveBeenCalledWith({ from: T0 + HOUR, to: T0 + 4 * HOUR })
    expect(screen.getByTestId('timeline-brush')).toBeTruthy()
  })
  it('says what the cursor is on', () => {
    const { plot } = show()
    fireEvent.keyDown(plot, { key: 'End' })
    expect(plot.querySelector('[aria-live]')?.textContent).toContain('9 logins')
  })
  it('clears with Escape, zooms with plus and shows everything with 0', () => {
    const { onBrush, onView, plot } = show({ brush: { from: T0, to: T0 + HOUR } })
    fireEvent.keyDown(plot, { key: 'Escape' })
    expect(onBrush).toHaveBeenLastCalledWith(null)
    fireEvent.keyDown(plot, { key: '+' })
    const zoomed = onView.mock.lastCall![0]
    expect(zoomed.to - zoomed.from).toBeCloseTo((10 * HOUR) / 1.6)
    fireEvent.keyDown(plot, { key: '0' })
    expect(onView).toHaveBeenLastCalledWith(span)
  })
  it('steps the selected time by its own length, inside the bounds', () => {
    const { onBrush, plot } = show({ brush: { from: T0 + 2 * HOUR, to: T0 + 4 * HOUR } })
    fireEvent.keyDown(plot, { key: ']' })
    expect(onBrush).toHaveBeenLastCalledWith({ from: T0 + 4 * HOUR, to: T0 + 6 * HOUR })
    fireEvent.keyDown(plot, { key: '}' })
    expect(onBrush).toHaveBeenLastCalledWith({ from: T0 + 8 * HOUR, to: T0 + 10 * HOUR })
  })
  it('leaves keys with Ctrl to the app', () => {
    const { onView, plot } = show()
    fireEvent.keyDown(plot, { key: '+', ctrlKey: true })
    expect(onView).not.toHaveBeenCalled()
  })
})

it('has the same numbers, every unusual window and the lanes as tables, and follows them', () => {
  const onView = vi.fn()
  const onAnomaly = vi.fn()
  render(
    <TimelineTable
      timeline={timeline}
      view={span}
      zone={zone}
      events={null}
      laneName={(_, label) => label}
      onView={onView}
      onAnomaly={onAnomaly}
    />,
  )
  const [counts, lanes, unusual] = screen.getAllByRole('table')
  expect(counts.querySelectorAll('tbody tr')).toHaveLength(10)
  expect(lanes.textContent).toContain('C-17')
  expect(lanes.textContent).toContain('45')
  expect(unusual.textContent).toContain('community C-17')
  expect(unusual.textContent).toContain('registrations')
  // An expectation that is small is not none.
  expect(unusual.textContent).toContain('< 0.1')
  expect(unusual.textContent).toContain('< 10⁻⁸')
  fireEvent.click(counts.querySelector('tbody button')!)
  expect(onView).toHaveBeenCalledWith({ from: T0, to: T0 + HOUR })
  fireEvent.click(unusual.querySelector('tbody button')!)
  expect(onAnomaly).toHaveBeenCalledWith(timeline.anomalies[0])
})
