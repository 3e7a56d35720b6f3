import { usePrefs } from '../../state/prefs.ts'
import { formatScore } from '../../ui/format.ts'
import { riskColor } from '../../ui/theme/risk.ts'

/** Mean score as a bar in the ramp's colour, the highest score as a tick on the same scale. */
export function MeanRisk(props: { mean: number; max: number | null; label: string }) {
  const theme = usePrefs((s) => s.resolvedTheme)
  return (
    <span className="mean-risk" title={props.label}>
      <span className="mean-risk-track" role="img" aria-label={props.label}>
        <span
          className="mean-risk-fill"
          style={{ width: `${props.mean * 100}%`, background: riskColor(props.mean, theme) }}
        />
        {props.max !== null && (
          <span
            className="mean-risk-max"
            style={{ left: `${props.max * 100}%`, background: riskColor(props.max, theme) }}
          />
        )}
      </span>
      <span>{formatScore(props.mean)}</span>
    </span>
  )
}

/** How many of the members are flagged: a number and its share of the whole. */
export function FlaggedBar(props: { flagged: number; size: number; label: string }) {
  const theme = usePrefs((s) => s.resolvedTheme)
  const share = props.size > 0 ? props.flagged / props.size : 0
  return (
    <span className="mean-risk" title={props.label}>
      <span className="mean-risk-track" role="img" aria-label={props.label}>
        <span
          className="mean-risk-fill"
          style={{ width: `${share * 100}%`, background: riskColor(1, theme) }}
        />
      </span>
      <span className={props.flagged === 0 ? 'sh-quiet' : undefined}>{props.flagged}</span>
    </span>
  )
}
