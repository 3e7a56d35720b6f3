import { createHash } from 'node:crypto'
import type { Pace } from '../../../common/pace.ts'
import type { FoundFile } from '../find/found.ts'
import type { ByteSource } from '../read/reader.ts'

/** A file whose hash is taken on the way, by the first reading that reaches its end. */
export class HashedSource implements ByteSource {
  readonly label: string
  readonly bytes: number | null
  private readonly file: FoundFile
  private done: { sha256: string; bytes: number } | null = null

  constructor(file: FoundFile) {
    this.file = file
    this.label = file.label
    this.bytes = file.bytes
  }

  async *read(): AsyncGenerator<Buffer> {
    if (this.done) {
      yield* this.file.read()
      return
    }
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of this.file.read()) {
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
 * batches of the size that storing likes.
 */
export function inBuffersOf(source: ByteSource, wanted: () => number): ByteSource {
  return {
    label: source.label,
    bytes: source.bytes,
    readAt: (offset, length) => source.readAt(offset, length),
    size: () => source.size(),
    async *read() {
      let chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of source.read()) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes < wanted()) continue
        yield chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
        chunks = []
        bytes = 0
      }
      if (chunks.length > 0) yield Buffer.concat(chunks)
    },
  }
}
