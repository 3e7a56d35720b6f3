import { useEffect } from 'react'
import { PLACES, useLayout } from '../state/layout.ts'
import { useSelection } from '../state/selection.ts'
import { redo, undo } from './undo.ts'

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
  )
}

/** Keys that work everywhere in the workbench. Ctrl+K belongs to the search box. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey
      const act = (run: () => void) => {
        event.preventDefault()
        run()
      }
      if (event.altKey && !command && /^Digit[1-9]$/.test(event.code)) {
        const place = PLACES[Number(event.code.slice(5)) - 1]
        if (place) act(() => useLayout.getState().show(place))
        return
      }
      if (event.altKey && event.key === 'ArrowLeft') return act(() => useSelection.getState().undo())
      if (event.altKey && event.key === 'ArrowRight') return act(() => useSelection.getState().redo())
      if (!command || isTyping(event.target)) return
      const key = event.key.toLowerCase()
      if (key === 'i') return act(() => useLayout.getState().toggle('inspector'))
      if (key === 'z' && event.shiftKey) return act(() => void redo())
      if (key === 'z') return act(() => void undo())
      if (key === 'y') return act(() => void redo())
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
