import { useEffect } from 'react'
import { followPrefs, usePrefs } from '../state/prefs.ts'
import { useSession } from '../state/session.ts'
import { watchHands } from '../state/slices.ts'
import { followCore, useWorkspace } from '../state/workspace.ts'
import { setLanguage, useT } from '../ui/i18n/index.ts'
import { Spinner } from '../ui/states.tsx'
import { ProvenanceDialog } from '../ui/provenance/dialog.tsx'
import { Toasts } from '../ui/toast.tsx'
import { StartScreen } from '../views/start/start-screen.tsx'
import { JobNews } from './job-news.tsx'
import { Workbench } from './workbench.tsx'
import './frame.css'

/** The whole window: the start screen until a workspace is open, the workbench after. */
export function App() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const theme = usePrefs((s) => s.resolvedTheme)
  const reduceMotion = usePrefs((s) => s.reduceMotion)
  const textSize = usePrefs((s) => s.textSize)
  const path = useWorkspace((s) => (s.info ? s.info.path : s.info))
  const ready = useSession((s) => s.ready)
  const connection = useWorkspace((s) => s.connection)
  useEffect(() => {
    const off = [followCore(), followPrefs(), watchHands(window)]
    return () => off.forEach((stop) => stop())
  }, [])
  useEffect(() => setLanguage(language), [language])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
    document.body.classList.toggle('bp6-dark', theme === 'dark')
  }, [theme])
  useEffect(() => {
    document.documentElement.dataset['motion'] = reduceMotion ? 'reduced' : 'full'
  }, [reduceMotion])
  useEffect(() => {
    document.documentElement.style.setProperty('--sh-zoom', String(textSize / 100))
  }, [textSize])

  return (
    <div className="sh-app">
      {connection === 'lost' && (
        <div className="sh-connection" role="alert">
          {t('frame.connection.lost')}
        </div>
      )}
      {path === undefined ? (
        <Spinner size={28} label={t('frame.connection.connecting')} />
      ) : path === null ? (
        <StartScreen />
      ) : !ready ? (
        <Spinner size={28} label={t('session.restoring')} />
      ) : (
        <Workbench key={path} />
      )}
      <JobNews />
      <ProvenanceDialog />
      <Toasts />
    </div>
  )
}
