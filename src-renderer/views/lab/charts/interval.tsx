import type { Estimate } from '../../../../src-main/common/contract/learning.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { placeOn, tickDigits, type Axis } from './scale.ts'

/** A number that holds: three digits, of which the third is mostly noise, are enough for any score of scores. */
export function useFigure(): (value: number, digits?: number) => string {
  const language = usePrefs((s) => s.language)
  return (value, digits = 3) => (Number.isFinite(value) ? formatNumber(value, language, digits) : '–')
}

/** Dot and 95% interval on an axis that all rows of a column share; `mark` is what to compare with. */
export function IntervalBar(props: {
  estimate: Estimate
  axis: Axis
  /** Base rate or chance, drawn through all rows. */
  mark?: number | undefined
  quiet?: boolean
  name: string
}) {
  const t = useT()
  const figure = useFigure()
  const { estimate: e, axis, mark } = props
  const at = (value: number) => `${placeOn(axis, value) * 100}%`
  return (
    <span
      className={`lab-interval${props.quiet ? ' is-quiet' : ''}`}
      role="img"
      aria-label={t('bench.interval', {
        name: props.name,
        value: figure(e.mean),
        low: figure(e.low),
        high: figure(e.high),
      })}
      title={t('bench.intervalTitle', {
        value: figure(e.mean, 4),
        low: figure(e.low, 4),
        high: figure(e.high, 4),
        sd: figure(e.sd, 4),
      })}
    >
      {axis.ticks.map((tick) => (
        <i key={tick} className="lab-interval-grid" style={{ left: at(tick) }} />
      ))}
      {mark !== undefined && mark >= axis.from && mark <= axis.to && (
        <i className="lab-interval-mark" style={{ left: at(mark) }} />
      )}
      <i
        className="lab-interval-line"
        style={{ left: at(e.low), width: `${(placeOn(axis, e.high) - placeOn(axis, e.low)) * 100}%` }}
      />
      <i className="lab-interval-dot" style={{ left: at(e.mean) }} />
    </span>
  )
}

/** The axis of a column of intervals: its ticks, and what the mark stands for. */
export function IntervalAxis(props: { axis: Axis; mark?: { value: number; label: string } | undefined }) {
  const figure = useFigure()
  const { axis, mark } = props
  const digits = tickDigits(axis)
  const at = (value: number) => `${placeOn(axis, value) * 100}%`
  const every = axis.ticks.length > 5 ? 2 : 1
  return (
    <span className="lab-interval-axis" aria-hidden="true">
      {axis.ticks.map((tick, i) =>
        i % every === 0 ? (
          <i key={tick} style={{ left: at(tick) }}>
            {figure(tick, digits)}
          </i>
        ) : null,
      )}
      {mark && mark.value >= axis.from && mark.value <= axis.to && (
        <b style={{ left: at(mark.value) }} title={mark.label} />
      )}
    </span>
  )
}
