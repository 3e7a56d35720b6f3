import './ui/theme/index.ts'
import { createRoot } from 'react-dom/client'
import { App } from './frame/app.tsx'
import { startI18n } from './ui/i18n/index.ts'
import { usePrefs } from './state/prefs.ts'
import { claimWindow } from './state/window.ts'

await Promise.all([startI18n(usePrefs.getState().language), claimWindow()])
createRoot(document.getElementById('root')!).render(<App />)
