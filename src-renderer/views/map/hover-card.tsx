import { useEffect, useRef, useState } from 'react'
import type { CommunityMap, MemberMap } from '../../../src-main/common/contract/communities.ts'
import { useQuery } from '../../client/use-query.ts'
import { MISSING } from '../../graph/channel-colors.ts'
import type { Channel } from '../../graph/explore-data.tsx'
import { NO_COMMUNITY, type PlacesIndex } from '../../graph/places.ts'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { communityName, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { KeyValue } from '../../ui/panel.tsx'
import { RiskScore } from '../../ui/risk.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { riskBand } from '../../ui/theme/risk.ts'
import { useCategoryName, useChannelTitle, useValueText } from './channel-names.ts'

const ASK_AFTER_MS = 180
const CARD_WIDTH = 232

/** Says what is under the pointer. It never takes the pointer itself. */
export function HoverCard(props: {
  stage: MapStage
  map: CommunityMap
  members: MemberMap | undefined
  container: HTMLElement
  index: PlacesIndex | null
  color: Channel | undefined
}) {
  const { container } = props
  const card = useRef<HTMLDivElement>(null)
  const account = useFocus((s) => s.hoverAccount)
  const community = useFocus((s) => s.hoverCommunity)
  const [inside, setInside] = useState(false)

  useEffect(() => {
    const move = (event: PointerEvent) => {
      const element = card.current
      setInside(true)
      if (!element) return
      const box = container.getBoundingClientRect()
      const x = event.clientX - box.x
      const y = event.clientY - box.y
      const left = x + 18 + CARD_WIDTH > box.width ? x - CARD_WIDTH - 14 : x + 18
      const height = element.offsetHeight || 120
      const top = Math.max(8, Math.min(y + 12, box.height - height - 8))
      element.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`
    }
    const leave = () => setInside(false)
    container.addEventListener('pointermove', move)
    container.addEventListener('pointerleave', leave)
    return () => {
      container.removeEventListener('pointermove', move)
      container.removeEventListener('pointerleave', leave)
    }
  }, [container])

  const open = useFocus((s) => s.openCommunity)
  const shown = inside && (account !== null || (community !== null && community !== open))
  return (
    <div ref={card} className="sh-hover-card" hidden={!shown} style={{ width: CARD_WIDTH }} role="status">
      {account !== null ? (
        <AccountCard id={account} members={props.members} index={props.index} color={props.color} />
      ) : community !== null ? (
        <CommunityCard id={community} stage={props.stage} map={props.map} />
      ) : null}
    </div>
  )
}

function CommunityCard(props: { id: number; stage: MapStage; map: CommunityMap }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const [asked, setAsked] = useState<number | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(props.id), ASK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [props.id])
  const detail = useQuery('communities.get', asked === props.id ? { id: props.id } : null, { reset: true })
  const row = props.stage.model.rowOf(props.id)
  if (row < 0) return null
  const { map } = props
  const score = map.meanScore[row]!
  const n = (value: number) => formatNumber(value, language)
  const more = detail.data?.id === props.id ? detail.data : null
  return (
    <>
      <div className="sh-hover-title">
        {communityName(props.id)}
        {!Number.isNaN(score) && <span className="sh-quiet">{t(`common.risk.${riskBand(score)}`)}</span>}
      </div>
      <KeyValue
        rows={[
          { key: 'size', name: t('map.card.size'), value: n(map.size[row]!) },
          {
            key: 'risk',
            name: t('map.card.meanRisk'),
            value: <RiskScore score={Number.isNaN(score) ? null : score} />,
          },
          { key: 'flagged', name: t('map.card.flagged'), value: n(map.flagged[row]!) },
          { key: 'reports', name: t('map.card.reports'), value: more ? n(more.reports) : '…' },
          ...(map.selected[row] !== map.size[row]
            ? [{ key: 'selected', name: t('map.card.selected'), value: n(map.selected[row]!) }]
            : []),
        ]}
      />
      <p className="sh-hover-hint">{t('map.card.openHint')}</p>
    </>
  )
}

/** Who is under the pointer. What the map knows is said at once; the name of one outside the open community is asked for. */
function AccountCard(props: {
  id: number
  members: MemberMap | undefined
  index: PlacesIndex | null
  color: Channel | undefined
}) {
  const t = useT()
  const call = useAccountName()
  const title = useChannelTitle()
  const category = useCategoryName()
  const text = useValueText()
  const { id, members, index, color } = props
  const [asked, setAsked] = useState<number | null>(null)
  const row = members ? members.accountId.indexOf(id) : -1
  const known = row >= 0 && members!.key[row] !== undefined
  useEffect(() => {
    const timer = setTimeout(() => setAsked(id), ASK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [id])
  const answer = useQuery('accounts.get', !known && asked === id ? { id } : null, { reset: true })
  const detail = answer.data?.id === id ? answer.data : null
  const place = index ? index.rowOf(id) : -1
  const score = row >= 0 ? members!.score[row]! : (detail?.score ?? NaN)
  const flags = row >= 0 ? members!.flags[row]! : 0
  const judged =
    row >= 0 ? (flags & 1 ? 'malicious' : flags & 2 ? 'benign' : null) : (detail?.verdict ?? null)
  const verdict = judged === 'malicious' || judged === 'benign' || judged === 'unsure' ? judged : null
  const label = row >= 0 ? (flags & 4 ? 'malicious' : flags & 8 ? 'benign' : null) : (detail?.label ?? null)
  const community = place >= 0 ? index!.places.community[place]! : null
  const byte = color && place >= 0 && color.version === index!.places.version ? color.bytes[place]! : MISSING
  const value =
    !color ||
    byte === MISSING ||
    color.info.id === 'risk' ||
    color.info.id === 'label' ||
    color.info.id === 'verdict'
      ? null
      : color.kind === 'category'
        ? category(color.channel, color.categories[byte]?.value ?? null)
        : text(color.info, color.stops[byte] ?? 0)
  return (
    <>
      <div className="sh-hover-title">
        {known ? call(id, members!.key[row]!) : detail ? call(id, detail.key) : '…'}
        {community !== null && community !== NO_COMMUNITY && (
          <span className="sh-quiet">{communityName(community)}</span>
        )}
      </div>
      <KeyValue
        rows={[
          {
            key: 'risk',
            name: t('map.card.risk'),
            value:
              row < 0 && !detail ? (
                '…'
              ) : (
                <>
                  <RiskScore score={Number.isNaN(score) ? null : score} verdict={verdict} />
                  {!Number.isNaN(score) && (
                    <span className="sh-quiet"> {t(`common.risk.${riskBand(score)}`)}</span>
                  )}
                </>
              ),
          },
          { key: 'value', name: color ? title(color.info.id) : '', value },
          { key: 'label', name: t('map.card.label'), value: label && category('label', label) },
          { key: 'verdict', name: t('map.card.verdict'), value: verdict && t(`common.verdict.${verdict}`) },
        ]}
      />
      <p className="sh-hover-hint">{t('mapTools.card.accountHint')}</p>
    </>
  )
}
