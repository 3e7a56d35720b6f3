import { useMemo, useState, type KeyboardEvent } from 'react'
import type { CommunityMap } from '../../../src-main/common/contract/communities.ts'
import { reducedMotion } from '../../graph/controllers.tsx'
import { byRisk } from '../../graph/model.ts'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { communityName, formatNumber, formatScore } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'

const LISTED = 1000

/**
 * The map for those who cannot see or point: the riskiest communities as a list beside the canvas, in step with
 * it. One tab stop; arrows move and show the community on the map, Enter opens it, Space selects it.
 */
export function CommunityList({ stage, map }: { stage: MapStage; map: CommunityMap }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const hover = useFocus((s) => s.hover)
  const open = useFocus((s) => s.openCommunity)
  const [cursor, setCursor] = useState(0)
  const rows = useMemo(() => byRisk(map).slice(0, LISTED), [map])

  const act = (row: number) => {
    const id = map.id[row]!
    useFocus.getState().show({ kind: 'community', id })
    useFocus.getState().open(id)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const last = rows.length - 1
    const row = rows[cursor]
    const to = (index: number) => {
      const next = Math.max(0, Math.min(last, index))
      setCursor(next)
      const item = event.currentTarget.parentElement?.children[next]
      if (item instanceof HTMLElement) item.focus()
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowRight') to(cursor + 1)
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') to(cursor - 1)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(last)
    else if (event.key === 'Enter' && row !== undefined) act(row)
    else if (event.key === ' ' && row !== undefined) {
      const id = map.id[row]!
      useFocus.getState().show({ kind: 'community', id })
      useSelection.getState().toggle('communities', id)
    } else if (event.key === 'Escape') useFocus.getState().open(null)
    else return
    event.preventDefault()
  }
  return (
    <div
      className="sh-community-list"
      role="listbox"
      aria-label={t('map.list.label')}
      onBlur={() => hover({})}
    >
      {rows.map((row, index) => {
        const id = map.id[row]!
        const score = map.meanScore[row]!
        return (
          <div
            key={id}
            role="option"
            aria-selected={open === id}
            tabIndex={index === cursor ? 0 : -1}
            data-testid={`community-${id}`}
            onFocus={() => {
              setCursor(index)
              hover({ community: id })
              stage.reveal(id, !reducedMotion())
            }}
            onClick={() => act(row)}
            onKeyDown={onKeyDown}
          >
            {t('map.list.item', {
              name: communityName(id),
              size: formatNumber(map.size[row]!, language),
              risk: Number.isNaN(score) ? t('common.notScored') : formatScore(score),
              flagged: formatNumber(map.flagged[row]!, language),
            })}
          </div>
        )
      })}
    </div>
  )
}
