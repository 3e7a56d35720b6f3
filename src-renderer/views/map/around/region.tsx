import { useEffect, useRef, useState, type PointerEvent } from 'react'
import type { AroundStage } from './stage.ts'
import { useAround } from './store.ts'

/** Catches the pointer while the box or the lasso is chosen; what lies inside is picked (Shift adds, Alt takes away). */
export function Region({ stage }: { stage: AroundStage }) {
  const tool = useAround((s) => s.tool)
  const [points, setPoints] = useState<number[]>([])
  const drawing = useRef(false)
  useEffect(() => setPoints([]), [tool])
  if (tool === 'point') return null

  const at = (event: PointerEvent<SVGSVGElement>): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect()
    return [event.clientX - box.x, event.clientY - box.y]
  }
  const polygon = (): number[] => {
    if (tool !== 'box' || points.length < 4) return points
    const [x0, y0] = points as [number, number]
    const [x1, y1] = points.slice(-2) as [number, number]
    return [x0, y0, x1, y0, x1, y1, x0, y1]
  }
  const finish = (event: PointerEvent<SVGSVGElement>) => {
    if (!drawing.current) return
    drawing.current = false
    const area = polygon()
    setPoints([])
    if (area.length < 6) return
    const inside = stage.inside(area).filter((key) => !key.startsWith('m'))
    useAround.getState().pick(inside, event.altKey ? 'remove' : event.shiftKey ? 'add' : 'set')
    useAround.setState({ tool: 'point' })
  }
  const path = polygon()
  return (
    <svg
      className="sh-region sh-around-region"
      data-testid="around-region"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drawing.current = true
        setPoints(at(event))
      }}
      onPointerMove={(event) => drawing.current && setPoints((old) => [...old, ...at(event)])}
      onPointerUp={finish}
      onPointerCancel={() => {
        drawing.current = false
        setPoints([])
      }}
    >
      {path.length >= 4 && <polygon points={path.join(' ')} />}
    </svg>
  )
}
