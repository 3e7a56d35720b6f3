import { useState } from 'react'
import type { CalibrationBin, ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { useFigure } from '../charts/interval.tsx'
import { Part } from './part.tsx'

type Calibration = NonNullable<ValidationReport['calibration']>
const SIZE = 216
const LEFT = 34
const BELOW = 68
const COUNTS = 26
const TICKS = [0, 0.25, 0.5, 0.75, 1]

/** Does a score of 0.8 mean 8 in 10? Before and after correction, with how often each score was given. */
export function CalibrationPart({ calibration: c }: { calibration: Calibration }) {
  const t = useT()
  const figure = useFigure()
  const { percent } = useNumbers()
  const row = (name: string, brier: number, ece: number | null) => (
    <tr>
      <th scope="row">{name}</th>
      <td className="sh-num">{figure(brier)}</td>
      <td className="sh-num">{ece === null ? '–' : figure(ece)}</td>
    </tr>
  )
  return (
    <Part
      title={t('validation.calibration')}
      about={t('validation.calibrationAbout')}
      testId="part-calibration"
    >
      <div className="lab-calibration">
        <Reliability before={c.before.bins} after={c.after.bins} />
        <div>
          <table className="lab-small-table">
            <thead>
              <tr>
                <th scope="col">{t('validation.probabilities')}</th>
                <th scope="col" className="sh-num" title={t('validation.brierAbout')}>
                  {t('validation.brier')}
                </th>
                <th scope="col" className="sh-num" title={t('validation.eceAbout')}>
                  {t('validation.ece')}
                </th>
              </tr>
            </thead>
            <tbody>
              {row(t('validation.before'), c.before.brier, c.before.ece)}
              {row(t(`validation.after.${c.method}`), c.after.brier, c.after.ece)}
              {row(t('validation.reference'), c.reference, null)}
            </tbody>
          </table>
          <p className="lab-note">{t('validation.lower')}</p>
          <dl className="lab-figures">
            <div>
              <dt>{t('validation.trainPrior')}</dt>
              <dd>{percent(c.trainPrior)}%</dd>
            </div>
            <div>
              <dt>{t('validation.allPrior')}</dt>
              <dd>{percent(c.prior)}%</dd>
            </div>
          </dl>
          <p className="lab-note">{t('validation.priorAbout')}</p>
        </div>
      </div>
    </Part>
  )
}

/** Score against share of malicious ones; the diagonal is a promise kept. Whiskers are Wilson 95%. */
function Reliability(props: { before: readonly CalibrationBin[]; after: readonly CalibrationBin[] }) {
  const t = useT()
  const figure = useFigure()
  const { n } = useNumbers()
  const [at, setAt] = useState<CalibrationBin | null>(null)
  const after = props.after.filter((bin) => bin.count > 0)
  const before = props.before.filter((bin) => bin.count > 0)
  const most = Math.max(1, ...after.map((bin) => bin.count))
  const x = (value: number) => value * SIZE
  const y = (value: number) => (1 - value) * SIZE
  const words = (bin: CalibrationBin) =>
    t('validation.bin', {
      score: figure(bin.meanScore, 2),
      rate: figure(bin.badRate, 2),
      low: figure(bin.rateLow, 2),
      high: figure(bin.rateHigh, 2),
      n: n(bin.count),
    })
  const series = (bins: readonly CalibrationBin[], name: string) => (
    <g className={`lab-bins is-${name}`}>
      <path
        d={bins.map((bin, i) => `${i === 0 ? 'M' : 'L'}${x(bin.meanScore)} ${y(bin.badRate)}`).join('')}
        className="lab-bins-line"
      />
      {bins.map((bin, i) => (
        <g key={i} onPointerEnter={() => setAt(bin)}>
          <line x1={x(bin.meanScore)} x2={x(bin.meanScore)} y1={y(bin.rateLow)} y2={y(bin.rateHigh)} />
          <circle cx={x(bin.meanScore)} cy={y(bin.badRate)} r={name === 'after' ? 3.5 : 2.5}>
            <title>{words(bin)}</title>
          </circle>
        </g>
      ))}
    </g>
  )
  return (
    <figure className="lab-reliability" onPointerLeave={() => setAt(null)} data-testid="reliability">
      <svg
        width={SIZE + LEFT + 12}
        height={SIZE + COUNTS + BELOW}
        role="img"
        aria-label={`${t('validation.calibration')}. ${after.map(words).join('; ')}`}
      >
        <g transform={`translate(${LEFT},24)`}>
          <text x={-LEFT} y={-14}>
            {t('validation.rate')}
          </text>
          {TICKS.map((tick) => (
            <g key={tick}>
              <line x2={SIZE} y1={y(tick)} y2={y(tick)} className="lab-grid" />
              <text x={-6} y={y(tick)} dy="0.32em" textAnchor="end">
                {figure(tick, 2)}
              </text>
              <text x={x(tick)} y={SIZE + COUNTS + 18} textAnchor="middle">
                {figure(tick, 2)}
              </text>
            </g>
          ))}
          <line x1={0} y1={SIZE} x2={SIZE} y2={0} className="lab-diagonal" />
          {series(before, 'before')}
          {series(after, 'after')}
          {after.map((bin, i) => (
            <rect
              key={i}
              className="lab-bins-count"
              x={x(bin.low) + 1}
              width={Math.max(1, x(bin.high) - x(bin.low) - 2)}
              y={SIZE + 4 + (1 - Math.sqrt(bin.count / most)) * COUNTS}
              height={Math.sqrt(bin.count / most) * COUNTS}
            />
          ))}
          <text x={SIZE} y={SIZE + COUNTS + 34} textAnchor="end">
            {t('validation.score')}
          </text>
        </g>
      </svg>
      <figcaption className="sh-quiet">
        {at ? (
          words(at)
        ) : (
          <>
            <i className="lab-key is-before" /> {t('validation.before')} <i className="lab-key is-after" />{' '}
            {t('validation.afterShort')}
          </>
        )}
      </figcaption>
    </figure>
  )
}
