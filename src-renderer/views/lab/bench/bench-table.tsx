import { Icon } from '@blueprintjs/core'
import { Fragment, useState } from 'react'
import type { BenchResult, BenchRow } from '../../../../src-main/common/contract/lab.ts'
import type { ScorerInfo } from '../../../../src-main/common/contract/learning.ts'
import { Explained } from '../../../ui/explain.tsx'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { Section } from '../../../ui/panel.tsx'
import { IntervalAxis, IntervalBar, useFigure } from '../charts/interval.tsx'
import { axisOf, type Axis } from '../charts/scale.ts'
import { useMemberName, useScorerWords } from '../scorer-words.ts'
import { useRowName } from './row-name.ts'
import { groupRows, type SortBy } from './rows.ts'

/** Every scorer on the same splits, intervals on one axis, controls in quiet right under their scorer. */
export function BenchTable(props: { result: BenchResult; scorers: readonly ScorerInfo[] }) {
  const t = useT()
  const { n } = useNumbers()
  const { result } = props
  const [by, setBy] = useState<SortBy>('auprc')
  const [open, setOpen] = useState<string | null>(null)
  const groups = groupRows(result.rows, by)
  const fine = result.rows.filter((row) => row.error === null)
  const ends = (measure: 'auprc' | 'auroc', mark: number): Axis =>
    axisOf([...fine.flatMap((row) => [row[measure].low, row[measure].high]), mark], 0, 1)
  const auprc = ends('auprc', result.baseRate)
  const auroc = ends('auroc', 0.5)
  const head = (key: SortBy, name: string, about: string, wide = false) => (
    <th
      scope="col"
      aria-label={name}
      className={wide ? 'lab-wide' : 'sh-num'}
      colSpan={wide ? 2 : 1}
      aria-sort={by === key ? (key === 'seconds' ? 'ascending' : 'descending') : undefined}
    >
      <Explained what={about}>
        <button type="button" onClick={() => setBy(key)}>
          {name}
          <span aria-hidden="true" className="sh-sort-mark">
            {by === key ? (key === 'seconds' ? '↑' : '↓') : ''}
          </span>
        </button>
      </Explained>
    </th>
  )
  return (
    <Section title={t('bench.table')} testId="bench-table">
      <div className="lab-scroll" tabIndex={0} role="region" aria-label={t('bench.table')}>
        <table className="lab-bench-table">
          <thead>
            <tr>
              <th scope="col">{t('bench.scorer')}</th>
              {head('auprc', t('score.auprc'), t('bench.about.auprc'), true)}
              {head('auroc', t('score.auroc'), t('bench.about.auroc'), true)}
              {head(
                'precisionAtK',
                t('bench.precisionAtK', { k: n(result.capacity) }),
                t('bench.about.precisionAtK', { k: n(result.capacity) }),
              )}
              {head(
                'recallAtK',
                t('bench.recallAtK', { k: n(result.capacity) }),
                t('bench.about.recallAtK', { k: n(result.capacity) }),
              )}
              {head('seconds', t('bench.seconds'), t('bench.about.seconds'))}
            </tr>
            <tr className="lab-axes" aria-hidden="true">
              <td>{'\u00a0'}</td>
              <td>
                <IntervalAxis axis={auprc} mark={{ value: result.baseRate, label: t('bench.baseRate') }} />
              </td>
              <td>{'\u00a0'}</td>
              <td>
                <IntervalAxis axis={auroc} mark={{ value: 0.5, label: t('bench.chance') }} />
              </td>
              <td>{'\u00a0'}</td>
              <td colSpan={3}>{'\u00a0'}</td>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <Fragment key={group.key}>
                <Row
                  row={group.row}
                  result={result}
                  scorers={props.scorers}
                  auprc={auprc}
                  auroc={auroc}
                  open={open === group.key}
                  onToggle={() => setOpen(open === group.key ? null : group.key)}
                />
                {open === group.key && <Detail row={group.row} result={result} />}
                {group.controls.map((row) => (
                  <Row
                    key={row.control}
                    row={row}
                    result={result}
                    scorers={props.scorers}
                    auprc={auprc}
                    auroc={auroc}
                  />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      <p className="lab-note">{t('bench.tableNote')}</p>
    </Section>
  )
}

function Row(props: {
  row: BenchRow
  result: BenchResult
  scorers: readonly ScorerInfo[]
  auprc: Axis
  auroc: Axis
  open?: boolean
  onToggle?: () => void
}) {
  const t = useT()
  const figure = useFigure()
  const words = useScorerWords()
  const rowName = useRowName(props.result)
  const { row, onToggle } = props
  const info = props.scorers.find(({ id }) => id === row.scorer)
  const quiet = row.control !== null || info?.group === 'control'
  const name = row.control === null ? rowName(row) : t(`bench.control.${row.control}`)
  const tag = info?.group === 'unusual' && (
    <span className="sh-tag sh-tag-observed" title={t('bench.unusualAbout')}>
      {t('bench.unusual')}
    </span>
  )
  const cells = (measure: 'auprc' | 'auroc', axis: Axis, mark: number) => (
    <>
      <td className="lab-interval-cell">
        <IntervalBar
          estimate={row[measure]}
          axis={axis}
          mark={mark}
          quiet={quiet}
          name={`${name}, ${t(`score.${measure}`)}`}
        />
      </td>
      <td className="sh-num">{figure(row[measure].mean)}</td>
    </>
  )
  return (
    <tr
      className={`${row.control !== null ? 'is-control' : ''}${quiet ? ' is-quiet' : ''}`}
      data-testid={row.control === null ? 'bench-row' : 'bench-control'}
      data-scorer={row.scorer}
      data-control={row.control ?? undefined}
    >
      <th scope="row">
        {onToggle ? (
          <button
            type="button"
            className="lab-row-name"
            aria-expanded={props.open ?? false}
            title={words({ id: row.scorer, help: info?.help ?? '' }).help}
            onClick={onToggle}
          >
            <Icon icon={props.open ? 'chevron-down' : 'chevron-right'} size={12} />
            {name}
          </button>
        ) : (
          <span title={row.control === null ? undefined : t(`bench.controlAbout.${row.control}`)}>
            {name}
          </span>
        )}{' '}
        {tag}
      </th>
      {row.error === null ? (
        <>
          {cells('auprc', props.auprc, props.result.baseRate)}
          {cells('auroc', props.auroc, 0.5)}
          <td className="sh-num">{figure(row.precisionAtK.mean)}</td>
          <td className="sh-num">{figure(row.recallAtK.mean)}</td>
        </>
      ) : (
        <td colSpan={6} className="lab-failed">
          {row.error}
        </td>
      )}
      <td className="sh-num">{figure(row.seconds, row.seconds < 10 ? 1 : 0)}</td>
    </tr>
  )
}

/** Each split by itself, and for an ensemble who counts how much. */
function Detail({ row, result }: { row: BenchRow; result: BenchResult }) {
  const t = useT()
  const { n } = useNumbers()
  const figure = useFigure()
  const memberName = useMemberName()
  const weights = Object.entries(row.weights ?? {}).sort((a, b) => b[1] - a[1])
  return (
    <tr className="lab-detail-row">
      <td colSpan={8}>
        <div className="lab-detail-parts" data-testid="bench-detail">
          {row.perSplit.length > 0 && (
            <table className="lab-small-table">
              <thead>
                <tr>
                  <th scope="col">{t('bench.split')}</th>
                  <th scope="col" className="sh-num">
                    {t('score.auprc')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('score.auroc')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.precisionAtK', { k: n(result.capacity) })}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.recallAtK', { k: n(result.capacity) })}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.trained')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.testedShort')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.positives')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('bench.seconds')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {row.perSplit.map((split) => (
                  <tr key={split.split}>
                    <th scope="row">{split.split}</th>
                    <td className="sh-num">{figure(split.auprc)}</td>
                    <td className="sh-num">{figure(split.auroc)}</td>
                    <td className="sh-num">{figure(split.precisionAtK)}</td>
                    <td className="sh-num">{figure(split.recallAtK)}</td>
                    <td className="sh-num">{n(split.trained)}</td>
                    <td className="sh-num">{n(split.tested)}</td>
                    <td className="sh-num">{n(split.positives)}</td>
                    <td className="sh-num">{figure(split.seconds, 1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {weights.length > 1 && (
            <div className="lab-detail-weights">
              <h4 className="sh-caps">{t('bench.weights')}</h4>
              <ul className="lab-weights">
                {weights.map(([id, weight]) => (
                  <li key={id}>
                    <span>{memberName(id)}</span>
                    <span className="lab-weight" aria-hidden="true">
                      <i style={{ width: `${weight * 100}%` }} />
                    </span>
                    <span className="sh-num">{figure(weight, 2)}</span>
                  </li>
                ))}
              </ul>
              <p className="lab-note">{t('bench.weightsAbout')}</p>
            </div>
          )}
        </div>
      </td>
    </tr>
  )
}
