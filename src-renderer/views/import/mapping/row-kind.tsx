import { HTMLSelect } from '@blueprintjs/core'
import { mainOutput, rolesMissing, withKind, withValue } from '../../../../src-main/common/mapping/edit.ts'
import { TABLES, type TableName } from '../../../../src-main/common/mapping/roles.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** Roles that may be the same word in every row, where no column has them. */
const CONSTANT: Partial<Record<TableName, string>> = { events: 'kind', relations: 'type' }

/** What a row of the table is, and what is missing for it to be that. */
export function RowKind({ shape }: { shape: Shape }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { mapping, key } = shape
  const main = mainOutput(mapping)
  const missing = rolesMissing(mapping)
  const constant = main ? CONSTANT[main.to] : undefined
  const cell = constant ? main?.cells[constant] : undefined
  return (
    <div className="sh-mapping-kind">
      <label>
        {t('mapping.rowIs')}{' '}
        <HTMLSelect
          value={main?.to ?? ''}
          data-testid="mapping-kind"
          onChange={(event) => {
            const kind = event.currentTarget.value as TableName | ''
            changeShape(key, (old) => withKind(old, kind === '' ? null : kind))
          }}
        >
          {TABLES.map((table) => (
            <option key={table} value={table}>
              {dynamic('mapping.one', table)}
            </option>
          ))}
          <option value="">{t('mapping.leaveOut')}</option>
        </HTMLSelect>
      </label>
      {constant && !(cell && 'column' in cell) && (
        <label>
          {dynamic('mapping.role', constant)}{' '}
          <input
            className="bp6-input bp6-small"
            value={cell && 'value' in cell ? cell.value : ''}
            placeholder={t('mapping.everyRow')}
            maxLength={100}
            data-testid="mapping-constant"
            onChange={(event) => {
              const { value } = event.currentTarget
              changeShape(key, (old) => withValue(old, constant, value))
            }}
          />
        </label>
      )}
      {missing.length > 0 && (
        <p className="sh-warn" role="status" data-testid="mapping-missing">
          {t('mapping.needs', {
            roles: missing.map((role) => dynamic('mapping.role', role)).join(t('mapping.and')),
          })}
        </p>
      )}
    </div>
  )
}
