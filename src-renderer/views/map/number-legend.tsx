import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Histogram } from '../../../src-main/common/contract/explore.ts'
import type { Channel } from '../../graph/explore-data.tsx'
import type { ColorTable } from '../../graph/channel-colors.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useValueText } from './channel-names.ts'
import { binsOf, type LegendPart } from './legend-parts.ts'

const WIDTH = 176
const HEIGHT = 40

/** Byte of a value: the last stop that is not above it. */
function byteOf(stops: Float64Array, value: number): number {
  let low = 0
  let high = stops.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (stops[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * A ramp under a histogram of all and of the selected. A drag over it keeps only what lies there; with the keyboard, two
 * sliders do the same. Bars are on a root scale, so that few accounts can be seen beside many.
 */
export function NumberLegend(props: {
  channel: Channel
  table: ColorTable
  histogram: Histogram
  part: LegendPart
  /** A value worth a mark (the model's threshold). */
  mark: { value: number; text: string } | null
  onRange(range: { min: number; max: number } | null): void
}) {
  const t = useT()
  const text = useValueText()
  const { channel, table, histogram, part } = props
  const { edges } = histogram
  const bins = edges.length - 1
  const area = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<[number, number] | null>(null)
  if (bins < 1) return <p className="sh-quiet">{t('mapTools.legend.noValues')}</p>
  const kept = drag ? ([...drag].sort((a, b) => a - b) as [number, number]) : binsOf(edges, part.range)
  const most = Math.sqrt(Math.max(1, ...histogram.all))
  const w = WIDTH / bins
  const bar = (counts: Uint32Array) =>
    Array.from(counts, (count, bin) => {
      const h = count === 0 ? 0 : Math.max(1, (Math.sqrt(count) / most) * HEIGHT)
      return `M${(bin * w).toFixed(2)} ${HEIGHT}v${-h}h${Math.max(0.5, w - 0.5).toFixed(2)}v${h}z`
    }).join('')
  const colorOf = (bin: number) =>
    table.css(byteOf(channel.stops, (edges[bin]! + edges[Math.min(bins, bin + 1)]!) / 2))
  const set = (range: [number, number] | null) => {
    const all = range === null || (range[0] === 0 && range[1] === bins - 1)
    props.onRange(all ? null : { min: edges[range[0]]!, max: edges[range[1] + 1]! })
  }
  const binAt = (event: PointerEvent) => {
    const box = area.current!.getBoundingClientRect()
    return Math.max(0, Math.min(bins - 1, Math.floor(((event.clientX - box.x) / box.width) * bins)))
  }
  const positionOf = (value: number) => {
    const bin = byteOf(Float64Array.from(edges), value)
    const span = (edges[bin + 1] ?? edges[bin]!) - edges[bin]!
    return ((bin + (span > 0 ? (value - edges[bin]!) / span : 0)) / bins) * 100
  }
  const slider = (which: 0 | 1) => (
    <input
      type="range"
      min={0}
      max={bins - 1}
      value={kept ? kept[which] : which === 0 ? 0 : bins - 1}
      aria-label={t(which === 0 ? 'mapTools.legend.from' : 'mapTools.legend.to')}
      aria-valuetext={text(
        channel.info,
        which === 0 ? edges[kept ? kept[0] : 0]! : edges[(kept ? kept[1] : bins - 1) + 1]!,
      )}
      onChange={(event) => {
        const value = Number(event.target.value)
        const now: [number, number] = kept ? [...kept] : [0, bins - 1]
        now[which] = which === 0 ? Math.min(value, now[1]) : Math.max(value, now[0])
        set(now)
      }}
      onKeyDown={(event: KeyboardEvent) => event.key === 'Escape' && set(null)}
    />
  )
  return (
    <div className="sh-number-legend">
      <div
        ref={area}
        className={part.filters ? 'sh-number-area is-live' : 'sh-number-area'}
        data-testid="legend-histogram"
        title={part.filters ? t('mapTools.legend.drag') : undefined}
        onPointerDown={(event) => {
          if (!part.filters || event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const bin = binAt(event)
          setDrag([bin, bin])
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], binAt(event)])}
        onPointerUp={() => {
          if (!drag) return
          const range = [...drag].sort((a, b) => a - b) as [number, number]
          const before = binsOf(edges, part.range)
          setDrag(null)
          // A press without a drag inside what is kept lets it go.
          if (range[0] === range[1] && before && before[0] <= range[0] && range[1] <= before[1]) set(null)
          else set(range)
        }}
        onPointerCancel={() => setDrag(null)}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path d={bar(histogram.all)} className="is-all" />
          <path d={bar(histogram.selected)} className="is-selected" />
        </svg>
        <div
          className="sh-number-ramp"
          style={{
            background: `linear-gradient(90deg, ${Array.from({ length: bins }, (_, bin) => colorOf(bin)).join(', ')})`,
          }}
        />
        {props.mark && props.mark.value >= edges[0]! && props.mark.value <= edges[bins]! && (
          <span
            className="sh-number-mark"
            style={{ left: `${positionOf(props.mark.value)}%` }}
            title={props.mark.text}
          />
        )}
        {kept && (
          <span
            className="sh-number-kept"
            style={{
              left: `${(kept[0] / bins) * 100}%`,
              width: `${((kept[1] - kept[0] + 1) / bins) * 100}%`,
            }}
          />
        )}
      </div>
      <div className="sh-number-ends">
        <span>{text(channel.info, edges[kept ? kept[0] : 0]!)}</span>
        <span>{text(channel.info, edges[(kept ? kept[1] : bins - 1) + 1]!)}</span>
      </div>
      {part.filters && (
        <div className="sh-number-sliders">
          {slider(0)}
          {slider(1)}
        </div>
      )}
    </div>
  )
}
