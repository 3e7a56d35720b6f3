import { PICTURE_FONT, PICTURE_MONO } from './svg.ts'
import type { Scene, SceneItem } from './scene.ts'

/** Larger bitmaps than this are refused by browsers (and by whoever receives them). */
export const MAX_PIXELS = 120_000_000

/**
 * Draws a scene on a canvas of its own, `scale` bitmap pixels for one CSS pixel. Fonts must be loaded before
 * (fonts.ts), or the first picture is written in another one. Throws when the bitmap would be too large.
 */
export async function paintScene(scene: Scene, scale: number): Promise<HTMLCanvasElement> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(scene.width * scale)
  canvas.height = Math.round(scene.height * scale)
  if (canvas.width * canvas.height > MAX_PIXELS) throw new RangeError('picture_too_large')
  const context = canvas.getContext('2d')!
  const images = new Map<string, HTMLImageElement>()
  await loadImages(scene.items, images)
  context.scale(scale, scale)
  if (scene.background) {
    context.fillStyle = scene.background
    context.fillRect(0, 0, scene.width, scene.height)
  }
  for (const item of scene.items) draw(context, item, images)
  return canvas
}

async function loadImages(items: readonly SceneItem[], into: Map<string, HTMLImageElement>): Promise<void> {
  for (const item of items) {
    if (item.kind === 'group') await loadImages(item.items, into)
    if (item.kind !== 'image' || into.has(item.href)) continue
    const image = new Image()
    image.src = item.href
    await image.decode()
    into.set(item.href, image)
  }
}

function draw(
  context: CanvasRenderingContext2D,
  item: SceneItem,
  images: Map<string, HTMLImageElement>,
): void {
  context.save()
  if ('opacity' in item && item.opacity !== undefined) context.globalAlpha *= item.opacity
  switch (item.kind) {
    case 'group':
      context.translate(item.x ?? 0, item.y ?? 0)
      if (item.scale !== undefined) context.scale(item.scale, item.scale)
      if (item.clip) {
        context.beginPath()
        context.rect(item.clip.x, item.clip.y, item.clip.w, item.clip.h)
        context.clip()
      }
      for (const child of item.items) draw(context, child, images)
      break
    case 'image':
      context.drawImage(images.get(item.href)!, item.x, item.y, item.w, item.h)
      break
    case 'text':
      context.font = `${item.italic ? 'italic ' : ''}${item.weight ?? 400} ${item.size}px ${item.mono ? PICTURE_MONO : PICTURE_FONT}`
      context.textAlign = item.align === 'middle' ? 'center' : (item.align ?? 'start')
      context.textBaseline = item.baseline ?? 'alphabetic'
      if (item.halo) {
        context.lineWidth = 3
        context.lineJoin = 'round'
        context.strokeStyle = item.halo
        context.strokeText(item.text, item.x, item.y)
      }
      context.fillStyle = item.fill
      context.fillText(item.text, item.x, item.y)
      break
    default: {
      const path = outline(item)
      if (item.kind === 'path' && item.matrix) context.transform(...item.matrix)
      // A canvas takes no 'none': it would go on with the colour before, which is the picture's background.
      if (isPaint(item.fill) && item.kind !== 'line') {
        context.fillStyle = item.fill
        context.fill(path)
      }
      if (isPaint(item.stroke)) {
        context.strokeStyle = item.stroke
        context.lineWidth = item.line ?? 1
        if (item.dash) context.setLineDash(item.dash)
        context.stroke(path)
      }
    }
  }
  context.restore()
}

const isPaint = (paint: string | undefined): paint is string => !!paint && paint !== 'none'

function outline(item: Extract<SceneItem, { kind: 'rect' | 'line' | 'circle' | 'path' }>): Path2D {
  if (item.kind === 'path') return new Path2D(item.d)
  const path = new Path2D()
  if (item.kind === 'circle') path.arc(item.x, item.y, item.r, 0, 2 * Math.PI)
  else if (item.kind === 'line') {
    path.moveTo(item.x1, item.y1)
    path.lineTo(item.x2, item.y2)
  } else if (item.r) path.roundRect(item.x, item.y, item.w, item.h, item.r)
  else path.rect(item.x, item.y, item.w, item.h)
  return path
}
