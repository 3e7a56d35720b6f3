import type { Slices } from '../../../src-main/common/contract/session.ts'
import type { Highlight } from '../../../src-main/common/contract/stories.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout, type PanelId } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { applyState, captureState, flushSlices } from '../../state/slices.ts'

/** The part of a step's state that says which panel is the stage. */
const STAGE = 'present.stage'
/** How panels are arranged is the room's business, not the story's: a step shows one of them, large. */
const ROOM = /^(?:layout|dock|rail|window)/
/** Panels that are written in, not shown. */
const OFF_STAGE: readonly PanelId[] = ['story', 'history' as PanelId, 'inspector', 'import']

let lastStage: PanelId = 'map'
useLayout.subscribe((state) => {
  if (state.active && !OFF_STAGE.includes(state.active)) lastStage = state.active
})

/** The panel in front that a step would show: never the story panel itself. */
export const presentStage = (): PanelId => lastStage

export function stageOf(state: Slices): PanelId {
  const stage = state[STAGE]
  return typeof stage === 'string' ? (stage as PanelId) : 'map'
}

/** The present screen as a step keeps it. */
export function captureStep(stage: PanelId = presentStage()): Slices {
  flushSlices()
  const kept = Object.entries(captureState()).filter(([name]) => !ROOM.test(name))
  return { ...Object.fromEntries(kept), [STAGE]: stage }
}

/** Sets the screen to what a step shows. `undoable`: as something the person did; else nothing is recorded. */
export function showStep(state: Slices, undoable: boolean): void {
  const slices = Object.fromEntries(
    Object.entries(state).filter(([name]) => name !== STAGE && !ROOM.test(name)),
  )
  applyState(slices, { what: undoable ? 'view' : null })
  // What the pointer or a table's cursor lay on before is no part of what the step shows.
  useFocus.getState().hover({})
}

/** Brings what a highlight points at before the inspector; a span has nothing to open. */
export function pointAt(highlight: Highlight): void {
  if (highlight.id === null || highlight.kind === 'span') return
  useFocus.getState().show({ kind: highlight.kind, id: highlight.id })
}

/** What on the present screen a step could point at: what is open, what is selected. */
export function pointable(): Highlight[] {
  const found: Highlight[] = []
  const add = (kind: Highlight['kind'], id: number | null, span: Highlight['span'] = null) => {
    const same = found.some(
      (one) => one.kind === kind && one.id === id && JSON.stringify(one.span) === JSON.stringify(span),
    )
    if (!same) found.push({ kind, id, span, en: '', zh: '' })
  }
  const { focus, openCommunity } = useFocus.getState()
  if (focus?.kind === 'edge') {
    add('account', focus.a)
    add('account', focus.b)
  } else if (focus) add(focus.kind, focus.id)
  if (openCommunity !== null) add('community', openCommunity)
  const { selection } = useSelection.getState()
  for (const id of (selection.communities ?? []).slice(0, 6)) add('community', id)
  for (const id of (selection.accounts ?? []).slice(0, 6)) add('account', id)
  for (const id of (selection.entities ?? []).slice(0, 6)) add('entity', id)
  if (selection.time) add('span', null, selection.time)
  return found
}
