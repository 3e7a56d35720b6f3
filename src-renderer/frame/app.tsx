import { useEffect } from 'react'
import { followCore } from '../state/workspace.ts'
import { usePrefs, watchSystemTheme } from '../state/prefs.ts'
import { setLanguage } from '../ui/i18n/index.ts'

export function App() {
  const language = usePrefs((s) => s.language)
  const theme = usePrefs((s) => s.resolvedTheme)
  useEffect(() => {
    const off = [followCore(), watchSystemTheme()]
    usePrefs
      .getState()
      .load()
      .catch(() => {})
    return () => off.forEach((stop) => stop())
  }, [])
  useEffect(() => setLanguage(language), [language])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
    document.body.classList.toggle('bp6-dark', theme === 'dark')
  }, [theme])
  return <div className="sh-app" />
}
