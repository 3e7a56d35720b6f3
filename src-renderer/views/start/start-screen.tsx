import { Button, Icon, InputGroup, type IconName } from '@blueprintjs/core'
import { useState, type DragEvent, type FormEvent, type ReactNode } from 'react'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { Mark } from '../../frame/mark.tsx'
import { Preferences } from '../../frame/top-bar.tsx'
import { useWorkspace } from '../../state/workspace.ts'
import { formatInstant } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { droppedPaths, usePicker } from '../../ui/use-picker.tsx'
import { suggestedName } from './suggested-name.ts'
import './start.css'

/** What is shown while no workspace is open. */
export function StartScreen() {
  const t = useT()
  const host = useWorkspace((s) => s.host)
  const { pick, dialog } = usePicker()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorShape | null>(null)
  const [sources, setSources] = useState<string[] | null>(null)
  const [dropping, setDropping] = useState(false)

  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (thrown) {
      setError(toErrorShape(thrown))
    }
    setBusy(false)
  }
  const open = (path: string) => run(() => api.call('workspace.open', { path }))
  const openOne = async () => {
    const paths = await pick('workspace')
    if (paths?.[0]) await open(paths[0])
  }
  const chooseExport = async () => {
    const paths = await pick('export')
    if (paths && paths.length > 0) setSources(paths)
  }
  const create = (path: string) =>
    run(async () => {
      await api.call('workspace.create', { path })
      if (sources) await api.call('imports.start', { paths: sources, analyze: true })
    })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDropping(false)
    const paths = droppedPaths(event)
    const workspace = paths.find((path) => /\.shoal[\\/]?$/.test(path))
    if (workspace) void open(workspace)
    else if (paths.length > 0) setSources(paths)
  }
  return (
    <div
      className={`sh-start${dropping ? ' is-dropping' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={drop}
    >
      <div className="sh-start-prefs">
        <Preferences />
      </div>
      <main className="sh-start-card">
        <header>
          <Mark size={56} />
          <div>
            <h1>Shoal</h1>
            <p className="sh-quiet">{t('start.about')}</p>
          </div>
        </header>
        {error && <ErrorState error={error} compact />}
        {sources ? (
          <NewWorkspace
            sources={sources}
            folder={host?.documentsDir ?? ''}
            busy={busy}
            onCreate={(path) => void create(path)}
            onCancel={() => setSources(null)}
          />
        ) : (
          <div className="sh-start-actions">
            <Action
              icon="import"
              title={t('start.new.title')}
              text={t('start.new.text')}
              testId="start-new"
              disabled={busy}
              main
              onClick={() => void chooseExport()}
            />
            <Action
              icon="folder-open"
              title={t('start.open.title')}
              text={t('start.open.text')}
              testId="start-open"
              disabled={busy}
              onClick={() => void openOne()}
            />
            <Action
              icon="learning"
              title={t('start.sample.title')}
              text={t('start.sample.text')}
              testId="start-sample"
              disabled={busy}
              onClick={() => void run(() => api.call('workspace.openSample', {}))}
            />
          </div>
        )}
        {busy && <Spinner size={16} />}
        {!sources && <Recents onOpen={(path) => void open(path)} />}
        <footer className="sh-quiet">
          {t('start.offline')}
          {host && <span>{t('start.version', { version: host.version })}</span>}
        </footer>
      </main>
      {dialog}
    </div>
  )
}

function Action(props: {
  icon: IconName
  title: ReactNode
  text: ReactNode
  testId: string
  disabled: boolean
  main?: boolean
  onClick(): void
}) {
  return (
    <button
      type="button"
      className={props.main ? 'sh-start-action is-main' : 'sh-start-action'}
      disabled={props.disabled}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      <Icon icon={props.icon} size={18} />
      <span>
        <b>{props.title}</b>
        <span className="sh-quiet">{props.text}</span>
      </span>
    </button>
  )
}

function NewWorkspace(props: {
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

function Recents(props: { onOpen(path: string): void }) {
  const t = useT()
  const { data, refetch } = useQuery('workspace.recent', {})
  if (!data || data.length === 0) return null
  return (
    <section aria-label={t('start.recent.label')}>
      <div className="sh-caps">{t('start.recent.label')}</div>
      <ul className="sh-recents">
        {data.map((recent) => (
          <li key={recent.path} className={recent.exists ? undefined : 'is-missing'}>
            <button
              type="button"
              disabled={!recent.exists}
              data-testid="recent"
              onClick={() => props.onOpen(recent.path)}
            >
              <b>{recent.name}</b>
              <span className="sh-quiet">{recent.path}</span>
              <span className="sh-quiet">
                {recent.exists
                  ? formatInstant(recent.openedAt, -new Date(recent.openedAt).getTimezoneOffset())
                  : t('start.recent.missing')}
              </span>
            </button>
            <Button
              variant="minimal"
              size="small"
              icon="small-cross"
              aria-label={t('start.recent.forget', { name: recent.name })}
              title={t('start.recent.forget', { name: recent.name })}
              onClick={() => void api.call('workspace.forget', { path: recent.path }).then(refetch)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
