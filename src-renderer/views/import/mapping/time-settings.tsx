import { HTMLSelect } from '@blueprintjs/core'
import { withTime } from '../../../../src-main/common/mapping/edit.ts'
import { TIME_FORMATS, type TimeFormat } from '../../../../src-main/common/mapping/mapping.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Hong_Kong',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
]

/** How a column's times are written, and the zone of the clock that wrote them. */
export function TimeSettings(props: {
  shape: Shape
  column: string
  at: number
  time: TimeFormat | undefined
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const { shape, column, time } = props
  const format = time?.format ?? 'auto'
  const zone = time?.zone ?? 'UTC'
  const epoch = format.startsWith('epoch')
  const set = (next: TimeFormat) => changeShape(shape.key, (old) => withTime(old, column, next))
  const zoned = (name: string) => (name === 'UTC' ? {} : { zone: name })
  return (
    <span className="sh-mapping-time">
      <HTMLSelect
        fill
        value={format}
        aria-label={t('mapping.timeFormat')}
        data-testid={`mapping-time-${column}`}
        options={TIME_FORMATS.map((value) => ({ value, label: dynamic('mapping.format', value) }))}
        onChange={(event) =>
          set({ format: event.currentTarget.value as TimeFormat['format'], ...zoned(zone) })
        }
      />
      {!epoch && (
        <HTMLSelect
          fill
          value={zone}
          aria-label={t('mapping.zone')}
          data-testid={`mapping-zone-${column}`}
          options={[...new Set([zone, ...ZONES])]}
          onChange={(event) => set({ format, ...zoned(event.currentTarget.value) })}
        />
      )}
    </span>
  )
}
