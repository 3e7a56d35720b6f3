import { api } from '../../client/api.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { useSelection, isEmptySelection, type Selection } from '../../state/selection.ts'
import { translate, type MessageKey } from '../../ui/i18n/index.ts'
import { useToasts } from '../../ui/toast.tsx'
import { useMap } from './store.ts'

/* What the map does to the selection. Each is one step of the history. */

/** What a drawn outline does with whom it holds: selects them alone, too, or takes them out. */
export type LassoMode = 'replace' | 'add' | 'subtract'

function failed(error: unknown, nobody: MessageKey): void {
  const shape = toErrorShape(error)
  if (shape.code === 'nothing_to_analyze') useToasts.getState().say(translate(nobody))
  else useToasts.getState().say(shape.message, 'failed')
}

/** Selects whom a polygon holds. `polygon`: layout coordinates, flat x, y; hidden accounts are not caught. */
export async function selectInside(polygon: number[], layoutRunId: number, mode: LassoMode): Promise<void> {
  const { selection, set, patch } = useSelection.getState()
  const hidden: Selection = selection.withoutSets ? { withoutSets: selection.withoutSets } : {}
  try {
    const drawn = await api.call('sets.create', { kind: 'lasso', layoutRunId, polygon, selection: hidden })
    if (mode === 'replace') patch({ sets: [drawn.id] })
    else if (mode === 'add') patch({ sets: [...new Set([...(selection.sets ?? []), drawn.id])] })
    else {
      const rest: Selection = { ...selection, withoutSets: [...(selection.withoutSets ?? []), drawn.id] }
      const left = await api.call('sets.create', { kind: 'selection', selection: rest })
      set({ ...hidden, sets: [left.id] })
    }
  } catch (error) {
    failed(error, 'mapTools.lasso.nobody')
  }
}

/** Takes the selected off the map until they are shown again. */
export async function hideSelected(): Promise<void> {
  const { selection, set } = useSelection.getState()
  const { withoutSets = [], ...rest } = selection
  if (isEmptySelection(rest)) return
  try {
    const gone = await api.call('sets.create', { kind: 'selection', selection })
    set({ withoutSets: [...withoutSets, gone.id] })
  } catch (error) {
    failed(error, 'mapTools.needs.nobody')
  }
}

export function showHidden(): void {
  useSelection.getState().remove('withoutSets')
}

/** Draws the selected only, or the rest too. */
export function toggleOnly(): void {
  const { only, set } = useMap.getState()
  set({ only: !only })
}
