import { useSyncExternalStore } from 'react'

/** Something to read or to go to that the box finds by its text: pages of the handbook. */
export interface PageSource {
  id: string
  /** The box was opened: what finding takes can be loaded now. */
  prepare?(): void
  /** Best first. */
  find(text: string, limit: number): { id: string; title: string; about?: string; open(): void }[]
}

let sources: readonly PageSource[] = []
const listeners = new Set<() => void>()

/** Adds pages to what the box finds; returns what takes them away. */
export function registerPages(source: PageSource): () => void {
  const replace = (next: readonly PageSource[]) => {
    sources = next
    for (const listener of listeners) listener()
  }
  replace([...sources.filter((other) => other.id !== source.id), source])
  return () => replace(sources.filter((other) => other !== source))
}

export function usePageSources(): readonly PageSource[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => sources,
  )
}
