import { HTMLSelect } from '@blueprintjs/core'
import { withNumber } from '../../../../src-main/common/mapping/edit.ts'
import { NUMBER_FORMATS, type NumberFormat } from '../../../../src-main/common/mapping/mapping.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** How a column's numbers are written: which mark is for decimals and which for thousands. */
export function NumberSettings(props: { shape: Shape; column: string; number: NumberFormat | undefined }) {
  const t = useT()
  const { shape, column, number } = props
  return (
    <span className="sh-mapping-time">
      <HTMLSelect
        fill
        value={number ?? 'plain'}
        aria-label={t('mapping.numberFormat')}
        data-testid={`mapping-number-${column}`}
        options={(['plain', ...NUMBER_FORMATS] as const).map((value) => ({
          value,
          label: t(`mapping.numbers.${value}`),
        }))}
        onChange={(event) => {
          const { value } = event.currentTarget
          const format = value === 'plain' ? null : (value as NumberFormat)
          changeShape(shape.key, (old) => withNumber(old, column, format))
        }}
      />
    </span>
  )
}
