import { Button, Icon } from '@blueprintjs/core'
import { useMemo, type ReactNode } from 'react'
import type { CommunityMap, MemberMap } from '../../../src-main/common/contract/communities.ts'
import { BUDGET } from '../../graph/budget.ts'
import { colorTable, isRisk, sequentialColor, sizeFactor } from '../../graph/channel-colors.ts'
import { useStillSelection } from '../../graph/controllers.tsx'
import { useHistogram, type Channel } from '../../graph/explore-data.tsx'
import type { MapStage } from '../../graph/stage.ts'
import type { ChannelInfo } from '../../../src-main/common/contract/explore.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'
import { CategoryLegend } from './category-legend.tsx'
import { ChannelMenu } from './channel-menu.tsx'
import { useChannelTitle, useValueText } from './channel-names.ts'
import { EdgeKinds, ShareSlider } from './edge-legend.tsx'
import { legendPart } from './legend-parts.ts'
import { NumberLegend } from './number-legend.tsx'
import { useMap } from './store.ts'

/** Where the strip will be: a map that changes its size while it is made is made twice. */
export function StripRoom() {
  const strip = useMap((s) => s.strip)
  return <div className={strip ? 'sh-strip' : 'sh-strip is-closed'} aria-hidden="true" />
}

/** Everything that says what the map's colours, sizes, shapes and lines mean, beside the map; each part can be acted on. */
export function Strip(props: {
  stage: MapStage
  map: CommunityMap
  members: MemberMap | undefined
  infos: ChannelInfo[]
  color: Channel | undefined
  size: Channel | undefined
  placed: number
  hiddenChannels: ReadonlySet<number>
  onHiddenChannels(hidden: ReadonlySet<number>): void
}) {
  const t = useT()
  const { stage, map, members, infos, color, size } = props
  const strip = useMap((s) => s.strip)
  const set = useMap((s) => s.set)
  const language = usePrefs((s) => s.language)
  const open = useFocus((s) => s.openCommunity)
  if (!strip)
    return (
      <div className="sh-strip is-closed">
        <Button
          variant="minimal"
          size="small"
          icon="chevron-right"
          aria-label={t('mapTools.strip.show')}
          title={t('mapTools.strip.show')}
          data-testid="strip-toggle"
          onClick={() => set({ strip: true })}
        />
        <span className="sh-strip-side">{t('mapTools.strip.name')}</span>
      </div>
    )
  const sized = infos.filter(({ kind }) => kind !== 'category')
  return (
    <aside className="sh-strip" aria-label={t('mapTools.strip.name')} data-testid="map-strip">
      <Part
        title={t('mapTools.strip.color')}
        tools={
          <Button
            variant="minimal"
            size="small"
            icon="chevron-left"
            aria-label={t('mapTools.strip.hide')}
            title={t('mapTools.strip.hide')}
            data-testid="strip-toggle"
            onClick={() => set({ strip: false })}
          />
        }
      >
        <ColorPart infos={infos} color={color} threshold={map.threshold} />
      </Part>
      <Part title={t('mapTools.strip.size')}>
        <ChannelMenu
          label={t('mapTools.strip.size')}
          channels={sized}
          value={useSized()}
          none={t('mapTools.strip.allSame')}
          testId="size-by"
          onChange={(sizeBy) => set({ sizeBy })}
        />
        {size && <SizeLegend channel={size} />}
      </Part>
      <Part title={t('mapTools.strip.shapes')}>
        <Shapes />
      </Part>
      <Part title={t('mapTools.strip.edges')}>
        {open !== null && members ? (
          <EdgeKinds members={members} hidden={props.hiddenChannels} onChange={props.onHiddenChannels} />
        ) : (
          <BetweenSlider map={map} />
        )}
      </Part>
      <Marks stage={stage} />
      <p className="sh-strip-foot">
        {t('mapTools.strip.placed', { count: props.placed, n: formatNumber(props.placed, language) })}
        {map.isolated > 0 && (
          <>
            {' · '}
            {t('mapTools.strip.isolated', { count: map.isolated, n: formatNumber(map.isolated, language) })}
          </>
        )}
      </p>
    </aside>
  )
}

const useSized = () => useMap((s) => s.sizeBy)

function Part(props: { title: ReactNode; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className="sh-strip-part">
      <header>
        <h3 className="sh-caps">{props.title}</h3>
        {props.tools}
      </header>
      {props.children}
    </section>
  )
}

function ColorPart(props: { infos: ChannelInfo[]; color: Channel | undefined; threshold: number | null }) {
  const t = useT()
  const dynamic = useDynamicT()
  const title = useChannelTitle()
  const { infos, color, threshold } = props
  const colorBy = useMap((s) => s.colorBy)
  const heat = useMap((s) => s.heat)
  const set = useMap((s) => s.set)
  const theme = usePrefs((s) => s.resolvedTheme)
  const selection = useSelection((s) => s.selection)
  const patch = useSelection((s) => s.patch)
  const still = useStillSelection()
  const histogram = useHistogram(color ? color.info.id : null, still)
  const table = useMemo(() => (color ? colorTable(color, theme) : null), [color, theme])
  const data = histogram.data?.channel === color?.info.id ? histogram.data : undefined
  const part = color ? legendPart(color.info, selection) : null
  return (
    <>
      <ChannelMenu
        label={t('mapTools.strip.color')}
        channels={infos}
        value={colorBy}
        testId="color-by"
        onChange={(id) => set({ colorBy: id ?? 'risk' })}
      />
      {heat ? (
        <HeatLegend />
      ) : (
        color &&
        table &&
        part && (
          <>
            {color.kind === 'category' ? (
              <CategoryLegend
                channel={color}
                table={table}
                histogram={data}
                part={part}
                onValues={(values) => patch(part.withValues(values))}
              />
            ) : (
              data && (
                <NumberLegend
                  channel={color}
                  table={table}
                  histogram={data}
                  part={part}
                  mark={
                    isRisk(color.channel) && threshold !== null
                      ? {
                          value: threshold,
                          text: t('map.legend.threshold', { score: formatScore(threshold) }),
                        }
                      : null
                  }
                  onRange={(range) => patch(part.withRange(range))}
                />
              )
            )}
            <div className="sh-strip-knowledge">
              <Explained what={dynamic('mapTools.what', color.info.id, title(color.info.id))}>
                <KnowledgeTag kind={color.info.knowledge} />
              </Explained>
              {color.kind !== 'category' && color.missing > 0 && <Missing channel={color} />}
            </div>
          </>
        )
      )}
      {histogram.error && <ErrorState compact error={histogram.error} onRetry={histogram.refetch} />}
    </>
  )
}

function Missing({ channel }: { channel: Channel }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  return (
    <span className="sh-quiet">
      {t('mapTools.legend.withoutValue', {
        count: channel.missing,
        n: formatNumber(channel.missing, language),
      })}
    </span>
  )
}

function HeatLegend() {
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const colors = [0, 0.25, 0.5, 0.75, 1].map((at) => sequentialColor(at, theme))
  return (
    <div className="sh-number-legend">
      <div
        className="sh-number-ramp"
        style={{ background: `linear-gradient(90deg, ${colors.join(', ')})` }}
      />
      <div className="sh-number-ends">
        <span>{t('mapTools.legend.few')}</span>
        <span>{t('mapTools.legend.many')}</span>
      </div>
    </div>
  )
}

function SizeLegend({ channel }: { channel: Channel }) {
  const text = useValueText()
  return (
    <div className="sh-size-legend">
      {[0, 127, 254].map((byte) => (
        <span key={byte}>
          <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
            <circle r={2.6 * sizeFactor(byte)} fill="currentColor" />
          </svg>
          {text(channel.info, channel.stops[byte] ?? 0)}
        </span>
      ))}
    </div>
  )
}

const SHAPES = [
  { key: 'malicious', path: 'M5 0 10 5 5 10 0 5Z', ring: false },
  { key: 'benign', path: 'M5 1.2a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6', ring: true },
  { key: 'labelMalicious', path: 'M5 .8 9.4 8.6H.6Z', ring: false },
  { key: 'labelBenign', path: 'M1.4 1.4h7.2v7.2H1.4Z', ring: false },
] as const

function Shapes() {
  const t = useT()
  return (
    <ul className="sh-shapes">
      {SHAPES.map(({ key, path, ring }) => (
        <li key={key}>
          <svg width="11" height="11" viewBox="0 0 10 10" aria-hidden="true">
            <path
              d={path}
              fill={ring ? 'none' : 'currentColor'}
              stroke={ring ? 'currentColor' : 'none'}
              strokeWidth="1.8"
            />
          </svg>
          {t(`mapTools.shape.${key}`)}
        </li>
      ))}
    </ul>
  )
}

function BetweenSlider({ map }: { map: CommunityMap }) {
  const t = useT()
  const share = useMap((s) => s.between)
  const set = useMap((s) => s.set)
  const total = Math.min(BUDGET.communityEdges, map.edgeSource.length)
  if (total === 0) return <p className="sh-quiet">{t('mapTools.edges.none')}</p>
  return (
    <ShareSlider
      label={t('mapTools.edges.between')}
      share={share}
      total={total}
      weights={map.edgeWeight}
      testId="edges-between"
      onChange={(between) => set({ between })}
    />
  )
}

/** Pins and groups: a click goes there. */
function Marks({ stage }: { stage: MapStage }) {
  const t = useT()
  const landmarks = useMap((s) => s.landmarks)
  const groups = useMap((s) => s.groups)
  const { pin, ungroup } = useMap.getState()
  if (landmarks.length + groups.length === 0) return null
  return (
    <Part title={t('mapTools.strip.marks')}>
      <ul className="sh-marks">
        {groups.map((group) => (
          <li key={`g${group.name}`}>
            <button
              type="button"
              onClick={() => {
                useSelection.getState().patch({ communities: [...group.communities] })
                frameGroup(stage, group.communities)
              }}
            >
              <Icon icon="polygon-filter" size={11} />
              <span>{group.name}</span>
            </button>
            <Button
              variant="minimal"
              size="small"
              icon="small-cross"
              aria-label={t('common.remove', { what: group.name })}
              onClick={() => ungroup(group.name)}
            />
          </li>
        ))}
        {landmarks.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => {
                useFocus.getState().show({ kind: 'community', id })
                stage.camera.reveal(id, false)
              }}
            >
              <Icon icon="pin" size={11} />
              <span>{communityName(id)}</span>
            </button>
            <Button
              variant="minimal"
              size="small"
              icon="small-cross"
              aria-label={t('common.remove', { what: communityName(id) })}
              onClick={() => pin(id)}
            />
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** Shows several communities at once. */
export function frameGroup(stage: MapStage, communities: readonly number[]): void {
  const map = stage.model.communities
  const rows = communities.map((id) => stage.model.rowOf(id)).filter((row) => row >= 0)
  if (!map || rows.length === 0) return
  const least = (of: (row: number) => number) => Math.min(...rows.map(of))
  const most = (of: (row: number) => number) => Math.max(...rows.map(of))
  stage.camera.frameBox(
    least((row) => map.x[row]! - map.radius[row]!),
    least((row) => map.y[row]! - map.radius[row]!),
    most((row) => map.x[row]! + map.radius[row]!),
    most((row) => map.y[row]! + map.radius[row]!),
    false,
  )
}
