import { Button } from '@blueprintjs/core'
import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatInstant, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAskRows } from '../../ui/provenance/use-ask-rows.ts'
import { AccountName } from '../../ui/text.tsx'
import { useAccountKeys } from './account-keys.ts'
import { SERIES, tableRows } from './bins.ts'
import { lowerBound, NONE, type Events } from './events.ts'
import { rowsOfEvents } from './source-rows.ts'
import { momentLabel } from './ticks.ts'
import { expectedWords, groupWords, qWords, seriesWords } from './words.ts'
import { offsetName, zoneName, type Zone } from './zone.ts'

const MOST_ROWS = 60
const MOST_EVENTS = 400

/**
 * The timeline as plain tables: for screen readers, for copying, for who prefers digits. It shows what the plot shows:
 * the same time, zone and selection, and single events where the plot does.
 */
export function TimelineTable(props: {
  timeline: Timeline
  view: Span
  zone: Zone
  events: Events | null
  laneName(id: string, label: string): string
  onView(view: Span): void
  onAnomaly(anomaly: AnomalyRow): void
}) {
  const { timeline, view, zone, events } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const number = (n: number) => formatNumber(n, language)
  const seconds = timeline.binMs < 60_000
  const moment = (ms: number) => momentLabel(ms, zone, language, { year: true, seconds })
  const anomalies = timeline.anomalies
    .filter((a) => a.from < view.to && a.to > view.from)
    .sort((a, b) => b.score - a.score)
  const rows = tableRows(timeline, MOST_ROWS, view)
  return (
    <div className="sh-scroll tl-tables" data-testid="timeline-table" tabIndex={0}>
      <table className="tl-table">
        <caption>{t('timeline.table.caption', { zone: zoneName(zone, view.from, view.to) })}</caption>
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
          {rows.map((row) => (
            <tr key={row.from}>
              <td>
                <button
                  type="button"
                  className="sh-link"
                  title={t('timeline.table.zoom')}
                  onClick={() => props.onView({ from: row.from, to: row.to })}
                >
                  {moment(row.from)}
                </button>
              </td>
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
      {events && <EventTable events={events} view={view} zone={zone} />}
      {timeline.lanes.length > 0 && (
        <table className="tl-table">
          <caption>{t('timeline.table.laneCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('timeline.table.lane')}</th>
              <th scope="col" className="sh-num">
                {t('timeline.table.events')}
              </th>
            </tr>
          </thead>
          <tbody>
            {timeline.lanes.map((lane) => (
              <tr key={lane.id}>
                <td>{props.laneName(lane.id, lane.label)}</td>
                <td className="sh-num">{number(laneTotal(timeline, lane.counts, view))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
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
                {t('timeline.table.q')}
              </th>
              <th scope="col">
                <span className="sh-visually-hidden">{t('timeline.table.select')}</span>
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
                <td>
                  <Button size="small" variant="minimal" onClick={() => props.onAnomaly(a)}>
                    {t('timeline.table.select')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function laneTotal(timeline: Timeline, counts: Uint32Array, view: Span): number {
  const first = Math.max(0, Math.floor((view.from - timeline.from) / timeline.binMs))
  const last = Math.min(counts.length, Math.ceil((view.to - timeline.from) / timeline.binMs))
  let n = 0
  for (let i = first; i < last; i++) n += counts[i]
  return n
}

/** Single events in view, oldest first: when on both clocks, who, what, how it ended. */
function EventTable(props: { events: Events; view: Span; zone: Zone }) {
  const { events, view, zone } = props
  const t = useT()
  const show = useFocus((s) => s.show)
  const askRows = useAskRows()
  const first = lowerBound(events.ts, view.from)
  const end = lowerBound(events.ts, view.to)
  const rows = Array.from({ length: Math.min(MOST_EVENTS, end - first) }, (_, i) => first + i)
  const keys = useAccountKeys([...new Set(rows.map((row) => events.account[row]))])
  const word = (codes: Uint8Array, words: readonly string[], row: number) =>
    codes[row] === NONE ? '–' : words[codes[row]]
  if (rows.length === 0) return null
  return (
    <table className="tl-table" data-testid="timeline-events">
      <caption>{t('timeline.table.eventCaption', { shown: rows.length, total: end - first })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('timeline.zoneShort.utc')}</th>
          <th scope="col">{zoneName(zone, view.from, view.to)}</th>
          <th scope="col">{t('timeline.account')}</th>
          <th scope="col">{t('timeline.table.series')}</th>
          <th scope="col">{t('timeline.outcome')}</th>
          <th scope="col">{t('timeline.context')}</th>
          <th scope="col">{t('timeline.source')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const at = events.at[row]
          const account = events.account[row]
          return (
            <tr key={row}>
              <td>{formatInstant(at, 0, true, true)}</td>
              <td title={offsetName(zone.offsetAt(at))}>
                {formatInstant(at, zone.offsetAt(at), true, true)}
              </td>
              <td>
                <button
                  type="button"
                  className="sh-link"
                  onClick={() => show({ kind: 'account', id: account })}
                >
                  <AccountName id={account} name={keys(account) ?? '…'} />
                </button>
              </td>
              <td>{word(events.kind, events.kinds, row)}</td>
              <td>{word(events.outcome, events.outcomes, row)}</td>
              <td>{word(events.context, events.contexts, row)}</td>
              <td>
                <button
                  type="button"
                  className="sh-link"
                  title={t('provenance.behind')}
                  aria-label={t('provenance.behind')}
                  data-testid="timeline-event-rows"
                  onClick={() => askRows(rowsOfEvents([{ account, at }]), 'events')}
                >
                  {t('provenance.row')}
                </button>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
