import { useLayoutEffect, useRef } from 'react'
import { canvasPen, type Pen } from './pen.ts'

/**
 * A canvas that is painted when `paint` changes (a new function for new content) and never otherwise: with the next frame,
 * once, whatever changed until then. To measure and to write text is to have the whole page styled; a frame has it styled
 * anyway. Another size has wiped it, and it is painted at once.
 */
export function PaintedCanvas(props: { width: number; height: number; paint: (pen: Pen) => void }) {
  const { width, height, paint } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const pen = useRef<Pen | null>(null)
  useLayoutEffect(() => {
    const element = canvas.current
    // Opaque: text is drawn with the screen's subpixels, and nothing has to be cleared.
    const ctx = element?.getContext('2d', { alpha: false })
    if (!element || !ctx) return
    const ratio = window.devicePixelRatio || 1
    const w = Math.round(width * ratio)
    const h = Math.round(height * ratio)
    if (!pen.current || element.width !== w || element.height !== h) {
      element.width = w
      element.height = h
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
      pen.current = canvasPen(ctx, ratio, getComputedStyle(element).fontFamily)
      paint(pen.current)
      return
    }
    const frame = requestAnimationFrame(() => paint(pen.current!))
    return () => cancelAnimationFrame(frame)
  }, [width, height, paint])
  return <canvas ref={canvas} aria-hidden="true" style={{ width, height }} />
}
