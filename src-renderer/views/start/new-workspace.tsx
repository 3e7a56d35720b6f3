import { Button, InputGroup } from '@blueprintjs/core'
import { useState, type FormEvent } from 'react'
import { useT } from '../../ui/i18n/index.ts'
import { suggestedName } from './suggested-name.ts'

/** Asks where the workspace of an export goes. */
export function NewWorkspace(props: {
  sources: string[]
  folder: string
  busy: boolean
  onCreate(path: string): void
  onCancel(): void
}) {
  const t = useT()
  const separator = props.folder.includes('\\') ? '\\' : '/'
  const [path, setPath] = useState(
    () => `${props.folder}${props.folder ? separator : ''}${suggestedName(props.sources)}.shoal`,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const trimmed = path.trim()
    if (trimmed) props.onCreate(trimmed.endsWith('.shoal') ? trimmed : `${trimmed}.shoal`)
  }
  return (
    <form className="sh-start-new" onSubmit={submit}>
      <h2>{t('start.new.title')}</h2>
      <div className="sh-caps">{t('start.new.from')}</div>
      <ul>
        {props.sources.map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
      <label>
        <span className="sh-caps">{t('start.new.where')}</span>
        <InputGroup
          autoFocus
          value={path}
          onValueChange={setPath}
          spellCheck={false}
          data-testid="new-workspace-path"
        />
      </label>
      <div className="sh-start-buttons">
        <Button text={t('common.cancel')} disabled={props.busy} onClick={props.onCancel} />
        <Button
          type="submit"
          intent="primary"
          loading={props.busy}
          text={t('start.new.create')}
          data-testid="new-workspace-create"
        />
      </div>
    </form>
  )
}
