import { useState } from 'react'
import { useSize } from '../../../ui/use-size.ts'
import { useFigure } from './interval.tsx'
import { axisOf, logPlace, placeOn, spread, tickDigits } from './scale.ts'

export interface Line {
  id: string
  name: string
  points: { x: number; y: number }[]
  /** The one that the reader looks for; the others step back. */
  strong?: boolean
  /** A second measure of the same thing. */
  dashed?: boolean
}

const TOP = 24
const LEFT = 38
const BELOW = 32
const GAP = 13

/**
 * Lines over one horizontal axis, named at their ends instead of in a legend. Pointing at a line or a name brings
 * it forward. The figures themselves are in the table that each chart stands beside, so the picture is one image.
 */
export function LineChart(props: {
  lines: readonly Line[]
  label: string
  xName: string
  xText(x: number): string
  yName: string
  /** Limits of the vertical axis; it is drawn around the values within them. */
  least: number
  most: number
  /** Always in view, e.g. 0 or the base rate. */
  mark?: { value: number; label: string } | undefined
  log?: boolean
  height?: number
}) {
  const figure = useFigure()
  const [measure, size] = useSize()
  const [at, setAt] = useState<string | null>(null)
  const height = props.height ?? 168
  const lines = props.lines.filter((line) => line.points.length > 0)
  const longest = Math.max(0, ...lines.map((line) => nameWidth(line.name)))
  const right = Math.min(150, longest + 14)
  const width = Math.max(80, size.width - LEFT - right)
  const xs = [...new Set(lines.flatMap((line) => line.points.map((p) => p.x)))].sort((a, b) => a - b)
  const first = xs[0] ?? 0
  const last = xs.at(-1) ?? 1
  const axis = axisOf(
    [...lines.flatMap((line) => line.points.map((p) => p.y)), ...(props.mark ? [props.mark.value] : [])],
    props.least,
    props.most,
  )
  const digits = tickDigits(axis)
  const x = (value: number) =>
    (props.log ? logPlace(value, first, last) : last > first ? (value - first) / (last - first) : 0.5) * width
  const y = (value: number) => TOP + (1 - placeOn(axis, value)) * height
  const ends = spread(
    lines.map((line) => y(line.points.at(-1)!.y)),
    GAP,
    TOP + height,
  )
  const strong = (line: Line) => (at === null ? (line.strong ?? false) : line.id === at)
  const shown = keepApart(
    xs.map((value) => ({ value, at: x(value) })),
    44,
  )
  return (
    <figure className="lab-lines" ref={measure} onPointerLeave={() => setAt(null)}>
      <svg width={width + LEFT + right} height={TOP + height + BELOW} role="img" aria-label={props.label}>
        <g transform={`translate(${LEFT},0)`}>
          {axis.ticks.map((tick) => (
            <g key={tick} transform={`translate(0,${y(tick)})`}>
              <line x2={width} className="lab-grid" />
              <text x={-6} dy="0.32em" textAnchor="end">
                {figure(tick, digits)}
              </text>
            </g>
          ))}
          {props.mark && (
            <g transform={`translate(0,${y(props.mark.value)})`}>
              <line x2={width} className="lab-mark" />
              <text x={2} y={-4}>
                {props.mark.label}
              </text>
            </g>
          )}
          {shown.map(({ value, at: place }) => (
            <text key={value} x={place} y={TOP + height + 14} textAnchor="middle">
              {props.xText(value)}
            </text>
          ))}
          <text x={width} y={TOP + height + 28} textAnchor="end">
            {props.xName}
          </text>
          <text x={-LEFT} y={10}>
            {props.yName}
          </text>
          {[...lines]
            .sort((a, b) => Number(strong(a)) - Number(strong(b)))
            .map((line) => {
              const path = line.points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.x)} ${y(p.y)}`).join('')
              return (
                <g
                  key={line.id}
                  className={`lab-line${strong(line) ? ' is-strong' : ''}${line.dashed ? ' is-dashed' : ''}`}
                  onPointerEnter={() => setAt(line.id)}
                >
                  <path d={path} className="lab-line-reach" />
                  <path d={path} />
                  {line.points.map((p) => (
                    <circle key={p.x} cx={x(p.x)} cy={y(p.y)} r={strong(line) ? 3 : 2}>
                      <title>{`${line.name} · ${props.xText(p.x)} · ${figure(p.y)}`}</title>
                    </circle>
                  ))}
                </g>
              )
            })}
          {lines.map((line, i) => (
            <text
              key={line.id}
              x={width + 8}
              y={ends[i]}
              dy="0.32em"
              className={strong(line) ? 'lab-line-name is-strong' : 'lab-line-name'}
              onPointerEnter={() => setAt(line.id)}
            >
              {line.name}
            </text>
          ))}
        </g>
      </svg>
    </figure>
  )
}

/** About how wide a name is at 11 px: Chinese characters are square, others about half of that. */
function nameWidth(name: string): number {
  return [...name].reduce((w, c) => w + (/[\u2e80-\uffff]/.test(c) ? 11 : 6.2), 0)
}

/** Those of the ticks that stand at least `gap` apart; the first and the last always. */
export function keepApart<T extends { at: number }>(ticks: readonly T[], gap: number): T[] {
  const last = ticks.at(-1)
  const kept: T[] = []
  for (const tick of ticks) {
    const before = kept.at(-1)
    if (before && tick.at - before.at < gap) continue
    if (last && tick !== last && last.at - tick.at < gap && kept.length > 0) continue
    kept.push(tick)
  }
  return kept
}
