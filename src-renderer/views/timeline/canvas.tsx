import { useLayoutEffect, useRef } from 'react'
import { canvasPen, type Pen } from './pen.ts'

/** A canvas that is painted when `paint` changes (a new function for new content) and never otherwise. */
export function PaintedCanvas(props: { width: number; height: number; paint: (pen: Pen) => void }) {
  const { width, height, paint } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const font = useRef('')
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
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    font.current ||= getComputedStyle(element).fontFamily
    paint(canvasPen(ctx, ratio, font.current))
  }, [width, height, paint])
  return <canvas ref={canvas} aria-hidden="true" style={{ width, height }} />
}
