import { useEffect, useRef, type ReactNode } from 'react'
import { useLayout, type PanelId } from '../state/layout.ts'

/** What passes sooner is not worth a window that changes. */
const SETTLE_MS = 250

/**
 * Work that needs room: where the panel is smaller than that, CSS pixels, it fills the window until the work is done, and
 * then goes back to its place. Where it fills the window already, or another one does, all stays as it is.
 */
export function Filling(props: { panel: PanelId; width: number; height: number; children: ReactNode }) {
  const { panel, width, height } = props
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => {
      const { clientWidth, clientHeight } = place.current!
      if (clientWidth < width || clientHeight < height) useLayout.getState().fill(panel)
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
      useLayout.getState().unfill(panel)
    }
  }, [panel, width, height])
  return (
    <div ref={place} className="sh-filling">
      {props.children}
    </div>
  )
}
