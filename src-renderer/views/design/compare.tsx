import { Button, Tooltip } from '@blueprintjs/core'
import { useEffect, useMemo, useState } from 'react'
import type { DesignComparison, DesignResult } from '../../../src-main/common/contract/recipes.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { DesignList, Letter, type Design } from './designs.tsx'
import { useDetectorWords } from './detector-choice.tsx'
import { Flows } from './flows.tsx'
import { extremes, hasLabels, LABEL_METRICS, METRICS, metricOf, pairOf, type Metric } from './metrics.ts'
import type { Say } from './notice.tsx'
import { PairMatrix } from './pair-matrix.tsx'
import { useDesign } from './store.ts'
import { useRecipeName } from './words.ts'
import { useNumbers } from '../../ui/numbers.ts'

/** Built designs beside each other. */
export function CompareTab(props: { designs: readonly Design[]; say: Say }) {
  const t = useT()
  const { designs } = props
  const chosen = useKnown(designs)
  const put = useDesign((s) => s.put)
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  if (designs.length === 0)
    return (
      <EmptyState
        icon="comparison"
        title={t('design.designs.emptyTitle')}
        action={
          <div className="sh-design-actions">
            <Button text={t('design.designs.toRecipe')} onClick={() => put({ tab: 'recipe' })} />
            <Button
              intent="primary"
              text={t('design.designs.analyze')}
              disabled={accounts === 0}
              onClick={() => void api.call('analysis.start', {}).catch(() => {})}
            />
          </div>
        }
      >
        {t('design.designs.emptyText')}
      </EmptyState>
    )
  return (
    <div className="sh-design-compare">
      <section className="sh-design-side" aria-label={t('design.designs.title')} tabIndex={0}>
        <div className="sh-section-head">
          <h3>{t('design.designs.title')}</h3>
          <span className="sh-quiet">{t('design.designs.count', { count: designs.length })}</span>
        </div>
        <DesignList designs={designs} chosen={chosen} say={props.say} />
        {designs.length === 1 && <p className="sh-quiet sh-form-about">{t('design.compare.one')}</p>}
      </section>
      <div className="sh-design-main" tabIndex={0} role="region" aria-label={t('design.compare.figures')}>
        <Comparison ids={chosen} designs={designs} />
      </div>
    </div>
  )
}

/** The chosen designs that are still there. */
function useKnown(designs: readonly Design[]): number[] {
  const chosen = useDesign((s) => s.chosen)
  return useMemo(
    () => chosen.filter((id) => designs.some((design) => design.communitiesRunId === id)),
    [chosen, designs],
  )
}

/** Figures, agreement and flows of one to six designs. */
export function Comparison(props: { ids: readonly number[]; designs: readonly Design[] }) {
  const t = useT()
  const { ids, designs } = props
  const query = useQuery('designs.compare', ids.length > 0 ? { communitiesRunIds: [...ids] } : null, {
    on: ['facts'],
  })
  const [pair, setPair] = useState<[number, number]>([0, 1])
  useEffect(() => setPair([0, 1]), [ids])
  if (ids.length === 0)
    return (
      <EmptyState icon="comparison" title={t('design.compare.hintTitle')}>
        {t('design.compare.hint')}
      </EmptyState>
    )
  if (query.error && !query.loading) return <ErrorState error={query.error} onRetry={query.refetch} />
  const data = query.data
  const inOrder = data && orderOf(data, ids)
  if (!data || !inOrder) return <Spinner />
  const [a, b] = pair
  const chosenPair =
    ids.length > 1 && a < ids.length && b < ids.length ? pairOf(data.pairs, ids[a]!, ids[b]!) : null
  return (
    <div className={query.loading ? 'is-stale' : undefined} data-testid="comparison">
      <FigureTable results={inOrder} designs={designs} />
      {ids.length === 1 && designs.length > 1 && (
        <p className="sh-quiet sh-design-pad">{t('design.compare.oneChosen')}</p>
      )}
      {ids.length > 1 && <PairMatrix ids={ids} data={data} pair={a < b ? [a, b] : [b, a]} onPair={setPair} />}
      {chosenPair && (
        <Flows
          key={`${chosenPair.a}-${chosenPair.b}`}
          pair={chosenPair}
          onSwap={() => setPair([b, a])}
          letters={[a, b]}
          shown={designs.find((d) => d.shown)?.communitiesRunId ?? null}
        />
      )}
    </div>
  )
}

/** The results in the order of the ids; null while the answer is still of other designs. */
function orderOf(data: DesignComparison, ids: readonly number[]): DesignResult[] | null {
  const list = ids.map((id) => data.designs.find((design) => design.communitiesRunId === id))
  return list.every((one) => one !== undefined) ? (list as DesignResult[]) : null
}

function FigureTable(props: { results: DesignResult[]; designs: readonly Design[] }) {
  const t = useT()
  const words = useDetectorWords()
  const recipeName = useRecipeName()
  const { results } = props
  const { n } = useNumbers()
  const labelled = hasLabels(results)
  const metrics = METRICS.filter((metric) => labelled || !LABEL_METRICS.includes(metric))
  const shownId = props.designs.find((design) => design.shown)?.communitiesRunId
  const first = results[0]!
  return (
    <section className="sh-section">
      <div className="sh-section-head">
        <h3>{t('design.compare.figures')}</h3>
      </div>
      <div className="sh-design-scroll">
        <table className="sh-design-table" data-testid="figure-table">
          <thead>
            <tr>
              <th scope="col">{t('design.compare.metric')}</th>
              {results.map((result, i) => (
                <th scope="col" key={result.communitiesRunId} className="sh-num">
                  <Letter index={i} />
                  {recipeName(result.recipe.name)}
                  <span className="sh-quiet">
                    {words({ id: result.detector }).name}
                    {result.communitiesRunId === shownId && ` · ${t('design.designs.shown')}`}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <FigureRow key={metric} metric={metric} results={results} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={labelled ? 'sh-quiet sh-form-about' : 'sh-design-missing'} data-testid="labels-note">
        {labelled
          ? t('design.compare.labelled', {
              malicious: n(first.labelled.malicious),
              benign: n(first.labelled.benign),
            })
          : t('design.compare.noLabels')}
      </p>
      <details className="sh-design-words">
        <summary>{t('design.compare.words')}</summary>
        <dl>
          {METRICS.map((metric) => (
            <div key={metric}>
              <dt>{t(`design.metric.${metric}`)}</dt>
              <dd>
                {t(`design.metricAbout.${metric}`)} <em>{t(`design.metricTrap.${metric}`)}</em>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}

function FigureRow({ metric, results }: { metric: Metric; results: DesignResult[] }) {
  const t = useT()
  const values = results.map((result) => metricOf(result, metric))
  const ends = results.length > 2 ? extremes(values) : null
  const most = Math.max(...values.map((value) => Math.abs(value ?? 0)))
  return (
    <tr data-testid={`figure-${metric}`}>
      <th scope="row" aria-label={t(`design.metric.${metric}`)}>
        <Tooltip
          compact
          placement="right"
          content={
            <dl className="sh-explained">
              <dt>{t('design.compare.what')}</dt>
              <dd>{t(`design.metricAbout.${metric}`)}</dd>
              <dt>{t('design.compare.mind')}</dt>
              <dd>{t(`design.metricTrap.${metric}`)}</dd>
            </dl>
          }
        >
          <span className="sh-explained-target" tabIndex={0}>
            {t(`design.metric.${metric}`)}
          </span>
        </Tooltip>
      </th>
      {results.map((result, i) => (
        <td key={result.communitiesRunId} className="sh-num">
          <Figure metric={metric} result={result} value={values[i]!} />
          {ends?.high === i && <span className="sh-design-end">{t('design.compare.highest')}</span>}
          {ends?.low === i && <span className="sh-design-end">{t('design.compare.lowest')}</span>}
          {values[i] !== null && most > 0 && (
            <span className="sh-design-figure-bar" aria-hidden="true">
              <span style={{ width: `${(Math.abs(values[i]) / most) * 100}%` }} />
            </span>
          )}
        </td>
      ))}
    </tr>
  )
}

function Figure(props: { metric: Metric; result: DesignResult; value: number | null }) {
  const t = useT()
  const { n, d, percent } = useNumbers()
  const { metric, result, value } = props
  if (value === null) {
    const why =
      metric === 'modularity'
        ? t('design.compare.noModularity')
        : metric === 'badGivenBad'
          ? t('design.compare.noBadEnds')
          : metric === 'homophily' || metric === 'adjusted'
            ? t('design.compare.noLabelledEdges')
            : t('design.compare.notComputed')
    return <span className="sh-quiet">{why}</span>
  }
  switch (metric) {
    case 'covered':
      return (
        <>
          {percent(value)}% <span className="sh-quiet">{n(Math.round(value * result.accounts))}</span>
        </>
      )
    case 'meanDegree':
      return <>{d(value, value < 10 ? 2 : 1)}</>
    case 'modularity':
      return <>{value.toFixed(3)}</>
    case 'homophily':
      return (
        <>
          {percent(value)}%{' '}
          <span className="sh-quiet">
            {t('design.compare.ofEdges', { count: result.homophily!.edges, n: n(result.homophily!.edges) })}
          </span>
        </>
      )
    case 'adjusted':
      return <>{value.toFixed(2).replace('-', '−')}</>
    case 'badGivenBad': {
      const bad = result.badGivenBad!
      // One digit always, so that a narrow interval does not look like none.
      const share = (it: number) => `${(it * 100).toFixed(1)}%`
      return (
        <>
          {share(value)}
          <span className="sh-quiet sh-design-under">
            {t('design.compare.interval', { low: share(bad.low), high: share(bad.high) })}
          </span>
          <span className="sh-quiet sh-design-under">
            {t('design.compare.base', { value: share(bad.baseRate) })} ·{' '}
            {t('design.compare.ofEnds', { count: bad.ends, n: n(bad.ends) })}
          </span>
        </>
      )
    }
    case 'seconds':
      return <>{t('design.compare.seconds', { n: d(value, value < 10 ? 1 : 0) })}</>
    default:
      return <>{n(value)}</>
  }
}
