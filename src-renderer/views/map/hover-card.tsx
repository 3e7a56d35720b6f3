import { useEffect, useRef, useState } from 'react'
import type { CommunityMap, MemberMap } from '../../../src-main/common/contract/communities.ts'
import { useQuery } from '../../client/use-query.ts'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { communityName, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { KeyValue } from '../../ui/panel.tsx'
import { RiskScore } from '../../ui/risk.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { riskBand } from '../../ui/theme/risk.ts'

const ASK_AFTER_MS = 180
const CARD_WIDTH = 232

/** Says what is under the pointer. It never takes the pointer itself. */
export function HoverCard(props: {
  stage: MapStage
  map: CommunityMap
  members: MemberMap | undefined
  container: HTMLElement
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
        <AccountCard id={account} members={props.members} />
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

function AccountCard(props: { id: number; members: MemberMap | undefined }) {
  const t = useT()
  const call = useAccountName()
  const { members } = props
  const row = members ? members.accountId.indexOf(props.id) : -1
  if (!members || row < 0) return null
  const score = members.score[row]!
  const verdict = members.flags[row]! & 1 ? 'malicious' : members.flags[row]! & 2 ? 'benign' : null
  const label = members.flags[row]! & 4 ? 'malicious' : members.flags[row]! & 8 ? 'benign' : null
  return (
    <>
      <div className="sh-hover-title">{call(props.id, members.key[row] ?? String(props.id))}</div>
      <KeyValue
        rows={[
          {
            key: 'risk',
            name: t('map.card.risk'),
            value: (
              <>
                <RiskScore score={Number.isNaN(score) ? null : score} verdict={verdict} />
                {!Number.isNaN(score) && (
                  <span className="sh-quiet"> {t(`common.risk.${riskBand(score)}`)}</span>
                )}
              </>
            ),
          },
          { key: 'label', name: t('map.card.label'), value: label && t(`common.verdict.${label}`) },
          { key: 'verdict', name: t('map.card.verdict'), value: verdict && t(`common.verdict.${verdict}`) },
        ]}
      />
    </>
  )
}
