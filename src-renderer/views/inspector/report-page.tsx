import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { KeyValue, Section } from '../../ui/panel.tsx'
import { AccountName, HashText, TimeText } from '../../ui/text.tsx'
import { AddToCase } from '../case/add-to-case.tsx'
import { Probabilities } from '../reports/row.tsx'
import { ReportText } from '../reports/text.tsx'
import { PageHead, PageState } from './page.tsx'
import { baseName } from './provenance.tsx'
import { useProvenance } from '../../ui/provenance/state.ts'
import { RunLines, runName, trainedOnSimulation, useRun } from './runs.tsx'
import '../reports/reports.css'

/** One complaint: what was written, what the classifier makes of it and by which words, and its row. */
export function ReportPage(props: { id: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const ask = useProvenance((s) => s.ask)
  const query = useQuery('reports.get', { id: props.id }, { reset: true })
  const why = useQuery('reports.explain', { id: props.id }, { on: ['runs'], reset: true })
  const sources = useQuery('imports.sources', {}, { on: ['facts'] })
  const runId = useWorkspace((s) => s.info?.runs.report_classes)
  const run = useRun(runId)
  const r = query.data
  if (!r) return <PageState error={query.error} retry={query.refetch} />
  const className = r.class && dynamic('common.class', r.class, r.class)
  const source = sources.data?.find((s) => s.id === r.provenance.sourceId)
  return (
    <>
      <PageHead
        kind={t('inspector.kind.report')}
        title={<bdi>{r.key}</bdi>}
        tags={
          className &&
          r.confidence !== null && (
            <KnowledgeTag kind="inferred" title={runName(run, runId ?? null) ?? ''}>
              {className} {formatScore(r.confidence)}
            </KnowledgeTag>
          )
        }
      >
        <AddToCase target={{ kind: 'report', ref: r.id }} />
      </PageHead>
      <Section title={t('inspector.report.text')}>
        <ReportText text={r.text} lang={r.lang} {...(why.data && { spans: why.data.spans })} />
        {why.data && (
          <>
            <p className="sh-quiet section-note">
              {t('reports.explainText', { class: dynamic('common.class', why.data.class, why.data.class) })}
            </p>
            <Probabilities values={why.data.probabilities} chosen={why.data.class} />
          </>
        )}
        {trainedOnSimulation(run) && <p className="inspector-caution">{t('inspector.simulatedModel')}</p>}
      </Section>
      <Section>
        <KeyValue
          rows={[
            {
              key: 'about',
              name: t('inspector.report.about'),
              value: (
                <button
                  type="button"
                  className="link"
                  onClick={() => show({ kind: 'account', id: r.accountId })}
                >
                  <AccountName id={r.accountId} name={r.accountKey} />
                </button>
              ),
            },
            {
              key: 'reporter',
              name: t('inspector.report.reporter'),
              value: <Reporter name={r.reporterKey} />,
            },
            { key: 'category', name: t('inspector.report.category'), value: r.category },
            { key: 'language', name: t('inspector.report.language'), value: r.lang },
            {
              key: 'written',
              name: t('inspector.report.written'),
              value: <TimeText ms={r.ts} zone={r.tzOffset} showZone />,
            },
          ]}
        />
      </Section>
      <Section title={t('inspector.provenance.title')} testId="provenance">
        <dl className="sh-kv">
          <div>
            <dt>{baseName(r.provenance.file)}</dt>
            <dd>
              {source && (
                <>
                  <HashText hash={source.sha256} />
                  {' · '}
                </>
              )}
              <button
                type="button"
                className="link"
                data-testid="source-rows"
                onClick={() => ask({ refs: [r.provenance], to: 'reports' })}
              >
                {t('inspector.provenance.row', { row: r.provenance.row })}
              </button>
            </dd>
          </div>
          <RunLines run={run} />
        </dl>
      </Section>
    </>
  )
}

/** The reporter's id is not known here, so a hidden name is left out rather than shown. */
function Reporter(props: { name: string | null }) {
  const t = useT()
  const hidden = usePrefs((s) => s.hideNames)
  if (props.name === null) return <span className="sh-quiet">{t('common.notKnown')}</span>
  return hidden ? <span className="sh-quiet">•••</span> : <bdi>{props.name}</bdi>
}
