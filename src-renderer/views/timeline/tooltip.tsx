import { useEffect, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import type { EventRow } from '../../../src-main/common/contract/accounts.ts'
import { api } from '../../client/api.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatInstant, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { SERIES, type AnomalyMark } from './bins.ts'
import { NONE } from './events.ts'
import type { DetailScene } from './scene.ts'
import type { Target } from './target.ts'
import { momentLabel } from './ticks.ts'
import { baseName } from '../inspector/provenance.tsx'
import { useAccountKeys } from './account-keys.ts'
import { expectedWords, groupWords, qWords, seriesWords } from './words.ts'
import { DAY } from './scale.ts'
import { offsetName, wallOf, zoneName, zoneOf } from './zone.ts'

interface Props {
  target: Target
  scene: DetailScene
  laneName(k: number): string
  /** Where the pointer is, CSS pixels of the window, and what the card must not cover above and below it. */
  at: { x: number; top: number; bottom: number }
}

/** What is under the pointer, with its time in the shown zone and in UTC. */
export function TimelineTooltip(props: Props) {
  // In the window, not in the panel: a low panel would cut it off. Above the plot where there is room for it.
  const { x, top, bottom } = props.at
  const place = {
    ...(x > window.innerWidth / 2 ? { right: window.innerWidth - x + 12 } : { left: x + 12 }),
    ...(top > 260 ? { bottom: window.innerHeight - top + 4 } : { top: bottom + 4 }),
  }
  return createPortal(
    <div className="tl-tooltip" style={place} role="tooltip" data-testid="timeline-tooltip">
      <Content {...props} />
    </div>,
    document.body,
  )
}

function Content({ target, scene, laneName }: Props) {
  switch (target.kind) {
    case 'anomaly':
      return <AnomalyCard mark={target.mark} scene={scene} />
    case 'event':
      return target.cluster.n === 1 ? (
        <EventCard row={target.cluster.first} scene={scene} />
      ) : (
        <ClusterCard target={target} scene={scene} laneName={laneName} />
      )
    case 'reports':
      return <ReportsCard rows={target.rows} scene={scene} />
    case 'lane':
      return <LaneCard target={target} scene={scene} laneName={laneName} />
    case 'bin':
      return <BinCard target={target} scene={scene} />
  }
}

/** A span in the shown zone, and in UTC where that is another. */
function When(props: { from: number; to: number; scene: DetailScene }) {
  const { from, to, scene } = props
  const language = usePrefs((s) => s.language)
  if (scene.axis === 'since') return null
  const seconds = to - from < 600_000
  const say = (zone: DetailScene['zone']) => {
    const sameDay = Math.floor(wallOf(from, zone) / DAY) === Math.floor(wallOf(to - 1, zone) / DAY)
    const start = momentLabel(from, zone, language, { year: true, seconds, weekday: true })
    const end = momentLabel(to, zone, language, { seconds, timeOnly: sameDay })
    return to > from ? `${start} – ${end} ${zoneName(zone, from)}` : `${start} ${zoneName(zone, from)}`
  }
  const utc = zoneOf('utc', 0)
  return (
    <>
      <p className="sh-quiet">{say(scene.zone)}</p>
      {scene.zone.offsetAt(from) !== 0 && <p className="sh-quiet">{say(utc)}</p>}
    </>
  )
}

function Row(props: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="tl-tooltip-row">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}

function BinCard(props: { target: Extract<Target, { kind: 'bin' }>; scene: DetailScene }) {
  const { target, scene } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const some = target.counts.some((n) => n > 0)
  return (
    <>
      <When from={target.from} to={target.to} scene={scene} />
      {!some && <p>{t('timeline.noEvents')}</p>}
      {some && (
        <dl>
          {SERIES.map((series, s) => (
            <Row
              key={series}
              name={
                <>
                  <span className={`tl-swatch tl-${series}`} aria-hidden="true" />
                  {t(`timeline.series.${series}`)}
                </>
              }
            >
              {formatNumber(target.counts[s], language)}
            </Row>
          ))}
        </dl>
      )}
    </>
  )
}

function LaneCard(props: {
  target: Extract<Target, { kind: 'lane' }>
  scene: DetailScene
  laneName(k: number): string
}) {
  const { target, scene } = props
  const t = useT()
  const pinned = scene.lanes[target.lane]?.pinned
  return (
    <>
      <p className="tl-tooltip-title">{props.laneName(target.lane)}</p>
      <When from={target.from} to={target.to} scene={scene} />
      <p>{t('timeline.events', { count: target.n })}</p>
      {pinned && <p className="sh-quiet">{t('timeline.pinnedMeaning')}</p>}
    </>
  )
}

function ClusterCard(props: {
  target: Extract<Target, { kind: 'event' }>
  scene: DetailScene
  laneName(k: number): string
}) {
  const { target, scene } = props
  const t = useT()
  const { cluster } = target
  const at = scene.marks!.events.at
  const from = Math.min(at[cluster.first], at[cluster.last])
  const to = Math.max(at[cluster.first], at[cluster.last])
  return (
    <>
      <p className="tl-tooltip-title">{props.laneName(cluster.lane)}</p>
      <p>{t('timeline.events', { count: cluster.n })}</p>
      <When from={from} to={to} scene={scene} />
      <p className="sh-quiet">{t('timeline.clickToZoom')}</p>
    </>
  )
}

/** The event's own row, asked for when the pointer rests: address, device, country and the row of the file. */
function useEventRow(account: number, at: number): EventRow | undefined {
  const [row, setRow] = useState<EventRow>()
  useEffect(() => {
    setRow(undefined)
    const controller = new AbortController()
    const timer = setTimeout(() => {
      api
        .call(
          'accounts.events',
          { id: account, span: { from: at, to: at + 1 }, limit: 1 },
          { signal: controller.signal },
        )
        .then(
          (answer) => setRow(answer.rows[0]),
          () => {},
        )
    }, 150)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [account, at])
  return row
}

function EventCard(props: { row: number; scene: DetailScene }) {
  const { row, scene } = props
  const t = useT()
  const call = useAccountName()
  const { events } = scene.marks!
  const account = events.account[row]
  const at = events.at[row]
  const key = useAccountKeys([account])(account)
  const detail = useEventRow(account, at)
  const word = (codes: Uint8Array, words: readonly string[]) =>
    codes[row] === NONE ? null : words[codes[row]]
  const instant = (offset: number) => `${formatInstant(at, offset, true, true)} ${offsetName(offset)}`
  const viewer = zoneOf('viewer', 0).offsetAt(at)
  const zones = new Map([
    ['utc', 0],
    ['export', detail?.tzOffset ?? scene.zone.offsetAt(at)],
    ['viewer', viewer],
  ] as const)
  return (
    <>
      <p className="tl-tooltip-title">
        {word(events.kind, events.kinds) ?? t('timeline.series.other')}
        {' · '}
        {key === undefined ? t('timeline.account') : call(account, key)}
      </p>
      <dl>
        {[...zones]
          // Each offset once: the export's and the viewer's are often the same.
          .filter(([, offset], i, all) => all.findIndex(([, other]) => other === offset) === i)
          .map(([id, offset]) => (
            <Row key={id} name={t(`timeline.zoneShort.${id}`)}>
              {instant(offset)}
            </Row>
          ))}
        <Row name={t('timeline.outcome')}>{word(events.outcome, events.outcomes) ?? '–'}</Row>
        <Row name={t('timeline.context')}>{word(events.context, events.contexts) ?? '–'}</Row>
        {detail?.country && (
          <Row name={t('timeline.country')}>{[detail.country, detail.city].filter(Boolean).join(', ')}</Row>
        )}
        {detail?.ip && <Row name={t('timeline.address')}>{detail.ip}</Row>}
        {detail?.device && <Row name={t('timeline.device')}>{detail.device}</Row>}
        {detail && (
          <Row
            name={t('timeline.source')}
          >{`${baseName(detail.provenance.file)}:${detail.provenance.row}`}</Row>
        )}
      </dl>
      <p className="sh-quiet">{t('timeline.clickForAccount')}</p>
    </>
  )
}

function ReportsCard(props: { rows: number[]; scene: DetailScene }) {
  const { rows, scene } = props
  const t = useT()
  const ts = scene.reports!.ts
  return (
    <>
      <p className="tl-tooltip-title">{t('timeline.reports', { count: rows.length })}</p>
      <When from={ts[rows[0]]} to={ts[rows.at(-1)!]} scene={scene} />
      <p className="sh-quiet">{t('timeline.clickToRead')}</p>
    </>
  )
}

function AnomalyCard(props: { mark: AnomalyMark; scene: DetailScene }) {
  const { mark, scene } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const number = (n: number) => formatNumber(n, language)
  const strongest = mark.anomalies[0]
  return (
    <>
      <p className="tl-tooltip-title">
        {t('timeline.anomalyTitle', { series: seriesWords(strongest.series, t) })}
      </p>
      <p>{groupWords(strongest, t)}</p>
      <When from={strongest.from} to={strongest.to} scene={scene} />
      <dl>
        <Row name={t('timeline.observed')}>{number(strongest.observed)}</Row>
        <Row name={t('timeline.expected')}>{expectedWords(strongest.expected, language)}</Row>
        <Row name={t('timeline.strength')}>{formatNumber(strongest.score, language, 1)}</Row>
        {strongest.q !== null && <Row name={t('timeline.qValue')}>{qWords(strongest.q)}</Row>}
      </dl>
      {mark.anomalies.length > 1 && (
        <p className="sh-quiet">{t('timeline.moreAnomalies', { count: mark.anomalies.length - 1 })}</p>
      )}
      <p className="tl-tooltip-meaning sh-quiet">{t('timeline.anomalyMeaning')}</p>
      <p className="sh-quiet">{t('timeline.clickAnomaly')}</p>
    </>
  )
}
