import { Icon } from '@blueprintjs/core'
import { useMemo } from 'react'
import type { MemberMap } from '../../../src-main/common/contract/communities.ts'
import { channelStyle, MAP_PALETTES } from '../../graph/palette.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { EdgeSample } from './edge-sample.tsx'
import { useMap } from './store.ts'

/** How many of the strongest edges a share of them is: at least one, unless the share is 0. */
export function shareCount(share: number, total: number): number {
  return share <= 0 ? 0 : Math.max(1, Math.round(share * total))
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

/** How many of the strongest edges are drawn, and from which weight on. `weights` fall. */
export function ShareSlider(props: {
  label: string
  share: number
  total: number
  weights: Float32Array
  testId: string
  onChange(share: number): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const count = shareCount(props.share, props.total)
  const least = count > 0 ? (props.weights[count - 1] ?? 0) : null
  const n = formatNumber(count, language)
  const total = formatNumber(props.total, language)
  const weight = least === null ? null : formatNumber(least, language, least >= 100 ? 0 : 2)
  const text =
    weight === null
      ? t('mapTools.edges.noneOf', { total })
      : t('mapTools.edges.strongest', { n, total, weight })
  return (
    <div className="sh-share">
      <input
        type="range"
        min={0}
        max={100}
        value={Math.round(Math.sqrt(props.share) * 100)}
        aria-label={props.label}
        aria-valuetext={text}
        data-testid={props.testId}
        onChange={(event) => props.onChange((Number(event.target.value) / 100) ** 2)}
      />
      <p className="sh-quiet">{text}</p>
    </div>
  )
}

/** The kinds of edges in the open community, with how many there are; a click switches one off. */
export function EdgeKinds(props: {
  members: MemberMap
  hidden: ReadonlySet<number>
  onChange(hidden: ReadonlySet<number>): void
}) {
  const t = useT()
  const name = useChannelName()
  const theme = usePrefs((s) => s.resolvedTheme)
  const language = usePrefs((s) => s.language)
  const inside = useMap((s) => s.inside)
  const set = useMap((s) => s.set)
  const { members, hidden } = props
  const counts = useMemo(() => {
    const found = new Uint32Array(members.channels.length)
    for (const bits of members.edgeChannels)
      for (let bit = 0; bit < found.length; bit++) if (bits & (1 << bit)) found[bit]!++
    return found
  }, [members])
  if (counts.every((count) => count === 0)) return <p className="sh-quiet">{t('mapTools.edges.none')}</p>
  const toggle = (bit: number) => {
    const next = new Set(hidden)
    if (!next.delete(bit)) next.add(bit)
    props.onChange(next)
  }
  return (
    <>
      <ul className="sh-edge-kinds" aria-label={t('map.edges.label')}>
        {members.channels.map((channel, bit) => {
          if (counts[bit] === 0) return null
          const style = channelStyle(bit, MAP_PALETTES[theme])
          const off = hidden.has(bit)
          return (
            <li key={channel}>
              <button
                type="button"
                aria-pressed={!off}
                className={off ? 'is-off' : undefined}
                data-testid={`edge-kind-${channel}`}
                onClick={() => toggle(bit)}
              >
                <EdgeSample color={style.color} dash={style.dash} />
                <span className="sh-category-name">{name(channel)}</span>
                {off ? (
                  <Icon icon="eye-off" size={11} />
                ) : (
                  <span className="sh-category-count">{formatNumber(counts[bit]!, language)}</span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
      <ShareSlider
        label={t('mapTools.edges.inside')}
        share={inside}
        total={members.edgeSource.length}
        weights={members.edgeWeight}
        testId="edges-inside"
        onChange={(share) => set({ inside: share })}
      />
      {members.edgeSource.length < members.edgesTotal && (
        <p className="sh-quiet">
          {t('map.edges.strongest', {
            n: formatNumber(members.edgeSource.length, language),
            total: formatNumber(members.edgesTotal, language),
          })}
        </p>
      )}
    </>
  )
}
