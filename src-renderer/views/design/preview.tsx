import { Button } from '@blueprintjs/core'
import type { ReactNode } from 'react'
import type { DesignResult, Estimate, RecipePreview } from '../../../src-main/common/contract/recipes.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatBytes } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { KeyValue } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { DegreeChartView } from './degree-chart.tsx'
import { difference } from './difference.ts'
import type { Preview } from './use-preview.ts'
import { useChannelName, useTypeName } from './words.ts'
import { useNumbers } from '../../ui/numbers.ts'

/** What the draft would yield, before it is built, beside what is shown now. */
export function PreviewPane(props: { preview: Preview; shown: DesignResult | null; invalid: boolean }) {
  const t = useT()
  const { n } = useNumbers()
  const { preview, shown, invalid } = props
  const { data, counting, stopped, error, fresh } = preview
  const seconds = useSeconds()
  const state = counting
    ? data
      ? t('design.preview.stale')
      : t('design.preview.counting')
    : stopped
      ? data
        ? t('design.preview.staleStopped')
        : t('design.preview.stopped')
      : invalid
        ? t('design.preview.invalid')
        : data && fresh
          ? data.sampled < data.accounts
            ? t('design.preview.sampled', {
                part: n(data.sampled),
                whole: n(data.accounts),
                time: seconds(data.seconds),
              })
            : t('design.preview.exact', { time: seconds(data.seconds) })
          : ''
  return (
    <section className="sh-design-preview" aria-label={t('design.preview.title')} data-testid="preview">
      <div className="sh-section-head">
        <h3>{t('design.preview.title')}</h3>
        {counting ? (
          <Button size="small" variant="minimal" text={t('design.preview.stop')} onClick={preview.stop} />
        ) : (
          (stopped || error) && (
            <Button size="small" variant="minimal" text={t('design.preview.again')} onClick={preview.again} />
          )
        )}
      </div>
      <p
        className={`sh-design-state${fresh && !invalid ? ' sh-quiet' : ''}`}
        role="status"
        data-testid="preview-state"
        data-state={fresh ? 'fresh' : counting ? 'counting' : 'stale'}
      >
        {state}
      </p>
      {error && <ErrorState error={error} onRetry={preview.again} compact />}
      {!data && counting && <Spinner />}
      {data && (
        <div className={fresh ? undefined : 'is-stale'} aria-busy={counting}>
          <Figures data={data} shown={shown} />
          <Channels data={data} shown={shown} />
          <h4 className="sh-caps">{t('design.preview.degrees')}</h4>
          <DegreeChartView degrees={data.degrees} />
          <Hubs data={data} />
        </div>
      )}
    </section>
  )
}

function useSeconds(): (seconds: number) => string {
  const t = useT()
  const { d } = useNumbers()
  return (seconds) => t('design.compare.seconds', { n: d(seconds, seconds < 10 ? 1 : 0) })
}

function Figures({ data, shown }: { data: RecipePreview; shown: DesignResult | null }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { n, d, percent } = useNumbers()
  const joined: Estimate = {
    value: data.accounts - data.isolated.value,
    low: data.accounts - data.isolated.high,
    high: data.accounts - data.isolated.low,
  }
  const share = (value: number) =>
    data.accounts === 0 ? '' : t('design.preview.share', { percent: percent(value / data.accounts) })
  const estimate = (e: Estimate, words: (value: number) => string, after = '') =>
    e.low === e.high ? (
      <>
        <b>{words(e.value)}</b>
        {after && <span className="sh-quiet"> {after}</span>}
      </>
    ) : (
      <>
        <b>≈ {words(e.value)}</b>
        {after && <span className="sh-quiet"> {after}</span>}
        <span className="sh-design-interval">
          {t('design.preview.interval', { low: words(e.low), high: words(e.high) })}
        </span>
      </>
    )
  const beside = (e: Estimate, then: number | null | undefined) => {
    if (then === null || then === undefined) return null
    const change = difference(e, then)
    return (
      <span className="sh-design-beside sh-quiet">
        {change.kind === 'same'
          ? t('design.preview.same')
          : change.kind === 'unclear'
            ? t('design.preview.withinError')
            : change.share === null
              ? `+${d(e.value)}`
              : signed(change.share, percent(Math.abs(change.share)))}
      </span>
    )
  }
  const row = (key: keyof typeof ABOUT, value: ReactNode, change: ReactNode = null) => ({
    key,
    name: <Explained what={t(ABOUT[key])}>{t(`design.preview.${key}`)}</Explained>,
    value: (
      <span className="sh-design-figure" data-testid={`preview-${key}`}>
        <span>{value}</span>
        {shown && (change ?? <span className="sh-design-beside" />)}
      </span>
    ),
  })
  return (
    <>
      {shown && (
        <p className="sh-design-beside-head sh-quiet">
          <span
            title={t('design.preview.differenceAbout', { name: shown.recipe.name, edges: n(shown.edges) })}
          >
            {t('design.preview.difference')}
          </span>
        </p>
      )}
      <KeyValue
        rows={[
          row(
            'joined',
            estimate(joined, n, share(joined.value)),
            shown && beside(joined, Math.round(shown.covered * shown.accounts)),
          ),
          row('alone', estimate(data.isolated, n, share(data.isolated.value))),
          row('edges', estimate(data.edges, n), shown && beside(data.edges, shown.edges)),
          row(
            'meanDegree',
            estimate(data.meanDegree, (v) => d(v, v < 10 ? 2 : 1)),
            shown && beside(data.meanDegree, shown.meanDegree),
          ),
          row('maxDegree', <b>{n(data.maxDegree)}</b>),
          row('memory', <b>{formatBytes(data.bytes, language)}</b>),
        ]}
      />
    </>
  )
}
/** +14%, −3%; what is too small to show has no sign. */
const signed = (share: number, percent: string) =>
  percent.startsWith('<') ? `${percent}%` : `${share > 0 ? '+' : '−'}${percent}%`

const ABOUT = {
  joined: 'design.preview.about.joined',
  alone: 'design.preview.about.alone',
  edges: 'design.preview.about.edges',
  meanDegree: 'design.preview.about.meanDegree',
  maxDegree: 'design.preview.about.maxDegree',
  memory: 'design.preview.about.memory',
} as const

function Channels({ data, shown }: { data: RecipePreview; shown: DesignResult | null }) {
  const t = useT()
  const { n, short } = useNumbers()
  const channelName = useChannelName()
  const then = new Map(shown?.channels.map((channel) => [channel.id, channel.edges]))
  const most = Math.max(1, ...data.channels.map((c) => Math.max(c.edges.high, then.get(c.id) ?? 0)))
  const at = (edges: number) => `${(edges / most) * 100}%`
  return (
    <>
      <h4 className="sh-caps">
        <Explained what={t('design.preview.channelsAbout')}>{t('design.preview.channels')}</Explained>
      </h4>
      {data.channels.length === 0 && <p className="sh-quiet">{t('design.preview.noChannels')}</p>}
      <ul className="sh-design-channels">
        {data.channels.map((channel) => {
          const { edges } = channel
          const name = channelName(channel.id)
          const before = then.get(channel.id)
          return (
            <li
              key={channel.id}
              data-testid={`channel-${channel.id}`}
              title={[
                t('design.preview.channelEdges', { name, edges: n(edges.value) }),
                before === undefined ? '' : t('design.preview.shownMark', { edges: n(before) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            >
              <span>{name}</span>
              <span className="sh-num">
                {edges.low === edges.high ? '' : '≈ '}
                {short(edges.value)}
              </span>
              <span className="sh-design-track" aria-hidden="true">
                <span style={{ width: at(edges.value) }} />
                {edges.low !== edges.high && (
                  <i
                    className="sh-design-whisker"
                    style={{ left: at(edges.low), width: at(edges.high - edges.low) }}
                  />
                )}
                {before !== undefined && <i className="sh-design-then" style={{ left: at(before) }} />}
              </span>
              {channel.hubsCapped > 0 && (
                <span className="sh-design-capped sh-quiet">
                  {t('design.preview.hubsCapped', { count: channel.hubsCapped, n: n(channel.hubsCapped) })}
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function Hubs({ data }: { data: RecipePreview }) {
  const t = useT()
  const dynamic = useDynamicT()
  const typeName = useTypeName()
  const { n } = useNumbers()
  const inspect = (id: number) => {
    useFocus.getState().show({ kind: 'entity', id })
    useLayout.getState().show('inspector')
  }
  return (
    <>
      <h4 className="sh-caps">{t('design.preview.hubs')}</h4>
      {data.hubs.length === 0 ? (
        <p className="sh-quiet">{t('design.preview.noHubs')}</p>
      ) : (
        <ul className="sh-design-hubs">
          {data.hubs.map((hub) => (
            <li key={hub.entityId}>
              <button
                type="button"
                className="sh-link"
                title={t('design.preview.inspectHub', { name: hub.key })}
                onClick={() => inspect(hub.entityId)}
              >
                {hub.key}
              </button>
              <span className="sh-quiet">
                {typeName(hub.type)}
                {hub.cause && ` · ${dynamic('sharing.cause', hub.cause, hub.cause)}`}
              </span>
              <span className="sh-num">{t('design.preview.hubAccounts', { n: n(hub.accounts) })}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
