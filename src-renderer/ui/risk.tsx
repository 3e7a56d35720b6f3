import { usePrefs } from '../state/prefs.ts'
import { formatScore } from './format.ts'
import { useT } from './i18n/index.ts'
import { riskBand, riskColor } from './theme/risk.ts'

/** A point in the ramp's colour; a diamond or a ring where an analyst has judged. */
export function RiskDot(props: { score: number | null; verdict?: string | null; size?: number }) {
  const theme = usePrefs((s) => s.resolvedTheme)
  const size = props.size ?? 9
  const color = riskColor(props.score, theme)
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" className="sh-risk-dot" aria-hidden="true">
      {props.verdict === 'malicious' || props.verdict === 'ring' ? (
        <path d="M5 0 10 5 5 10 0 5Z" fill={color} />
      ) : props.verdict === 'benign' ? (
        <circle cx="5" cy="5" r="3.8" fill="none" stroke={color} strokeWidth="1.8" />
      ) : (
        <circle cx="5" cy="5" r="4.4" fill={color} />
      )}
    </svg>
  )
}

/** A score as dot and number, e.g. in a table cell. */
export function RiskScore(props: { score: number | null; verdict?: string | null }) {
  const t = useT()
  if (props.score === null)
    return (
      <span className="sh-risk-score">
        <RiskDot score={null} verdict={props.verdict ?? null} />
        <span className="sh-quiet" aria-label={t('common.notScored')}>
          {'–'}
        </span>
      </span>
    )
  return (
    <span className="sh-risk-score" title={t(`common.risk.${riskBand(props.score)}`)}>
      <RiskDot score={props.score} verdict={props.verdict ?? null} />
      <span>{formatScore(props.score)}</span>
    </span>
  )
}

/**
 * A bar from the left. `value` is 0..1; a signed contribution takes its size and its colour: raising is the top
 * of the ramp, lowering its bottom.
 */
export function RiskBar(props: { value: number; signed?: boolean; score?: number | null; label?: string }) {
  const theme = usePrefs((s) => s.resolvedTheme)
  const share = Math.min(1, Math.abs(props.value))
  const color = props.signed
    ? riskColor(props.value >= 0 ? 1 : 0, theme)
    : riskColor(props.score === undefined ? props.value : props.score, theme)
  return (
    <span className="sh-risk-bar" role="img" aria-label={props.label ?? props.value.toFixed(2)}>
      <span style={{ width: `${(share * 100).toFixed(1)}%`, background: color }} />
    </span>
  )
}
