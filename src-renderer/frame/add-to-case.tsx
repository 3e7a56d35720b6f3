import { Button, InputGroup, Menu, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useState, type FormEvent, type ReactElement } from 'react'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import { useQuery } from '../client/use-query.ts'
import { useFocus } from '../state/focus.ts'
import { useSelection } from '../state/selection.ts'
import { communityName } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'
import { caseTargets, MAX_TARGETS, type CaseTarget } from './case-targets.ts'

/** The main action: puts what is selected (or shown) into an open case, or into a new one. */
export function AddToCase() {
  const t = useT()
  const focus = useFocus((s) => s.focus)
  const selection = useSelection((s) => s.selection)
  return (
    <CasePopover targets={caseTargets(selection, focus)}>
      <Button intent="primary" text={t('frame.case.add')} data-testid="add-to-case" />
    </CasePopover>
  )
}

/** Asks for the case that some things are put into; null: too many of them. */
export function CasePopover(props: { targets: readonly CaseTarget[] | null; children: ReactElement }) {
  const [open, setOpen] = useState(false)
  return (
    <PopoverNext
      isOpen={open}
      onInteraction={setOpen}
      placement="bottom-end"
      content={open ? <CaseMenu targets={props.targets} done={() => setOpen(false)} /> : undefined}
    >
      {props.children}
    </PopoverNext>
  )
}

function CaseMenu({ targets, done }: { targets: readonly CaseTarget[] | null; done: () => void }) {
  const t = useT()
  const { data } = useQuery('cases.list', {}, { on: ['cases'] })
  const [name, setName] = useState('')
  const say = useToasts((s) => s.say)
  const only = targets?.length === 1 ? targets[0]! : null
  const what =
    only?.kind === 'community'
      ? communityName(only.ref)
      : t('frame.case.thing', { count: targets?.length ?? 0 })

  const add = async (id: number, caseName: string) => {
    try {
      for (const item of targets ?? []) await api.call('cases.addItem', { id, item })
      say(t('frame.case.added', { what, name: caseName }))
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
    done()
  }
  const create = async (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return
    try {
      const made = await api.call('cases.create', { name: name.trim() })
      await add(made.id, made.name)
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }

  if (targets?.length === 0) return <p className="sh-case-menu">{t('frame.case.nothing')}</p>
  if (targets === null || targets.length > MAX_TARGETS)
    return <p className="sh-case-menu">{t('frame.case.tooMany', { max: MAX_TARGETS })}</p>
  const cases = (data ?? []).filter((c) => c.closedAt === null)
  return (
    <div className="sh-case-menu">
      <div className="sh-caps">{t('frame.case.adding', { what })}</div>
      {cases.length === 0 && <p className="sh-quiet">{t('frame.case.none')}</p>}
      {cases.length > 0 && (
        <Menu>
          {cases.map((c) => (
            <MenuItem
              key={c.id}
              icon="briefcase"
              text={c.name}
              label={t('frame.case.items', { count: c.communities + c.accounts + c.reports })}
              data-testid={`case-${c.id}`}
              onClick={() => void add(c.id, c.name)}
            />
          ))}
        </Menu>
      )}
      <form onSubmit={(event) => void create(event)}>
        <InputGroup
          autoFocus={cases.length === 0}
          value={name}
          onValueChange={setName}
          placeholder={t('frame.case.newName')}
          aria-label={t('frame.case.newName')}
          data-testid="case-name"
        />
        <Button
          type="submit"
          disabled={!name.trim()}
          text={t('frame.case.create')}
          data-testid="case-create"
        />
      </form>
    </div>
  )
}
