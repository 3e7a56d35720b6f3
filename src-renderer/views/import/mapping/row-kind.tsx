import { HTMLSelect } from '@blueprintjs/core'
import { mainOutput, rolesMissing, withKind } from '../../../../src-main/common/mapping/edit.ts'
import { TABLES, type TableName } from '../../../../src-main/common/mapping/roles.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { Constants } from './constants.tsx'
import { changeShape, type Shape } from './draft.ts'

/** What a row of the table is, and what is missing for it to be that. */
export function RowKind({ shape }: { shape: Shape }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { mapping, key } = shape
  const main = mainOutput(mapping)
  const missing = rolesMissing(mapping)
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
      <Constants key={main?.to} shape={shape} />
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
