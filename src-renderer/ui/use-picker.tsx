import { useCallback, useState, type ReactNode } from 'react'
import { api } from '../client/api.ts'
import { useWorkspace } from '../state/workspace.ts'
import { FolderBrowser, type Wanted } from './folder-browser.tsx'

/**
 * Asks for paths: by the system's dialog where the host has one, else by our folder browser. `dialog` must be
 * rendered; `pick` resolves with null when the person changes their mind.
 */
export function usePicker(): { pick(wanted: Wanted): Promise<string[] | null>; dialog: ReactNode } {
  const native = useWorkspace((s) => s.host?.nativeDialogs ?? false)
  const start = useWorkspace((s) => s.host?.documentsDir)
  const [asking, setAsking] = useState<{
    wanted: Wanted
    answer(paths: string[] | null): void
  } | null>(null)
  const pick = useCallback(
    (wanted: Wanted) =>
      native
        ? api.call('host.pick', { what: wanted })
        : new Promise<string[] | null>((answer) => setAsking({ wanted, answer })),
    [native],
  )
  const finish = (paths: string[] | null) => {
    asking?.answer(paths)
    setAsking(null)
  }
  return {
    pick,
    dialog: asking && (
      <FolderBrowser
        wanted={asking.wanted}
        start={start}
        onChoose={(paths) => finish(paths)}
        onClose={() => finish(null)}
      />
    ),
  }
}

/** Full paths of what was dropped; empty where the host cannot know them (a browser). */
export function droppedPaths(event: React.DragEvent): string[] {
  const pathOf = window.shoal?.pathOf
  if (!pathOf) return []
  return Array.from(event.dataTransfer.files, (file) => pathOf(file)).filter(Boolean)
}
