import { Icon } from '@blueprintjs/core'
import type { MemberMap } from '../../../src-main/common/contract/communities.ts'
import { channelStyle, DASHES, MAP_PALETTES } from '../../graph/palette.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { RISK_BANDS, riskColor } from '../../ui/theme/risk.ts'

/** The ramp in four bands; a click selects the accounts of a band, another one lets them go. */
export function RiskLegend(props: { threshold: number | null; isolated: number }) {
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const language = usePrefs((s) => s.language)
  const risk = useSelection((s) => s.selection.risk)
  const patch = useSelection((s) => s.patch)
  return (
    <div className="sh-legend sh-legend-risk" role="group" aria-label={t('map.legend.risk')}>
      <div className="sh-caps">
        <Explained what={t('map.legend.riskWhat')} how={t('map.legend.riskHow')}>
          {t('map.legend.risk')}
        </Explained>
      </div>
      <div className="sh-legend-ramp">
        {RISK_BANDS.map((band) => {
          const active = risk?.min === band.min && risk.max === band.max
          const name = t(`common.risk.${band.key}`)
          const range = `${formatScore(band.min)}–${formatScore(band.max)}`
          return (
            <button
              key={band.key}
              type="button"
              aria-pressed={active}
              aria-label={t('map.legend.band', { name, range })}
              title={t('map.legend.band', { name, range })}
              data-testid={`legend-${band.key}`}
              className={risk && !active ? 'is-off' : undefined}
              style={{
                background: `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1]
                  .map((s) => riskColor(band.min + s * (band.max - band.min), theme))
                  .join(', ')})`,
              }}
              onClick={() => patch({ risk: active ? undefined : { min: band.min, max: band.max } })}
            />
          )
        })}
        {props.threshold !== null && (
          <span
            className="sh-legend-threshold"
            style={{ left: `${props.threshold * 100}%` }}
            title={t('map.legend.threshold', { score: formatScore(props.threshold) })}
          />
        )}
      </div>
      <div className="sh-legend-ends" aria-hidden="true">
        <span>0</span>
        {props.threshold !== null && (
          <span className="sh-legend-threshold-text" style={{ left: `${props.threshold * 100}%` }}>
            {formatScore(props.threshold)}
          </span>
        )}
        <span>1.0</span>
      </div>
      <ul className="sh-legend-shapes">
        <li>
          <svg width="11" height="11" viewBox="0 0 10 10" aria-hidden="true">
            <path d="M5 0 10 5 5 10 0 5Z" fill="currentColor" />
          </svg>
          {t('map.legend.malicious')}
        </li>
        <li>
          <svg width="11" height="11" viewBox="0 0 10 10" aria-hidden="true">
            <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.8" />
          </svg>
          {t('map.legend.benign')}
        </li>
      </ul>
      {props.isolated > 0 && (
        <p className="sh-quiet">
          {t('map.legend.isolated', { count: props.isolated, n: formatNumber(props.isolated, language) })}
        </p>
      )}
    </div>
  )
}

/** 'entity:device' and 'relation:friend' in the reader's words. */
export function useChannelName(): (channel: string) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return (channel) => {
    const at = channel.indexOf(':')
    const kind = channel.slice(0, at)
    const type = channel.slice(at + 1)
    if (kind === 'entity') return t('map.edges.shared', { what: dynamic('map.edges.entity', type) })
    return dynamic('map.edges.relation', type)
  }
}

/** The kinds of edges in the open community; a click switches one off. */
export function EdgeLegend(props: {
  members: MemberMap
  hidden: ReadonlySet<number>
  onChange(hidden: ReadonlySet<number>): void
}) {
  const t = useT()
  const name = useChannelName()
  const theme = usePrefs((s) => s.resolvedTheme)
  const language = usePrefs((s) => s.language)
  const { members, hidden } = props
  const used = new Set<number>()
  for (const bits of members.edgeChannels)
    for (let bit = 0; bit < members.channels.length; bit++) if (bits & (1 << bit)) used.add(bit)
  if (used.size === 0) return null
  const toggle = (bit: number) => {
    const next = new Set(hidden)
    if (!next.delete(bit)) next.add(bit)
    props.onChange(next)
  }
  const shown = members.edgeSource.length
  return (
    <div className="sh-legend sh-legend-edges" role="group" aria-label={t('map.edges.label')}>
      {members.channels.map((channel, bit) => {
        if (!used.has(bit)) return null
        const style = channelStyle(bit, MAP_PALETTES[theme])
        const dash = DASHES[style.dash]!
        const off = hidden.has(bit)
        return (
          <button
            key={channel}
            type="button"
            aria-pressed={!off}
            className={off ? 'is-off' : undefined}
            data-testid={`edge-kind-${channel}`}
            onClick={() => toggle(bit)}
          >
            <svg width="24" height="8" viewBox="0 0 24 8" aria-hidden="true">
              <line
                x1="0"
                x2="24"
                y1="4"
                y2="4"
                stroke={style.color}
                strokeWidth="2"
                strokeDasharray={dash.period > 0 ? `${dash.on} ${dash.period - dash.on}` : undefined}
              />
            </svg>
            {name(channel)}
            {off && <Icon icon="eye-off" size={11} />}
          </button>
        )
      })}
      {shown < members.edgesTotal && (
        <span className="sh-quiet">
          {t('map.edges.strongest', {
            n: formatNumber(shown, language),
            total: formatNumber(members.edgesTotal, language),
          })}
        </span>
      )}
    </div>
  )
}
