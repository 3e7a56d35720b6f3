import { createContext, useContext } from 'react'
import type { Focus } from './focus.ts'

/** What a pinned panel keeps showing, whatever is pointed at elsewhere; null in an ordinary panel. */
export const PinnedFocus = createContext<Focus | null>(null)
export const usePinnedFocus = (): Focus | null => useContext(PinnedFocus)

const KINDS = ['community', 'account', 'entity', 'report', 'edge'] as const

/** The panel id of a pinned inspector: 'inspector.account.12', 'inspector.edge.3.8'. */
export function pinnedId(focus: Focus): string {
  return focus.kind === 'edge'
    ? `inspector.edge.${focus.a}.${focus.b}`
    : `inspector.${focus.kind}.${focus.id}`
}

/** What a panel id is pinned to; null for every other panel. */
export function readPinnedId(id: string): Focus | null {
  const [panel, kind, ...refs] = id.split('.')
  const known = KINDS.find((k) => k === kind)
  const numbers = refs.map(Number)
  if (panel !== 'inspector' || !known || !numbers.every(Number.isInteger)) return null
  const [a, b] = numbers
  if (known === 'edge') return a !== undefined && b !== undefined ? { kind: 'edge', a, b } : null
  return a !== undefined && numbers.length === 1 ? { kind: known, id: a } : null
}
