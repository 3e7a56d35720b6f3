import { create } from 'zustand'
import { api } from '../../client/api.ts'

const KEPT = 8
const SETTING = 'search.recent'

/** The list with one more, newest first, each once. */
export function addRecent(list: string[], typed: string): string[] {
  const text = typed.trim()
  return text === '' ? list : [text, ...list.filter((other) => other !== text)].slice(0, KEPT)
}

interface RecentState {
  /** Workspace that the list is of. */
  path: string | null
  list: string[]
  /** Reads a workspace's list where another one's is shown. */
  follow(path: string | null): void
  add(typed: string): void
}

/** What was searched for in this workspace, kept with it. */
export const useRecent = create<RecentState>()((set, get) => ({
  path: null,
  list: [],
  follow(path) {
    if (path === get().path) return
    set({ path, list: [] })
    if (path === null) return
    api.call('settings.get', { key: SETTING }).then(
      (saved) => {
        if (get().path === path && Array.isArray(saved))
          set({ list: saved.filter((text): text is string => typeof text === 'string').slice(0, KEPT) })
      },
      () => {},
    )
  },
  add(typed) {
    const list = addRecent(get().list, typed)
    if (list === get().list) return
    set({ list })
    api.call('settings.set', { key: SETTING, value: list }).catch(() => {})
  },
}))
