import { RAW_CHARS, type Row, type RowProblem } from './row.ts'

/** A Row that a reader fills cell by cell: for formats that are not bytes with separators already. */
export class CellRow implements Row {
  bytes: Buffer = Buffer.allocUnsafe(16 * 1024)
  count = 0
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  /** Cells are stored without quotes: nothing to undo. */
  escaped = new Uint8Array(64)
  problem: RowProblem | null = null
  complaint: string | null = null
  private length = 0
  private rawText: string | ((most: number) => string) | null = null

  /**
   * Begins a record of `width` empty cells. `raw`: the record as it was, or what makes at most so many characters of it
   * when it is asked for, within the callback; without, its cells with tabs between, for formats whose records are no
   * text.
   */
  begin(width: number, raw: string | ((most: number) => string) | null = null): void {
    if (width > this.starts.length) {
      const size = Math.max(width, this.starts.length * 2)
      this.starts = new Int32Array(size)
      this.ends = new Int32Array(size)
      this.escaped = new Uint8Array(size)
    }
    this.starts.fill(0, 0, width)
    this.ends.fill(0, 0, width)
    this.count = width
    this.length = 0
    this.problem = null
    this.complaint = null
    this.rawText = raw
  }

  /** Sets cell i, which was empty. */
  set(i: number, text: string): void {
    if (text === '') return
    const from = this.length
    this.makeRoom(text.length * 3)
    this.length += this.bytes.write(text, from, 'utf8')
    this.starts[i] = from
    this.ends[i] = this.length
    if (this.problem === null && text.includes('\0')) this.problem = 'nul_byte'
  }

  /** Sets cell i, which was empty, to valid UTF-8 bytes, which are copied. */
  setBytes(i: number, from: Uint8Array, start: number, end: number): void {
    const size = end - start
    if (size === 0) return
    this.makeRoom(size)
    const { bytes } = this
    let at = this.length
    this.starts[i] = at
    let nul = false
    if (size <= 48) {
      for (let k = start; k < end; k++) {
        const byte = from[k]
        if (byte === 0) nul = true
        bytes[at++] = byte
      }
    } else {
      const part = from.subarray(start, end)
      nul = part.includes(0)
      bytes.set(part, at)
      at += size
    }
    this.length = this.ends[i] = at
    if (nul && this.problem === null) this.problem = 'nul_byte'
  }

  /** Makes cell i empty again. */
  clear(i: number): void {
    this.starts[i] = this.ends[i] = 0
  }

  /** Whether cell i has been set to something. */
  has(i: number): boolean {
    return this.ends[i] > this.starts[i]
  }

  /** Makes the record one that can't be used. `complaint`: English, with what to do. */
  fail(problem: RowProblem, complaint: string | null = null): void {
    this.problem = problem
    this.complaint = complaint
  }

  text(i: number): string {
    return this.bytes.toString('utf8', this.starts[i], this.ends[i])
  }

  raw(most: number = RAW_CHARS): string {
    const { rawText } = this
    const text = rawText === null ? this.joined(most) : typeof rawText === 'string' ? rawText : rawText(most)
    return text.slice(0, most)
  }

  private joined(most: number): string {
    let text = ''
    for (let i = 0; i < this.count && text.length < most; i++) text += (i > 0 ? '\t' : '') + this.text(i)
    return text
  }

  private makeRoom(extra: number): void {
    const need = this.length + extra
    if (need <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(need, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}
