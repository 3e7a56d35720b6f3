import { usePrefs } from '../../../state/prefs.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { riskColor } from '../../../ui/theme/risk.ts'

/** How the scores are spread, with the threshold; the scale is logarithmic, since most accounts are ordinary. */
export function ScoreHistogram(props: { counts: readonly number[]; threshold: number | null }) {
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const { counts, threshold } = props
  const total = counts.reduce((a, b) => a + b, 0)
  const tallest = Math.log1p(Math.max(1, ...counts))
  return (
    <figure className="histogram" data-testid="score-histogram">
      <div className="histogram-bars">
        {counts.map((count, i) => (
          <span
            key={i}
            title={t('lab.histogramBin', {
              from: (i / counts.length).toFixed(2),
              to: ((i + 1) / counts.length).toFixed(2),
              count,
            })}
          >
            <span
              style={{
                height: `${(Math.log1p(count) / tallest) * 100}%`,
                background: riskColor((i + 0.5) / counts.length, theme),
              }}
            />
          </span>
        ))}
        {threshold !== null && <i style={{ left: `${threshold * 100}%` }} aria-hidden="true" />}
      </div>
      <figcaption className="sh-quiet">
        {t('lab.histogram', { count: total })}
        {threshold !== null && ` · ${t('lab.thresholdAt', { threshold: threshold.toFixed(2) })}`}
      </figcaption>
    </figure>
  )
}
