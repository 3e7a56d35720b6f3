import type { Row } from '../read/row.ts'

/** Words that stand for no value, as UTF-8, by their length in bytes. */
export type NullWords = readonly (readonly Buffer[] | undefined)[]

export function nullWords(words: readonly string[]): NullWords {
  const byLength: Buffer[][] = []
  for (const word of words) {
    const bytes = Buffer.from(word, 'utf8')
    ;(byLength[bytes.length] ??= []).push(bytes)
  }
  return byLength
}

/** Whether a cell is one of the words, with white space around it or not, or white space alone. */
export function isNull(words: NullWords, bytes: Buffer, start: number, end: number): boolean {
  while (start < end && bytes[start] <= 0x20) start++
  while (end > start && bytes[end - 1] <= 0x20) end--
  if (start === end) return true
  const same = words[end - start]
  return same !== undefined && same.some((word) => isWord(word, bytes, start))
}

/** Most cells differ from a word in their first byte: a call would cost more than the comparison. */
function isWord(word: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false
  return true
}

/** Some cells of a record, in an order of their own, empty where they stand for no value. Copies no text. */
export class PickedRow implements Row {
  readonly count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly escaped: Uint8Array
  bytes: Buffer = Buffer.alloc(0)
  problem: Row['problem'] = null
  private readonly from: readonly number[]
  private readonly nulls: NullWords
  private source: Row | null = null

  /** `from`: the cells' places in the record. */
  constructor(from: readonly number[], nulls: NullWords) {
    this.from = from
    this.nulls = nulls
    this.count = from.length
    this.starts = new Int32Array(from.length)
    this.ends = new Int32Array(from.length)
    this.escaped = new Uint8Array(from.length)
  }

  /** Itself, holding that record's cells until the next call. */
  of(source: Row): this {
    const { from, nulls } = this
    const { bytes } = source
    this.source = source
    this.bytes = bytes
    this.problem = source.problem
    for (let i = 0; i < from.length; i++) {
      const at = from[i]!
      const start = source.starts[at]
      const end = source.ends[at]
      this.starts[i] = start
      this.ends[i] = isNull(nulls, bytes, start, end) ? start : end
      this.escaped[i] = source.escaped[at]
    }
    return this
  }

  text(i: number): string {
    return this.starts[i] === this.ends[i] ? '' : this.source!.text(this.from[i]!)
  }

  raw(most?: number): string {
    return this.source!.raw(most)
  }
}
