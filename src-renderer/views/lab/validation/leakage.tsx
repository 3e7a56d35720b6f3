import { useState } from 'react'
import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { useFigure } from '../charts/interval.tsx'
import { axisOf, placeOn, tickDigits } from '../charts/scale.ts'
import { LevelTag } from './level-tag.tsx'
import { Part } from './part.tsx'
import { useFactName } from './words.ts'

type Leakage = ValidationReport['leakage']
const WIDTH = 264
const HEIGHT = 188
const LEFT = 40
const FIRST = 8

/** Is the answer among the questions? What one fact alone can do, and what is lost without it. */
export function LeakagePart({ leakage }: { leakage: Leakage }) {
  const t = useT()
  const figure = useFigure()
  const factName = useFactName()
  const { percent } = useNumbers()
  const [all, setAll] = useState(false)
  const { features, shuffled, afterLabel } = leakage
  const shown = all ? features : features.slice(0, FIRST)
  return (
    <Part title={t('validation.leakage')} about={t('validation.leakageAbout')} testId="part-leakage">
      <p className="lab-shuffled">
        {t('validation.shuffled', {
          auroc: figure(shuffled.auroc),
          low: figure(shuffled.low),
          high: figure(shuffled.high),
        })}
      </p>
      <div className="lab-leakage">
        <Scatter features={features} />
        <table className="lab-small-table">
          <thead>
            <tr>
              <th scope="col">{t('validation.fact')}</th>
              <th scope="col" className="sh-num" title={t('validation.aloneAbout')}>
                {t('validation.alone')}
              </th>
              <th
                scope="col"
                className="sh-num"
                title={t('validation.dropAbout', { full: figure(leakage.fullAuprc) })}
              >
                {t('validation.drop')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((f) => (
              <tr key={`${f.family}:${f.name}`} data-testid="leak-row" data-level={f.level}>
                <th scope="row">
                  {factName('feature', f.name)}{' '}
                  <span className="sh-quiet">{factName('family', f.family)}</span>{' '}
                  <LevelTag level={f.level} />
                </th>
                <td className="sh-num">{figure(f.auroc)}</td>
                <td className="sh-num">{figure(f.dropAuprc)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {features.length > FIRST && (
        <button type="button" className="sh-link" onClick={() => setAll(!all)}>
          {all
            ? t('inspector.account.showFewer')
            : t('inspector.account.showAll', { count: features.length })}
        </button>
      )}
      {afterLabel.length > 0 && (
        <>
          <h5 className="sh-caps">{t('validation.afterLabel')}</h5>
          <table className="lab-small-table" data-testid="after-label">
            <thead>
              <tr>
                <th scope="col">{t('validation.family')}</th>
                <th scope="col" className="sh-num">
                  {t('validation.afterShare')}
                </th>
                <th scope="col" className="sh-num">
                  {t('validation.without')}
                </th>
              </tr>
            </thead>
            <tbody>
              {afterLabel.map((f) => (
                <tr key={f.family} data-level={f.level}>
                  <th scope="row">
                    {factName('family', f.family)} <LevelTag level={f.level} />
                  </th>
                  <td className="sh-num">{percent(f.share)}%</td>
                  <td className="sh-num">{f.auprcWithout === null ? '–' : figure(f.auprcWithout)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="lab-note">{t('validation.afterLabelAbout')}</p>
        </>
      )}
    </Part>
  )
}

/** Alone against the loss without it: a leak stands at the top right. */
function Scatter({ features }: { features: Leakage['features'] }) {
  const t = useT()
  const figure = useFigure()
  const factName = useFactName()
  const across = axisOf([0.5, 1, ...features.map((f) => f.auroc)], 0, 1, 4)
  const up = axisOf([0, ...features.map((f) => f.dropAuprc)], -1, 1, 3)
  const x = (value: number) => placeOn(across, value) * WIDTH
  const y = (value: number) => (1 - placeOn(up, value)) * HEIGHT
  const order = { good: 0, info: 0, warn: 1, bad: 2 }
  const drawn = [...features].sort((a, b) => order[a.level] - order[b.level])
  return (
    <figure className="lab-scatter">
      <svg
        width={WIDTH + LEFT + 12}
        height={HEIGHT + 60}
        role="img"
        aria-label={t('validation.scatter', { count: features.length })}
      >
        <g transform={`translate(${LEFT},24)`}>
          {up.ticks.map((tick) => (
            <g key={tick} transform={`translate(0,${y(tick)})`}>
              <line x2={WIDTH} className="lab-grid" />
              <text x={-6} dy="0.32em" textAnchor="end">
                {figure(tick, tickDigits(up))}
              </text>
            </g>
          ))}
          {across.ticks.map((tick) => (
            <text key={tick} x={x(tick)} y={HEIGHT + 14} textAnchor="middle">
              {figure(tick, tickDigits(across))}
            </text>
          ))}
          <text x={WIDTH} y={HEIGHT + 30} textAnchor="end">
            {t('validation.alone')}
          </text>
          <text x={-LEFT} y={-14}>
            {t('validation.drop')}
          </text>
          {drawn.map((f) => (
            <circle
              key={`${f.family}:${f.name}`}
              cx={x(f.auroc)}
              cy={y(f.dropAuprc)}
              r={f.level === 'bad' || f.level === 'warn' ? 4.5 : 3}
              className={`lab-point is-${f.level}`}
            >
              <title>
                {t('validation.point', {
                  name: factName('feature', f.name),
                  alone: figure(f.auroc),
                  drop: figure(f.dropAuprc),
                })}
              </title>
            </circle>
          ))}
          {drawn
            .filter((f) => f.level === 'bad')
            .slice(-2)
            .map((f) => (
              <text
                key={`name:${f.family}:${f.name}`}
                x={x(f.auroc) - 8}
                y={y(f.dropAuprc)}
                dy="0.32em"
                textAnchor="end"
                className="lab-point-name"
              >
                {factName('feature', f.name)}
              </text>
            ))}
        </g>
      </svg>
    </figure>
  )
}
