import { useState } from 'react'
import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { useFigure } from '../charts/interval.tsx'
import { LevelTag } from './level-tag.tsx'
import { Part } from './part.tsx'
import { useFactName } from './words.ts'

const FIRST = 10
/** Customary bounds of the population stability index: small, large. */
const BOUNDS = [0.1, 0.25]

/** Do the newest accounts look like those that were learned from? */
export function DriftPart({ drift }: { drift: NonNullable<ValidationReport['drift']> }) {
  const t = useT()
  const { n } = useNumbers()
  const figure = useFigure()
  const factName = useFactName()
  const [all, setAll] = useState(false)
  const sorted = [...drift.features].sort((a, b) => b.psi - a.psi)
  const shown = all ? sorted : sorted.slice(0, FIRST)
  const most = Math.max(0.3, drift.score.psi, ...sorted.map((f) => f.psi))
  const line = (key: string, name: string, about: string, psi: number, level: typeof drift.score.level) => (
    <li key={key} className={`is-${level}`} data-testid="drift-row" data-level={level}>
      <span>
        {name} <span className="sh-quiet">{about}</span> <LevelTag level={level} />
      </span>
      <span className="lab-psi" aria-hidden="true">
        {BOUNDS.map((bound) => (
          <b key={bound} style={{ left: `${(bound / most) * 100}%` }} />
        ))}
        <i style={{ width: `${Math.max(0, psi / most) * 100}%` }} />
      </span>
      <span className="sh-num">{figure(psi, 2)}</span>
    </li>
  )
  return (
    <Part
      title={t('validation.drift')}
      about={t(`validation.driftAbout.${drift.against}`, {
        earlier: n(drift.earlier),
        later: n(drift.later),
      })}
      testId="part-drift"
    >
      <ul className="lab-drift">
        {line('score', t('validation.theScore'), '', drift.score.psi, drift.score.level)}
        {shown.map((f) =>
          line(
            `${f.family}:${f.name}`,
            factName('feature', f.name),
            factName('family', f.family),
            f.psi,
            f.level,
          ),
        )}
      </ul>
      {sorted.length > FIRST && (
        <button type="button" className="sh-link" onClick={() => setAll(!all)}>
          {all ? t('inspector.account.showFewer') : t('inspector.account.showAll', { count: sorted.length })}
        </button>
      )}
      <p className="lab-note">{t('validation.psiAbout')}</p>
    </Part>
  )
}
