import { create } from 'zustand'
import { api } from '../../../client/api.ts'
import { useLayout } from '../../../state/layout.ts'
import { useWorkspace } from '../../../state/workspace.ts'

interface ChangesState {
  /** The import whose changes the import panel shows; null: none. */
  job: number | null
  /** What it is compared with; null: the newest earlier one like it. */
  earlier: number | null
}

export const useChanges = create<ChangesState>()(() => ({ job: null, earlier: null }))

/** Shows what an import changed, in the import panel. */
export function openChanges(job: number): void {
  useChanges.setState({ job, earlier: null })
  useLayout.getState().show('import')
}

/** Shows what the newest import changed, of those that can be compared with an earlier one; rejects as the api does. */
export async function openNewestChanges(): Promise<void> {
  const imports = await api.call('changes.imports', {})
  const newest = imports.find(({ earlier }) => earlier !== null) ?? imports[0]
  if (newest) openChanges(newest.job)
  else useLayout.getState().show('import')
}

export const closeChanges = () => useChanges.setState({ job: null, earlier: null })

// Another workspace has other imports.
useWorkspace.subscribe((now, before) => {
  if (now.info?.path !== before.info?.path) closeChanges()
})
