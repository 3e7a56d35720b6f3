import type { TimelineLane } from '../../../src-main/common/contract/timeline.ts'
import { useFocus } from '../../state/focus.ts'
import { SERIES } from './bins.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import type { Bands } from './draw.ts'

/** What a lane is about: 'community:3' is { kind: 'community', id: 3 }. */
export function laneSubject(id: string): { kind: 'community' | 'account'; id: number } | null {
  const match = /^(community|account):(\d+)$/.exec(id)
  return match ? { kind: match[1] as 'community' | 'account', id: Number(match[2]) } : null
}

/** A lane's name in the reader's language, hiding account keys while names are hidden. */
export function useLaneName(): (lane: TimelineLane) => string {
  const dynamic = useDynamicT()
  const t = useT()
  const call = useAccountName()
  return (lane) => {
    const subject = laneSubject(lane.id)
    if (subject?.kind === 'account') return call(subject.id, lane.label)
    if (subject) return lane.label
    if (lane.id === 'context:') return t('timeline.lane.noContext')
    return dynamic('timeline.lane', lane.id, lane.label)
  }
}

/** Names beside the lanes; those of communities and accounts open the inspector. */
export function LaneLabels(props: { lanes: readonly TimelineLane[]; bands: Bands }) {
  const name = useLaneName()
  const show = useFocus((s) => s.show)
  const { bands } = props
  return (
    <div className="tl-gutter" style={{ height: bands.height }}>
      <Legend bands={bands} />
      {props.lanes.map((lane, k) => {
        const subject = laneSubject(lane.id)
        const style = { top: bands.laneTop + k * bands.laneHeight, height: bands.laneHeight }
        return subject ? (
          <button
            key={lane.id}
            type="button"
            className="tl-lane"
            style={style}
            title={name(lane)}
            onClick={() => show(subject)}
          >
            {name(lane)}
          </button>
        ) : (
          <span key={lane.id} className="tl-lane sh-quiet" style={style} title={name(lane)}>
            {name(lane)}
          </span>
        )
      })}
    </div>
  )
}

/** What the overview's colours mean, beside the overview. */
function Legend(props: { bands: Bands }) {
  const t = useT()
  const { bands } = props
  return (
    <ul className="tl-legend" style={{ height: bands.overviewHeight }}>
      {SERIES.map((series) => (
        <li key={series}>
          <span className={`tl-swatch tl-${series}`} aria-hidden="true" />
          {t(`timeline.series.${series}`)}
        </li>
      ))}
      <li>
        <span className="tl-triangle" aria-hidden="true" />
        {t('timeline.legendUnusual')}
      </li>
    </ul>
  )
}
