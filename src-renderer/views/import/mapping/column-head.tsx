import { HTMLSelect, Icon } from '@blueprintjs/core'
import { useId } from 'react'
import {
  accountRole,
  cellOf,
  mainOutput,
  rolesToChoose,
  useOf,
  withUse,
  type ColumnUse,
} from '../../../../src-main/common/mapping/edit.ts'
import { KEEPS_ATTRIBUTES, rolesOf } from '../../../../src-main/common/mapping/roles.ts'
import { Hint } from '../../../ui/explain.tsx'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'
import { NumberSettings } from './number-settings.tsx'
import { TimeSettings } from './time-settings.tsx'
import { WordSettings } from './word-settings.tsx'

/** Types of what accounts share that are offered; a mapping file may name any other. */
const ENTITY_TYPES = ['device', 'ip', 'phone', 'email', 'payment', 'invite_code', 'group', 'wifi', 'address']

const keyOf = (use: ColumnUse) =>
  use.use === 'role' ? `role:${use.role}` : use.use === 'entity' ? `entity:${use.type}` : use.use
function useOfKey(key: string): ColumnUse {
  const [use, rest = ''] = key.split(/:(.*)/s)
  if (use === 'role') return { use, role: rest }
  if (use === 'entity') return { use, type: rest }
  return { use: use as 'label' | 'attribute' | 'none' }
}

/** A column's name, what it is for, and how its times or words are meant. */
export function ColumnHead({ shape, column, at }: { shape: Shape; column: string; at: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const id = useId()
  const { mapping, key } = shape
  const { table } = shape.tables[0]!
  const columns = table.columns.map(({ name }) => name)
  const main = mainOutput(mapping)
  const use = useOf(mapping, column)
  const guess = table.guess?.columns.find(({ name }) => name === column)
  const notes = (table.guess?.notes ?? []).filter((note) => note.column === column)
  const links = main !== null && accountRole(main.to) !== null
  const cell = cellOf(mapping, column)
  const kind =
    use.use === 'role' && main ? rolesOf(main.to)[use.role]?.kind : use.use === 'label' ? 'word' : null
  const types =
    use.use === 'entity' && !ENTITY_TYPES.includes(use.type) ? [use.type, ...ENTITY_TYPES] : ENTITY_TYPES
  return (
    <th scope="col" className={`is-${use.use}`} data-testid={`mapping-column-${column}`}>
      <span className="sh-mapping-name" id={id}>
        {column}
        {table.columns[at]?.folder && (
          <Hint text={t('mapping.folder')}>
            <Icon icon="folder-close" size={11} />
          </Hint>
        )}
        {guess?.by && (
          <Hint text={dynamic('mapping.because', guess.by)}>
            <Icon icon="lightbulb" size={11} />
          </Hint>
        )}
      </span>
      <HTMLSelect
        fill
        value={keyOf(use)}
        disabled={main === null}
        aria-labelledby={id}
        data-testid={`mapping-use-${column}`}
        onChange={(event) => {
          const chosen = useOfKey(event.currentTarget.value)
          changeShape(key, (old) => withUse(old, column, chosen, columns))
        }}
      >
        {main && (
          <optgroup label={dynamic('mapping.one', main.to)}>
            {rolesToChoose(mapping).map((role) => (
              <option key={role} value={`role:${role}`}>
                {dynamic('mapping.role', role)}
              </option>
            ))}
          </optgroup>
        )}
        {links && (
          <optgroup label={t('mapping.shared')}>
            {types.map((type) => (
              <option key={type} value={`entity:${type}`}>
                {dynamic('mapping.entity', type, type)}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={t('mapping.other')}>
          {links && <option value="label">{t('mapping.use.label')}</option>}
          {main && KEEPS_ATTRIBUTES.includes(main.to) && (
            <option value="attribute">{t('mapping.use.attribute')}</option>
          )}
          <option value="none">{t('mapping.use.none')}</option>
        </optgroup>
      </HTMLSelect>
      {notes.map(({ code }) => (
        <span key={code} className="sh-warn sh-mapping-note">
          {dynamic('mapping.note', code)}
        </span>
      ))}
      {kind === 'time' && cell && <TimeSettings shape={shape} column={column} at={at} time={cell.time} />}
      {(kind === 'number' || kind === 'count') && cell && (
        <NumberSettings shape={shape} column={column} number={cell.number} />
      )}
      {(use.use === 'label' || (use.use === 'role' && use.role === 'label')) && cell && (
        <WordSettings shape={shape} column={column} at={at} words={cell.words ?? {}} />
      )}
    </th>
  )
}
