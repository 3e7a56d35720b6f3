import { Icon } from '@blueprintjs/core'
import {
  memo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  type UIEvent,
} from 'react'
import { useFocus } from '../../state/focus.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { useSteady } from '../../ui/use-steady.ts'
import type { Bands } from './bands.ts'
import type { NamedLane } from './plot-model.ts'
import { Strips } from './legend.tsx'

export const GUTTER = 148

/** What a lane is about: 'community:3' is { kind: 'community', id: 3 }. */
export function laneSubject(id: string): { kind: 'community' | 'account' | 'entity'; id: number } | null {
  const match = /^(community|account|entity):(\d+)$/.exec(id)
  return match ? { kind: match[1] as 'community' | 'account' | 'entity', id: Number(match[2]) } : null
}

/** A lane's name in the reader's language, hiding account keys while names are hidden. */
export function useLaneName(): (lane: Pick<NamedLane, 'id' | 'label'>) => string {
  const dynamic = useDynamicT()
  const t = useT()
  const call = useAccountName()
  return (lane) => {
    const subject = laneSubject(lane.id)
    if (subject?.kind === 'account') return call(subject.id, lane.label)
    if (subject?.kind === 'entity') {
      const [type, ...key] = lane.label.split(' ')
      return `${dynamic('inspector.entityType', type, type)} ${key.join(' ')}`
    }
    if (subject) return lane.label
    if (lane.id.endsWith(':')) return t('timeline.lane.notStated')
    if (lane.id === 'others') return t('timeline.lane.others')
    return lane.label
  }
}

export interface LaneLabelsProps {
  lanes: readonly NamedLane[]
  bands: Bands
  pinned: readonly string[]
  highlighted: ReadonlySet<string>
  scroller: RefObject<HTMLDivElement | null>
  onScrolled(scroll: number): void
  onPin(id: string): void
  onMove(id: string, by: number): void
  /** Lanes can't be ordered by hand while they are ordered by likeness. */
  movable: boolean
  /** Which zone the axis beside is in. */
  zone: ReactNode
}

/** Names beside the lanes: they open the inspector, can be pinned, and are moved by dragging or Alt with the arrows. */
export function LaneLabels(props: LaneLabelsProps) {
  const { lanes, bands } = props
  const t = useT()
  const onPin = useSteady(props.onPin)
  const onMove = useSteady(props.onMove)
  return (
    <div className="tl-gutter" style={{ height: bands.height }}>
      <Strips bands={bands} />
      {lanes.length > 0 && (
        <div
          ref={props.scroller}
          className="tl-lanes"
          role="list"
          aria-label={t('timeline.lanesList')}
          style={{ top: bands.laneTop, height: bands.lanesHeight }}
          onScroll={(event: UIEvent<HTMLDivElement>) => props.onScrolled(event.currentTarget.scrollTop)}
        >
          {lanes.map((lane) => (
            <LaneLabel
              key={lane.id}
              id={lane.id}
              label={lane.label}
              height={bands.laneHeight}
              pinned={props.pinned.includes(lane.id)}
              highlighted={props.highlighted.has(lane.id)}
              movable={props.movable}
              onPin={onPin}
              onMove={onMove}
            />
          ))}
        </div>
      )}
      <span className="tl-axis-zone sh-quiet">{props.zone}</span>
    </div>
  )
}

const LaneLabel = memo(function LaneLabel(props: {
  id: string
  label: string
  /** CSS pixels. */
  height: number
  pinned: boolean
  highlighted: boolean
  movable: boolean
  onPin(id: string): void
  onMove(id: string, by: number): void
}) {
  const { id, label, height, pinned: isPinned } = props
  const t = useT()
  const nameOf = useLaneName()
  const show = useFocus((s) => s.show)
  const [by, setBy] = useState(0)
  const drag = useRef<{ y: number; moved: boolean } | null>(null)
  const subject = laneSubject(id)
  const isOthers = id === 'others'
  const name = nameOf({ id, label })

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !props.movable || isOthers) return
    drag.current = { y: event.clientY, moved: false }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current) return
    const dy = event.clientY - drag.current.y
    if (Math.abs(dy) > 4) drag.current.moved = true
    if (drag.current.moved) setBy(dy)
  }
  const onPointerUp = () => {
    const steps = Math.round(by / height)
    if (drag.current?.moved && steps !== 0) props.onMove(id, steps)
    setBy(0)
    // The click that follows a drag is none.
    setTimeout(() => (drag.current = null))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const up = event.key === 'ArrowUp'
    if (up || event.key === 'ArrowDown') {
      event.preventDefault()
      event.stopPropagation()
      if (event.altKey) {
        if (props.movable && !isOthers) props.onMove(id, up ? -1 : 1)
        return
      }
      const row = event.currentTarget.closest('.tl-lane-row')
      const next = up ? row?.previousElementSibling : row?.nextElementSibling
      next?.querySelector<HTMLElement>('.tl-lane')?.focus()
    } else if (event.key.toLowerCase() === 'p' && !event.ctrlKey && !event.metaKey && !isOthers) {
      event.preventDefault()
      props.onPin(id)
    }
  }
  return (
    <div
      role="listitem"
      className={`tl-lane-row${props.highlighted ? ' is-highlighted' : ''}${by === 0 ? '' : ' is-moving'}`}
      style={{ height, ...(by !== 0 && { transform: `translateY(${by}px)` }) }}
    >
      <button
        type="button"
        className={`tl-lane${subject ? '' : ' sh-quiet'}`}
        title={name}
        aria-keyshortcuts="P Alt+ArrowUp Alt+ArrowDown"
        data-testid="timeline-lane"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onKeyDown={onKeyDown}
        onClick={() => {
          if (subject && !drag.current?.moved) show(subject)
        }}
      >
        {name}
      </button>
      {!isOthers && (
        <button
          type="button"
          className="tl-pin"
          aria-pressed={isPinned}
          aria-label={t(isPinned ? 'timeline.unpin' : 'timeline.pin', { lane: name })}
          title={t(isPinned ? 'timeline.unpin' : 'timeline.pin', { lane: name })}
          onClick={() => props.onPin(id)}
        >
          <Icon icon={isPinned ? 'pin' : 'unpin'} size={11} />
        </button>
      )}
    </div>
  )
})
