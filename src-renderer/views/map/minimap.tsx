import { useEffect, useMemo, useRef, type PointerEvent } from 'react'
import type { CommunityMap } from '../../../src-main/common/contract/communities.ts'
import { riskShades, shadeOf } from '../../graph/channel-colors.ts'
import { drawDots } from '../../graph/dots.ts'
import { extentOf } from '../../graph/model.ts'
import { MAP_PALETTES } from '../../graph/palette.ts'
import type { MapStage } from '../../graph/stage.ts'
import { usePrefs, type Theme } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'

const WIDTH = 148
const HEIGHT = 100
const ALPHA = 0.85
/** Smaller discs than this, pixels of radius, are drawn as dots. */
const DOT = 1

/** Where the stage is on the whole map; a press or a drag goes there. */
export function Minimap(props: { stage: MapStage; map: CommunityMap; container: HTMLElement }) {
  const { stage, map, container } = props
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const canvas = useRef<HTMLCanvasElement>(null)
  const fit = useMemo(() => fitOf(map), [map])

  useEffect(() => {
    const element = canvas.current!
    const context = element.getContext('2d')!
    const ratio = window.devicePixelRatio || 1
    element.width = WIDTH * ratio
    element.height = HEIGHT * ratio
    const discs = discsOf(map, fit, theme, ratio)
    let drawn = ''
    const draw = () => {
      const { width, height } = stage.sigma.getDimensions()
      const a = stage.sigma.viewportToGraph({ x: 0, y: 0 })
      const b = stage.sigma.viewportToGraph({ x: width, y: height })
      const from = fit.to(a.x, a.y)
      const to = fit.to(b.x, b.y)
      const x0 = Math.max(1, Math.min(from.x, to.x))
      const y0 = Math.max(1, Math.min(from.y, to.y))
      const x1 = Math.min(WIDTH - 1, Math.max(from.x, to.x))
      const y1 = Math.min(HEIGHT - 1, Math.max(from.y, to.y))
      // Most frames have other reasons than the camera.
      const frame = [x0, y0, x1, y1].map((at) => at.toFixed(1)).join(' ')
      if (frame === drawn) return
      drawn = frame
      // With everything on the stage it says nothing, and would cover what lies in its corner.
      const all =
        Math.min(from.x, to.x) <= fit.left &&
        Math.min(from.y, to.y) <= fit.top &&
        Math.max(from.x, to.x) >= WIDTH - fit.left &&
        Math.max(from.y, to.y) >= HEIGHT - fit.top
      element.classList.toggle('is-idle', all)
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.clearRect(0, 0, element.width, element.height)
      context.drawImage(discs, 0, 0)
      context.scale(ratio, ratio)
      context.strokeStyle = MAP_PALETTES[theme].accent
      context.lineWidth = 1.5
      context.strokeRect(x0, y0, Math.max(3, x1 - x0), Math.max(3, y1 - y0))
    }
    draw()
    container.addEventListener('stage-moved', draw)
    return () => container.removeEventListener('stage-moved', draw)
  }, [stage, map, fit, theme, container])

  /** Where in the frame it was taken; null: the frame's middle follows the pointer. */
  const grip = useRef<{ x: number; y: number } | null>(null)
  const place = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.x, y: event.clientY - box.y }
  }
  const go = (event: PointerEvent) => {
    if (event.buttons === 0) return
    const { x, y } = place(event)
    const held = grip.current ?? { x: 0, y: 0 }
    const at = fit.from(x - held.x, y - held.y)
    stage.camera.centerOn(stage.sigma.graphToViewport(at))
  }
  const take = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    const { width, height } = stage.sigma.getDimensions()
    const corner = (px: number, py: number) => {
      const p = stage.sigma.viewportToGraph({ x: px, y: py })
      return fit.to(p.x, p.y)
    }
    const a = corner(0, 0)
    const b = corner(width, height)
    const at = place(event)
    const inside =
      at.x >= Math.min(a.x, b.x) &&
      at.x <= Math.max(a.x, b.x) &&
      at.y >= Math.min(a.y, b.y) &&
      at.y <= Math.max(a.y, b.y)
    // Taken inside the frame it moves with the pointer; elsewhere it jumps there.
    grip.current = inside ? { x: at.x - (a.x + b.x) / 2, y: at.y - (a.y + b.y) / 2 } : null
    go(event)
  }
  return (
    <canvas
      ref={canvas}
      className="sh-minimap"
      style={{ width: WIDTH, height: HEIGHT }}
      role="img"
      aria-label={t('map.minimap')}
      data-testid="minimap"
      onPointerDown={take}
      onPointerMove={go}
    />
  )
}

type Fit = ReturnType<typeof fitOf>

/** The discs, drawn once for a layout; a moving camera only moves the frame over them. */
function discsOf(map: CommunityMap, fit: Fit, theme: Theme, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH * ratio
  canvas.height = HEIGHT * ratio
  const ink = canvas.getContext('2d', { willReadFrequently: true })!
  const { css, rgb } = riskShades(theme)
  const radius = (i: number) => Math.max(0.6, map.radius[i]! * fit.scale)
  const rows = Array.from(map.id.keys())
  ink.save()
  ink.scale(ratio, ratio)
  ink.globalAlpha = ALPHA
  for (const i of rows) {
    if (radius(i) * ratio >= DOT) {
      const { x, y } = fit.to(map.x[i]!, map.y[i]!)
      ink.fillStyle = css[shadeOf(map.meanScore[i]!)]!
      ink.beginPath()
      ink.arc(x, y, radius(i), 0, 2 * Math.PI)
      ink.fill()
    }
  }
  ink.restore()
  const small = rows.filter((i) => radius(i) * ratio < DOT)
  if (small.length === 0) return canvas
  const picture = ink.getImageData(0, 0, canvas.width, canvas.height)
  const dots = {
    x: (i: number) => fit.x(map.x[i]!) * ratio,
    y: (i: number) => fit.y(map.y[i]!) * ratio,
    r: (i: number) => radius(i) * ratio,
    color: (i: number) => 3 * shadeOf(map.meanScore[i]!),
  }
  drawDots(picture, small, dots, rgb, ALPHA)
  ink.putImageData(picture, 0, 0)
  return canvas
}

/** Graph coordinates to the little map's pixels and back; y grows upwards in the graph. */
function fitOf(map: CommunityMap) {
  const extent = extentOf(map) ?? { x: [0, 1], y: [0, 1] }
  const [x0, x1] = extent.x as [number, number]
  const [y0, y1] = extent.y as [number, number]
  const scale = Math.min((WIDTH - 8) / (x1 - x0), (HEIGHT - 8) / (y1 - y0))
  const left = (WIDTH - (x1 - x0) * scale) / 2
  const top = (HEIGHT - (y1 - y0) * scale) / 2
  return {
    scale,
    /** Where the map begins, from the left and from the top; it ends as far from the other side. */
    left,
    top,
    x: (x: number) => left + (x - x0) * scale,
    y: (y: number) => top + (y1 - y) * scale,
    to: (x: number, y: number) => ({ x: left + (x - x0) * scale, y: top + (y1 - y) * scale }),
    from: (px: number, py: number) => ({ x: x0 + (px - left) / scale, y: y1 - (py - top) / scale }),
  }
}
