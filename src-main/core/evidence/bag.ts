import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'

/** Bytes gathered before they go to the file. */
const CHUNK = 1 << 18

export interface BagFile {
  /** Appends text as UTF-8; call with whole lines where the file has lines. */
  write(text: string | Uint8Array): Promise<void>
  close(): Promise<void>
}

/**
 * Writes a BagIt 1.0 bag (RFC 8493) into `<target>.part` and renames it when it is whole; `discard` leaves nothing
 * behind. Files are streamed: each is hashed and counted while it is written.
 */
export class BagWriter {
  readonly target: string
  readonly #part: string
  /** The first folder above the bag that had to be made; removed again on discard. */
  #made: string | undefined
  readonly #payload = new Map<string, { sha256: string; bytes: number }>()
  readonly #tags = new Map<string, string>()
  readonly #open = new Set<FileHandle>()

  constructor(target: string) {
    this.target = target
    this.#part = `${target}.part`
  }

  get bytes(): number {
    let sum = 0
    for (const file of this.#payload.values()) sum += file.bytes
    return sum
  }

  async begin(): Promise<void> {
    this.#made = await mkdir(dirname(this.target), { recursive: true })
    await rm(this.#part, { recursive: true, force: true }) // what a killed export left
    await mkdir(join(this.#part, 'data'), { recursive: true })
  }

  /** Opens data/<path>. `path` uses '/' and is relative to data/. */
  async file(path: string): Promise<BagFile> {
    const name = `data/${path}`
    if (this.#payload.has(name)) throw new ShoalError('internal', `The pack has ${name} twice.`)
    return this.#stream(name, (sha256, bytes) => this.#payload.set(name, { sha256, bytes }))
  }

  async put(path: string, text: string | Uint8Array): Promise<void> {
    const file = await this.file(path)
    await file.write(text)
    await file.close()
  }

  async #stream(name: string, done: (sha256: string, bytes: number) => void): Promise<BagFile> {
    const path = join(this.#part, ...name.split('/'))
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(path, 'wx')
    this.#open.add(handle)
    const hash = createHash('sha256')
    let waiting: Uint8Array[] = []
    let held = 0
    let bytes = 0
    const flush = async () => {
      const block = Buffer.concat(waiting)
      waiting = []
      held = 0
      hash.update(block)
      bytes += block.length
      for (let at = 0; at < block.length;) at += (await handle.write(block, at)).bytesWritten
    }
    return {
      async write(text) {
        const block = typeof text === 'string' ? Buffer.from(text.toWellFormed(), 'utf8') : text
        waiting.push(block)
        held += block.length
        if (held >= CHUNK) await flush()
      },
      close: async () => {
        await flush()
        await handle.sync()
        await handle.close()
        this.#open.delete(handle)
        done(hash.digest('hex'), bytes)
      },
    }
  }

  async #tag(name: string, text: string): Promise<string> {
    let sha256 = ''
    const file = await this.#stream(name, (hash) => (sha256 = hash))
    await file.write(text)
    await file.close()
    return sha256
  }

  /** Writes the tag files, makes the bag visible and returns the hash of manifest-sha256.txt. */
  async finish(info: [string, string][]): Promise<{ files: number; bytes: number; manifestSha256: string }> {
    const lines = (entries: Iterable<[string, string]>) =>
      [...entries]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, sha256]) => `${sha256}  ${encodePath(name)}\n`)
        .join('')
    const { bytes } = this
    const all: [string, string][] = [
      ...info,
      ['Payload-Oxum', `${bytes}.${this.#payload.size}`],
      ['Bag-Size', `${Math.max(1, Math.ceil(bytes / 1000))} KB`],
    ]
    const manifest = lines([...this.#payload].map(([name, file]) => [name, file.sha256]))
    this.#tags.set(
      'bagit.txt',
      await this.#tag('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'),
    )
    this.#tags.set('bag-info.txt', await this.#tag('bag-info.txt', all.map(infoLine).join('')))
    const manifestSha256 = await this.#tag('manifest-sha256.txt', manifest)
    this.#tags.set('manifest-sha256.txt', manifestSha256)
    await this.#tag('tagmanifest-sha256.txt', lines(this.#tags))
    await rename(this.#part, this.target)
    return { files: this.#payload.size + 4, bytes, manifestSha256 }
  }

  async discard(): Promise<void> {
    for (const handle of this.#open) await handle.close().catch(() => {})
    await rm(this.#part, { recursive: true, force: true })
    // Folders made for the bag go too, as long as nobody else has put something there.
    for (let dir = dirname(this.target); this.#made && dir.length >= this.#made.length; dir = dirname(dir)) {
      try {
        if ((await readdir(dir)).length > 0) break
        await rmdir(dir)
      } catch {
        break
      }
    }
  }
}

/** RFC 8493 §2.1.3: only CR, LF and % are encoded in a manifest's paths. */
export function encodePath(path: string): string {
  return path.replace(/[%\r\n]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}
export function decodePath(path: string): string {
  return path.replace(/%(0A|0D|25)/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** 'Label: value' on one line; newlines in a value become spaces. */
const infoLine = ([label, value]: [string, string]): string =>
  `${label}: ${value.replace(/\s+/g, ' ').trim()}\n`
