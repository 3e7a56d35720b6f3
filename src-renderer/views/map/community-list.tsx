import { memo, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { CommunityMap, MemberMap } from '../../../src-main/common/contract/communities.ts'
import { reducedMotion } from '../../graph/controllers.tsx'
import { byRisk } from '../../graph/model.ts'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { communityName, formatNumber, formatScore } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { useMap } from './store.ts'

const LISTED = 1000

/**
 * The map for those who cannot see or point: the riskiest communities as a list beside the canvas, in step with it, and
 * the members of the open one. One tab stop each; arrows move and show it on the map, Enter goes in, Space selects, Escape
 * goes up.
 */
export const CommunityList = memo(function CommunityList(props: { stage: MapStage; map: CommunityMap }) {
  const { stage, map } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const open = useFocus((s) => s.openCommunity)
  const rows = useMemo(() => byRisk(map, LISTED), [map])
  const act = (row: number) => {
    const id = map.id[row]!
    useFocus.getState().show({ kind: 'community', id })
    useFocus.getState().open(id)
  }
  return (
    <Listbox
      label={t('map.list.label')}
      rows={rows}
      testId={(row) => `community-${map.id[row]!}`}
      isSelected={(row) => open === map.id[row]}
      onCursor={(row) => {
        const id = map.id[row]!
        useFocus.getState().hover({ community: id })
        stage.camera.reveal(id, !reducedMotion())
      }}
      onEnter={act}
      onClick={act}
      onSpace={(row) => {
        const id = map.id[row]!
        useFocus.getState().show({ kind: 'community', id })
        useSelection.getState().toggle('communities', id)
      }}
      onEscape={() => useFocus.getState().open(null)}
      text={(row) => {
        const score = map.meanScore[row]!
        return t('map.list.item', {
          name: communityName(map.id[row]!),
          size: formatNumber(map.size[row]!, language),
          risk: Number.isNaN(score) ? t('common.notScored') : formatScore(score),
          flagged: formatNumber(map.flagged[row]!, language),
        })
      }}
    />
  )
})

/** Members of the open community, by risk. */
export function MemberList({ stage, members }: { stage: MapStage; members: MemberMap }) {
  const t = useT()
  const call = useAccountName()
  const focus = useFocus((s) => s.focus)
  const rows = useMemo(
    () =>
      Array.from(members.accountId.keys())
        .sort((a, b) => (members.score[b]! || 0) - (members.score[a]! || 0) || a - b)
        .slice(0, LISTED),
    [members],
  )
  const degrees = useMemo(() => {
    const counts = new Uint32Array(members.accountId.length)
    for (let i = 0; i < members.edgeSource.length; i++) {
      counts[members.edgeSource[i]!]!++
      counts[members.edgeTarget[i]!]!++
    }
    return counts
  }, [members])
  const idOf = (row: number) => members.accountId[row]!
  const show = (row: number) => useFocus.getState().show({ kind: 'account', id: idOf(row) })
  return (
    <Listbox
      label={t('mapTools.list.members')}
      rows={rows}
      testId={(row) => `member-${idOf(row)}`}
      isSelected={(row) => focus?.kind === 'account' && focus.id === idOf(row)}
      onCursor={(row) => {
        useFocus.getState().hover({ account: idOf(row) })
        const at = stage.sigma.graphToViewport({ x: members.x[row]!, y: members.y[row]! })
        stage.camera.revealPixel(at, !reducedMotion())
      }}
      onClick={show}
      onEnter={(row) => {
        show(row)
        useMap.getState().set({ around: [idOf(row)] })
      }}
      onSpace={(row) => {
        show(row)
        useSelection.getState().toggle('accounts', idOf(row))
      }}
      onEscape={() => useFocus.getState().open(null)}
      text={(row) => {
        const score = members.score[row]!
        return t('mapTools.list.member', {
          name: call(idOf(row), members.key[row] ?? String(idOf(row))),
          risk: Number.isNaN(score) ? t('common.notScored') : formatScore(score),
          count: degrees[row]!,
        })
      }}
    />
  )
}

function Listbox(props: {
  label: string
  rows: number[]
  testId(row: number): string
  isSelected(row: number): boolean
  text(row: number): ReactNode
  onCursor(row: number): void
  onClick(row: number): void
  onEnter(row: number): void
  onSpace(row: number): void
  onEscape(): void
}) {
  const { rows } = props
  const [cursor, setCursor] = useState(0)
  const at = Math.min(cursor, rows.length - 1)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = rows[at]
    const to = (index: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, index))
      setCursor(next)
      const item = event.currentTarget.parentElement?.children[next]
      if (item instanceof HTMLElement) item.focus()
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowRight') to(at + 1)
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') to(at - 1)
    else if (event.key === 'PageDown') to(at + 20)
    else if (event.key === 'PageUp') to(at - 20)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(rows.length - 1)
    else if (event.key === 'Enter' && row !== undefined) props.onEnter(row)
    else if (event.key === ' ' && row !== undefined) props.onSpace(row)
    else if (event.key === 'Escape') props.onEscape()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  if (rows.length === 0) return null
  return (
    <div
      className="sh-community-list"
      role="listbox"
      aria-label={props.label}
      onBlur={() => useFocus.getState().hover({})}
    >
      {rows.map((row, index) => (
        <div
          key={row}
          role="option"
          aria-selected={props.isSelected(row)}
          tabIndex={index === at ? 0 : -1}
          data-testid={props.testId(row)}
          onFocus={() => {
            setCursor(index)
            props.onCursor(row)
          }}
          onClick={() => props.onClick(row)}
          onKeyDown={onKeyDown}
        >
          {props.text(row)}
        </div>
      ))}
    </div>
  )
}
