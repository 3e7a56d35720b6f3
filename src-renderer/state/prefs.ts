import { create } from 'zustand'
import { DAILY_REVIEWS } from '../../src-main/common/contract/lab.ts'
import { api } from '../client/api.ts'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]
export const THEMES = ['dark', 'light', 'system'] as const
export type ThemeChoice = (typeof THEMES)[number]
export type Theme = 'dark' | 'light'
export const MOTIONS = ['system', 'reduced', 'full'] as const
export type MotionChoice = (typeof MOTIONS)[number]
/** Size of text and controls, in per cent. */
export const TEXT_SIZES = [90, 100, 110, 125, 150] as const
export type TextSize = (typeof TEXT_SIZES)[number]
/** Whose clock a timeline shows until it is told otherwise: the export's, UTC, this computer's. */
export const ZONE_CHOICES = ['export', 'utc', 'viewer'] as const
export type ZoneChoice = (typeof ZONE_CHOICES)[number]

/** What a person has chosen for the whole application: kept on this computer, the same in every workspace and window. */
export interface Prefs {
  language: Language
  theme: ThemeChoice
  motion: MotionChoice
  textSize: TextSize
  zone: ZoneChoice
  hideNames: boolean
  /** How many accounts the team can review a day, 1 or more. */
  dailyReviews: number
  /** Folder for new workspaces, the sample and packs; null: the system's folder for documents. */
  workspacesDir: string | null
}

interface PrefsState extends Prefs {
  /** The theme in force: `theme`, or what the system asks for. */
  resolvedTheme: Theme
  /** Whether things move less: `motion`, or what the system asks for. */
  reduceMotion: boolean
  set(prefs: Partial<Prefs>): void
  /** Reads what was saved with the application. */
  load(): Promise<void>
}

const query = (text: string) => window.matchMedia?.(text)
const LIGHT = '(prefers-color-scheme: light)'
const STILL = '(prefers-reduced-motion: reduce)'
const guess = (): Language => (navigator.language?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')

/** As on the first start; the language is the system's. */
export const defaultPrefs = (): Prefs => ({
  language: guess(),
  theme: 'system',
  motion: 'system',
  textSize: 100,
  zone: 'export',
  hideNames: false,
  dailyReviews: DAILY_REVIEWS,
  workspacesDir: null,
})

/** What was saved, as far as it makes sense; defaults for the rest. */
export function readPrefs(saved: Record<string, unknown>): Prefs {
  const fresh = defaultPrefs()
  const one = <T>(all: readonly T[], value: unknown, otherwise: T): T =>
    all.includes(value as T) ? (value as T) : otherwise
  const { dailyReviews, workspacesDir } = saved
  return {
    language: one(LANGUAGES, saved['language'], fresh.language),
    theme: one(THEMES, saved['theme'], fresh.theme),
    motion: one(MOTIONS, saved['motion'], fresh.motion),
    textSize: one(TEXT_SIZES, saved['textSize'], fresh.textSize),
    zone: one(ZONE_CHOICES, saved['zone'], fresh.zone),
    hideNames: saved['hideNames'] === true,
    dailyReviews:
      Number.isSafeInteger(dailyReviews) && (dailyReviews as number) > 0
        ? (dailyReviews as number)
        : fresh.dailyReviews,
    workspacesDir:
      typeof workspacesDir === 'string' && workspacesDir.trim() !== '' ? workspacesDir : fresh.workspacesDir,
  }
}

const resolved = ({ theme, motion }: Pick<Prefs, 'theme' | 'motion'>) => ({
  resolvedTheme: (theme !== 'system' ? theme : query(LIGHT)?.matches ? 'light' : 'dark') satisfies Theme,
  reduceMotion: motion === 'system' ? (query(STILL)?.matches ?? false) : motion === 'reduced',
})

/** Changes on their way to core: what comes back meanwhile may be older than what was chosen here. */
let saving = 0

export const usePrefs = create<PrefsState>()((set, get) => ({
  ...defaultPrefs(),
  ...resolved(defaultPrefs()),
  set(prefs) {
    set((s) => ({ ...prefs, ...resolved({ ...s, ...prefs }) }))
    for (const [key, value] of Object.entries(prefs)) {
      saving++
      api
        .call('preferences.set', { key, value })
        .catch(() => {})
        .finally(() => saving--)
    }
  },
  async load() {
    const prefs = readPrefs(await api.call('preferences.get', {}))
    if (saving === 0 && JSON.stringify(prefs) !== JSON.stringify(chosenPrefs(get())))
      set({ ...prefs, ...resolved(prefs) })
  },
}))

/** The choices alone, to compare them or to go back to them. */
export function chosenPrefs(state: Prefs = usePrefs.getState()): Prefs {
  const keys = Object.keys(defaultPrefs()) as (keyof Prefs)[]
  return Object.fromEntries(keys.map((key) => [key, state[key]])) as unknown as Prefs
}

/** Whether the view should jump instead of gliding. */
export const reducedMotion = (): boolean => usePrefs.getState().reduceMotion

/** Follows the system while a choice is 'system', and what other windows choose; returns what lets go. */
export function followPrefs(): () => void {
  const follow = () => usePrefs.setState((s) => resolved(s))
  const lists = [query(LIGHT), query(STILL)].filter((list) => list !== undefined)
  for (const list of lists) list.addEventListener('change', follow)
  const load = () =>
    void usePrefs
      .getState()
      .load()
      .catch(() => {})
  const off = api.on('preferences.changed', load)
  load()
  return () => {
    off()
    for (const list of lists) list.removeEventListener('change', follow)
  }
}
