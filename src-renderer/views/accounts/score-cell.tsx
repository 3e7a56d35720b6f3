import { RiskBar, RiskDot } from '../../ui/risk.tsx'
import { formatScore } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { riskBand } from '../../ui/theme/risk.ts'

/** A score as mark, bar, number and words; a dash where nothing was scored. */
export function ScoreCell(props: { score: number | null; verdict: string | null }) {
  const t = useT()
  const { score, verdict } = props
  if (score === null)
    return (
      <span className="score-cell">
        <RiskDot score={null} verdict={verdict} />
        <span className="sh-quiet">{t('common.notScored')}</span>
      </span>
    )
  const words = t(`common.risk.${riskBand(score)}`)
  return (
    <span className="score-cell" title={`${words}, ${formatScore(score)}`}>
      <span className="score-mark">{verdict && <RiskDot score={score} verdict={verdict} />}</span>
      <span className="score-bar" aria-hidden="true">
        <RiskBar value={score} label="" />
      </span>
      <span className="score-number">{formatScore(score)}</span>
      <span className="sh-quiet score-words">{words}</span>
    </span>
  )
}
