import { createPortal } from 'react-dom'
import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import { usePrefs } from '../../state/prefs.ts'
import { communityName, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import type { T } from '../../ui/i18n/index.ts'
import { SERIES, type AnomalyMark } from './bins.ts'
import { momentLabel } from './scale.ts'

/** Whom an anomaly is about, in words. */
export function groupWords(anomaly: AnomalyRow, t: T): string {
  const kind = anomaly.groupKind
  if (kind === 'community')
    return t('timeline.anomalyGroup.community', { name: communityName(Number(anomaly.groupKey)) })
  if (kind === 'context') return t('timeline.anomalyGroup.context', { name: anomaly.groupKey })
  if (kind === 'country') return t('timeline.anomalyGroup.country', { name: anomaly.groupKey })
  return t('timeline.anomalyGroup.all')
}

export function seriesWords(series: string, t: T): string {
  if (series === 'registrations') return t('timeline.series.registrations')
  if (series === 'failed_logins') return t('timeline.series.failed_logins')
  return t('timeline.series.logins')
}

/** A false discovery rate as people write it: 0.003, or < 10⁻⁶ where it is that small. */
export function qWords(q: number): string {
  if (q >= 0.001) return q.toFixed(3)
  const exponent = Math.max(-99, Math.floor(Math.log10(Math.max(q, 1e-99))) + 1)
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
  return `< 10⁻${[...String(-exponent)].map((d) => digits[Number(d)]).join('')}`
}

/** An expected count: one digit where it is small, and never a bare 0 where it is not nothing. */
export function expectedWords(expected: number, language: string): string {
  if (expected > 0 && expected < 0.05) return '< 0.1'
  return formatNumber(expected, language, expected < 10 ? 1 : 0)
}

/** What is under the pointer: the bin's counts, or the anomaly of the mark. */
export function TimelineTooltip(props: {
  timeline: Timeline
  bin: number
  mark: AnomalyMark | null
  /** Where the pointer is, CSS pixels of the window, and where the plot begins and ends above and below it. */
  at: { x: number; top: number; bottom: number }
  tzOffset: number
}) {
  const { timeline, bin, mark, tzOffset } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const number = (n: number) => formatNumber(n, language)
  const when = (from: number, to: number) =>
    `${momentLabel(from, tzOffset, language, true)} – ${momentLabel(to, tzOffset, language)}`
  const from = timeline.from + bin * timeline.binMs
  const strongest = mark?.anomalies[0]
  // In the window, not in the panel: a low panel would cut it off. Above the plot where there is room for it.
  const { x, top, bottom } = props.at
  const place = {
    ...(x > window.innerWidth / 2 ? { right: window.innerWidth - x + 12 } : { left: x + 12 }),
    ...(top > 260 ? { bottom: window.innerHeight - top + 4 } : { top: bottom + 4 }),
  }
  return createPortal(
    <div className="tl-tooltip" style={place} role="tooltip">
      {strongest && mark ? (
        <>
          <p className="tl-tooltip-title">
            {t('timeline.anomalyTitle', { series: seriesWords(strongest.series, t) })}
          </p>
          <p>{groupWords(strongest, t)}</p>
          <p className="sh-quiet">{when(strongest.from, strongest.to)}</p>
          <dl>
            <dt>{t('timeline.observed')}</dt>
            <dd>{number(strongest.observed)}</dd>
            <dt>{t('timeline.expected')}</dt>
            <dd>{expectedWords(strongest.expected, language)}</dd>
            <dt>{t('timeline.strength')}</dt>
            <dd>{formatNumber(strongest.score, language, 1)}</dd>
            {strongest.q !== null && (
              <>
                <dt>{t('timeline.qValue')}</dt>
                <dd>{qWords(strongest.q)}</dd>
              </>
            )}
          </dl>
          {mark.anomalies.length > 1 && (
            <p className="sh-quiet">{t('timeline.moreAnomalies', { count: mark.anomalies.length - 1 })}</p>
          )}
          <p className="tl-tooltip-meaning sh-quiet">{t('timeline.anomalyMeaning')}</p>
        </>
      ) : (
        <>
          <p className="sh-quiet">{when(from, from + timeline.binMs)}</p>
          <dl>
            {SERIES.map((series) => (
              <div key={series} className="tl-tooltip-row">
                <dt>
                  <span className={`tl-swatch tl-${series}`} aria-hidden="true" />
                  {t(`timeline.series.${series}`)}
                </dt>
                <dd>{number(timeline[series][bin])}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>,
    document.body,
  )
}
