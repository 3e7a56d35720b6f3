import type { Scene } from './scene.ts'
import { textsOf } from './scene.ts'

/**
 * Fonts of a picture. An SVG carries the faces of the app's own fonts that its characters need, as base64 in its style
 * sheet: the fonts are shipped cut into slices by Unicode range, so a caption of twenty characters brings a few slices
 * and not the whole of Noto Sans SC. Text stays text (it can be found, read aloud and corrected), which outlines would
 * lose; a program that ignores embedded fonts falls back to the system's Chinese font, named in svg.ts. Nothing is
 * fetched but the app's own files.
 */
export interface FontFace {
  family: string
  weight: string
  style: string
  /** Inclusive ranges of code points; everything where the rule names none. */
  ranges: [number, number][]
  url: string
}

/** 'U+4E00-4EFF, U+30??' as ranges. */
export function readRanges(text: string): [number, number][] {
  return text
    .split(',')
    .map((part) => part.trim().replace(/^U\+/i, ''))
    .filter((part) => part !== '')
    .map((part): [number, number] => {
      const [from = '', to] = part.split('-')
      const low = Number.parseInt(from.replaceAll('?', '0'), 16)
      return [
        low,
        to === undefined ? Number.parseInt(from.replaceAll('?', 'F'), 16) : Number.parseInt(to, 16),
      ]
    })
}

/** The faces needed to write these texts; `weights` are the weights that each family is asked for. */
export function facesFor(
  faces: readonly FontFace[],
  texts: readonly { text: string; weight: number }[],
): FontFace[] {
  const needed = new Map<number, Set<number>>()
  for (const { text, weight } of texts) {
    const points = needed.get(weight) ?? new Set()
    needed.set(weight, points)
    for (const letter of text) points.add(letter.codePointAt(0)!)
  }
  const inFace = (face: FontFace, point: number) =>
    face.ranges.length === 0 || face.ranges.some(([low, high]) => point >= low && point <= high)
  return faces.filter((face) => {
    const [low = 400, high = low] = face.weight
      .split(' ')
      .map((one) => (one === 'normal' ? 400 : Number(one)))
    return [...needed].some(
      ([weight, points]) =>
        weight >= low && weight <= high && [...points].some((point) => inFace(face, point)),
    )
  })
}

/** The @font-face rules of the page's own style sheets. */
function pageFaces(): FontFace[] {
  const faces: FontFace[] = []
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSFontFaceRule)) continue
      const get = (name: string) => rule.style.getPropertyValue(name).trim()
      const family = get('font-family').replace(/^["']|["']$/g, '')
      if (!/^(?:Inter Variable|Noto Sans SC)$/.test(family)) continue
      const url = /url\(["']?([^"')]+)["']?\)/.exec(get('src'))?.[1]
      if (!url) continue
      faces.push({
        family,
        weight: get('font-weight') || '400',
        style: get('font-style') || 'normal',
        ranges: readRanges(get('unicode-range')),
        url: new URL(url, sheet.href ?? document.baseURI).href,
      })
    }
  }
  return faces
}

const sceneTexts = (scene: Scene) =>
  textsOf(scene.items).map((item) => ({ text: item.text, weight: item.weight ?? 400 }))

/** Waits until the fonts that a scene needs can be painted with: a canvas does not wait for them. */
export async function loadFonts(scene: Scene): Promise<void> {
  if (!document.fonts) return
  for (const weight of [400, 600]) {
    const text = sceneTexts(scene)
      .filter((one) => one.weight === weight)
      .map((one) => one.text)
      .join('')
    if (text === '') continue
    await Promise.all([
      document.fonts.load(`${weight} 12px 'Inter Variable'`, text),
      document.fonts.load(`${weight} 12px 'Noto Sans SC'`, text),
    ])
  }
}

const loaded = new Map<string, Promise<string>>()

/** A style sheet with the fonts of a scene inside; for an SVG that must look the same everywhere. */
export async function embeddedFonts(scene: Scene): Promise<string> {
  const rules = facesFor(pageFaces(), sceneTexts(scene)).map(async (face) => {
    let data = loaded.get(face.url)
    if (!data) loaded.set(face.url, (data = dataUrl(face.url)))
    const range = face.ranges.map(([low, high]) => `U+${low.toString(16)}-${high.toString(16)}`).join(',')
    return `@font-face{font-family:'${face.family}';font-style:${face.style};font-weight:${face.weight};src:url(${await data}) format('woff2');${range ? `unicode-range:${range}` : ''}}`
  })
  return (await Promise.all(rules)).join('\n')
}

async function dataUrl(url: string): Promise<string> {
  const blob = await (await fetch(url)).blob()
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result as string)
    reader.onerror = () => fail(reader.error!)
    reader.readAsDataURL(blob.slice(0, blob.size, 'font/woff2'))
  })
}
