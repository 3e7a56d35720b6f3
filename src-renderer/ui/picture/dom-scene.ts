import type { Scene, SceneGroup, SceneItem } from './scene.ts'
import { svgItems } from './dom-svg.ts'
import { textLines } from './dom-text.ts'
import { BEFORE_READING } from './sources.ts'

/** Left out of pictures: what is there for the hand or the ear, not for the eye. */
const SKIPPED =
  '[data-no-picture], .sh-visually-hidden, script, style, .sh-panel-tools button, .sh-map-corner'

interface Box {
  x: number
  y: number
  w: number
  h: number
}

/**
 * What is seen of an element, as a scene: boxes, borders, texts line by line, SVG shapes as paths, canvases as bitmaps.
 * What is scrolled out of sight is left out. Shadows, gradients and generated content are not read.
 */
export function domScene(root: HTMLElement): Scene {
  const at = root.getBoundingClientRect()
  const frame: Box = { x: 0, y: 0, w: at.width, h: at.height }
  const items = elementItems(root, { left: at.left, top: at.top }, frame)
  return { width: at.width, height: at.height, background: backgroundOf(root), items }
}

export interface Origin {
  left: number
  top: number
}

/** The first opaque background at or around an element. */
function backgroundOf(element: Element): string {
  for (let one: Element | null = element; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor
    if (visible(color)) return color
  }
  return '#ffffff'
}

export const visible = (color: string): boolean =>
  color !== '' && color !== 'none' && color !== 'transparent' && !/(?:,\s*|\/\s*)0(?:\.0+)?\)$/.test(color)

const boxOf = (element: Element, origin: Origin): Box => {
  const box = element.getBoundingClientRect()
  return { x: box.left - origin.left, y: box.top - origin.top, w: box.width, h: box.height }
}
const meet = (a: Box, b: Box): Box => {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  return { x, y, w: Math.min(a.x + a.w, b.x + b.w) - x, h: Math.min(a.y + a.h, b.y + b.h) - y }
}

function elementItems(element: Element, origin: Origin, clip: Box): SceneItem[] {
  if (element.matches(SKIPPED) || isHandle(element)) return []
  const style = getComputedStyle(element)
  if (style.display === 'none' || style.opacity === '0') return []
  const box = boxOf(element, origin)
  const seen = meet(box, clip)
  const inFlow = style.display === 'contents'
  // What overflows can be seen although its box cannot.
  if (
    !inFlow &&
    (seen.w <= 0 || seen.h <= 0) &&
    (style.overflow !== 'visible' || element.childElementCount === 0)
  )
    return []
  const shown = style.visibility === 'visible'
  const own: SceneItem[] = shown && !inFlow ? boxItems(box, style) : []
  if (element instanceof HTMLCanvasElement) return shown ? [...own, ...canvasItems(element, box)] : []
  if (element instanceof SVGSVGElement) return shown ? [...own, ...svgItems(element, origin)] : []
  if (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  )
    return shown ? [...own, ...fieldItems(element, box, style)] : []

  const clips =
    !inFlow &&
    style.overflow !== 'visible' &&
    (style.overflowX !== 'visible' || style.overflowY !== 'visible')
  const inner = clips ? seen : clip
  const children: SceneItem[] = []
  for (const node of element.childNodes) {
    if (node instanceof Element) children.push(...elementItems(node, origin, inner))
    else if (node instanceof Text && shown)
      children.push(...textLines(node, style, origin, clips ? seen : clip))
  }
  const cut = clips && children.length > 0 && spills(element)
  const group: SceneItem[] = cut
    ? [{ kind: 'group', clip: { ...seen }, items: children } satisfies SceneGroup]
    : children
  const all = [...own, ...group]
  const opacity = Number(style.opacity)
  return opacity < 1 && all.length > 0 ? [{ kind: 'group', opacity, items: all }] : all
}

/** A button that only has an icon, a slider, a box to tick: for the hand. */
function isHandle(element: Element): boolean {
  if (element instanceof HTMLInputElement) return /^(?:range|checkbox|radio)$/.test(element.type)
  if (!(element instanceof HTMLButtonElement) || (element.textContent ?? '').trim() !== '') return false
  return element.querySelector('.bp6-icon') !== null && element.querySelector('canvas') === null
}

const spills = (element: Element) =>
  element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1

function boxItems(box: Box, style: CSSStyleDeclaration): SceneItem[] {
  const items: SceneItem[] = []
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, box.w / 2, box.h / 2)
  const r = style.borderTopLeftRadius.endsWith('%') ? Math.min(box.w, box.h) / 2 : radius
  if (visible(style.backgroundColor)) items.push({ kind: 'rect', ...box, r, fill: style.backgroundColor })
  const sides = (['Top', 'Right', 'Bottom', 'Left'] as const).map((side) => ({
    side,
    width: style[`border${side}Style`] === 'none' ? 0 : Number.parseFloat(style[`border${side}Width`]) || 0,
    color: style[`border${side}Color`],
    dashed: /dashed|dotted/.test(style[`border${side}Style`]),
  }))
  const first = sides[0]!
  const same = sides.every((one) => one.width === first.width && one.color === first.color)
  if (same) {
    const { width, color, dashed } = first
    if (width > 0 && visible(color)) {
      const half = width / 2
      const rect = { x: box.x + half, y: box.y + half, w: box.w - width, h: box.h - width }
      items.push({ kind: 'rect', ...rect, r, stroke: color, line: width, ...(dashed && { dash: [3, 3] }) })
    }
    return items
  }
  for (const { side, width, color, dashed } of sides) {
    if (width === 0 || !visible(color)) continue
    const half = width / 2
    const [x1, y1, x2, y2] = {
      Top: [box.x, box.y + half, box.x + box.w, box.y + half],
      Bottom: [box.x, box.y + box.h - half, box.x + box.w, box.y + box.h - half],
      Left: [box.x + half, box.y, box.x + half, box.y + box.h],
      Right: [box.x + box.w - half, box.y, box.x + box.w - half, box.y + box.h],
    }[side] as [number, number, number, number]
    items.push({ kind: 'line', x1, y1, x2, y2, stroke: color, line: width, ...(dashed && { dash: [3, 3] }) })
  }
  return items
}

/** The bitmap of a canvas as it is. */
function canvasItems(canvas: HTMLCanvasElement, box: Box): SceneItem[] {
  if (canvas.width === 0 || canvas.height === 0) return []
  canvas.dispatchEvent(new Event(BEFORE_READING))
  try {
    return [{ kind: 'image', ...box, href: canvas.toDataURL('image/png') }]
  } catch {
    return [] // drawn with something from elsewhere: the browser does not hand it out
  }
}

function fieldItems(
  field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  box: Box,
  style: CSSStyleDeclaration,
): SceneItem[] {
  if (field instanceof HTMLInputElement && !/^(?:text|search|number|)$/.test(field.type)) return []
  const value = field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? '') : field.value
  const text = value || (field instanceof HTMLSelectElement ? '' : field.placeholder)
  if (text === '') return []
  const size = Number.parseFloat(style.fontSize)
  const left = Number.parseFloat(style.paddingLeft) || 0
  return [
    {
      kind: 'group',
      clip: box,
      items: [
        {
          kind: 'text',
          x: box.x + left,
          y: field instanceof HTMLTextAreaElement ? box.y + 6 + size / 2 : box.y + box.h / 2,
          text: text.split('\n')[0]!,
          size,
          fill: style.color,
          baseline: 'middle',
          ...(value === '' && { opacity: 0.7 }),
        },
      ],
    },
  ]
}
