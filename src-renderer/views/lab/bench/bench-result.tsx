import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type { BenchResult } from '../../../../src-main/common/contract/lab.ts'
import type { ScorerInfo } from '../../../../src-main/common/contract/learning.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { Explained } from '../../../ui/explain.tsx'
import { formatDuration } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { Section } from '../../../ui/panel.tsx'
import { saveCsv } from '../../../ui/save-csv.ts'
import { spaceLatin } from '../../../ui/sentences.ts'
import type { Design } from '../../design/designs.tsx'
import { useRecipeName } from '../../design/words.ts'
import { useFigure } from '../charts/interval.tsx'
import { LineChart, type Line } from '../charts/line-chart.tsx'
import { useScorerWords } from '../scorer-words.ts'
import { BenchTable } from './bench-table.tsx'
import { benchCsv } from './csv.ts'
import { apart, expectation, graphGain, groupRows } from './rows.ts'

/** A finished bench: what the graphs let expect, then who did best, then how with fewer labels. */
export function BenchResultView(props: {
  result: BenchResult
  scorers: readonly ScorerInfo[]
  designs: readonly Design[]
}) {
  const t = useT()
  const { n, percent } = useNumbers()
  const { result } = props
  const name = useWorkspace((s) => s.info?.name ?? 'shoal')
  return (
    <div data-testid="bench-result">
      <header className="lab-result-head">
        <div>
          <h3 className="sh-title">{t(`bench.protocols.${result.protocol}`)}</h3>
          <p className="sh-quiet">
            {result.protocolText}
            {' · '}
            {t('bench.tested', { n: n(result.tested), percent: percent(result.baseRate) })}
            {' · '}
            {t('bench.took', { time: formatDuration(result.seconds) })}
            {' · '}
            {t('inspector.provenance.run')} #{result.runId}
            {result.simulated && (
              <>
                {' '}
                <span className="sh-tag sh-tag-inferred">{t('score.simulated')}</span>
              </>
            )}
          </p>
        </div>
        <Button
          size="small"
          icon="export"
          text={t('bench.export')}
          data-testid="bench-export"
          onClick={() => saveCsv(benchCsv(result), `${name}-bench-${result.runId}.csv`)}
        />
      </header>
      <GraphFacts result={result} />
      <BenchTable result={result} scorers={props.scorers} />
      <Reading result={result} scorers={props.scorers} />
      <Curves result={result} />
      {result.notes.length > 0 && (
        <Section title={t('bench.notes')} testId="bench-notes">
          <ul className="lab-reading">
            {result.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Section>
      )}
      {result.simulated && <p className="lab-note lab-pad">{t('bench.simulatedAbout')}</p>}
    </div>
  )
}

/** What labels of neighbours tell, before any scorer is looked at: it predicts what will work. */
function GraphFacts({ result }: { result: BenchResult }) {
  const t = useT()
  const { n } = useNumbers()
  const figure = useFigure()
  const recipeName = useRecipeName()
  const share = (value: number) => `${figure(value * 100, 1)}%`
  return (
    <Section title={t('bench.graphTitle')} testId="bench-graphs">
      <div className="lab-graphs">
        {result.graphs.map((graph) => {
          const bad = graph.badGivenBad
          const expect = expectation(graph)
          return (
            <div key={graph.graphRunId} className="lab-graph">
              <p>
                <b>{recipeName(graph.recipe)}</b>{' '}
                <span className="sh-quiet">
                  {t('bench.graphSize', { accounts: n(graph.accounts), edges: n(graph.edges) })} ·{' '}
                  {t('score.counts', {
                    malicious: n(graph.labelled.malicious),
                    benign: n(graph.labelled.benign),
                  })}
                </span>
              </p>
              <dl className="lab-figures">
                <div>
                  <dt>
                    <Explained what={t('design.metricAbout.badGivenBad')}>
                      {t('design.metric.badGivenBad')}
                    </Explained>
                  </dt>
                  <dd>
                    {bad ? share(bad.rate) : '–'}
                    {bad && (
                      <span className="sh-quiet">
                        {' '}
                        {t('bench.badInterval', { low: share(bad.low), high: share(bad.high) })} ·{' '}
                        {t('bench.badBase', { base: share(bad.base) })}
                      </span>
                    )}
                  </dd>
                </div>
                <div>
                  <dt>
                    <Explained what={t('design.metricAbout.homophily')}>
                      {t('design.metric.homophily')}
                    </Explained>
                  </dt>
                  <dd>{graph.homophily ? share(graph.homophily.plain) : '–'}</dd>
                </div>
                <div>
                  <dt>
                    <Explained what={t('design.metricAbout.adjusted')}>{t('bench.adjusted')}</Explained>
                  </dt>
                  <dd>{graph.homophily ? figure(graph.homophily.adjusted, 2) : '–'}</dd>
                </div>
              </dl>
              <p className="lab-expect" data-expect={expect}>
                {t(`bench.expect.${expect}`)}
              </p>
            </div>
          )
        })}
      </div>
    </Section>
  )
}

/** What the table says, in words: the best, whether it is by chance, and what the graph adds. */
function Reading(props: { result: BenchResult; scorers: readonly ScorerInfo[] }) {
  const t = useT()
  const figure = useFigure()
  const words = useScorerWords()
  const ranks = new Set(
    props.scorers.filter((s) => s.group === 'control' || s.group === 'unusual').map((s) => s.id),
  )
  const groups = groupRows(props.result.rows).filter(
    ({ row }) => row.error === null && row.control === null && !ranks.has(row.scorer),
  )
  const [best, next] = groups
  if (!best) return null
  const gain = graphGain(best, 'features_only')
  const own = best.controls.find((row) => row.control === 'features_only' && row.error === null)
  const rewired = graphGain(best, 'rewired')
  const random = best.controls.find((row) => row.control === 'rewired' && row.error === null)
  return (
    <Section title={t('bench.reading')} testId="bench-reading">
      <ul className="lab-reading">
        {next && (
          <li>
            {spaceLatin(
              t(apart(best.row.auprc, next.row.auprc) ? 'bench.best' : 'bench.bestNear', {
                best: words({ id: best.row.scorer }).name,
                next: words({ id: next.row.scorer }).name,
                value: figure(best.row.auprc.mean),
              }),
            )}
          </li>
        )}
        {gain !== null && own && (
          <li>
            {t(
              !apart(best.row.auprc, own.auprc)
                ? 'bench.gainNone'
                : gain > 0
                  ? 'bench.gain'
                  : 'bench.gainAgainst',
              { with: figure(best.row.auprc.mean), without: figure(own.auprc.mean) },
            )}
          </li>
        )}
        {rewired !== null && random && own && apart(best.row.auprc, own.auprc) && (
          <li>
            {t(apart(best.row.auprc, random.auprc) && rewired > 0 ? 'bench.rewired' : 'bench.rewiredNone', {
              with: figure(best.row.auprc.mean),
              without: figure(random.auprc.mean),
            })}
          </li>
        )}
      </ul>
    </Section>
  )
}

const LINES = 7

/** How much each scorer makes of fewer labels. */
function Curves({ result }: { result: BenchResult }) {
  const t = useT()
  const { n } = useNumbers()
  const words = useScorerWords()
  const [measure, setMeasure] = useState<'auprc' | 'auroc'>('auprc')
  const groups = groupRows(result.rows).filter(({ row }) => row.control === null && row.curve !== null)
  if (groups.length === 0) return null
  const several = new Set(result.rows.map((row) => row.graphRunId)).size > 1
  const lines = groups.slice(0, LINES).map(({ key, row }, i): Line => ({
    id: key,
    name: `${words({ id: row.scorer }).name}${several ? ` #${row.graphRunId}` : ''}`,
    points: (row.curve ?? []).map((point) => ({ x: point.labels, y: point[measure] })),
    strong: i === 0,
  }))
  return (
    <Section
      title={t('bench.curveTitle')}
      testId="bench-curves"
      tools={
        <span className="lab-choice" role="group" aria-label={t('bench.curveTitle')}>
          {(['auprc', 'auroc'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === measure} onClick={() => setMeasure(one)}>
              {t(`score.${one}`)}
            </button>
          ))}
        </span>
      }
    >
      <LineChart
        lines={lines}
        label={t('bench.curveLabel', { count: lines.length })}
        log
        xName={t('bench.labels')}
        xText={(x) => n(x)}
        yName={t(`score.${measure}`)}
        least={0}
        most={1}
        mark={
          measure === 'auprc'
            ? { value: result.baseRate, label: t('bench.baseRate') }
            : { value: 0.5, label: t('bench.chance') }
        }
        height={200}
      />
      <p className="lab-note">{t('bench.curveNote')}</p>
    </Section>
  )
}
