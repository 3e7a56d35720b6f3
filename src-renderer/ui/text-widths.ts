/** More texts than a screen ever shows at once. */
const MOST = 20_000

/**
 * Widths of texts, each measured once: to measure one on a canvas is to have the whole page styled first. `font` tells apart
 * what is written in several.
 */
export class TextWidths {
  private readonly widths = new Map<string, number>()
  private readonly measure: (text: string, font: string) => number

  /** @param measure a text's width in CSS pixels */
  constructor(measure: (text: string, font: string) => number) {
    this.measure = measure
    // Widths measured before the fonts are there are wrong.
    void globalThis.document?.fonts?.ready.then(() => this.widths.clear())
  }

  of(text: string, font = ''): number {
    const key = font === '' ? text : `${font}\0${text}`
    let width = this.widths.get(key)
    if (width === undefined) {
      width = this.measure(text, font)
      if (this.widths.size >= MOST) this.widths.clear()
      this.widths.set(key, width)
    }
    return width
  }
}
