import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { IntervalAxis, IntervalBar, useFigure } from '../charts/interval.tsx'
import { axisOf } from '../charts/scale.ts'
import { Part } from './part.tsx'

/** Random, by community, by time: how far the result carries. Dots and intervals on one axis. */
export function SplitsPart({ report }: { report: ValidationReport }) {
  const t = useT()
  const { n } = useNumbers()
  const figure = useFigure()
  const { splits, capacity } = report
  const axis = (measure: 'auroc' | 'auprc', mark?: number) =>
    axisOf(
      [...splits.flatMap((s) => [s[measure].low, s[measure].high]), ...(mark === undefined ? [] : [mark])],
      0,
      1,
      4,
    )
  const auprc = axis('auprc', Math.min(...splits.map((s) => s.baseRate)))
  const auroc = axis('auroc', 0.5)
  return (
    <Part title={t('validation.splits')} about={t('validation.splitsAbout')} testId="part-splits" wide>
      <div className="lab-scroll">
        <table className="lab-bench-table lab-splits-table">
          <thead>
            <tr>
              <th scope="col">{t('validation.tested')}</th>
              <th scope="col" colSpan={2}>
                {t('score.auprc')}
              </th>
              <th scope="col" colSpan={2}>
                {t('score.auroc')}
              </th>
              <th scope="col" className="sh-num">
                {t('bench.precisionAtK', { k: n(capacity) })}
              </th>
              <th scope="col" className="sh-num">
                {t('bench.recallAtK', { k: n(capacity) })}
              </th>
            </tr>
            <tr className="lab-axes" aria-hidden="true">
              <td>{'\u00a0'}</td>
              <td>
                <IntervalAxis axis={auprc} />
              </td>
              <td>{'\u00a0'}</td>
              <td>
                <IntervalAxis axis={auroc} mark={{ value: 0.5, label: t('bench.chance') }} />
              </td>
              <td>{'\u00a0'}</td>
              <td colSpan={2}>{'\u00a0'}</td>
            </tr>
          </thead>
          <tbody>
            {splits.map((split) => (
              <tr key={split.protocol} data-testid={`split-${split.protocol}`}>
                <th scope="row" title={t(`validation.protocolAbout.${split.protocol}`)}>
                  {t(`validation.protocol.${split.protocol}`)}
                </th>
                <td className="lab-interval-cell">
                  <IntervalBar
                    estimate={split.auprc}
                    axis={auprc}
                    mark={split.baseRate}
                    name={`${t(`validation.protocol.${split.protocol}`)}, ${t('score.auprc')}`}
                  />
                </td>
                <td className="sh-num">{figure(split.auprc.mean)}</td>
                <td className="lab-interval-cell">
                  <IntervalBar
                    estimate={split.auroc}
                    axis={auroc}
                    mark={0.5}
                    name={`${t(`validation.protocol.${split.protocol}`)}, ${t('score.auroc')}`}
                  />
                </td>
                <td className="sh-num">{figure(split.auroc.mean)}</td>
                <td className="sh-num">{figure(split.precisionAtK.mean)}</td>
                <td className="sh-num">{figure(split.recallAtK.mean)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="lab-note">{t('validation.splitsNote')}</p>
    </Part>
  )
}
