import { create } from 'zustand'
import { api } from '../client/api.ts'

export type Language = 'en' | 'zh-CN'
export type ThemeChoice = 'dark' | 'light' | 'system'
export type Theme = 'dark' | 'light'

interface PrefsState {
  language: Language
  theme: ThemeChoice
  /** The theme in force: `theme`, or what the system asks for. */
  resolvedTheme: Theme
  hideNames: boolean
  set(prefs: Partial<Pick<PrefsState, 'language' | 'theme' | 'hideNames'>>): void
  /** Reads what was saved with the application. */
  load(): Promise<void>
}

const media = () => window.matchMedia?.('(prefers-color-scheme: light)')
const resolve = (theme: ThemeChoice): Theme =>
  theme === 'system' ? (media()?.matches ? 'light' : 'dark') : theme
const guess = (): Language => (navigator.language?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')

export const usePrefs = create<PrefsState>()((set, get) => ({
  language: guess(),
  theme: 'system',
  resolvedTheme: resolve('system'),
  hideNames: false,
  set(prefs) {
    set({ ...prefs, resolvedTheme: resolve(prefs.theme ?? get().theme) })
    for (const [key, value] of Object.entries(prefs)) {
      api.call('preferences.set', { key, value }).catch(() => {})
    }
  },
  async load() {
    const saved = await api.call('preferences.get', {})
    const next: Partial<PrefsState> = {}
    if (saved['language'] === 'en' || saved['language'] === 'zh-CN') next.language = saved['language']
    if (saved['theme'] === 'dark' || saved['theme'] === 'light' || saved['theme'] === 'system')
      next.theme = saved['theme']
    if (typeof saved['hideNames'] === 'boolean') next.hideNames = saved['hideNames']
    set({ ...next, resolvedTheme: resolve(next.theme ?? get().theme) })
  },
}))

/** Follows the system's theme while the choice is 'system'. */
export function watchSystemTheme(): () => void {
  const list = media()
  if (!list) return () => {}
  const follow = () => usePrefs.setState((s) => ({ resolvedTheme: resolve(s.theme) }))
  list.addEventListener('change', follow)
  return () => list.removeEventListener('change', follow)
}
