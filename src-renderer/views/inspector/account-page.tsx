import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { KeyValue, Section } from '../../ui/panel.tsx'
import { RiskDot } from '../../ui/risk.tsx'
import { NumberText, TimeText, useAccountName } from '../../ui/text.tsx'
import { riskBand } from '../../ui/theme/risk.ts'
import { UndoToast, useDone } from '../accounts/undo-toast.tsx'
import { AddToCase } from '../case/add-to-case.tsx'
import { AccountStandingSection } from '../import/changes/standing.tsx'
import { CounterfactualsSection } from './counterfactuals.tsx'
import { HistorySection } from './history-section.tsx'
import { JudgementSection } from './judgement.tsx'
import { LabelsSection } from './labels-section.tsx'
import { LoginsSection } from './logins-section.tsx'
import { NeighboursSection } from './neighbours.tsx'
import { NotesSection } from './notes.tsx'
import { MembershipConfidence } from './membership-confidence.tsx'
import { PageHead, PageState } from './page.tsx'
import { SourceLines } from './provenance.tsx'
import { WhySection } from './reasons-chart.tsx'
import { RunLines, runName, useRun } from './runs.tsx'
import { SharedEntities } from './shared-entities.tsx'
import { SimilarAccountsSection } from './similar-accounts.tsx'
import { ReportTexts } from './small-lists.tsx'

const CORE = 0.5
const ATTRIBUTES = 6

export function AccountPage(props: { id: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const call = useAccountName()
  const show = useFocus((s) => s.show)
  const chosen = useSelection((s) => s.selection.accounts?.includes(props.id) ?? false)
  const toggle = useSelection((s) => s.toggle)
  const hidden = usePrefs((s) => s.hideNames)
  const [allAttributes, setAllAttributes] = useState(false)
  const { done, act, dismiss } = useDone()
  const query = useQuery('accounts.get', { id: props.id }, { reset: true })
  const a = query.data
  const scores = useRun(a?.scoresRunId)
  const communities = useRun(a?.communitiesRunId)
  if (!a) return <PageState error={query.error} retry={query.refetch} />

  const name = call(a.id, a.key)
  const attributes = Object.entries(a.attributes)
  const latest = a.judgements[0]
  return (
    <>
      <PageHead
        kind={t('inspector.kind.account')}
        title={
          <>
            <RiskDot score={a.score} verdict={a.verdict} size={12} /> {name}
          </>
        }
        tags={
          <>
            {a.score !== null && (
              <KnowledgeTag kind="inferred" title={runName(scores, a.scoresRunId) ?? ''}>
                {t(`common.risk.${riskBand(a.score)}`)} {formatScore(a.score)}
              </KnowledgeTag>
            )}
            {a.label && (
              <KnowledgeTag kind="observed">{dynamic('common.verdict', a.label, a.label)}</KnowledgeTag>
            )}
            {a.verdict && (
              <KnowledgeTag kind="judged">
                {t('inspector.judge.by', {
                  verdict: dynamic('common.verdict', a.verdict, a.verdict),
                  name: latest?.by ?? '',
                })}
              </KnowledgeTag>
            )}
          </>
        }
      >
        <AddToCase target={{ kind: 'account', ref: a.id }} />
        <Button
          size="small"
          icon={chosen ? 'small-minus' : 'small-plus'}
          text={chosen ? t('inspector.deselect') : t('inspector.select')}
          onClick={() => toggle('accounts', a.id)}
        />
      </PageHead>
      <Section>
        <KeyValue
          rows={[
            {
              key: 'registered',
              name: t('inspector.account.registered'),
              value: <TimeText ms={a.registeredAt} zone={a.tzOffset} showZone />,
            },
            {
              key: 'community',
              name: t('inspector.account.community'),
              value:
                a.community === null ? (
                  t('inspector.account.noCommunity')
                ) : (
                  <>
                    <button
                      type="button"
                      className="link"
                      onClick={() => show({ kind: 'community', id: a.community! })}
                    >
                      {communityName(a.community)}
                    </button>
                    {a.confidence !== null ? (
                      <MembershipConfidence confidence={a.confidence} belonging={a.belonging} />
                    ) : a.belonging === null ? null : (
                      <span className="sh-quiet">
                        {' · '}
                        {t(a.belonging >= CORE ? 'inspector.account.core' : 'inspector.account.fringe', {
                          belonging: a.belonging.toFixed(2),
                        })}
                      </span>
                    )}
                  </>
                ),
            },
            {
              key: 'score',
              name: t('inspector.account.score'),
              value: a.score !== null && (
                <Explained what={t('accounts.explain.score')} run={runName(scores, a.scoresRunId)}>
                  {t(`common.risk.${riskBand(a.score)}`)} · {formatScore(a.score)}
                </Explained>
              ),
            },
            { key: 'events', name: t('inspector.account.events'), value: <NumberText value={a.events} /> },
            { key: 'reports', name: t('inspector.account.reports'), value: <NumberText value={a.reports} /> },
          ].filter((row) => row.value !== false)}
        />
        {attributes.length > 0 && (
          <div className="attributes">
            <KeyValue
              rows={(allAttributes ? attributes : attributes.slice(0, ATTRIBUTES)).map(([key, value]) => ({
                key,
                name: key,
                // Display names and profile texts name people as well as keys do.
                value: hidden ? <span className="sh-quiet">•••</span> : <bdi>{value}</bdi>,
              }))}
            />
            {attributes.length > ATTRIBUTES && (
              <button type="button" className="link" onClick={() => setAllAttributes(!allAttributes)}>
                {allAttributes
                  ? t('inspector.account.showFewer')
                  : t('inspector.account.attributesMore', { count: attributes.length })}
              </button>
            )}
          </div>
        )}
      </Section>
      <AccountStandingSection id={a.id} />
      <WhySection id={a.id} score={a.score} runId={a.scoresRunId} />
      {a.score !== null && <CounterfactualsSection account={a} />}
      <JudgementSection
        target={{ kind: 'account', ref: a.id }}
        name={name}
        verdicts={['malicious', 'benign', 'unsure']}
        verdict={a.verdict}
        judgements={a.judgements}
        act={act}
      />
      <SharedEntities entities={a.entities} />
      <NeighboursSection id={a.id} accountKey={a.key} />
      <SimilarAccountsSection id={a.id} />
      <LoginsSection id={a.id} tzOffset={a.tzOffset} />
      <ReportTexts selection={{ accounts: [a.id] }} total={a.reports} />
      <LabelsSection account={a} />
      <NotesSection target={{ kind: 'account', ref: a.id }} tags={a.tags} notes={a.notes} act={act} />
      <HistorySection id={a.id} zone={a.tzOffset} />
      <Section title={t('inspector.provenance.title')} testId="provenance">
        <dl className="sh-kv">
          <SourceLines sources={a.provenance} />
          <RunLines run={communities} />
          <RunLines run={scores} />
        </dl>
      </Section>
      <UndoToast done={done} dismiss={dismiss} />
    </>
  )
}
