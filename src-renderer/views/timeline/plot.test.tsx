import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { startI18n } from '../../ui/i18n/index.ts'
import { bandsFor } from './draw.ts'
import { TimelinePlot, type PlotProps } from './plot.tsx'
import { HOUR } from './scale.ts'
import { TimelineTable } from './table.tsx'

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
  lanes: [],
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

beforeAll(() => startI18n('en'))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function show(over: Partial<PlotProps> = {}) {
  const onBrush = vi.fn<PlotProps['onBrush']>()
  const onView = vi.fn<PlotProps['onView']>()
  render(
    <TimelinePlot
      timeline={timeline}
      view={span}
      bounds={span}
      brush={null}
      bands={bandsFor(200, 0)}
      width={500}
      tzOffset={480}
      onBrush={onBrush}
      onView={onView}
      {...over}
    />,
  )
  return { onBrush, onView, plot: screen.getByTestId('timeline-plot') }
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
  it('leaves keys with Ctrl to the app', () => {
    const { onView, plot } = show()
    fireEvent.keyDown(plot, { key: '+', ctrlKey: true })
    expect(onView).not.toHaveBeenCalled()
  })
})

it('has the same numbers and every unusual window as a table', () => {
  render(<TimelineTable timeline={timeline} tzOffset={480} />)
  const [counts, unusual] = screen.getAllByRole('table')
  expect(counts.querySelectorAll('tbody tr')).toHaveLength(10)
  expect(unusual.textContent).toContain('community C-17')
  expect(unusual.textContent).toContain('registrations')
  // An expectation that is small is not none.
  expect(unusual.textContent).toContain('< 0.1')
  expect(unusual.textContent).toContain('< 10⁻⁸')
})
