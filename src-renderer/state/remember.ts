import { api } from '../client/api.ts'

const SAVE_AFTER_MS = 400

/** A view's store as far as it is remembered with the workspace. */
export interface Remembered<K> {
  /** Key of the workspace's setting; a new shape is a new key. */
  setting: string
  /** Workspace that the store is of now; null until what was kept of it is read. */
  path(): string | null
  kept(): K
  /** Takes what was kept; null for a workspace whose settings are still on their way. */
  load(path: string | null, kept: K | null): void
  /** What was saved, as far as it still makes sense; fresh for null. */
  read(saved: unknown): K
  subscribe(listener: () => void): () => void
}

/**
 * Reads what a view remembers of a workspace and saves it a moment after each change, and when the window goes.
 * Returns what stops that.
 */
export function rememberInWorkspace<K>(path: string, store: Remembered<K>): () => void {
  let live = true
  let timer: ReturnType<typeof setTimeout> | undefined
  let saved = ''
  const save = () => {
    clearTimeout(timer)
    timer = undefined
    const value = store.kept()
    const text = JSON.stringify(value)
    if (store.path() !== path || text === saved) return
    saved = text
    api.call('settings.set', { key: store.setting, value }).catch(() => {})
  }
  const start = (value: unknown) => {
    if (!live) return
    store.load(path, store.read(value))
    saved = JSON.stringify(store.kept())
  }
  if (store.path() !== path) {
    store.load(null, null)
    api.call('settings.get', { key: store.setting }).then(start, () => start(null))
  } else saved = JSON.stringify(store.kept())
  const off = store.subscribe(() => {
    if (store.path() !== path) return
    clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  })
  window.addEventListener('pagehide', save)
  return () => {
    live = false
    off()
    window.removeEventListener('pagehide', save)
    if (timer !== undefined) save()
  }
}
