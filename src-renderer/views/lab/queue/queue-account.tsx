import type { AccountDetail } from '../../../../src-main/common/contract/accounts.ts'
import type { LabelRow } from '../../../../src-main/common/contract/learning.ts'
import { useFocus } from '../../../state/focus.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { KnowledgeTag } from '../../../ui/chip.tsx'
import { communityName, formatScore } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { KeyValue, Section } from '../../../ui/panel.tsx'
import { RiskDot } from '../../../ui/risk.tsx'
import { NumberText, TimeText, useAccountName } from '../../../ui/text.tsx'
import { riskBand } from '../../../ui/theme/risk.ts'
import '../../inspector/inspector.css'
import { LoginsSection } from '../../inspector/logins-section.tsx'
import { NeighboursSection } from '../../inspector/neighbours.tsx'
import { baseName } from '../../inspector/provenance.tsx'
import { WhySection } from '../../inspector/reasons-chart.tsx'
import { SharedEntities } from '../../inspector/shared-entities.tsx'
import { ReportTexts } from '../../inspector/small-lists.tsx'
import { WhoTag } from '../models/labels-panel.tsx'
import type { Candidate } from './sitting.ts'

/** What one needs to know of an account to judge it, the facts before the model's opinion. */
export function QueueAccount(props: {
  account: AccountDetail
  item: Candidate
  /** Opinions that differ, where this is about a disagreement. */
  opinions: LabelRow[] | null
}) {
  const t = useT()
  const show = useFocus((s) => s.show)
  const call = useAccountName()
  const hidden = usePrefs((s) => s.hideNames)
  const { account: a, item, opinions } = props
  return (
    <div
      className="lab-account sh-scroll inspector"
      tabIndex={0}
      role="region"
      aria-label={call(a.id, a.key)}
    >
      <header className="lab-account-head">
        <h3 className="sh-title">
          <RiskDot score={a.score} verdict={a.verdict} size={12} /> {call(a.id, a.key)}
        </h3>
        <div className="inspector-tags">
          {a.score !== null && (
            <KnowledgeTag kind="inferred">
              {t(`common.risk.${riskBand(a.score)}`)} {formatScore(a.score)}
            </KnowledgeTag>
          )}
          <Opinions account={a} />
        </div>
      </header>
      <div className="lab-account-parts">
        <div>
          {opinions && <Disagreement rows={opinions} />}
          {!opinions && <WhyAsked item={item} />}
          <Section title={t('label.facts')}>
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
                        {item.communitySize !== null && (
                          <span className="sh-quiet">
                            {' · '}
                            {t('label.communitySize', { count: item.communitySize })}
                          </span>
                        )}
                      </>
                    ),
                },
                {
                  key: 'events',
                  name: t('inspector.account.events'),
                  value: <NumberText value={a.events} />,
                },
                {
                  key: 'reports',
                  name: t('inspector.account.reports'),
                  value: <NumberText value={a.reports} />,
                },
                ...Object.entries(a.attributes).map(([key, value]) => ({
                  key: `attribute:${key}`,
                  name: key,
                  value: hidden ? <span className="sh-quiet">•••</span> : <bdi>{value}</bdi>,
                })),
              ]}
            />
          </Section>
          <LoginsSection id={a.id} tzOffset={a.tzOffset} />
        </div>
        <div>
          <ReportTexts selection={{ accounts: [a.id] }} total={a.reports} />
          {a.entities.length > 0 && <SharedEntities entities={a.entities} />}
          <NeighboursSection id={a.id} accountKey={a.key} />
        </div>
        <div>
          <WhySection id={a.id} score={a.score} runId={a.scoresRunId} />
        </div>
      </div>
    </div>
  )
}

/** What files and analysts have said of it, as tags. */
function Opinions({ account: a }: { account: AccountDetail }) {
  const t = useT()
  const dynamic = useDynamicT()
  const latest = a.judgements[0]
  return (
    <>
      {a.label && <KnowledgeTag kind="observed">{dynamic('common.verdict', a.label, a.label)}</KnowledgeTag>}
      {a.verdict && (
        <KnowledgeTag kind="judged">
          {t('inspector.judge.by', {
            verdict: dynamic('common.verdict', a.verdict, a.verdict),
            name: latest?.by ?? '',
          })}
        </KnowledgeTag>
      )}
    </>
  )
}

/** What the model would learn from this one. */
function WhyAsked({ item }: { item: Candidate }) {
  const t = useT()
  const { percent } = useNumbers()
  const why = [...item.why].sort((a, b) => b.share - a.share)
  return (
    <Section title={t('label.whyAsked')} testId="why-asked">
      {item.recheck ? (
        <p>{t('label.whyLong.recheck')}</p>
      ) : (
        <ul className="lab-why">
          {why.map(({ code, share }) => (
            <li key={code}>
              <span>{t(`label.whyLong.${code}`)}</span>
              {why.length > 1 && <span className="sh-quiet sh-num">{percent(share)}%</span>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** Both sides of a disagreement, with where they stand and which one counts. */
function Disagreement({ rows }: { rows: LabelRow[] }) {
  const t = useT()
  const dynamic = useDynamicT()
  return (
    <Section title={t('label.opinions')} testId="opinions">
      <ul className="lab-opinions">
        {rows.map((row, i) => (
          <li key={i} className={row.used ? 'is-used' : undefined} data-testid="opinion">
            <div>
              <b>{dynamic('common.verdict', row.label, row.label)}</b> <WhoTag who={row.by} kind={row.kind} />
              {row.used && <span className="sh-quiet"> {t('label.counts')}</span>}
            </div>
            <div className="sh-quiet">
              {row.at !== null && <TimeText ms={row.at} />}
              {row.provenance && (
                <span title={row.provenance.file}>
                  {row.at !== null && ' · '}
                  {baseName(row.provenance.file)}:{row.provenance.row}
                </span>
              )}
            </div>
            {row.reason && <p dir="auto">{row.reason}</p>}
          </li>
        ))}
      </ul>
      <p className="lab-note">{t('label.opinionsAbout')}</p>
    </Section>
  )
}
