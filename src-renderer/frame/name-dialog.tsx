import { Button, Dialog, DialogBody, DialogFooter, InputGroup } from '@blueprintjs/core'
import { useEffect, useState, type FormEvent } from 'react'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import { useQuery } from '../client/use-query.ts'
import { useT } from '../ui/i18n/index.ts'
import { savePresent, useNaming } from './saved.ts'

/** Asks for the name of a view, a filter or a layout that is being saved or renamed. */
export function NameDialog() {
  const t = useT()
  const { asked, close } = useNaming()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const existing = useQuery('views.list', asked ? { kind: asked.kind } : null, { on: ['views'] })
  useEffect(() => {
    setName(asked?.view?.name ?? '')
    setProblem(null)
  }, [asked])
  if (!asked) return null
  const { kind, view } = asked
  const replaces = !view && (existing.data ?? []).some((other) => other.name === name.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const trimmed = name.trim()
    if (!trimmed) return
    const done = view ? api.call('views.rename', { id: view.id, name: trimmed }) : savePresent(kind, trimmed)
    done.then(close, (error: unknown) => setProblem(toErrorShape(error).message))
  }
  return (
    <Dialog
      isOpen
      onClose={close}
      title={view ? t('session.rename') : t(`session.naming.${kind}`)}
      className="sh-name-dialog"
      data-testid="name-dialog"
    >
      <form onSubmit={submit}>
        <DialogBody>
          <label>
            <span className="sh-caps">{t('session.name')}</span>
            <InputGroup
              autoFocus
              value={name}
              maxLength={120}
              onValueChange={setName}
              placeholder={t(`session.example.${kind}`)}
              data-testid="view-name"
            />
          </label>
          <p className="sh-quiet">
            {problem ?? (replaces ? t('session.replaces') : t(`session.keeps.${kind}`))}
          </p>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Button text={t('common.cancel')} onClick={close} />
              <Button
                type="submit"
                intent="primary"
                disabled={!name.trim()}
                text={replaces ? t('session.replace') : t('session.saveButton')}
                data-testid="view-save"
              />
            </>
          }
        />
      </form>
    </Dialog>
  )
}
