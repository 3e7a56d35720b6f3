import type { AccountRow, NeighbourRow } from '../../../src-main/common/contract/accounts.ts'
import type { Selection } from '../../../src-main/common/contract/selection.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { useProvenance } from '../../ui/provenance/state.ts'
import { RiskScore } from '../../ui/risk.tsx'
import { AccountName } from '../../ui/text.tsx'
import { baseName } from './provenance.tsx'
import { ReportText } from '../reports/text.tsx'

/** One account in a short list: a click shows it. */
export function AccountLine(props: {
  account: Pick<AccountRow | NeighbourRow, 'id' | 'key' | 'score' | 'verdict'> & { label?: string | null }
  children?: React.ReactNode
}) {
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const { id, key, score, verdict, label } = props.account
  return (
    <li className="account-line">
      <button type="button" className="link" onClick={() => show({ kind: 'account', id })}>
        <AccountName id={id} name={key} />
      </button>
      {label && <KnowledgeTag kind="observed">{dynamic('common.verdict', label, label)}</KnowledgeTag>}
      {props.children}
      <span className="account-line-score">
        <RiskScore score={score} verdict={verdict} />
      </span>
    </li>
  )
}

/** A few of the reports about the selected accounts, the surest first, with a way to all of them. */
export function ReportTexts(props: { selection: Selection; total: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const ask = useProvenance((s) => s.ask)
  const showPanel = useLayout((s) => s.show)
  const patch = useSelection((s) => s.patch)
  const reports = useQuery(
    'reports.list',
    props.total > 0 ? { selection: props.selection, sort: 'confidence', descending: true, limit: 3 } : null,
    { on: ['facts', 'runs'], reset: true },
  )
  if (props.total === 0) return null
  return (
    <Section title={t('inspector.account.reportTexts')} testId="report-texts">
      {reports.data?.rows.map((report) => (
        <div key={report.id} className={`quote${report.class && report.class !== 'normal' ? ' is-bad' : ''}`}>
          <ReportText text={report.text} lang={report.lang} clamp />
          <div className="quote-meta">
            {report.class && report.confidence !== null && (
              <KnowledgeTag kind="inferred">
                {dynamic('common.class', report.class, report.class)} {formatScore(report.confidence)}
              </KnowledgeTag>
            )}
            <button
              type="button"
              className="sh-tag sh-tag-observed report-source"
              title={t('provenance.open', {
                file: baseName(report.provenance.file),
                row: report.provenance.row,
              })}
              onClick={() => ask({ refs: [report.provenance], to: 'reports' })}
            >
              {baseName(report.provenance.file)}:{report.provenance.row}
            </button>
            <button type="button" className="link" onClick={() => show({ kind: 'report', id: report.id })}>
              {t('reports.open')}
            </button>
          </div>
        </div>
      ))}
      {props.total > 3 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            patch(props.selection)
            showPanel('reports')
          }}
        >
          {t('inspector.account.allReports', { count: props.total })}
        </button>
      )}
    </Section>
  )
}
