import type { Scene, SceneItem } from './scene.ts'

/** The app's fonts first, then what other programs have: a reader that ignores embedded fonts still has every glyph. */
export const PICTURE_FONT = `'Inter Variable', Inter, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif`
export const PICTURE_MONO = `ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', 'Noto Sans SC', monospace`

const escape = (text: string) =>
  text
    // XML has no place for control characters, not even escaped.
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('\r', '&#13;') // bare, XML would read it as \n
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
const round = (n: number) => String(Math.round(n * 100) / 100)

type Value = string | number | undefined
function attributes(pairs: [string, Value][]): string {
  return pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? round(value) : escape(value!)}"`)
    .join('')
}
function painted(item: {
  fill?: string | undefined
  stroke?: string | undefined
  line?: number | undefined
  dash?: number[] | undefined
  opacity?: number | undefined
}): [string, Value][] {
  return [
    ['fill', item.fill ?? 'none'],
    ['stroke', item.stroke],
    ['stroke-width', item.stroke && item.line !== 1 ? item.line : undefined],
    ['stroke-dasharray', item.dash?.map(round).join(' ')],
    ['opacity', item.opacity],
  ]
}

/**
 * A scene as a standalone SVG document. `css` is put into it as its style sheet (fonts.ts makes the embedded fonts);
 * `title` and `description` are what a screen reader says of the picture.
 */
export function sceneToSvg(
  scene: Scene,
  options: { css?: string; title?: string; description?: string; language?: string } = {},
): string {
  let clips = 0
  const draw = (item: SceneItem): string => {
    switch (item.kind) {
      case 'rect':
        return `<rect${attributes([['x', item.x], ['y', item.y], ['width', item.w], ['height', item.h], ['rx', item.r || undefined], ...painted(item)])}/>`
      case 'line':
        return `<line${attributes([['x1', item.x1], ['y1', item.y1], ['x2', item.x2], ['y2', item.y2], ...painted(item)])}/>`
      case 'circle':
        return `<circle${attributes([['cx', item.x], ['cy', item.y], ['r', item.r], ...painted(item)])}/>`
      case 'path':
        return `<path${attributes([['d', item.d], ['transform', item.matrix && `matrix(${item.matrix.map((n) => Math.round(n * 1e4) / 1e4).join(' ')})`], ...painted(item)])}/>`
      case 'image':
        return `<image${attributes([
          ['x', item.x],
          ['y', item.y],
          ['width', item.w],
          ['height', item.h],
          ['href', item.href],
          ['opacity', item.opacity],
          ['preserveAspectRatio', 'none'],
        ])}/>`
      case 'text':
        return `<text${attributes([
          ['x', item.x],
          ['y', item.y],
          ['font-size', item.size],
          ['fill', item.fill],
          ['font-weight', item.weight === 600 ? 600 : undefined],
          ['font-style', item.italic ? 'italic' : undefined],
          ['font-family', item.mono ? PICTURE_MONO : undefined],
          ['text-anchor', item.align && item.align !== 'start' ? item.align : undefined],
          ['dominant-baseline', item.baseline === 'middle' ? 'central' : undefined],
          ['stroke', item.halo],
          ['stroke-width', item.halo ? 3 : undefined],
          ['stroke-linejoin', item.halo ? 'round' : undefined],
          ['paint-order', item.halo ? 'stroke' : undefined],
          ['opacity', item.opacity],
        ])}>${escape(item.text)}</text>`
      case 'group': {
        const moved = [
          item.x || item.y ? `translate(${round(item.x ?? 0)} ${round(item.y ?? 0)})` : '',
          item.scale !== undefined && item.scale !== 1 ? `scale(${Math.round(item.scale * 1e5) / 1e5})` : '',
        ]
        const { clip } = item
        const id = clip ? `clip-${++clips}` : ''
        const before = clip
          ? `<clipPath id="${id}"><rect${attributes([
              ['x', clip.x],
              ['y', clip.y],
              ['width', clip.w],
              ['height', clip.h],
            ])}/></clipPath>`
          : ''
        return `<g${attributes([
          ['transform', moved.filter(Boolean).join(' ')],
          ['opacity', item.opacity],
        ])}>${before}${clip ? `<g clip-path="url(#${id})">` : ''}${item.items.map(draw).join('')}${clip ? '</g>' : ''}</g>`
      }
    }
  }
  const { width, height, background } = scene
  const labelled = options.title
    ? ` role="img" aria-labelledby="title${options.description ? ' description' : ''}"`
    : ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${escape(PICTURE_FONT)}" xml:space="preserve"${options.language ? ` xml:lang="${options.language}"` : ''}${labelled}>`,
    options.title ? `<title id="title">${escape(options.title)}</title>` : '',
    options.description ? `<desc id="description">${escape(options.description)}</desc>` : '',
    options.css ? `<style>${options.css.replaceAll('<', '')}</style>` : '',
    background
      ? `<rect width="${round(width)}" height="${round(height)}" fill="${escape(background)}"/>`
      : '',
    ...scene.items.map(draw),
    '</svg>',
    '',
  ]
    .filter((part, index, all) => part !== '' || index === all.length - 1)
    .join('\n')
}
