import { HTMLSelect } from '@blueprintjs/core'
import { listLabelOf, mainOutput, useOf, withListLabel } from '../../../../src-main/common/mapping/edit.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** How all accounts of a list are labelled, where no column says it of each: a list of banned accounts says it by its name. */
export function ListLabel({ shape }: { shape: Shape }) {
  const t = useT()
  const { key, mapping, tables } = shape
  const columns = tables[0]!.table.columns
  const said = columns.some(({ name }) => useOf(mapping, name).use === 'label')
  if (mainOutput(mapping)?.to !== 'accounts' || said) return null
  return (
    <label>
      {t('mapping.listLabel')}{' '}
      <HTMLSelect
        value={listLabelOf(mapping) ?? ''}
        data-testid="mapping-list-label"
        onChange={(event) => {
          const { value } = event.currentTarget
          changeShape(key, (old) => withListLabel(old, value === '' ? null : value))
        }}
      >
        <option value="">{t('mapping.word.nothing')}</option>
        <option value="malicious">{t('mapping.word.malicious')}</option>
        <option value="benign">{t('mapping.word.benign')}</option>
      </HTMLSelect>
    </label>
  )
}
