import './ui/theme/index.ts'
import { createRoot } from 'react-dom/client'
import { App } from './frame/app.tsx'
import { startI18n } from './ui/i18n/index.ts'
import { usePrefs } from './state/prefs.ts'

await startI18n(usePrefs.getState().language)
createRoot(document.getElementById('root')!).render(<App />)
