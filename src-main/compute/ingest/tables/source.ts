import { createHash } from 'node:crypto'
import type { Pace } from '../../../common/pace.ts'
import type { FoundFile } from '../find/found.ts'
import type { ByteSource } from '../read/reader.ts'

/** A file whose hash is taken on the way, by the first reading that reaches its end. */
export class HashedSource implements ByteSource {
  readonly label: string
  readonly bytes: number | null
  readonly readReusing?: (wanted: () => number) => AsyncGenerator<Buffer>
  private readonly file: FoundFile
  private done: { sha256: string; bytes: number } | null = null

  constructor(file: FoundFile) {
    this.file = file
    this.label = file.label
    this.bytes = file.bytes
    if (file.readReusing) this.readReusing = (wanted) => this.hashed(file.readReusing!(wanted))
  }

  read(): AsyncGenerator<Buffer> {
    return this.hashed(this.file.read())
  }

  private async *hashed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    if (this.done) {
      yield* chunks
      return
    }
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of chunks) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
    this.done = { sha256: hash.digest('hex'), bytes }
  }

  readAt(offset: number, length: number): Promise<Buffer> {
    return this.file.readAt(offset, length)
  }
  size(): Promise<number> {
    return this.file.size()
  }

  /** SHA-256 and size of the content; reads the file where nothing has read it to its end. */
  async digest(pace: Pace, onBytes: (bytes: number) => void): Promise<{ sha256: string; bytes: number }> {
    if (!this.done) {
      for await (const chunk of this.read()) {
        onBytes(chunk.length)
        await pace.checkpoint()
      }
    }
    return this.done!
  }

  /** Whether the content was read to its end and is another than that of the hash. */
  isOther(sha256: string): boolean {
    return this.done !== null && this.done.sha256 !== sha256
  }
}

/**
 * The same bytes in buffers of about `wanted()` bytes, so that a reader that makes one batch of each buffer makes
 * batches of the size that storing likes. `reuse`: each may be overwritten once the next one is asked for.
 */
export function inBuffersOf(source: ByteSource, wanted: () => number, reuse = false): ByteSource {
  return {
    label: source.label,
    bytes: source.bytes,
    readAt: (offset, length) => source.readAt(offset, length),
    size: () => source.size(),
    async *read() {
      if (reuse && source.readReusing) {
        yield* source.readReusing(wanted)
        return
      }
      let waiting: Buffer[] = []
      let bytes = 0
      for await (const chunk of source.read()) {
        waiting.push(chunk)
        bytes += chunk.length
        if (bytes < wanted()) continue
        yield waiting.length === 1 ? waiting[0] : Buffer.concat(waiting)
        waiting = []
        bytes = 0
      }
      if (waiting.length > 0) yield Buffer.concat(waiting)
    },
  }
}
