import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { SERIES, tableRows } from './bins.ts'
import { momentLabel, zoneName } from './scale.ts'
import { expectedWords, groupWords, qWords, seriesWords } from './tooltip.tsx'

/** The timeline's numbers as two plain tables: for screen readers, for copying, for who prefers digits. */
export function TimelineTable(props: { timeline: Timeline; tzOffset: number }) {
  const { timeline, tzOffset } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const number = (n: number) => formatNumber(n, language)
  const moment = (ms: number) => momentLabel(ms, tzOffset, language, true)
  const anomalies = [...timeline.anomalies].sort((a, b) => b.score - a.score)
  return (
    <div className="sh-scroll tl-tables" data-testid="timeline-table" tabIndex={0}>
      <table className="tl-table">
        <caption>{t('timeline.table.caption', { zone: zoneName(tzOffset) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('timeline.table.from')}</th>
            <th scope="col">{t('timeline.table.to')}</th>
            {SERIES.map((s) => (
              <th key={s} scope="col" className="sh-num">
                {t(`timeline.series.${s}`)}
              </th>
            ))}
            <th scope="col" className="sh-num">
              {t('timeline.table.anomalies')}
            </th>
          </tr>
        </thead>
        <tbody>
          {tableRows(timeline, 60).map((row) => (
            <tr key={row.from}>
              <td>{moment(row.from)}</td>
              <td>{moment(row.to)}</td>
              {SERIES.map((s) => (
                <td key={s} className="sh-num">
                  {number(row[s])}
                </td>
              ))}
              <td className="sh-num">{number(row.anomalies)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {anomalies.length > 0 && (
        <table className="tl-table">
          <caption>{t('timeline.table.anomalyCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('timeline.table.group')}</th>
              <th scope="col">{t('timeline.table.series')}</th>
              <th scope="col">{t('timeline.table.from')}</th>
              <th scope="col">{t('timeline.table.to')}</th>
              <th scope="col" className="sh-num">
                {t('timeline.observed')}
              </th>
              <th scope="col" className="sh-num">
                {t('timeline.expected')}
              </th>
              <th scope="col" className="sh-num">
                q
              </th>
            </tr>
          </thead>
          <tbody>
            {anomalies.map((a) => (
              <tr key={a.id}>
                <td>{groupWords(a, t)}</td>
                <td>{seriesWords(a.series, t)}</td>
                <td>{moment(a.from)}</td>
                <td>{moment(a.to)}</td>
                <td className="sh-num">{number(a.observed)}</td>
                <td className="sh-num">{expectedWords(a.expected, language)}</td>
                <td className="sh-num">{a.q === null ? '–' : qWords(a.q)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
