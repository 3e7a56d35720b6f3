import { Button, Dialog, DialogBody, DialogFooter, Icon, InputGroup } from '@blueprintjs/core'
import { useEffect, useState, type FormEvent } from 'react'
import type { DirectoryEntry } from '../../src-main/common/contract/workspace.ts'
import { useQuery } from '../client/use-query.ts'
import { usePrefs } from '../state/prefs.ts'
import { formatBytes } from './format.ts'
import { useT } from './i18n/index.ts'
import { ErrorState, Spinner } from './states.tsx'

export type Wanted = 'export' | 'workspace' | 'folder'

/** Shoal's own file dialog, for where the system's cannot be had: a path field and what is in that folder. */
export function FolderBrowser(props: {
  wanted: Wanted
  start?: string | undefined
  onChoose(paths: string[]): void
  onClose(): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { wanted } = props
  const [path, setPath] = useState(props.start)
  const [typed, setTyped] = useState(props.start ?? '')
  const [chosen, setChosen] = useState<string[]>([])
  const { data, error, loading } = useQuery('host.listDirectory', path === undefined ? {} : { path }, {
    on: [],
  })
  useEffect(() => {
    if (data) {
      setTyped(data.path)
      setChosen([])
    }
  }, [data])

  const pickable = (entry: DirectoryEntry) =>
    wanted === 'workspace' ? entry.kind === 'workspace' : wanted === 'export' && entry.kind === 'file'
  const enter = (entry: DirectoryEntry) => {
    if (entry.kind === 'workspace' && wanted === 'workspace') props.onChoose([entry.path])
    else if (entry.kind !== 'file') setPath(entry.path)
    else if (wanted === 'export') props.onChoose([entry.path])
  }
  const click = (entry: DirectoryEntry) => {
    if (!pickable(entry)) return enter(entry)
    if (wanted === 'workspace') return setChosen([entry.path])
    setChosen((old) =>
      old.includes(entry.path) ? old.filter((other) => other !== entry.path) : [...old, entry.path],
    )
  }
  const go = (event: FormEvent) => {
    event.preventDefault()
    setPath(typed)
  }
  const useFolder = wanted !== 'workspace' && chosen.length === 0
  const choice = chosen.length > 0 ? chosen : wanted !== 'workspace' && data ? [data.path] : []
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={t(`start.browser.${wanted}`)}
      className="sh-browser"
      canOutsideClickClose={false}
    >
      <DialogBody>
        <form onSubmit={go} className="sh-browser-path">
          <Button
            icon="arrow-up"
            type="button"
            aria-label={t('start.browser.up')}
            title={t('start.browser.up')}
            disabled={!data?.parent}
            onClick={() => data?.parent && setPath(data.parent)}
          />
          <InputGroup
            fill
            value={typed}
            onValueChange={setTyped}
            aria-label={t('start.browser.path')}
            spellCheck={false}
            data-testid="browser-path"
          />
          <Button type="submit" icon="arrow-right" aria-label={t('start.browser.go')} />
        </form>
        {error && <ErrorState error={error} compact />}
        <ul className="sh-browser-list" aria-label={typed}>
          {data?.entries.map((entry) => (
            <li key={entry.path}>
              <button
                type="button"
                className={chosen.includes(entry.path) ? 'is-chosen' : undefined}
                aria-pressed={chosen.includes(entry.path)}
                disabled={
                  (entry.kind === 'file' && wanted !== 'export') ||
                  (entry.kind === 'workspace' && wanted !== 'workspace')
                }
                data-testid="browser-entry"
                onClick={() => click(entry)}
                onDoubleClick={() => enter(entry)}
              >
                <Icon
                  icon={
                    entry.kind === 'workspace'
                      ? 'graph'
                      : entry.kind === 'folder'
                        ? 'folder-close'
                        : 'document'
                  }
                  size={14}
                />
                <span>{entry.name}</span>
                {entry.bytes !== null && (
                  <span className="sh-quiet">{formatBytes(entry.bytes, language)}</span>
                )}
              </button>
            </li>
          ))}
          {data && data.entries.length === 0 && <li className="sh-quiet">{t('start.browser.empty')}</li>}
          {loading && !data && <Spinner />}
        </ul>
      </DialogBody>
      <DialogFooter
        actions={
          <>
            <Button text={t('common.cancel')} onClick={props.onClose} />
            <Button
              intent="primary"
              disabled={choice.length === 0}
              text={
                useFolder
                  ? t('start.browser.useFolder')
                  : t('start.browser.choose', { count: Math.max(1, choice.length) })
              }
              data-testid="browser-choose"
              onClick={() => props.onChoose(choice)}
            />
          </>
        }
      />
    </Dialog>
  )
}
