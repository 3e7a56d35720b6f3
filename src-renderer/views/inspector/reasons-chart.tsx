import type { Explanation, ScoreReason } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName } from '../../ui/text.tsx'
import { riskColor } from '../../ui/theme/risk.ts'
import { reasonChart, signed } from './reasons.ts'
import { trainedOnSimulation, useRun } from './runs.tsx'
import { featureWords, hopWords, reasonWords, valueWords } from './feature-words.ts'

const SHOWN = 8
/** Less than this is not a reason but noise, in score points. */
const LEAST = 0.005

/** Why an account's score is what it is, as signed bars in score points. */
export function WhySection(props: { id: number; score: number | null; runId: number | null }) {
  const t = useT()
  const explanation = useQuery('accounts.explain', props.score === null ? null : { id: props.id }, {
    on: ['runs'],
    reset: true,
  })
  const run = useRun(props.runId)
  if (props.score === null)
    return (
      <Section title={t('inspector.account.score')}>
        <p className="sh-quiet">{t('inspector.why.notScored')}</p>
      </Section>
    )
  return (
    <Section
      testId="why"
      title={t('inspector.why.title', { score: formatScore(props.score) })}
      tools={<KnowledgeTag kind="inferred">{run ? `${run.algorithm} #${run.id}` : undefined}</KnowledgeTag>}
    >
      {explanation.error && <ErrorState error={explanation.error} onRetry={explanation.refetch} compact />}
      {explanation.loading && !explanation.data && (
        <div className="why-wait">
          <Spinner size={16} />
          <span className="sh-quiet">{t('inspector.why.computing')}</span>
        </div>
      )}
      {explanation.data === null && <p className="sh-quiet">{t('inspector.why.none')}</p>}
      {explanation.data && <ReasonsChart explanation={explanation.data} />}
      <p className="inspector-lead">{t('inspector.lead')}</p>
      {trainedOnSimulation(run) && (
        <p className="inspector-caution" data-testid="simulated-caution">
          {t('inspector.simulatedModel')}
        </p>
      )}
    </Section>
  )
}

export function ReasonsChart(props: { explanation: Explanation }) {
  const t = useT()
  const dynamic = useDynamicT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const { explanation } = props
  const telling = explanation.reasons.filter((r) => Math.abs(r.contribution) >= LEAST)
  const chart = reasonChart(telling, SHOWN)
  const name = (r: ScoreReason) => reasonWords(r, dynamic, t)
  const detail = (r: ScoreReason) => [hopWords(r, t), valueWords(r, language, t)].filter(Boolean).join(' · ')
  // What no bar shows: reasons too small to draw, and those that were not sent.
  const rest =
    explanation.score - explanation.baseline - chart.bars.reduce((n, b) => n + b.reason.contribution, 0)
  const strongest = chart.bars.find((b) => b.reason.contribution > 0)?.reason
  return (
    <>
      {chart.bars.length === 0 ? (
        <p className="sh-quiet">{t('inspector.why.flat')}</p>
      ) : (
        <ul className="reasons">
          <li className="sh-quiet">
            <span className="reason-name">{t('inspector.why.baseline')}</span>
            <span />
            <span className="reason-points">{formatScore(explanation.baseline)}</span>
          </li>
          {chart.bars.map(({ reason, start, width }) => (
            <li
              key={`${reason.feature}:${reason.hop}`}
              data-testid="reason-row"
              title={t('inspector.why.bar', { reason: name(reason), points: signed(reason.contribution) })}
            >
              <span className="reason-name">
                {featureWords(reason, dynamic)}
                <span className="sh-quiet reason-value">{detail(reason)}</span>
              </span>
              <span className="reason-plot" aria-hidden="true">
                <span className="reason-zero" style={{ left: `${chart.zero * 100}%` }} />
                <span
                  className="reason-bar"
                  style={{
                    left: `${start * 100}%`,
                    width: `max(2px, ${width * 100}%)`,
                    background: riskColor(reason.contribution > 0 ? 1 : 0, theme),
                  }}
                />
              </span>
              <span className="reason-points">{signed(reason.contribution)}</span>
            </li>
          ))}
          {Math.abs(rest) >= LEAST && (
            <li className="sh-quiet">
              <span className="reason-name">{t('inspector.why.rest')}</span>
              <span />
              <span className="reason-points">{signed(rest)}</span>
            </li>
          )}
          <li className="reason-total">
            <span className="reason-name">{t('inspector.why.score')}</span>
            <span />
            <span className="reason-points">{formatScore(explanation.score)}</span>
          </li>
        </ul>
      )}
      {strongest && (
        <p className="why-without">
          {t('inspector.why.most', { reason: name(strongest), points: signed(strongest.contribution) })}
        </p>
      )}
      {explanation.neighbours.length > 0 && (
        <>
          <h4 className="sh-caps">{t('inspector.why.neighboursTitle')}</h4>
          <ul className="reasons">
            {explanation.neighbours.slice(0, 5).map((n) => (
              <li key={n.accountId}>
                <button
                  type="button"
                  className="link reason-name"
                  onClick={() => show({ kind: 'account', id: n.accountId })}
                >
                  <AccountName id={n.accountId} name={n.key} />
                </button>
                <span />
                <span className="reason-points">{signed(n.contribution)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="sh-quiet why-method">{t('inspector.why.method')}</p>
    </>
  )
}
