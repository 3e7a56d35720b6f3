import { useEffect, useState } from 'react'
import { Explained } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import type { Events } from './events.ts'
import { lockstepOf, SHUFFLES, STRETCH_MS, stretchesOf, type Lockstep } from './lockstep.ts'

/** Whether the shown accounts act together, measured beside what chance gives. Null while it is being measured. */
export function useLockstep(events: Events | undefined): Lockstep | null {
  const [found, setFound] = useState<{ of: Events; lockstep: Lockstep | null } | null>(null)
  useEffect(() => {
    if (!events || events.total > events.ts.length) return
    let stopped = false
    const lists = [...stretchesOf(events.account, events.ts).values()]
    void lockstepOf(lists, {
      pause: () => new Promise((done) => setTimeout(done)),
      stopped: () => stopped,
    }).then((lockstep) => {
      if (!stopped) setFound({ of: events, lockstep })
    })
    return () => {
      stopped = true
    }
  }, [events])
  return found && found.of === events ? found.lockstep : null
}

export function LockstepLine(props: {
  events: Events | undefined
  lockstep: Lockstep | null
  aligned: boolean
  /** Accounts that are shown but have no moment to be aligned by. */
  left: number
}) {
  const { events, lockstep, aligned } = props
  const t = useT()
  const { percent, d, n } = useNumbers()
  if (!events) return null
  const thinned = events.total > events.ts.length
  return (
    <div className="tl-lockstep" data-testid="timeline-lockstep">
      {lockstep && (
        <Explained
          what={t(aligned ? 'timeline.lockstep.whatAligned' : 'timeline.lockstep.what', {
            minutes: STRETCH_MS / 60_000,
          })}
          how={t('timeline.lockstep.how', { shuffles: SHUFFLES })}
        >
          <span className="sh-tag tl-inferred">
            {t('timeline.lockstep.said', {
              shared: percent(lockstep.shared),
              chance: percent(lockstep.chance),
              low: percent(lockstep.low),
              high: percent(lockstep.high),
            })}
            {' · '}
            {t('timeline.lockstep.p', { p: d(lockstep.p, 3) })}
          </span>
        </Explained>
      )}
      {lockstep && <span className="sh-quiet">{t('timeline.lockstep.meaning')}</span>}
      {thinned && (
        <span className="sh-quiet">
          {t('timeline.lockstep.thinned', { shown: n(events.ts.length), total: n(events.total) })}
        </span>
      )}
      {props.left > 0 && <span className="sh-quiet">{t('timeline.align.left', { count: props.left })}</span>}
    </div>
  )
}
