import { Button, Icon, type IconName } from '@blueprintjs/core'
import { useEffect, useState, type DragEvent, type ReactNode } from 'react'
import { isCancelled, toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { keysText, matchesKeys } from '../../frame/commands.ts'
import { Mark } from '../../frame/mark.tsx'
import { Preferences } from '../../frame/top-bar.tsx'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Hint } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { Spinner } from '../../ui/states.tsx'
import { droppedPaths, usePicker } from '../../ui/use-picker.tsx'
import { SettingsDialog } from '../settings/dialog.tsx'
import { sessionReady } from '../../state/session.ts'
import { beginImport } from '../import/mapping/draft.ts'
import { startTour } from '../tour/store.ts'
import { sortDropped } from './dropped.ts'
import { Failed, type Failure } from './failed.tsx'
import { NewWorkspace } from './new-workspace.tsx'
import { OpeningState, useOpening } from './opening.tsx'
import { Recents } from './recents.tsx'
import './start.css'

const SETTINGS_KEYS = 'Mod+,'

/** What is shown while no workspace is open. */
export function StartScreen() {
  const t = useT()
  const host = useWorkspace((s) => s.host)
  const { pick, dialog } = usePicker()
  const [waiting, setBusy] = useState(false)
  const opening = useOpening()
  const busy = waiting || opening !== null
  const [failed, setFailed] = useState<Failure | null>(null)
  const [sources, setSources] = useState<string[] | null>(null)
  const [dropping, setDropping] = useState(false)
  const [settings, setSettings] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !matchesKeys(SETTINGS_KEYS, event)) return
      event.preventDefault()
      setSettings(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const run = async (work: () => Promise<unknown>, opened: Partial<Failure> = {}) => {
    setBusy(true)
    setFailed(null)
    try {
      await work()
    } catch (thrown) {
      // Somebody put the opening off: nothing failed.
      if (!isCancelled(thrown)) setFailed({ error: toErrorShape(thrown), ...opened })
    }
    setBusy(false)
  }
  const open = (path: string): Promise<void> =>
    run(() => api.call('workspace.open', { path }), { opening: path, again: () => void open(path) })
  const openOne = () =>
    run(async () => {
      const paths = await pick('workspace')
      if (paths?.[0]) await open(paths[0])
    })
  const chooseExport = () =>
    run(async () => {
      const paths = await pick('export')
      if (paths && paths.length > 0) setSources(paths)
    })
  const create = (path: string) =>
    run(async () => {
      await api.call('workspace.create', { path })
      await sessionReady()
      if (sources && !(await beginImport(sources))) useLayout.getState().show('import')
    })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDropping(false)
    if (busy) return
    const paths = droppedPaths(event)
    // A browser keeps to itself where a dropped file lies.
    if (paths.length === 0) setFailed({ say: t('start.drop.browser') })
    else
      void run(async () => {
        const found = await sortDropped(paths, (path) => api.call('host.listDirectory', { path }))
        if (found.kind === 'workspace') await open(found.path)
        else if (found.kind === 'export') setSources(found.paths)
        else
          setFailed({
            say: t('start.drop.unusable', { names: found.names.slice(0, 3).join(t('start.drop.and')) }),
          })
      })
  }
  return (
    <div
      className={`sh-start${dropping ? ' is-dropping' : ''}`}
      data-testid="start"
      onDragOver={(event) => {
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false)
      }}
      onDrop={drop}
    >
      <div className="sh-start-prefs">
        <Preferences />
        <Hint text={t('settings.open')} keys={keysText(SETTINGS_KEYS)}>
          <Button
            variant="minimal"
            size="small"
            icon="cog"
            aria-label={t('settings.open')}
            data-testid="start-settings"
            onClick={() => setSettings(true)}
          />
        </Hint>
      </div>
      <main className="sh-start-card">
        <header>
          <Mark size={64} />
          <div>
            <h1>Shoal</h1>
            <p>{t('start.about')}</p>
          </div>
        </header>
        {opening && <OpeningState key={opening.startedAt} opening={opening} />}
        {failed && <Failed failure={failed} busy={busy} />}
        <div className="sh-start-columns">
          {sources ? (
            <NewWorkspace
              key={sources.join('\n')}
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
                icon="path-search"
                title={t('start.tour.title')}
                text={t('start.tour.text')}
                testId="start-tour"
                disabled={busy}
                onClick={() => void run(startTour)}
              />
              <Action
                icon="learning"
                title={t('start.sample.title')}
                text={t('start.sample.text')}
                testId="start-sample"
                disabled={busy}
                onClick={() => void run(() => api.call('workspace.openSample', {}))}
              />
              <p className="sh-quiet sh-start-drop">
                {t(window.shoal ? 'start.drop.hint' : 'start.simulated')}
              </p>
            </div>
          )}
          <Recents busy={busy} onOpen={(path) => void open(path)} />
        </div>
        <footer className="sh-quiet">
          <span>{t('start.offline')}</span>
          {waiting && opening === null && <Spinner size={14} />}
          {host && <span>{t('start.version', { version: host.version })}</span>}
        </footer>
      </main>
      {dropping && (
        <div className="sh-start-dropping" aria-hidden="true">
          <Icon icon="import" size={28} />
          {t('start.drop.now')}
        </div>
      )}
      {dialog}
      <SettingsDialog isOpen={settings} onClose={() => setSettings(false)} />
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
