import { Button } from '@blueprintjs/core'
import type { RunRow } from '../../../../src-main/common/contract/jobs.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { KnowledgeTag } from '../../../ui/chip.tsx'
import { formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { KeyValue, Section } from '../../../ui/panel.tsx'
import { HashText, TimeText } from '../../../ui/text.tsx'
import { trainedOnSimulation } from '../../inspector/runs.tsx'
import '../../inspector/inspector.css'
import { useLab } from '../store.ts'
import { ScoreHistogram } from './histogram.tsx'
import { codes, numbers, statLines, tookSeconds, type StatLine } from './stats.ts'

/** Runs whose results are a page of their own. */
const PAGES: Record<string, 'bench' | 'validation'> = { evaluation: 'bench', validation: 'validation' }

/** One run in full: enough for somebody else to repeat it and get the same. */
export function RunDetail(props: { run: RunRow; runs: RunRow[]; onChoose(id: number): void }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { run, runs } = props
  const parent = runs.find((r) => r.id === run.parentRunId)
  const took = tookSeconds(run)
  const trained = run.stats['trained_on'] ?? run.stats['trainedOn']
  const histogram = numbers(run.stats['histogram'])
  const threshold = typeof run.stats['threshold'] === 'number' ? run.stats['threshold'] : null
  const warnings = codes(run.stats['warnings']).filter((code) => code !== 'trained_on_simulation')
  // Shown in words or as a figure elsewhere on this page.
  const elsewhere = /^(trained_?on$|histogram$|warnings\b)/i
  const page = PAGES[run.kind]
  const results = page ? [] : statLines(run.stats).filter((line) => !elsewhere.test(line.path))
  const params = statLines(run.params)
  return (
    <>
      <header className="inspector-head">
        <p className="sh-caps">{t('lab.run', { id: run.id })}</p>
        <h3 className="sh-title">{dynamic('lab.kind', run.kind, run.kind)}</h3>
        <div className="inspector-tags">
          <KnowledgeTag kind="inferred" source={`${run.algorithm} #${run.id}`} />
        </div>
        <p className="sh-quiet lab-about">{dynamic('lab.kindAbout', run.kind, '')}</p>
        {trainedOnSimulation(run) && <p className="inspector-caution">{t('lab.simulatedCaution')}</p>}
        {warnings.map((code) => (
          <p key={code} className="inspector-caution">
            {dynamic('lab.warning', code, code)}
          </p>
        ))}
      </header>
      {page && run.status === 'done' && (
        <Section title={t('lab.results')}>
          <Button
            size="small"
            icon="arrow-right"
            text={t(`lab.openIn.${page}`)}
            data-testid="run-open"
            onClick={() =>
              useLab
                .getState()
                .put(
                  page === 'bench' ? { tab: page, benchRunId: run.id } : { tab: page, reportRunId: run.id },
                )
            }
          />
        </Section>
      )}
      {results.length > 0 && (
        <Section title={t('lab.results')}>
          {histogram && <ScoreHistogram counts={histogram} threshold={threshold} />}
          <Lines lines={results} prefix="lab.stat" />
        </Section>
      )}
      <Section title={t('lab.parameters')}>
        {params.length === 0 && run.seed === null ? (
          <p className="sh-quiet">{t('lab.noParameters')}</p>
        ) : (
          <>
            {run.seed !== null && (
              <KeyValue rows={[{ key: 'seed', name: t('lab.column.seed'), value: run.seed }]} />
            )}
            <Lines lines={params} prefix="lab.param" />
          </>
        )}
      </Section>
      {(run.modelName || run.provider) && (
        <Section title={t('lab.model')}>
          <KeyValue
            rows={[
              { key: 'name', name: t('lab.modelName'), value: run.modelName },
              {
                key: 'hash',
                name: t('lab.modelHash'),
                value: run.modelSha256 && <HashText hash={run.modelSha256} />,
              },
              { key: 'provider', name: t('lab.provider'), value: run.provider },
              {
                key: 'trained',
                name: t('lab.trainedOn'),
                value: typeof trained === 'string' ? dynamic('lab.trained', trained, trained) : null,
              },
            ]}
          />
        </Section>
      )}
      {Object.keys(run.inputs).length > 0 && (
        <Section title={t('lab.inputs')}>
          <KeyValue
            rows={Object.entries(run.inputs).map(([name, hash]) => ({
              key: name,
              name,
              value: <HashText hash={hash} />,
            }))}
          />
        </Section>
      )}
      <Section>
        <KeyValue
          rows={[
            {
              key: 'started',
              name: t('lab.column.started'),
              value: <TimeText ms={run.startedAt} seconds showZone />,
            },
            {
              key: 'took',
              name: t('lab.column.took'),
              value: took === null ? null : t('lab.seconds', { seconds: took.toFixed(2) }),
            },
            {
              key: 'parent',
              name: t('lab.parent'),
              value: parent && (
                <button type="button" className="link" onClick={() => props.onChoose(parent.id)}>
                  {dynamic('lab.kind', parent.kind, parent.kind)} #{parent.id}
                </button>
              ),
            },
            { key: 'version', name: t('lab.version'), value: run.algorithmVersion },
            { key: 'app', name: t('lab.appVersion'), value: run.appVersion },
          ]}
        />
      </Section>
    </>
  )
}

/** Recorded values; the name is the catalogue's where it has one, else the recorded one as it is. */
function Lines(props: { lines: StatLine[]; prefix: string }) {
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const words = (value: StatLine['value'], path: string) => {
    if (value === null) return '–'
    if (typeof value === 'string') return value
    if (typeof value === 'boolean') return value ? '✓' : '✗'
    if (/newestfact$/i.test(path)) return <TimeText ms={value} />
    if (Number.isInteger(value)) return formatNumber(value, language)
    return Math.abs(value) < 0.001 ? value.toExponential(2) : formatNumber(value, language, 4)
  }
  return (
    <KeyValue
      rows={props.lines.map(({ path, value }) => ({
        key: path,
        // An entry of a list is named by the list and its own id: nothing for a catalogue.
        name: path.includes(' ') ? path.replaceAll('.', ' · ') : dynamic(props.prefix, path, path),
        value: words(value, path),
      }))}
    />
  )
}
