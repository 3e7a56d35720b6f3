import { useEffect, useState } from 'react'
import type { Highlight } from '../../../src-main/common/contract/stories.ts'

interface Mark {
  n: number
  x: number
  y: number
}

/** Numbers on the map beside the communities that a step points at; they follow the camera. */
export function Callouts(props: { highlights: Highlight[] }) {
  const { highlights } = props
  const [marks, setMarks] = useState<Mark[]>([])
  useEffect(() => {
    const wanted = new Map(
      highlights.flatMap((one, i) => (one.kind === 'community' && one.id !== null ? [[one.id, i + 1]] : [])),
    )
    if (wanted.size === 0) return setMarks([])
    let frame = 0
    let shown = ''
    const look = () => {
      frame = requestAnimationFrame(look)
      const positions = window.__shoalMap?.positions() ?? []
      const next = positions.flatMap(({ id, x, y, r }): Mark[] => {
        const n = wanted.get(id)
        // At the disc's upper right, however large it is.
        return n === undefined ? [] : [{ n, x: Math.round(x + r * 0.72), y: Math.round(y - r * 0.72) }]
      })
      const text = JSON.stringify(next)
      if (text === shown) return
      shown = text
      setMarks(next)
    }
    look()
    return () => cancelAnimationFrame(frame)
  }, [highlights])
  return (
    <div className="sh-present-callouts" aria-hidden="true">
      {marks.map((mark) => (
        <span
          key={mark.n}
          className="sh-present-mark"
          data-testid="presenter-callout"
          style={{ left: mark.x, top: mark.y }}
        >
          {mark.n}
        </span>
      ))}
    </div>
  )
}
