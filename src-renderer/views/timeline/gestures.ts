import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { dragTo, draggedSpan, grab, grabLocked, type BinGrid, type BrushDrag } from './brush.ts'
import { panView, timeAt, zoomView } from './scale.ts'

const GRIP_PX = 6
const CLICK_PX = 3

export interface GestureInput {
  view: Span
  bounds: Span
  width: number
  /** Where dragging pans instead of brushing: below this height; everywhere where brushing makes no sense. */
  panBelow: number
  brush: Span | null
  locked: boolean
  grid: BinGrid
  onView(view: Span): void
  onBrush(brush: Span | null): void
  /** A press and release in one place. */
  onClick(x: number, y: number, shift: boolean): void
  /** Scrolls lanes by pixels. */
  onScroll(by: number): void
}

type Gesture =
  { kind: 'brush'; drag: BrushDrag; startX: number } | { kind: 'pan'; startX: number; view: Span }

/**
 * The pointer on a plot: drag brushes, drag on the axis (or with Alt, or the middle button) pans, wheel and pinch zoom
 * about the pointer, wheel with Shift pans, with Alt scrolls the lanes; two fingers pinch.
 */
export function useGestures(surface: RefObject<HTMLElement | null>, input: GestureInput) {
  const [gesture, setGesture] = useState<Gesture | null>(null)
  const latest = useRef(input)
  latest.current = input
  const fingers = useRef(new Map<number, number>())

  // React's wheel listener is passive, and a wheel that also scrolls the page is no zoom.
  useEffect(() => {
    const element = surface.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const p = latest.current
      if (event.altKey) return p.onScroll(event.deltaY)
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        p.onView(panView(p.view, p.bounds, sideways / Math.max(200, p.width)))
        return
      }
      const about = timeAt(event.clientX - element.getBoundingClientRect().left, p.view, p.width)
      // A pinch on a touchpad arrives as a wheel with Ctrl and small steps.
      const speed = event.ctrlKey ? 0.012 : event.deltaMode === 1 ? 0.05 : 0.0018
      p.onView(zoomView(p.view, p.bounds, Math.exp(-event.deltaY * speed), about))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [surface])

  const place = (event: PointerEvent) => {
    const box = surface.current!.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== 1) return
    const p = latest.current
    const { x, y } = place(event)
    event.currentTarget.setPointerCapture(event.pointerId)
    if (event.pointerType === 'touch') {
      fingers.current.set(event.pointerId, x)
      if (fingers.current.size > 1) return setGesture(null)
    }
    if (event.button === 1 || event.altKey || y > p.panBelow) {
      setGesture({ kind: 'pan', startX: x, view: p.view })
      return
    }
    const at = timeAt(x, p.view, p.width)
    const reach = (GRIP_PX / Math.max(1, p.width)) * (p.view.to - p.view.from)
    const drag = p.locked && p.brush ? grabLocked(at, p.brush) : grab(at, p.brush, reach)
    setGesture({ kind: 'brush', startX: x, drag })
  }

  const onPointerMove = (event: PointerEvent) => {
    const p = latest.current
    const { x } = place(event)
    if (fingers.current.size > 1 && fingers.current.has(event.pointerId)) {
      pinch(event.pointerId, x)
      return
    }
    if (gesture?.kind === 'brush')
      setGesture({ ...gesture, drag: dragTo(gesture.drag, timeAt(x, p.view, p.width)) })
    else if (gesture?.kind === 'pan')
      p.onView(panView(gesture.view, p.bounds, (gesture.startX - x) / Math.max(1, p.width)))
  }

  const pinch = (id: number, x: number) => {
    const p = latest.current
    const before = [...fingers.current.values()]
    fingers.current.set(id, x)
    const after = [...fingers.current.values()]
    const apart = (xs: number[]) => Math.max(8, Math.abs(xs[0] - xs[1]))
    const about = timeAt((after[0] + after[1]) / 2, p.view, p.width)
    p.onView(zoomView(p.view, p.bounds, apart(after) / apart(before), about))
  }

  const onPointerUp = (event: PointerEvent) => {
    const p = latest.current
    fingers.current.delete(event.pointerId)
    if (!gesture) return
    const { x, y } = place(event)
    const moved = Math.abs(x - gesture.startX) > CLICK_PX
    if (!moved) p.onClick(x, y, event.shiftKey)
    else if (gesture.kind === 'brush') p.onBrush(draggedSpan(gesture.drag, p.bounds, p.grid))
    setGesture(null)
  }

  const cancel = () => {
    fingers.current.clear()
    setGesture(null)
  }
  return {
    /** What a drag would select now; null while none is going on. */
    brushing: gesture?.kind === 'brush' ? draggedSpan(gesture.drag, input.bounds, input.grid) : null,
    busy: gesture !== null,
    panning: gesture?.kind === 'pan',
    cancel,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: cancel },
  }
}
