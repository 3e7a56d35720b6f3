import { useState } from 'react'
import type { Explanation, ScoreReason } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT, type T } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { RowsButton } from '../../ui/provenance/rows-button.tsx'
import { spaceLatin } from '../../ui/sentences.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName } from '../../ui/text.tsx'
import { riskColor } from '../../ui/theme/risk.ts'
import { GROUPINGS, groupReasons, reasonChart, signed, type Grouping, type ReasonGroup } from './reasons.ts'
import { trainedOnSimulation, useRun } from './runs.tsx'
import { featureWords, hopWords, reasonWords, valueWords } from './feature-words.ts'
import { useChannelName } from './wording.ts'
import './reasons.css'

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
      tools={
        <>
          <RowsButton
            rows={{ accountId: props.id, about: 'all' }}
            label={t('provenance.rows')}
            title={t('provenance.behind')}
          />
          <KnowledgeTag kind="inferred">{run ? `${run.algorithm} #${run.id}` : undefined}</KnowledgeTag>
        </>
      }
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
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const channelName = useChannelName()
  const [by, setBy] = useState<Grouping>('fact')
  const { explanation } = props
  const { reasons } = explanation
  const relations = new Set(reasons.map((r) => r.relation ?? 'own')).size > 1
  const name = (r: ScoreReason) => reasonWords(r, dynamic, t)
  const over = (relation: string | null | undefined) =>
    relation == null || relation === 'all'
      ? ''
      : spaceLatin(t('reasons.over', { relation: channelName(relation) }))
  const groupName = (key: string) =>
    by === 'family'
      ? dynamic('inspector.family', key, key)
      : by === 'hop'
        ? t(key === '0' ? 'reasons.hop.0' : key === '1' ? 'reasons.hop.1' : 'reasons.hop.far', { n: key })
        : key === 'own'
          ? t('reasons.hop.0')
          : key === 'all'
            ? t('reasons.wholeGraph')
            : channelName(key)
  const lines: Line[] =
    by === 'fact'
      ? reasons.map((r) => ({
          key: `${r.feature}:${r.hop}:${r.relation ?? ''}`,
          name: featureWords(r, dynamic),
          detail: [hopWords(r, t), over(r.relation), valueWords(r, language, t)].filter(Boolean).join(' · '),
          title: name(r),
          contribution: r.contribution,
        }))
      : groupReasons(reasons, by).map((group) => ({
          key: group.key,
          name: groupName(group.key),
          detail: groupDetail(group, dynamic, t),
          title: groupName(group.key),
          contribution: group.contribution,
        }))
  const chart = reasonChart(
    lines.filter((line) => Math.abs(line.contribution) >= LEAST),
    SHOWN,
  )
  // What no bar shows: reasons too small to draw, and those that were not sent.
  const rest =
    explanation.score - explanation.baseline - chart.bars.reduce((n, b) => n + b.reason.contribution, 0)
  const strongest = [...reasons].sort((a, b) => b.contribution - a.contribution)[0]
  return (
    <>
      {reasons.length > 1 && (
        <div className="reason-groups" role="group" aria-label={t('reasons.groupBy')}>
          {GROUPINGS.filter((one) => one !== 'relation' || relations).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={by === one}
              data-testid={`reasons-by-${one}`}
              onClick={() => setBy(one)}
            >
              {t(`reasons.by.${one}`)}
            </button>
          ))}
        </div>
      )}
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
            <Bar key={reason.key} line={reason} start={start} width={width} zero={chart.zero} />
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
      {strongest && strongest.contribution >= LEAST && (
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
      <p className="sh-quiet why-method" data-testid="why-method">
        {t(explanation.method === 'tree_shap' ? 'reasons.treeShap' : 'inspector.why.method')}
      </p>
    </>
  )
}

interface Line {
  key: string
  name: string
  detail: string
  title: string
  contribution: number
}

function Bar(props: { line: Line; start: number; width: number; zero: number }) {
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const { line } = props
  return (
    <li
      data-testid="reason-row"
      title={t('inspector.why.bar', { reason: line.title, points: signed(line.contribution) })}
    >
      <span className="reason-name">
        {line.name}
        <span className="sh-quiet reason-value">{line.detail}</span>
      </span>
      <span className="reason-plot" aria-hidden="true">
        <span className="reason-zero" style={{ left: `${props.zero * 100}%` }} />
        <span
          className="reason-bar"
          style={{
            left: `${props.start * 100}%`,
            width: `max(2px, ${props.width * 100}%)`,
            background: riskColor(line.contribution > 0 ? 1 : 0, theme),
          }}
        />
      </span>
      <span className="reason-points">{signed(line.contribution)}</span>
    </li>
  )
}

/** The strongest facts of a group, so that a sum can be taken apart. */
function groupDetail(group: ReasonGroup, dynamic: ReturnType<typeof useDynamicT>, t: T): string {
  const strongest = [...group.reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const names = [...new Set(strongest.map((r) => featureWords(r, dynamic)))]
  const shown = names.slice(0, 2).join(t('reasons.comma'))
  return names.length > 2 ? t('reasons.andMore', { names: shown, count: names.length - 2 }) : shown
}
