import type { Workbook } from './xlsx-book.ts'
import { ERROR, ISO_DATE, NUMBER, TRUTH } from './xlsx-sheet.ts'
import { numberText, serialText, undoEscapes } from './xlsx-values.ts'

/** Turns stored values into text. */
export class CellText {
  private readonly book: Workbook
  /** What `text` found about the last value. */
  rounded = false
  constructor(book: Workbook) {
    this.book = book
  }

  /** A value that is no shared text; `bytes` [0, length). */
  text(style: number, kind: number, bytes: Buffer, length: number): string {
    this.rounded = false
    if (kind === ERROR) return ''
    const text = bytes.toString('utf8', 0, length)
    if (kind === TRUTH) return text === '1' || text === 'true' ? 'true' : 'false'
    if (kind === ISO_DATE) return text
    if (kind !== NUMBER) return undoEscapes(text)
    const format = this.book.kinds[style] ?? 'number'
    if (format !== 'number') {
      const date = serialText(Number(text), format, this.book.from1904)
      if (date !== null) return date
    }
    const shown = numberText(text)
    this.rounded = shown.rounded
    return shown.text
  }

  /** Whether a value can be taken as it stands: a number of plain digits, or a short decimal. */
  isPlain(style: number, kind: number, bytes: Buffer, length: number): boolean {
    if (kind !== NUMBER || (this.book.kinds[style] ?? 'number') !== 'number') return false
    for (let i = 0, points = 0; i < length; i++) {
      const byte = bytes[i]
      if (byte === 0x2d && i === 0) continue
      if (byte === 0x2e && length <= 16 && ++points === 1) continue
      if (byte < 0x30 || byte > 0x39) return false
    }
    return true
  }
}
