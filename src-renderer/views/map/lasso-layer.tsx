import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { thinned, type Point } from '../../graph/hull.ts'
import type { MapStage } from '../../graph/stage.ts'
import { useT } from '../../ui/i18n/index.ts'
import { selectInside, type LassoMode } from './actions.ts'
import { useMap } from './store.ts'

/** Corners of a drawn line that are kept, and how far apart they are, CSS pixels. */
const MOST_POINTS = 1500
const LEAST_APART = 2

const modeOf = (event: { shiftKey: boolean; altKey: boolean }): LassoMode =>
  event.altKey ? 'subtract' : event.shiftKey ? 'add' : 'replace'

/**
 * Lies over the stage while a lasso or a box is drawn. Shift adds to what is drawn already, Alt takes away, Escape
 * stops; Enter takes all that is in view, so that the keyboard can draw too.
 */
export function LassoLayer({ stage, layoutRunId }: { stage: MapStage; layoutRunId: number }) {
  const t = useT()
  const tool = useMap((s) => s.tool)
  const set = useMap((s) => s.set)
  const [line, setLine] = useState<Point[] | null>(null)
  const [mode, setMode] = useState<LassoMode>('replace')
  const layer = useRef<HTMLDivElement>(null)
  useEffect(() => layer.current?.focus(), [tool])

  const shape = (points: Point[]): Point[] => {
    if (tool === 'lasso') return points
    const a = points[0]!
    const b = points.at(-1)!
    return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]
  }
  const finish = (points: Point[], how: LassoMode) => {
    setLine(null)
    const corners = thinned(shape(points), tool === 'lasso' ? LEAST_APART : 0, MOST_POINTS)
    const xs = corners.map((p) => p.x)
    const ys = corners.map((p) => p.y)
    // A click is no outline.
    if (corners.length < 3 || Math.max(...xs) - Math.min(...xs) < 4 || Math.max(...ys) - Math.min(...ys) < 4)
      return
    const polygon = corners.flatMap((p) => {
      const at = stage.sigma.viewportToGraph(p)
      return [at.x, at.y]
    })
    set({ tool: 'pan' })
    void selectInside(polygon, layoutRunId, how)
  }
  const at = (event: PointerEvent): Point => {
    const box = layer.current!.getBoundingClientRect()
    return { x: event.clientX - box.x, y: event.clientY - box.y }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      if (line) setLine(null)
      else set({ tool: 'pan' })
    } else if (event.key === 'Enter') {
      const { width, height } = stage.sigma.getDimensions()
      const end = { x: width, y: height }
      const corners = [{ x: 0, y: 0 }, { x: width, y: 0 }, end, { x: 0, y: height }]
      finish(tool === 'box' ? [corners[0]!, end] : corners, modeOf(event))
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={layer}
      className="sh-lasso"
      tabIndex={0}
      role="application"
      aria-label={t(tool === 'lasso' ? 'mapTools.tool.lasso' : 'mapTools.tool.box')}
      aria-describedby="sh-lasso-how"
      data-testid="lasso-layer"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setMode(modeOf(event))
        setLine([at(event)])
      }}
      onPointerMove={(event) => line && setLine([...line, at(event)])}
      onPointerUp={(event) => line && finish([...line, at(event)], modeOf(event))}
      onPointerCancel={() => setLine(null)}
    >
      {line && (
        <svg className="sh-region" aria-hidden="true">
          <polygon
            className={`is-${mode}`}
            points={shape(line)
              .map((p) => `${p.x},${p.y}`)
              .join(' ')}
          />
        </svg>
      )}
      <p id="sh-lasso-how">{t('mapTools.lasso.how')}</p>
    </div>
  )
}
