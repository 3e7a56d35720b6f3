import { create } from 'zustand'
import type { SavedView, Slices } from '../../src-main/common/contract/session.ts'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import { useLayout } from '../state/layout.ts'
import { useSelection } from '../state/selection.ts'
import { startOver } from '../state/session.ts'
import { applyState, captureState } from '../state/slices.ts'
import { translate } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'

export type SavedKind = SavedView['kind']

interface Naming {
  /** What is being named: something new (kind), or something saved that gets another name (view). */
  asked: { kind: SavedKind; view: SavedView | null } | null
  ask(kind: SavedKind, view?: SavedView): void
  close(): void
}
/** The dialog that asks for a name. */
export const useNaming = create<Naming>()((set) => ({
  asked: null,
  ask: (kind, view) => set({ asked: { kind, view: view ?? null } }),
  close: () => set({ asked: null }),
}))

/** What is saved of the present screen under each kind. */
const PRESENT: Record<SavedKind, () => unknown> = {
  view: () => captureState(),
  filter: () => useSelection.getState().selection,
  layout: () => useLayout.getState().dock,
}

const { say } = useToasts.getState()
const failed = (error: unknown) => void say(toErrorShape(error).message, 'failed')

/** Saves the present screen (or a part of it) under a name. Rejects as the call does. */
export async function savePresent(kind: SavedKind, name: string): Promise<void> {
  await api.call('views.save', { kind, name, state: PRESENT[kind]() })
  say(translate('session.saved', { name }))
}

/** Sets what was saved: one step, undone like every other. */
export function openSaved(view: SavedView): void {
  const values: Slices =
    view.kind === 'view'
      ? (view.state as Slices)
      : { [view.kind === 'filter' ? 'selection' : 'layout']: view.state }
  applyState(values, { what: view.kind })
}

export function removeSaved(view: SavedView): void {
  api.call('views.remove', { id: view.id }).then(
    () =>
      say(translate('session.removed', { name: view.name }), 'done', {
        text: translate('frame.undo.back'),
        run: () =>
          void api.call('views.save', { kind: view.kind, name: view.name, state: view.state }).catch(failed),
      }),
    failed,
  )
}

/** The screen of a new workspace; undone in one step. */
export const goToStart = () => startOver((values) => applyState(values, { what: 'start' }))
