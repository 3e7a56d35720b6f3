import { Button, InputGroup, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useState } from 'react'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useCurrentCase } from './current-case.ts'
import './case.css'

type Target = AppInput<'cases.addItem'>['item']

/** Puts a community, an account or a report into a case, an old one or a new one. */
export function AddToCase(props: { target: Target; primary?: boolean }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const cases = useQuery('cases.list', {}, { on: ['cases'] })
  const current = useCurrentCase()

  const add = async (id: number, caseName: string) => {
    setFailed(null)
    try {
      await api.call('cases.addItem', { id, item: props.target })
      current.choose(id)
      setSaid(t('case.added', { name: caseName }))
      setOpen(false)
      setTimeout(() => setSaid(null), 2500)
    } catch (error) {
      setFailed(toErrorShape(error).message)
    }
  }
  const create = async (caseName: string) => {
    try {
      const made = await api.call('cases.create', { name: caseName })
      await add(made.id, made.name)
    } catch (error) {
      setFailed(toErrorShape(error).message)
    }
  }
  // The case at hand comes first: that is where the next thing almost always goes.
  const list = [...(cases.data ?? [])].sort(
    (a, b) => Number(b.id === current.id) - Number(a.id === current.id) || b.createdAt - a.createdAt,
  )
  return (
    <PopoverNext
      isOpen={open}
      onInteraction={setOpen}
      placement="bottom-start"
      arrow={false}
      animation="minimal"
      content={
        <div className="add-to-case">
          {list.length > 0 && (
            <Menu>
              {list.map((c) => (
                <MenuItem
                  key={c.id}
                  icon="briefcase"
                  text={c.name}
                  shouldDismissPopover={false}
                  onClick={() => void add(c.id, c.name)}
                />
              ))}
              <MenuDivider />
            </Menu>
          )}
          <NewCase label={t('case.createAndAdd')} onCreate={create} autoFocus={list.length === 0} />
          {failed && (
            <p className="case-failed" role="alert">
              {failed}
            </p>
          )}
        </div>
      }
    >
      <Button
        size="small"
        icon="briefcase"
        {...(props.primary && { intent: 'primary' as const })}
        text={said ?? t('inspector.addToCase')}
        aria-live="polite"
        data-testid="inspector-add-to-case"
        onClick={() => setOpen(!open)}
      />
    </PopoverNext>
  )
}

/** One line that makes a case. */
export function NewCase(props: {
  label: string
  autoFocus?: boolean
  onCreate(name: string): Promise<void>
}) {
  const t = useT()
  const [name, setName] = useState('')
  const create = async () => {
    if (name.trim() === '') return
    await props.onCreate(name.trim())
    setName('')
  }
  return (
    <form
      className="new-case"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <InputGroup
        value={name}
        maxLength={200}
        autoFocus={props.autoFocus ?? false}
        placeholder={t('case.newName')}
        aria-label={t('case.newName')}
        data-testid="new-case-name"
        onValueChange={setName}
      />
      <Button
        type="submit"
        intent="primary"
        text={props.label}
        disabled={name.trim() === ''}
        data-testid="new-case-create"
      />
    </form>
  )
}
