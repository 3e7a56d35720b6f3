import { Button, Icon } from '@blueprintjs/core'
import type { ReportRow } from '../../../src-main/common/contract/timeline.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useProvenance } from '../../ui/provenance/state.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName, TimeText } from '../../ui/text.tsx'
import { baseName } from '../inspector/provenance.tsx'
import { ReportText } from './text.tsx'

/** One report: what was written, about whom, what the classifier makes of it, and the row it is from. */
export function ReportItem(props: { report: ReportRow; query: string; open: boolean; onToggle(): void }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const ask = useProvenance((s) => s.ask)
  const { report, query, open } = props
  const why = useQuery('reports.explain', open ? { id: report.id } : null, { on: ['runs'] })
  const className = report.class ? dynamic('common.class', report.class, report.class) : null
  return (
    <div className={`report${report.class && report.class !== 'normal' ? ' is-bad' : ''}`}>
      <ReportText
        text={report.text}
        lang={report.lang}
        query={query}
        clamp={!open}
        {...(open && why.data && { spans: why.data.spans })}
      />
      <button
        type="button"
        className="report-open"
        title={t('reports.open')}
        aria-label={t('reports.open')}
        data-testid="report-open"
        onClick={() => show({ kind: 'report', id: report.id })}
      >
        <Icon icon="document-open" size={12} />
      </button>
      <div className="report-meta">
        {className && report.confidence !== null ? (
          <KnowledgeTag kind="inferred">
            {t('reports.inferredClass', { class: className, confidence: formatScore(report.confidence) })}
          </KnowledgeTag>
        ) : (
          <span className="sh-quiet">{t('reports.unclassified')}</span>
        )}
        {report.category && (
          <KnowledgeTag kind="observed">{t('reports.category', { category: report.category })}</KnowledgeTag>
        )}
        <span className="sh-quiet">{t('reports.about')}</span>
        <button
          type="button"
          className="report-account"
          onClick={() => show({ kind: 'account', id: report.accountId })}
        >
          <AccountName id={report.accountId} name={report.accountKey} />
        </button>
        {report.ts === null ? (
          <span className="sh-quiet">{t('reports.noTime')}</span>
        ) : (
          <span className="sh-quiet">
            <TimeText ms={report.ts} zone={report.tzOffset} showZone />
          </span>
        )}
        <button
          type="button"
          className="sh-tag sh-tag-observed report-source"
          title={`${t('provenance.open', { file: baseName(report.provenance.file), row: report.provenance.row })}\n${report.provenance.file}`}
          data-testid="report-source"
          onClick={() => ask({ refs: [report.provenance], to: 'reports' })}
        >
          {t('reports.atRow', { file: baseName(report.provenance.file), row: report.provenance.row })}
        </button>
        {report.class && (
          <Button
            size="small"
            variant="minimal"
            aria-expanded={open}
            endIcon={open ? 'chevron-up' : 'chevron-down'}
            text={open ? t('reports.hideWhy') : t('reports.why', { class: className ?? '' })}
            onClick={props.onToggle}
          />
        )}
      </div>
      {open && (
        <div className="report-why">
          {why.error && <ErrorState error={why.error} onRetry={why.refetch} compact />}
          {why.loading && why.data === undefined && <Spinner size={16} />}
          {why.data === null && <p className="sh-quiet">{t('reports.noExplanation')}</p>}
          {why.data && (
            <>
              <p className="sh-quiet">
                {t('reports.explainText', { class: dynamic('common.class', why.data.class, why.data.class) })}
              </p>
              <Probabilities values={why.data.probabilities} chosen={why.data.class} />
            </>
          )}
        </div>
      )}
    </div>
  )
}

/** Every class with its probability, surest first. */
export function Probabilities(props: { values: Record<string, number>; chosen: string }) {
  const t = useT()
  const dynamic = useDynamicT()
  const sorted = Object.entries(props.values).sort((a, b) => b[1] - a[1])
  return (
    <dl className="class-bars" aria-label={t('reports.probabilities')}>
      {sorted.map(([name, p]) => (
        <div key={name} className={name === props.chosen ? 'is-chosen' : undefined}>
          <dt>{dynamic('common.class', name, name)}</dt>
          <dd>
            <span className="class-bar" aria-hidden="true">
              <span style={{ width: `${(p * 100).toFixed(1)}%` }} />
            </span>
            {formatScore(p)}
          </dd>
        </div>
      ))}
    </dl>
  )
}
