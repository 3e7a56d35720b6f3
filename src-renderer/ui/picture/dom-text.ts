import type { SceneItem } from './scene.ts'

interface Box {
  x: number
  y: number
  w: number
  h: number
}

let measure: CanvasRenderingContext2D | null = null
const ratios = new Map<string, number>()

/** How far the baseline is below the top of a line's box, as a share of the box. */
function baselineShare(font: string): number {
  const known = ratios.get(font)
  if (known !== undefined) return known
  measure ??= document.createElement('canvas').getContext('2d')
  let share = 0.8
  if (measure) {
    measure.font = font
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measure.measureText('Hg')
    if (up + down > 0) share = up / (up + down)
  }
  ratios.set(font, share)
  return share
}

/** A text node as it is broken into lines on the screen, each at its place; lines outside `clip` are left out. */
export function textLines(
  node: Text,
  style: CSSStyleDeclaration,
  origin: { left: number; top: number },
  clip: Box,
): SceneItem[] {
  const content = node.data
  if (!/\S/.test(content)) return []
  const range = document.createRange()
  range.selectNodeContents(node)
  const around = range.getBoundingClientRect()
  if (outside(around, origin, clip)) return []
  const size = Number.parseFloat(style.fontSize)
  const weight = Number(style.fontWeight) >= 550 ? 600 : 400
  const font = `${style.fontStyle} ${weight} ${size}px ${style.fontFamily}`
  const items: SceneItem[] = []
  for (const { text, box } of linesOf(node, range)) {
    if (outside(box, origin, clip)) continue
    const shown = cased(text.replace(/\s+/g, ' ').trimEnd(), style.textTransform)
    const start = shown.trimStart()
    if (start === '') continue
    const right = clip.x + clip.w
    const cut = style.textOverflow === 'ellipsis' && box.right - origin.left > right + 1
    items.push({
      kind: 'text',
      x: box.left - origin.left,
      y: box.top - origin.top + box.height * baselineShare(font),
      text: cut ? shorten(start, right - (box.left - origin.left), box.width) : start,
      size,
      fill: style.color,
      ...(weight === 600 && { weight: 600 as const }),
      ...(/mono/i.test(style.fontFamily.split(',')[0]!) && { mono: true }),
      ...(style.fontStyle === 'italic' && { italic: true }),
    })
  }
  return items
}

function outside(box: DOMRect, origin: { left: number; top: number }, clip: Box): boolean {
  const x = box.left - origin.left
  const y = box.top - origin.top
  return x > clip.x + clip.w || y > clip.y + clip.h || x + box.width < clip.x || y + box.height < clip.y
}

/** Where the browser broke the text: found by halves, for a paragraph has many letters and few lines. */
function linesOf(node: Text, range: Range): { text: string; box: DOMRect }[] {
  const { data } = node
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0)
  if (rects.length <= 1) return rects.map((box) => ({ text: data, box }))
  const topOf = (at: number): number => {
    range.setStart(node, at)
    range.setEnd(node, Math.min(data.length, at + 1))
    const rect = range.getClientRects()[0]
    // White space at a break has no box of its own.
    return rect && rect.height > 0 ? rect.top : Number.NaN
  }
  const tops = [...new Set(rects.map((rect) => rect.top))].sort((a, b) => a - b)
  const lines: { text: string; box: DOMRect }[] = []
  let from = 0
  for (const [index, top] of tops.entries()) {
    let to = data.length
    if (index < tops.length - 1) {
      // The first letter that is lower than this line.
      let low = from
      let high = data.length
      while (low < high) {
        const middle = (low + high) >> 1
        let probe = middle
        let found = topOf(probe)
        while (Number.isNaN(found) && probe + 1 < high) found = topOf(++probe)
        if (!Number.isNaN(found) && found > top + 1) high = middle
        else low = probe + 1
      }
      to = low
    }
    const box = rects.filter((rect) => rect.top === top).reduce(unite)
    lines.push({ text: data.slice(from, to), box })
    from = to
  }
  return lines
}

function unite(a: DOMRect, b: DOMRect): DOMRect {
  const left = Math.min(a.left, b.left)
  return new DOMRect(left, a.top, Math.max(a.right, b.right) - left, a.height)
}

const cased = (text: string, transform: string) =>
  transform === 'uppercase' ? text.toUpperCase() : transform === 'lowercase' ? text.toLowerCase() : text

/** Cuts a line that is wider than its place the way the browser shows it, by the letters' mean width. */
function shorten(text: string, room: number, width: number): string {
  const letters = [...text]
  const fit = Math.max(0, Math.floor((room / width) * letters.length) - 1)
  return fit < letters.length ? `${letters.slice(0, fit).join('')}…` : text
}
