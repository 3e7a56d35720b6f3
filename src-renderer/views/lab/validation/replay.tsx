import { useState } from 'react'
import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { formatSpan } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { useSize } from '../../../ui/use-size.ts'
import { keepApart } from '../charts/line-chart.tsx'
import { placeOn } from '../charts/scale.ts'
import { Part } from './part.tsx'
import { replayBars, replaySums } from './replay-bars.ts'

const HEIGHT = 168
const LEFT = 38
const PARTS = ['caught', 'falseAlarms', 'open', 'missed'] as const

/** What it would have flagged at each step, knowing only what was known then. */
export function ReplayPart(props: { replay: NonNullable<ValidationReport['replay']>; capacity: number }) {
  const t = useT()
  const { n } = useNumbers()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const [measure, size] = useSize()
  const [at, setAt] = useState<number | null>(null)
  const { steps } = props.replay
  const { bars, axis } = replayBars(steps)
  const sums = replaySums(steps)
  const width = Math.max(120, size.width - LEFT - 8)
  const slot = bars.length > 0 ? width / bars.length : width
  const y = (value: number) => 8 + (1 - placeOn(axis, value)) * HEIGHT
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const words = (i: number) => {
    const { step } = bars[i]!
    return t('validation.step', {
      when: formatSpan(step.from, step.to, zone, language),
      flagged: n(step.flagged),
      scored: n(step.scored),
      caught: n(step.caught),
      falseAlarms: n(step.falseAlarms),
      missed: n(step.missed),
      trained: n(step.trained),
    })
  }
  const shown = at === null ? undefined : bars[at]
  const ticks = keepApart(
    bars.map((bar, i) => ({ bar, at: i * slot + slot / 2 })),
    56,
  )
  return (
    <Part
      title={t(`validation.replay.${props.replay.step}`)}
      about={t('validation.replayAbout', { capacity: n(props.capacity) })}
      testId="part-replay"
      wide
    >
      <figure className="lab-replay" ref={measure} onPointerLeave={() => setAt(null)}>
        <svg
          width={width + LEFT + 8}
          height={HEIGHT + 34}
          role="img"
          aria-label={`${t('validation.replaySum', sums)} ${bars.map((_, i) => words(i)).join(' ')}`}
        >
          <g transform={`translate(${LEFT},0)`}>
            {axis.ticks.map((tick) => (
              <g key={tick} transform={`translate(0,${y(tick)})`}>
                <line x2={width} className={tick === 0 ? 'lab-base' : 'lab-grid'} />
                <text x={-6} dy="0.32em" textAnchor="end">
                  {n(Math.abs(tick))}
                </text>
              </g>
            ))}
            {bars.map((bar, i) => {
              const stacks = [
                { part: 'caught' as const, from: 0, to: bar.caught },
                { part: 'falseAlarms' as const, from: bar.caught, to: bar.caught + bar.falseAlarms },
                {
                  part: 'open' as const,
                  from: bar.caught + bar.falseAlarms,
                  to: bar.caught + bar.falseAlarms + bar.open,
                },
                { part: 'missed' as const, from: -bar.missed, to: 0 },
              ]
              const wide = Math.min(28, slot * 0.7)
              return (
                <g
                  key={bar.step.from}
                  onPointerEnter={() => setAt(i)}
                  className={at === i ? 'is-at' : undefined}
                >
                  <rect x={i * slot} width={slot} y={8} height={HEIGHT} fill="transparent" />
                  {stacks.map(
                    ({ part, from, to }) =>
                      to > from && (
                        <rect
                          key={part}
                          className={`lab-stack is-${part}`}
                          x={i * slot + (slot - wide) / 2}
                          width={wide}
                          y={y(to)}
                          height={Math.max(1, y(from) - y(to))}
                        />
                      ),
                  )}
                </g>
              )
            })}
            {ticks.map(({ bar, at: x }) => (
              <text key={bar.step.from} x={x} y={HEIGHT + 24} textAnchor="middle">
                {short.format(new Date(bar.step.from + zone * 60_000))}
              </text>
            ))}
          </g>
        </svg>
        <figcaption>
          {shown ? words(at!) : t('validation.replaySum', sums)}
          <span className="lab-keys-line sh-quiet">
            {PARTS.map((part) => (
              <span key={part}>
                <i className={`lab-key is-${part}`} /> {t(`validation.stack.${part}`)}
              </span>
            ))}
          </span>
        </figcaption>
      </figure>
    </Part>
  )
}
