import type { SceneItem, ScenePath } from './scene.ts'

interface Origin {
  left: number
  top: number
}
const visible = (paint: string) => paint !== 'none' && paint !== 'transparent' && paint !== 'rgba(0, 0, 0, 0)'

/** The shapes and texts of an SVG on the page, at their place on the screen. */
export function svgItems(svg: SVGSVGElement, origin: Origin): SceneItem[] {
  return [...svg.children].flatMap((child) => itemsOf(child, origin))
}

function itemsOf(element: Element, origin: Origin): SceneItem[] {
  if (/^(?:defs|clipPath|mask|title|desc|linearGradient|pattern)$/.test(element.tagName)) return []
  const style = getComputedStyle(element)
  if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return []
  const opacity = Number(style.opacity)
  const items =
    element instanceof SVGTextElement
      ? textItems(element, style, origin)
      : element instanceof SVGGeometryElement
        ? shapeItems(element, style, origin)
        : [...element.children].flatMap((child) => itemsOf(child, origin))
  return opacity < 1 && items.length > 0 ? [{ kind: 'group', opacity, items }] : items
}

function shapeItems(element: SVGGeometryElement, style: CSSStyleDeclaration, origin: Origin): SceneItem[] {
  const d = outlineOf(element)
  const matrix = element.getScreenCTM()
  if (!d || !matrix) return []
  const fill = paintOf(style.fill, style.fillOpacity)
  const stroke = paintOf(style.stroke, style.strokeOpacity)
  if (!fill && !stroke) return []
  const dash = style.strokeDasharray
  const scale = Math.hypot(matrix.a, matrix.b) || 1
  const fixed = style.vectorEffect === 'non-scaling-stroke' ? 1 / scale : 1
  const path: ScenePath = {
    kind: 'path',
    d,
    matrix: [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e - origin.left, matrix.f - origin.top],
    ...(fill && element.tagName !== 'line' && { fill }),
    ...(stroke && { stroke, line: (Number.parseFloat(style.strokeWidth) || 1) * fixed }),
    ...(stroke &&
      dash !== 'none' &&
      dash !== '' && { dash: dash.split(/[\s,]+/).map((one) => Number.parseFloat(one) * fixed) }),
  }
  return [path]
}

/** A paint with its opacity in it; gradients and patterns are left out. */
function paintOf(paint: string, opacity: string): string | null {
  if (!visible(paint) || paint.startsWith('url(')) return null
  const share = Number(opacity)
  if (share >= 1 || Number.isNaN(share)) return paint
  const [r, g, b] = (paint.match(/[\d.]+/g) ?? []).map(Number)
  return `rgba(${r}, ${g}, ${b}, ${share})`
}

function outlineOf(element: SVGGeometryElement): string | null {
  if (element instanceof SVGPathElement) {
    // Paths may be set by CSS; the attribute is what all of ours use.
    return element.getAttribute('d')
  }
  const n = (name: string) => {
    const value = (element as unknown as Record<string, SVGAnimatedLength | undefined>)[name]
    return value ? value.baseVal.value : 0
  }
  if (element instanceof SVGLineElement) return `M${n('x1')} ${n('y1')}L${n('x2')} ${n('y2')}`
  if (element instanceof SVGPolylineElement || element instanceof SVGPolygonElement) {
    const points = [...element.points].map((point) => `${point.x} ${point.y}`)
    return points.length === 0
      ? null
      : `M${points.join('L')}${element instanceof SVGPolygonElement ? 'Z' : ''}`
  }
  if (element instanceof SVGCircleElement || element instanceof SVGEllipseElement) {
    const rx = element instanceof SVGCircleElement ? n('r') : n('rx')
    const ry = element instanceof SVGCircleElement ? n('r') : n('ry')
    const x = n('cx')
    const y = n('cy')
    return `M${x - rx} ${y}A${rx} ${ry} 0 1 0 ${x + rx} ${y}A${rx} ${ry} 0 1 0 ${x - rx} ${y}Z`
  }
  if (element instanceof SVGRectElement) {
    const x = n('x')
    const y = n('y')
    const w = n('width')
    const h = n('height')
    const r = Math.min(n('rx') || n('ry'), w / 2, h / 2)
    if (r <= 0) return `M${x} ${y}h${w}v${h}h${-w}Z`
    const arc = `a${r} ${r} 0 0 1`
    return `M${x + r} ${y}h${w - 2 * r}${arc} ${r} ${r}v${h - 2 * r}${arc} ${-r} ${r}h${2 * r - w}${arc} ${-r} ${-r}v${2 * r - h}${arc} ${r} ${-r}Z`
  }
  return null
}

function textItems(element: SVGTextElement, style: CSSStyleDeclaration, origin: Origin): SceneItem[] {
  const matrix = element.getScreenCTM()
  const text = element.textContent ?? ''
  const fill = paintOf(style.fill, style.fillOpacity)
  if (!matrix || !fill || text.trim() === '' || element.getNumberOfChars() === 0) return []
  // Where the first letter stands: what text-anchor and tspans have made of it.
  const start = element.getStartPositionOfChar(0).matrixTransform(matrix)
  const scale = Math.hypot(matrix.a, matrix.b) || 1
  return [
    {
      kind: 'text',
      x: start.x - origin.left,
      y: start.y - origin.top,
      text,
      size: Number.parseFloat(style.fontSize) * scale,
      fill,
      ...(Number(style.fontWeight) >= 550 && { weight: 600 as const }),
    },
  ]
}
