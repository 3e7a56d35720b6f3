import { useLayoutEffect, useRef } from 'react'
import { canvasPen, type Pen } from './pen.ts'

/** A canvas that is painted when `paint` changes (a new function for new content) and never otherwise. */
export function PaintedCanvas(props: { width: number; height: number; paint: (pen: Pen) => void }) {
  const { width, height, paint } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const pen = useRef<{ ratio: number; use: Pen } | null>(null)
  useLayoutEffect(() => {
    const element = canvas.current
    // Opaque: text is drawn with the screen's subpixels, and nothing has to be cleared.
    const ctx = element?.getContext('2d', { alpha: false })
    if (!element || !ctx) return
    const ratio = window.devicePixelRatio || 1
    const w = Math.round(width * ratio)
    const h = Math.round(height * ratio)
    if (element.width !== w) element.width = w
    if (element.height !== h) element.height = h
    // A new size has wiped what the context was set to. To set a font is to have the whole page styled.
    const made = pen.current?.ratio === ratio && ctx.textBaseline === 'middle' ? pen.current : null
    if (!made) {
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
      pen.current = { ratio, use: canvasPen(ctx, ratio, getComputedStyle(element).fontFamily) }
    }
    paint(pen.current!.use)
  }, [width, height, paint])
  return <canvas ref={canvas} aria-hidden="true" style={{ width, height }} />
}
