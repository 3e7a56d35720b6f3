import { useState } from 'react'
import { useT } from '../../ui/i18n/index.ts'
import { useSize } from '../../ui/use-size.ts'
import { degreeChart, type DegreeBar } from './chart.ts'
import { useNumbers } from '../../ui/numbers.ts'

const HEIGHT = 96
const LEFT = 44
const BELOW = 30

/** How many accounts have how many neighbours, in bins that double; each bar can be asked. */
export function DegreeChartView(props: { degrees: { from: number; accounts: number }[] }) {
  const t = useT()
  const { n, percent, short } = useNumbers()
  const [measure, size] = useSize()
  const [at, setAt] = useState<number | null>(null)
  const width = Math.max(120, size.width - LEFT - 4)
  const chart = degreeChart(props.degrees, width, HEIGHT)
  const total = props.degrees.reduce((all, bin) => all + bin.accounts, 0)
  const range = (bar: DegreeBar) => (bar.from === bar.to ? n(bar.from) : `${n(bar.from)}–${n(bar.to)}`)
  const words = (bar: DegreeBar) =>
    t('design.preview.degreeBar', {
      range: range(bar),
      n: n(bar.accounts),
      percent: percent(total === 0 ? 0 : bar.accounts / total),
    })
  const shown = at === null ? undefined : chart.bars[at]
  // Labels that would touch are left out, the ends never.
  const every = Math.max(1, Math.ceil((chart.bars.length * 30) / width))
  return (
    <figure className="sh-design-degrees" ref={measure} data-testid="degree-chart">
      <svg
        width={width + LEFT + 4}
        height={HEIGHT + BELOW + 6}
        role="img"
        aria-label={`${t('design.preview.degrees')}. ${chart.bars.map(words).join('; ')}`}
        onPointerLeave={() => setAt(null)}
      >
        <g transform={`translate(${LEFT},6)`}>
          {chart.ticks.map((tick) => (
            <g key={tick.value} transform={`translate(0,${HEIGHT - tick.height})`}>
              <line x2={width} className="sh-design-grid" />
              <text x={-6} dy="0.32em" textAnchor="end">
                {short(tick.value)}
              </text>
            </g>
          ))}
          {chart.bars.map((bar, i) => (
            <g key={bar.from} onPointerEnter={() => setAt(i)}>
              <rect x={bar.x - 2} width={bar.width + 4} height={HEIGHT} fill="transparent" />
              <rect
                className={`sh-design-bar${bar.from === 0 ? ' is-alone' : ''}${i === at ? ' is-at' : ''}`}
                x={bar.x}
                y={HEIGHT - bar.height}
                width={bar.width}
                height={bar.height}
              />
              {i % every === 0 && (
                <text x={bar.x + bar.width / 2} y={HEIGHT + 13} textAnchor="middle">
                  {bar.from === bar.to ? n(bar.from) : `${short(bar.from)}+`}
                </text>
              )}
            </g>
          ))}
          <text x={width} y={HEIGHT + 27} textAnchor="end">
            {t('design.preview.neighbours')}
          </text>
        </g>
      </svg>
      <figcaption className="sh-quiet">{shown ? words(shown) : t('design.preview.degreesAbout')}</figcaption>
    </figure>
  )
}
