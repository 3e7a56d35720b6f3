import { memo } from 'react'
import { useT } from '../../ui/i18n/index.ts'
import type { Bands } from './bands.ts'
import { SERIES, type Series } from './bins.ts'
import { MarkGlyph } from './glyph.tsx'
import type { MarkShape } from './pen.ts'
import type { LegendEntry } from './plot-model.ts'
import { useTimeline } from './store.ts'

const SHAPE: Record<Series, MarkShape> = {
  logins: 'dot',
  failed: 'dot',
  registrations: 'cross',
  other: 'square',
}

/** Height of an entry that can be pressed, CSS pixels (WCAG 2.5.8), as .tl-legend-entry has it. */
const TARGET = 24

function SeriesEntry({ series }: { series: Series }) {
  const t = useT()
  return (
    <>
      <MarkGlyph shape={SHAPE[series]} className={`tl-fill-${series}`} />
      {t(`timeline.series.${series}`)}
    </>
  )
}

/** Switches what each series stands for off and on. */
export function SeriesToggles() {
  const t = useT()
  const hidden = useTimeline((s) => s.hidden)
  const toggle = useTimeline((s) => s.toggleHidden)
  return SERIES.map((series) => (
    <li key={series}>
      <button
        type="button"
        className="tl-legend-entry"
        aria-pressed={!hidden.includes(`series:${series}`)}
        title={t('timeline.legendFilter')}
        data-testid={`timeline-legend-${series}`}
        onClick={() => toggle(`series:${series}`)}
      >
        <SeriesEntry series={series} />
      </button>
    </li>
  ))
}

/**
 * What colours and shapes mean, beside the histogram. Where there is room each entry is a switch; where there is not the
 * switches are among the options.
 */
export const Strips = memo(function Strips(props: { bands: Bands }) {
  const { bands } = props
  const t = useT()
  const hidden = useTimeline((s) => s.hidden)
  return (
    <>
      <ul className="tl-legend" style={{ height: bands.histHeight }} aria-label={t('timeline.legend')}>
        {bands.histHeight >= SERIES.length * TARGET ? (
          <SeriesToggles />
        ) : (
          SERIES.map((series) => (
            <li
              key={series}
              className={`tl-legend-word${hidden.includes(`series:${series}`) ? ' is-off' : ''}`}
            >
              <SeriesEntry series={series} />
            </li>
          ))
        )}
      </ul>
      {bands.stripHeight > 0 && (
        <>
          <p className="tl-strip-name" style={{ top: bands.unusualTop, height: bands.stripHeight }}>
            <MarkGlyph shape="triangle" className="tl-fill-unusual" />
            {t('timeline.legendUnusual')}
          </p>
          <p className="tl-strip-name" style={{ top: bands.stripTop, height: bands.stripHeight }}>
            <MarkGlyph shape="flag" className="tl-fill-report" />
            {t('timeline.legendReported')}
          </p>
        </>
      )}
    </>
  )
})

/** Outcomes or contexts of the single events in sight. */
export function ValueLegend(props: { entries: readonly LegendEntry[] }) {
  const t = useT()
  const hidden = useTimeline((s) => s.hidden)
  const toggle = useTimeline((s) => s.toggleHidden)
  return (
    <ul className="tl-values" aria-label={t('timeline.legend')}>
      {props.entries.map((entry) => (
        <li key={entry.key}>
          <button
            type="button"
            className="tl-legend-entry"
            aria-pressed={!hidden.includes(entry.key)}
            title={t('timeline.legendFilter')}
            onClick={() => toggle(entry.key)}
          >
            <span className="tl-swatch" style={{ background: entry.colour }} aria-hidden="true" />
            {entry.word ?? t('timeline.lane.notStated')}
          </button>
        </li>
      ))}
    </ul>
  )
}
