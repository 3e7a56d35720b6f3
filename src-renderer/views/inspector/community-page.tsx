import { Button } from '@blueprintjs/core'
import type { CommunityDetail } from '../../../src-main/common/contract/communities.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatInstant, formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { KeyValue, Section } from '../../ui/panel.tsx'
import { RiskDot } from '../../ui/risk.tsx'
import { NumberText } from '../../ui/text.tsx'
import { UndoToast, useDone } from '../accounts/undo-toast.tsx'
import { AddToCase } from '../case/add-to-case.tsx'
import { ActivitySection } from './activity-section.tsx'
import { CompareSection } from './compare-section.tsx'
import { CommunityStanding } from '../import/changes/standing.tsx'
import { CORE_SHARE, useCoreFringe } from './core-fringe.ts'
import { GroupsSection } from './groups-section.tsx'
import { JudgementSection } from './judgement.tsx'
import { LineageSection } from './lineage-section.tsx'
import { MembersSection } from './members-section.tsx'
import { NotesSection } from './notes.tsx'
import { PageHead, PageState } from './page.tsx'
import { RunLines, runName, trainedOnSimulation, useRun } from './runs.tsx'
import { OrganisersSection } from './organisers-section.tsx'
import { ReportTexts } from './small-lists.tsx'
import { ThemesSection } from './themes-section.tsx'
import { ChanceSection, StabilitySection } from './trust-section.tsx'
import { WithoutSection } from './without-section.tsx'

export function CommunityPage(props: { id: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const open = useFocus((s) => s.open)
  const showPanel = useLayout((s) => s.show)
  const chosen = useSelection((s) => s.selection.communities?.includes(props.id) ?? false)
  const toggle = useSelection((s) => s.toggle)
  const patch = useSelection((s) => s.patch)
  const { done, act, dismiss } = useDone()
  const query = useQuery('communities.get', { id: props.id }, { reset: true })
  const c = query.data
  const run = useRun(c?.runId)
  const scoresId = useWorkspace((s) => s.info?.runs.scores)
  const scores = useRun(scoresId)
  const trust = useRun(c?.trust?.runId)
  const lineage = useRun(c?.lineage?.runId)
  if (!c) return <PageState error={query.error} retry={query.refetch} />

  const name = communityName(c.id)
  return (
    <>
      <PageHead
        kind={t('inspector.kind.community')}
        title={
          <>
            <RiskDot score={c.meanScore} verdict={c.verdict} size={12} /> {name}
          </>
        }
        tags={
          <>
            <KnowledgeTag kind="inferred" source={runName(run, c.runId) ?? c.algorithm} />
            {c.verdict && (
              <KnowledgeTag kind="judged">
                {t('inspector.judge.by', {
                  verdict: dynamic('common.verdict', c.verdict, c.verdict),
                  name: c.judgements?.[0]?.by ?? '',
                })}
              </KnowledgeTag>
            )}
          </>
        }
      >
        <AddToCase target={{ kind: 'community', ref: c.id }} primary />
        <Button
          size="small"
          icon="map"
          text={t('inspector.openOnMap')}
          onClick={() => {
            open(c.id)
            showPanel('map')
          }}
        />
        <Button
          size="small"
          icon={chosen ? 'small-minus' : 'small-plus'}
          text={chosen ? t('inspector.deselect') : t('inspector.select')}
          onClick={() => toggle('communities', c.id)}
        />
      </PageHead>
      <Facts community={c} scoresRun={runName(scores, scoresId ?? null)} />
      <JudgementSection
        target={{ kind: 'community', ref: c.id }}
        name={name}
        verdicts={['ring', 'malicious', 'benign', 'unsure']}
        verdict={c.verdict}
        judgements={c.judgements ?? []}
        reasonNeeded
        act={act}
      />
      <Binds community={c} />
      <WithoutSection id={c.id} size={c.size} />
      <OrganisersSection id={c.id} size={c.size} />
      <MembersSection
        id={c.id}
        size={c.size}
        onAll={() => {
          patch({ communities: [c.id] })
          showPanel('accounts')
        }}
      />
      <ActivitySection id={c.id} />
      <ThemesSection community={c} />
      <ReportTexts selection={{ communities: [c.id] }} total={c.reports} />
      <StabilitySection community={c} />
      <ChanceSection community={c} />
      <LineageSection community={c} />
      <CommunityStanding id={c.id} />
      <GroupsSection community={c} />
      {c.neighbours.length > 0 && (
        <Section title={t('inspector.community.neighbours')}>
          <ul className="lines">
            {c.neighbours.slice(0, 8).map((n) => (
              <li key={n.id} className="entity-line">
                <button
                  type="button"
                  className="link entity-key"
                  onClick={() => show({ kind: 'community', id: n.id })}
                >
                  {communityName(n.id)}
                </button>
                <span className="sh-quiet">{t('inspector.usedBy', { count: n.size })}</span>
                <span className="sh-quiet">
                  {t('inspector.account.weight', { weight: n.weight.toFixed(1) })}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <CompareSection community={c} />
      <NotesSection
        target={{ kind: 'community', ref: c.id }}
        tags={c.tags ?? []}
        notes={c.notes ?? []}
        act={act}
      />
      <Section title={t('inspector.provenance.title')} testId="provenance">
        <dl className="sh-kv">
          <RunLines run={run} />
          <RunLines run={scores} />
          <RunLines run={trust} />
          <RunLines run={lineage} />
        </dl>
        {trainedOnSimulation(scores) && <p className="inspector-caution">{t('inspector.simulatedModel')}</p>}
        <p className="inspector-lead">{t('inspector.lead')}</p>
      </Section>
      <UndoToast done={done} dismiss={dismiss} />
    </>
  )
}

function Facts(props: { community: CommunityDetail; scoresRun: string | undefined }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { community: c, scoresRun } = props
  const split = useCoreFringe(c.id, c.trust ? undefined : c.size)
  const number = (n: number) => formatNumber(n, language)
  return (
    <Section>
      <KeyValue
        rows={[
          {
            key: 'accounts',
            name: t('inspector.community.accounts'),
            value: split ? (
              <Explained what={t('inspector.community.coreFringeHow', { share: '50%' })}>
                {t('inspector.community.coreFringe', {
                  core: number(split.core),
                  fringe: number(split.fringe),
                })}
              </Explained>
            ) : (
              <NumberText value={c.size} />
            ),
          },
          {
            key: 'registered',
            name: t('inspector.community.registered'),
            value:
              c.registeredFrom === null || c.registeredTo === null
                ? null
                : c.registeredTo - c.registeredFrom < 3 * 86_400_000
                  ? span(formatInstant(c.registeredFrom, zone), formatInstant(c.registeredTo, zone).slice(5))
                  : span(
                      formatInstant(c.registeredFrom, zone, false),
                      formatInstant(c.registeredTo, zone, false),
                    ),
          },
          {
            key: 'flagged',
            name: t('inspector.community.flagged'),
            value: c.meanScore !== null && (
              <Explained what={t('inspector.community.flaggedHow')} run={scoresRun}>
                {t('common.of', { part: number(c.flagged), whole: number(c.size) })}
              </Explained>
            ),
          },
          {
            key: 'score',
            name: t('inspector.community.meanScore'),
            value:
              c.meanScore !== null &&
              `${formatScore(c.meanScore)} · ${c.maxScore === null ? '–' : formatScore(c.maxScore)}`,
          },
          {
            key: 'labels',
            name: t('inspector.community.labels'),
            value:
              c.labelledMalicious + c.labelledBenign > 0 &&
              t('inspector.community.labelled', {
                malicious: number(c.labelledMalicious),
                benign: number(c.labelledBenign),
              }),
          },
          { key: 'reports', name: t('inspector.community.reports'), value: <NumberText value={c.reports} /> },
          {
            key: 'anomalies',
            name: t('inspector.community.anomalies'),
            value: <NumberText value={c.anomalies} />,
          },
          {
            key: 'openness',
            name: t('inspector.community.openness'),
            value: (
              <Explained what={t('inspector.community.opennessHow')}>
                {`${formatNumber(c.conductance * 100, language, 1)}%`}
              </Explained>
            ),
          },
          {
            key: 'belonging',
            name: t('inspector.community.belonging'),
            value: (
              <Explained what={t('inspector.community.coreFringeHow', { share: `${CORE_SHARE * 100}%` })}>
                {c.medianBelonging.toFixed(2)}
              </Explained>
            ),
          },
        ].filter((row) => row.value !== false)}
      />
    </Section>
  )
}

/** What members share, with how many others share it: the base rate stands in the same line as the claim. */
function Binds(props: { community: CommunityDetail }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const { community: c } = props
  return (
    <Section title={t('inspector.community.binds')} testId="binds">
      {c.sharedEntities.length === 0 ? (
        <p className="sh-quiet">{t('inspector.community.noShared')}</p>
      ) : (
        <p className="sh-quiet section-note">{t('inspector.community.bindsHow')}</p>
      )}
      <ul className="binds">
        {c.sharedEntities.slice(0, 10).map((e) => {
          const outside = Math.max(0, e.accounts - e.members)
          return (
            <li key={e.entityId}>
              <div className="bind-head">
                <span className="sh-quiet entity-type">{dynamic('inspector.channel', e.type, e.type)}</span>
                <button
                  type="button"
                  className="link entity-key"
                  onClick={() => show({ kind: 'entity', id: e.entityId })}
                >
                  {e.key}
                </button>
              </div>
              {/* A thing that mostly others use binds nobody: its bar stays grey. */}
              <div
                className={`bind-bar${e.members * 2 >= e.accounts ? ' is-telling' : ''}`}
                aria-hidden="true"
              >
                <span style={{ width: `${(e.members / Math.max(1, c.size)) * 100}%` }} />
              </div>
              <p className="sh-quiet">
                {t('inspector.community.membersOf', { members: e.members, size: c.size })}
                {' · '}
                {outside === 0
                  ? t('inspector.community.nowhereElse')
                  : t('inspector.community.elsewhere', { count: outside })}
              </p>
            </li>
          )
        })}
      </ul>
      {c.relationCounts.length > 0 && (
        <KeyValue
          rows={c.relationCounts.map((r) => ({
            key: r.type,
            name: `${t('inspector.community.relations')}: ${dynamic('inspector.channel', r.type, r.type)}`,
            value: <NumberText value={r.inside} />,
          }))}
        />
      )}
    </Section>
  )
}

/** Two times that are broken between, never within. */
const span = (from: string, to: string) => (
  <>
    <span className="sh-unbroken">{from} – </span>
    <span className="sh-unbroken">{to}</span>
  </>
)
