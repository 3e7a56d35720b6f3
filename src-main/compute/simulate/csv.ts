import { open, type FileHandle } from 'node:fs/promises'

/**
 * A field as RFC 4180 wants it: quoted only where a comma, a quote or a line break asks for it. Not by common/csv.ts: a
 * simulated export is there to be imported, word for word; nothing in it looks like a formula (tests/unit/csv-writers.test.ts).
 */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const FLUSH_AT = 1 << 18

/** Writes one CSV file in UTF-8 with LF line ends. Rows are given as finished lines; memory stays at one chunk. */
export class CsvFile {
  readonly path: string
  rows = 0
  bytes = 0
  private text: string
  private handle: FileHandle | undefined

  constructor(path: string, header: readonly string[]) {
    this.path = path
    this.text = `${header.join(',')}\n`
  }

  /** Adds one row; `line` has no line end. Await `drain` every now and then. */
  add(line: string): void {
    this.text += `${line}\n`
    this.rows++
  }

  async drain(): Promise<void> {
    if (this.text.length >= FLUSH_AT) await this.flush()
  }

  async close(): Promise<void> {
    await this.flush()
    await this.handle?.close()
    this.handle = undefined
  }

  /** Closes without writing what is left; for a run that failed. */
  async abandon(): Promise<void> {
    const handle = this.handle
    this.handle = undefined
    await handle?.close()
  }

  private async flush(): Promise<void> {
    this.handle ??= await open(this.path, 'w')
    const data = Buffer.from(this.text, 'utf8')
    this.text = ''
    await this.handle.writeFile(data)
    this.bytes += data.length
  }
}
