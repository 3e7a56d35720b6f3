import { Button, ButtonGroup, HTMLSelect, PopoverNext } from '@blueprintjs/core'
import { memo, type ReactNode } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { laneKindSchema, type LaneKind } from '../../../src-main/common/contract/timeline.ts'
import { Hint } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import type { Align } from './align.ts'
import { panView, zoomView } from './scale.ts'
import { SeriesToggles } from './legend.tsx'
import { COLOURS, LANE_COUNTS, useTimeline, useZoneId, type Colour } from './store.ts'
import { TimeFields } from './time-fields.tsx'
import { offsetName, viewerZoneName, ZONE_IDS, zoneName, zoneOf, type Zone, type ZoneId } from './zone.ts'

export interface ToolbarProps {
  bounds: Span
  brush: Span | null
  zone: Zone
  exportOffset: number
  /** Event kinds that lanes can be aligned by. */
  kinds: readonly string[]
  /** What is shown at the moment of asking: the toolbar must not render at every step of a zoom. */
  getView(): Span
  onView(view: Span): void
  onBrush(brush: Span | null): void
}

/** Zone, lanes, time and what else there is to choose; what is chosen rarely is behind one button. */
export const Toolbar = memo(function Toolbar(props: ToolbarProps) {
  const { bounds, brush, onView, getView } = props
  const t = useT()
  const asTable = useTimeline((s) => s.asTable)
  const set = useTimeline((s) => s.set)
  const lanes = useTimeline((s) => s.lanes)
  const zoom = (factor: number) => {
    const view = getView()
    onView(zoomView(view, bounds, factor, (view.from + view.to) / 2))
  }
  return (
    <>
      <ZoneSelect {...props} />
      <label className="tl-select">
        <span className="sh-quiet tl-select-name">{t('timeline.lanes')}</span>
        <HTMLSelect
          minimal
          value={lanes}
          aria-label={t('timeline.lanes')}
          data-testid="timeline-lanes"
          onChange={(event) => {
            const next = event.currentTarget.value as LaneKind
            // Only lanes of accounts can be aligned and ordered by likeness.
            set({ lanes: next, ...(next !== 'accounts' && { align: 'time', order: 'given' }) })
          }}
          options={laneKindSchema.options.map((value) => ({ value, label: t(`timeline.lane.${value}`) }))}
        />
      </label>
      {lanes === 'accounts' && <AlignSelect kinds={props.kinds} />}
      <ButtonGroup variant="minimal">
        <Tool
          text={t('timeline.earlier')}
          keys="PgUp"
          icon="chevron-left"
          onClick={() => onView(panView(getView(), bounds, -0.5))}
        />
        <Tool
          text={t('timeline.later')}
          keys="PgDn"
          icon="chevron-right"
          onClick={() => onView(panView(getView(), bounds, 0.5))}
        />
        <Tool text={t('timeline.zoomOut')} keys="-" icon="minus" onClick={() => zoom(1 / 1.6)} />
        <Tool text={t('timeline.zoomIn')} keys="+" icon="plus" onClick={() => zoom(1.6)} />
        {brush ? (
          <Tool text={t('timeline.zoomToBrush')} icon="zoom-to-fit" onClick={() => onView(brush)} />
        ) : (
          <Tool text={t('timeline.whole')} keys="0" icon="zoom-to-fit" onClick={() => onView(bounds)} />
        )}
      </ButtonGroup>
      <PopoverNext
        placement="top-end"
        content={
          <TimeFields
            brush={brush}
            bounds={bounds}
            getView={getView}
            zone={props.zone}
            onBrush={props.onBrush}
          />
        }
      >
        <Button
          size="small"
          variant="minimal"
          icon="calendar"
          active={brush !== null}
          aria-label={t('timeline.fields.title')}
          title={t('timeline.fields.title')}
          data-testid="timeline-fields"
        />
      </PopoverNext>
      {brush && (
        <Tool text={t('timeline.clearBrush')} keys="Esc" icon="cross" onClick={() => props.onBrush(null)} />
      )}
      <PopoverNext placement="top-end" content={<Options />}>
        <Button
          size="small"
          variant="minimal"
          icon="settings"
          aria-label={t('timeline.options')}
          title={t('timeline.options')}
          data-testid="timeline-options"
        />
      </PopoverNext>
      <Button
        size="small"
        variant="minimal"
        icon={asTable ? 'timeline-bar-chart' : 'th'}
        aria-label={asTable ? t('timeline.asChart') : t('timeline.asTable')}
        title={asTable ? t('timeline.asChart') : t('timeline.asTable')}
        aria-pressed={asTable}
        data-testid="timeline-as-table"
        onClick={() => set({ asTable: !asTable })}
      />
    </>
  )
})

function ZoneSelect(props: { exportOffset: number; bounds: Span }) {
  const t = useT()
  const zone = useZoneId()
  const set = useTimeline((s) => s.set)
  const viewer = zoneOf('viewer', 0)
  const label: Record<ZoneId, string> = {
    export: t('timeline.zones.export', { zone: offsetName(props.exportOffset) }),
    utc: t('timeline.zones.utc'),
    viewer: t('timeline.zones.viewer', {
      zone: zoneName(viewer, props.bounds.to),
    }),
  }
  return (
    <HTMLSelect
      minimal
      className="tl-zone"
      value={zone}
      aria-label={t('timeline.zone')}
      title={zone === 'viewer' ? `${label.viewer} ${viewerZoneName()}` : label[zone]}
      data-testid="timeline-zone"
      onChange={(event) => set({ zone: event.currentTarget.value as ZoneId })}
      options={ZONE_IDS.map((value) => ({ value, label: label[value] }))}
    />
  )
}

function AlignSelect(props: { kinds: readonly string[] }) {
  const t = useT()
  const align = useTimeline((s) => s.align)
  const set = useTimeline((s) => s.set)
  // A restored alignment may be by a kind that these accounts have no event of.
  const kinds = align.startsWith('kind:')
    ? [...new Set([...props.kinds, align.slice('kind:'.length)])]
    : props.kinds
  const options: { value: Align; label: string }[] = [
    { value: 'time', label: t('timeline.align.time') },
    { value: 'first', label: t('timeline.align.first') },
    { value: 'registration', label: t('timeline.align.registration') },
    ...kinds.map((kind) => ({ value: `kind:${kind}` as Align, label: t('timeline.align.kind', { kind }) })),
  ]
  return (
    <label className="tl-select">
      <span className="sh-quiet tl-select-name">{t('timeline.align.name')}</span>
      <HTMLSelect
        minimal
        value={align}
        aria-label={t('timeline.align.name')}
        data-testid="timeline-align"
        onChange={(event) => set({ align: event.currentTarget.value as Align, since: null })}
        options={options}
      />
    </label>
  )
}

function Options() {
  const t = useT()
  const { lanes, laneCount, colour, order, pinned, sequence, hidden, set } = useTimeline()
  const accounts = lanes === 'accounts'
  return (
    <div className="tl-options">
      <Field name={t('timeline.option.laneCount')}>
        <HTMLSelect
          minimal
          value={laneCount}
          data-testid="timeline-lane-count"
          onChange={(event) => set({ laneCount: Number(event.currentTarget.value) })}
          options={LANE_COUNTS.filter((n) => accounts || n <= 40).map((value) => ({
            value,
            label: String(value),
          }))}
        />
      </Field>
      <Field name={t('timeline.option.order')}>
        <HTMLSelect
          minimal
          value={order}
          disabled={!accounts}
          data-testid="timeline-order"
          onChange={(event) => set({ order: event.currentTarget.value as 'given' | 'alike' })}
          options={(['given', 'alike'] as const).map((value) => ({
            value,
            label: t(`timeline.order.${value}`),
          }))}
        />
      </Field>
      <Field name={t('timeline.option.colour')}>
        <HTMLSelect
          minimal
          value={colour}
          data-testid="timeline-colour"
          onChange={(event) => set({ colour: event.currentTarget.value as Colour })}
          options={COLOURS.map((value) => ({ value, label: t(`timeline.colour.${value}`) }))}
        />
      </Field>
      <ul className="tl-series" aria-label={t('timeline.legend')}>
        <SeriesToggles />
      </ul>
      <div className="tl-fields-row">
        <Button size="small" disabled={pinned.length === 0} onClick={() => set({ pinned: [] })}>
          {t('timeline.option.unpinAll')}
        </Button>
        <Button size="small" disabled={sequence.length === 0} onClick={() => set({ sequence: [] })}>
          {t('timeline.option.resetOrder')}
        </Button>
        <Button size="small" disabled={hidden.length === 0} onClick={() => set({ hidden: [] })}>
          {t('timeline.option.showAll')}
        </Button>
      </div>
      <p className="sh-quiet tl-options-keys">{t('timeline.option.keys')}</p>
    </div>
  )
}

function Field(props: { name: string; children: ReactNode }) {
  return (
    <label className="tl-options-field">
      <span className="sh-quiet">{props.name}</span>
      {props.children}
    </label>
  )
}

function Tool(props: {
  text: string
  keys?: string
  icon: 'minus' | 'plus' | 'zoom-to-fit' | 'cross' | 'chevron-left' | 'chevron-right'
  onClick(): void
}) {
  return (
    <Hint text={props.text} {...(props.keys && { keys: props.keys })}>
      <Button
        size="small"
        variant="minimal"
        icon={props.icon}
        aria-label={props.text}
        onClick={props.onClick}
      />
    </Hint>
  )
}
