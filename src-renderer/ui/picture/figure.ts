import type { Scene, SceneItem, SceneText } from './scene.ts'

export interface FigureWords {
  caption: string
  /** Said in front of the footer where it is so: 'SIMULATED DATA'. */
  simulated: string | null
  /** Where it comes from, a line each. */
  footer: string[]
}
export interface FigureColors {
  background: string
  text: string
  quiet: string
  line: string
  amber: string
}

const PAD = 20
const CAPTION = { size: 15, step: 22 }
const FOOTER = { size: 11, step: 16 }
const MIN_WIDTH = 420

/** Width of a text in CSS pixels. */
export type Measure = (text: string, size: number, weight: 400 | 600) => number

/**
 * Breaks a text into lines no wider than `room`: at spaces, and between Chinese characters, but never before closing
 * punctuation. A word that is wider than a line is broken where it must be.
 */
export function wrap(text: string, room: number, width: (text: string) => number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    const pieces =
      paragraph.match(
        /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]\p{P}*|[^\s\p{Script=Han}\u3000-\u303f\uff00-\uffef]+|\s+/gu,
      ) ?? []
    let line = ''
    for (const piece of pieces) {
      if (width((line + piece).trimEnd()) <= room) {
        line += piece
        continue
      }
      if (line.trim() !== '') lines.push(line.trimEnd())
      line = piece.trimStart()
      while (width(line) > room) {
        const letters = [...line]
        let fit = letters.length - 1
        while (fit > 1 && width(letters.slice(0, fit).join('')) > room) fit--
        if (fit < 1) break
        lines.push(letters.slice(0, fit).join(''))
        line = letters.slice(fit).join('')
        if (fit === letters.length) break
      }
    }
    if (line.trim() !== '') lines.push(line.trimEnd())
  }
  return lines
}

/** A picture as it leaves the app: the view, its caption, and a footer that says where it comes from. */
export function composeFigure(
  view: Scene,
  words: FigureWords,
  colors: FigureColors,
  measure: Measure,
): Scene {
  const width = Math.max(MIN_WIDTH, Math.ceil(view.width)) + 2 * PAD
  const room = width - 2 * PAD
  const items: SceneItem[] = [
    {
      kind: 'group',
      x: PAD,
      y: PAD,
      clip: { x: 0, y: 0, w: view.width, h: view.height },
      items: [
        ...(view.background
          ? [{ kind: 'rect' as const, x: 0, y: 0, w: view.width, h: view.height, fill: view.background }]
          : []),
        ...view.items,
      ],
    },
    { kind: 'rect', x: PAD, y: PAD, w: view.width, h: view.height, stroke: colors.line },
  ]
  let y = PAD + view.height + 14
  const say = (
    text: string,
    part: Partial<SceneText> & { size: number; step: number; fill: string; indent?: number },
  ) => {
    const { step, indent = 0, ...look } = part
    items.push({ kind: 'text', x: PAD + indent, y: y + step * 0.72, text, ...look })
    y += step
  }
  if (words.caption.trim() !== '') {
    for (const line of wrap(words.caption, room, (text) => measure(text, CAPTION.size, 600)))
      say(line, { ...CAPTION, fill: colors.text, weight: 600 })
    y += 6
  }
  if (words.simulated) {
    const tag = measure(words.simulated, FOOTER.size, 600) + 12
    items.push({
      kind: 'rect',
      x: PAD,
      y: y + 0.5,
      w: tag,
      h: FOOTER.step + 2,
      r: 3,
      stroke: colors.amber,
      dash: [3, 2],
    })
    items.push({
      kind: 'text',
      x: PAD + 6,
      y: y + 1 + FOOTER.step * 0.74,
      text: words.simulated,
      size: FOOTER.size,
      weight: 600,
      fill: colors.amber,
    })
    y += FOOTER.step + 7
  }
  for (const part of words.footer)
    for (const line of wrap(part, room, (text) => measure(text, FOOTER.size, 400)))
      say(line, { ...FOOTER, fill: colors.quiet })
  return { width, height: Math.ceil(y + PAD - 4), background: colors.background, items }
}
