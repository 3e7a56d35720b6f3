import { SegmentedControl } from '@blueprintjs/core'
import { useState } from 'react'
import type { DesignComparison, DesignPair } from '../../../src-main/common/contract/recipes.ts'
import { Explained } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { KeyValue } from '../../ui/panel.tsx'
import { Letter } from './designs.tsx'
import { designLetter, PAIR_METRICS, pairOf, pairValue, type PairMetric } from './metrics.ts'
import { useNumbers } from '../../ui/numbers.ts'

/** How far each two designs agree; with three or more as a matrix, whose cells choose the pair below. */
export function PairMatrix(props: {
  ids: readonly number[]
  data: DesignComparison
  pair: [number, number]
  onPair(pair: [number, number]): void
}) {
  const t = useT()
  const [metric, setMetric] = useState<PairMetric>('nmi')
  const { ids, data, pair } = props
  const { d, percent, short } = useNumbers()
  const words = (value: number | null) =>
    value === null
      ? t('design.pair.notKnown')
      : metric === 'edgeJaccard' || metric === 'agreeing'
        ? `${percent(value)}%`
        : d(value, 2)
  const chosen = pairOf(data.pairs, ids[pair[0]] ?? -1, ids[pair[1]] ?? -1)
  return (
    <section className="sh-section" data-testid="pairs">
      <div className="sh-section-head">
        <h3>{t('design.pair.title')}</h3>
        {ids.length > 2 && (
          <SegmentedControl
            size="small"
            value={metric}
            aria-label={t('design.pair.choose')}
            onValueChange={(value) => setMetric(value as PairMetric)}
            options={PAIR_METRICS.map((value) => ({ value, label: t(`design.pair.${value}`) }))}
          />
        )}
      </div>
      <div className="sh-design-pairs">
        {ids.length > 2 && (
          <div>
            <table className="sh-design-matrix">
              <thead>
                <tr>
                  <td aria-hidden="true">{''}</td>
                  {ids.map((id, i) => (
                    <th scope="col" key={id}>
                      <Letter index={i} />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {ids.map((id, row) => (
                  <tr key={id}>
                    <th scope="row">
                      <Letter index={row} />
                    </th>
                    {ids.map((other, column) => {
                      if (row === column)
                        return (
                          <td key={other} className="is-self">
                            {'–'}
                          </td>
                        )
                      const between = pairOf(data.pairs, id, other)
                      const value = between && pairValue(between, metric)
                      const on = pair.includes(row) && pair.includes(column)
                      return (
                        <td key={other}>
                          <button
                            type="button"
                            aria-pressed={on}
                            aria-label={t('design.pair.open', {
                              a: designLetter(row),
                              b: designLetter(column),
                              value: words(value),
                            })}
                            style={{
                              background: `color-mix(in srgb, var(--sh-risk-0) ${Math.round(
                                Math.max(0, value ?? 0) * 42,
                              )}%, transparent)`,
                            }}
                            onClick={() => props.onPair([Math.min(row, column), Math.max(row, column)])}
                          >
                            {words(value)}
                            {between && (metric === 'nmi' || metric === 'ari') && (
                              <span className="sh-quiet">
                                {t('design.pair.over', { n: short(between.both) })}
                              </span>
                            )}
                          </button>
                        </td>
                      )
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="sh-form-about">{t(`design.pair.about.${metric}`)}</p>
          </div>
        )}
        {chosen && <PairFigures pair={chosen} letters={pair} />}
      </div>
    </section>
  )
}

function PairFigures({ pair, letters }: { pair: DesignPair; letters: [number, number] }) {
  const t = useT()
  const { n, d, percent } = useNumbers()
  const a = designLetter(letters[0])
  const b = designLetter(letters[1])
  const explained = (metric: PairMetric) => (
    <Explained what={t(`design.pair.about.${metric}`)}>{t(`design.pair.${metric}`)}</Explained>
  )
  return (
    <div className="sh-design-pair" data-testid="pair-figures">
      <p className="sh-design-pair-head">
        <Letter index={letters[0]} /> <Letter index={letters[1]} />
      </p>
      <div className="sh-design-pair-columns">
        <KeyValue
          rows={[
            { key: 'jaccard', name: explained('edgeJaccard'), value: <b>{percent(pair.edgeJaccard)}%</b> },
            { key: 'shared', name: t('design.pair.sharedEdges'), value: n(pair.edgesShared) },
            { key: 'a', name: t('design.pair.onlyIn', { name: a }), value: n(pair.edgesOnlyA) },
            { key: 'b', name: t('design.pair.onlyIn', { name: b }), value: n(pair.edgesOnlyB) },
          ]}
        />
        <KeyValue
          rows={[
            { key: 'nmi', name: explained('nmi'), value: <b>{d(pair.nmi, 3)}</b> },
            { key: 'ari', name: explained('ari'), value: <b>{d(pair.ari, 3)}</b> },
            {
              key: 'agreeing',
              name: explained('agreeing'),
              value: (
                <b>
                  {t('design.pair.agreeingOf', {
                    part: n(pair.agreeing),
                    whole: n(pair.comparedCommunities),
                  })}
                </b>
              ),
            },
            { key: 'both', name: t('design.pair.bothPlace'), value: n(pair.both) },
            { key: 'onlyA', name: t('design.pair.onlyPlaces', { name: a }), value: n(pair.onlyA) },
            { key: 'onlyB', name: t('design.pair.onlyPlaces', { name: b }), value: n(pair.onlyB) },
          ]}
        />
      </div>
    </div>
  )
}
