import type { Focus } from '../state/focus.ts'
import type { Selection } from '../state/selection.ts'

export interface CaseTarget {
  kind: 'community' | 'account' | 'report'
  ref: number
}
/** More than this is a filter, not evidence that somebody has looked at. */
export const MAX_TARGETS = 50

/** What "Add to case" adds: the selected communities and accounts, else what the inspector shows. */
export function caseTargets(selection: Selection, focus: Focus | null): CaseTarget[] {
  const chosen: CaseTarget[] = [
    ...(selection.communities ?? []).map((ref) => ({ kind: 'community' as const, ref })),
    ...(selection.accounts ?? []).map((ref) => ({ kind: 'account' as const, ref })),
  ]
  if (focus && (focus.kind === 'community' || focus.kind === 'account' || focus.kind === 'report')) {
    const shown = { kind: focus.kind, ref: focus.id }
    if (chosen.length === 0) return [shown]
  }
  return chosen
}
