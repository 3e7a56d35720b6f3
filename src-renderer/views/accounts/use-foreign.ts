import { useCallback, useRef } from 'react'
import { useSelection, type Selection } from '../../state/selection.ts'

type ListPart = 'accounts' | 'communities'

/**
 * The selection as a table of `part` must read it: what other views put into that part filters the table, what
 * the table itself adds or removes is only highlighted (a view filters the others and never itself).
 * `toggle` and `choose` are how the table changes its own part.
 */
export function useForeignSelection(part: ListPart): {
  filter: Selection
  chosen: number[]
  toggle(id: number): void
  choose(ids: number[]): void
} {
  const selection = useSelection((s) => s.selection)
  const memory = useRef<{ own: string; foreign: number[] | undefined }>({ own: '', foreign: undefined })
  const list = selection[part]
  const key = JSON.stringify(list ?? [])
  if (!list || list.length === 0) memory.current = { own: '', foreign: undefined }
  else if (key !== memory.current.own) memory.current = { own: key, foreign: list }
  const choose = useCallback(
    (next: number[]) => {
      memory.current.own = JSON.stringify(next)
      useSelection.getState().patch({ [part]: next })
    },
    [part],
  )
  const filter = useMemoByJson({ ...selection, [part]: memory.current.foreign })
  return {
    filter,
    chosen: list ?? EMPTY,
    toggle(id) {
      const now = useSelection.getState().selection[part] ?? []
      const next = now.includes(id) ? now.filter((other) => other !== id) : [...now, id]
      choose(next)
    },
    choose,
  }
}

const EMPTY: number[] = []

/** The same object as long as it says the same, so that effects and loaders depend on content. */
function useMemoByJson<T>(value: T): T {
  const held = useRef<{ json: string; value: T } | null>(null)
  const json = JSON.stringify(value)
  if (held.current?.json !== json) held.current = { json, value: JSON.parse(json) as T }
  return held.current.value
}
