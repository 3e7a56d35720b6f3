import { Button, HTMLSelect } from '@blueprintjs/core'
import { useEffect, useRef, useState } from 'react'
import {
  mainOutput,
  rolesForValue,
  rolesMissing,
  withValue,
} from '../../../../src-main/common/mapping/edit.ts'
import type { TableName } from '../../../../src-main/common/mapping/roles.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** What is offered without being asked for: a log of logins rarely says that it is one. */
const USUAL: Partial<Record<TableName, string>> = { events: 'kind', relations: 'type' }

/** What is the same in every row, such as the kind of event that a log is of: any role that no column has. */
export function Constants({ shape }: { shape: Shape }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { mapping, key } = shape
  const main = mainOutput(mapping)
  const [added, setAdded] = useState<string[]>([])
  if (!main) return null
  const possible = rolesForValue(mapping)
  const missing = rolesMissing(mapping)
  const shown = possible.filter(
    (role) => main.cells[role] || USUAL[main.to] === role || missing.includes(role) || added.includes(role),
  )
  const others = possible.filter((role) => !shown.includes(role))
  const set = (role: string, value: string) => changeShape(key, (old) => withValue(old, role, value))
  return (
    <>
      {shown.map((role) => {
        const cell = main.cells[role]
        return (
          <Constant
            key={role}
            role={role}
            label={dynamic('mapping.role', role)}
            value={cell && 'value' in cell ? cell.value : ''}
            fresh={added.includes(role)}
            onChange={(value) => set(role, value)}
            {...(USUAL[main.to] !== role &&
              !missing.includes(role) && {
                onRemove: () => {
                  setAdded((old) => old.filter((one) => one !== role))
                  set(role, '')
                },
              })}
          />
        )
      })}
      {others.length > 0 && (
        <HTMLSelect
          minimal
          value=""
          aria-label={t('mapping.constant.add')}
          data-testid="mapping-constant-add"
          onChange={(event) => {
            const { value } = event.currentTarget
            if (value !== '') setAdded((old) => [...old, value])
          }}
        >
          <option value="">{t('mapping.constant.add')}</option>
          {others.map((role) => (
            <option key={role} value={role}>
              {dynamic('mapping.role', role)}
            </option>
          ))}
        </HTMLSelect>
      )}
    </>
  )
}

function Constant(props: {
  role: string
  label: string
  value: string
  /** It was asked for just now, and is to be filled in. */
  fresh: boolean
  onChange(value: string): void
  onRemove?(): void
}) {
  const t = useT()
  const { role, label, value, fresh, onChange, onRemove } = props
  const field = useRef<HTMLInputElement>(null)
  // What is typed: the mapping has it without the space behind a word that is not finished.
  const [typed, setTyped] = useState(value)
  if (typed.trim() !== value) setTyped(value)
  useEffect(() => {
    if (fresh) field.current?.focus()
  }, [fresh])
  return (
    <span className="sh-mapping-constant">
      <label>
        {label}{' '}
        <input
          ref={field}
          className="bp6-input bp6-small"
          value={typed}
          placeholder={t('mapping.everyRow')}
          maxLength={100}
          data-testid={role === 'kind' || role === 'type' ? 'mapping-constant' : `mapping-constant-${role}`}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            onChange(event.currentTarget.value)
          }}
        />
      </label>
      {onRemove && (
        <Button
          size="small"
          variant="minimal"
          icon="cross"
          aria-label={t('mapping.constant.remove', { role: label })}
          onClick={onRemove}
        />
      )}
    </span>
  )
}
