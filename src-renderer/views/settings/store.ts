import { create } from 'zustand'
import type { SettingId } from './list.ts'

interface SettingsState {
  query: string
  /** The setting that somebody was led to; the turn rises each time. */
  led: { id: SettingId; turn: number } | null
  ask(query: string): void
  lead(id: SettingId): void
}

/** What the page of settings shows of itself. */
export const useSettings = create<SettingsState>()((set) => ({
  query: '',
  led: null,
  ask: (query) => set({ query }),
  lead: (id) => set((s) => ({ query: '', led: { id, turn: (s.led?.turn ?? 0) + 1 } })),
}))
